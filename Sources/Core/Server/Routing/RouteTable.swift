/// A tenant's routes, built once and then only read: a tree of path segments.
///
/// Literal segments win over `{…}`; where a literal leads nowhere the walk comes back and tries the parameter.
package struct RouteTable: Sendable {
    /// One route of one dialect, with what its configuration puts around it.
    package final class Entry: Sendable {
        package let dialect: Int
        package let route: Route
        /// The pattern with the dialect's mount before it.
        package let path: String
        /// The hosts it answers on; nil: wherever the tenant is reached.
        package let hosts: [String]?

        init(dialect: Int, route: Route, path: String, hosts: [String]?) {
            self.dialect = dialect
            self.route = route
            self.path = path
            self.hosts = hosts
        }
    }

    /// What a path and method lead to.
    package enum Match {
        case found(Entry, parameters: [String])
        /// The path exists with other methods; the dialect whose body says so, if one owns it.
        case wrongMethod(allow: String, dialect: Int?)
        case unknown(dialect: Int?)

        /// Whose answer the request gets.
        package var dialect: Int? {
            switch self {
            case .found(let entry, _): entry.dialect
            case .wrongMethod(_, let dialect), .unknown(let dialect): dialect
            }
        }
    }

    private struct Node: Sendable {
        var literals: [(segment: [UInt8], node: Int)] = []
        var parameter: Int?
        var entries: [Int] = []
        /// The dialects with routes here or below.
        var owners: Set<Int> = []
    }

    package private(set) var entries: [Entry] = []
    /// The methods of `entries`, to look at without them.
    private var methods: [HTTPMethod] = []
    private var nodes = [Node()]

    package init() {}

    /// Adds a dialect's routes. The table is complete when `collisions()` is empty.
    package mutating func add(_ routes: [Route], dialect: Int, mount: String?, hosts: [String]?) {
        for route in routes {
            let path = (route.isMounted ? mount ?? "" : "") + route.pattern
            var node = 0
            nodes[0].owners.insert(dialect)
            for segment in Self.split(path) {
                node = step(from: node, segment)
                nodes[node].owners.insert(dialect)
            }
            nodes[node].entries.append(entries.count)
            methods.append(route.method)
            entries.append(Entry(dialect: dialect, route: route, path: path, hosts: hosts))
        }
    }

    /// Pairs of routes that answer the same method and path, where nothing in the request tells them apart.
    package func collisions() -> [(Entry, Entry)] {
        var found: [(Entry, Entry)] = []
        for node in nodes {
            for (position, first) in node.entries.enumerated() {
                for second in node.entries[(position + 1)...] {
                    let (one, other) = (entries[first], entries[second])
                    guard one.route.method == other.route.method, Self.share(one.hosts, other.hosts) else { continue }
                    if one.route.claims != nil, other.route.claims != nil { continue }
                    found.append((one, other))
                }
            }
        }
        return found
    }

    /// Finds the route for a request; `host` is set when the Host named the tenant.
    package func match(_ head: RequestHead, segments: PathSegments, host: String?) -> Match {
        var parameters: [String] = []
        var deepest = (depth: 0, node: 0)
        let method = head.method == .head ? .get : head.method
        guard let node = find(segments, from: 0, &parameters, &deepest, depth: 0, host: host) else {
            return .unknown(dialect: owner(of: deepest.node, depth: deepest.depth))
        }
        var candidate: Entry?
        var isAlone = true
        for index in nodes[node].entries where methods[index] == method && Self.answers(entries[index], host) {
            if candidate != nil { isAlone = false }
            candidate = entries[index]
        }
        if let candidate {
            let chosen = isAlone ? candidate : claimant(at: node, method, head, host) ?? candidate
            return .found(chosen, parameters: parameters)
        }
        let here = nodes[node].entries.map { entries[$0] }.filter { Self.answers($0, host) }
        return .wrongMethod(allow: Self.allow(here), dialect: here.first?.dialect)
    }

    /// The first of several routes that says a request is its own.
    private func claimant(at node: Int, _ method: HTTPMethod, _ head: RequestHead, _ host: String?) -> Entry? {
        for index in nodes[node].entries where methods[index] == method && Self.answers(entries[index], host) {
            if entries[index].route.claims?(head) ?? true { return entries[index] }
        }
        return nil
    }

    /// The entries of a path whatever the method, for `OPTIONS`.
    package func entries(at segments: PathSegments, host: String?) -> [Entry] {
        var parameters: [String] = []
        var deepest = (depth: 0, node: 0)
        guard let node = find(segments, from: 0, &parameters, &deepest, depth: 0, host: host) else { return [] }
        return nodes[node].entries.map { entries[$0] }.filter { Self.answers($0, host) }
    }

    /// `GET, HEAD, OPTIONS, POST`: what a path can be asked.
    package static func allow(_ entries: [Entry]) -> String {
        var names = Set(entries.compactMap { $0.route.method.name })
        if names.contains("GET") { names.insert("HEAD") }
        names.insert("OPTIONS")
        return names.sorted().joined(separator: ", ")
    }

    private static func answers(_ entry: Entry, _ host: String?) -> Bool {
        guard let hosts = entry.hosts else { return true }
        guard let host else { return false }
        return hosts.contains(host)
    }

    private static func share(_ first: [String]?, _ second: [String]?) -> Bool {
        guard let first, let second else { return true }
        return !Set(first).isDisjoint(with: second)
    }

    private static func split(_ path: String) -> [String] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    private mutating func step(from node: Int, _ segment: String) -> Int {
        if segment.hasPrefix("{") {
            if let next = nodes[node].parameter { return next }
            nodes.append(Node())
            nodes[node].parameter = nodes.count - 1
            return nodes.count - 1
        }
        let literal = Array(segment.utf8)
        if let known = nodes[node].literals.first(where: { $0.segment == literal }) { return known.node }
        nodes.append(Node())
        nodes[node].literals.append((literal, nodes.count - 1))
        return nodes.count - 1
    }

    private func find(
        _ segments: PathSegments,
        from node: Int,
        _ parameters: inout [String],
        _ deepest: inout (depth: Int, node: Int),
        depth: Int,
        host: String?
    ) -> Int? {
        if depth > deepest.depth { deepest = (depth, node) }
        guard depth < segments.count else {
            let answered = nodes[node].entries.contains { Self.answers(entries[$0], host) }
            return answered ? node : nil
        }
        for index in nodes[node].literals.indices
        where segments.equals(nodes[node].literals[index].segment, at: depth) {
            let next = nodes[node].literals[index].node
            if let found = find(segments, from: next, &parameters, &deepest, depth: depth + 1, host: host) {
                return found
            }
        }
        guard let next = nodes[node].parameter else { return nil }
        parameters.append(segments[depth])
        if let found = find(segments, from: next, &parameters, &deepest, depth: depth + 1, host: host) { return found }
        parameters.removeLast()
        return nil
    }

    /// Whose error body an unknown path gets: the dialect that alone has routes below the longest matching prefix;
    /// of several the first, once the prefix is more than the common `/api`.
    private func owner(of node: Int, depth: Int) -> Int? {
        let owners = nodes[node].owners
        guard depth > 0 else { return nil }
        if owners.count == 1 || depth > 1 { return owners.min() }
        return nil
    }
}
