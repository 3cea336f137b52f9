import Synchronization

/// Which tenant a request belongs to, and on which lane that tenant lives. Shared by all lanes.
package final class TenantDirectory: Sendable {
    private struct Table: Sendable {
        var hosts: [String: Home] = [:]
        var lanes: [String: LaneHandle] = [:]
        /// Longest first.
        var prefixes: [(prefix: [UInt8], home: Home)] = []
        var headLimits: HTTPLimits?
        /// Of tenants that are configured and cannot be served.
        var unservedHosts: Set<String> = []
        var unservedPrefixes: [[UInt8]] = []
    }

    private struct Home: Sendable {
        let tenant: String
        let lane: LaneHandle
        let prefix: String?
    }

    private let table = Mutex(Table())

    package init() {}

    /// Replaces the whole directory: requests in work keep what they found.
    package func replace(
        _ tenants: [(configuration: TenantConfiguration, lane: LaneHandle)],
        unserved: [TenantConfiguration] = []
    ) {
        var table = Table()
        for configuration in unserved {
            table.unservedHosts.formUnion(configuration.hosts)
            if let prefix = configuration.pathPrefix { table.unservedPrefixes.append(Array(prefix.utf8)) }
        }
        for (configuration, lane) in tenants {
            let limits = HTTPLimits(configuration.sizes)
            table.headLimits = table.headLimits?.union(limits) ?? limits
            let home = Home(tenant: configuration.id, lane: lane, prefix: configuration.pathPrefix)
            table.lanes[configuration.id] = lane
            for host in configuration.hosts { table.hosts[host] = home }
            if let prefix = configuration.pathPrefix { table.prefixes.append((Array(prefix.utf8), home)) }
        }
        table.prefixes.sort { $0.prefix.count > $1.prefix.count }
        self.table.withLock { $0 = table }
    }

    /// Under which heads are read before it is known for which tenant: the widest of all; nil without tenants.
    var headLimits: HTTPLimits? {
        table.withLock { $0.headLimits }
    }

    /// The lane a tenant lives on.
    package func lane(of tenant: String) -> LaneHandle? {
        table.withLock { $0.lanes[tenant] }
    }

    /// The tenant of a request: by exact host, else by the longest path prefix. A host's own prefix is stripped too.
    func place(of head: RequestHead) -> TenantPlace? {
        let host = head.host
        let bytes = head.bytes.span
        return table.withLock { table in
            if let host, let home = table.hosts[host] {
                if let prefix = home.prefix, let rest = Self.strip(prefix.utf8Span.span, bytes, head.path) {
                    return TenantPlace(tenant: home.tenant, lane: home.lane, host: host, prefix: prefix, path: rest)
                }
                return TenantPlace(tenant: home.tenant, lane: home.lane, host: host, prefix: "", path: head.path)
            }
            for (prefix, home) in table.prefixes {
                guard let rest = Self.strip(prefix.span, bytes, head.path) else { continue }
                return TenantPlace(
                    tenant: home.tenant,
                    lane: home.lane,
                    host: nil,
                    prefix: home.prefix ?? "",
                    path: rest
                )
            }
            return nil
        }
    }

    /// Whether a request without a place is for a tenant that is configured and cannot be served.
    func isUnserved(_ head: RequestHead) -> Bool {
        let host = head.host
        let bytes = head.bytes.span
        return table.withLock { table in
            if let host, table.unservedHosts.contains(host) { return true }
            return table.unservedPrefixes.contains { Self.strip($0.span, bytes, head.path) != nil }
        }
    }

    /// The path behind a prefix, when it ends at a segment's border.
    private static func strip(_ prefix: Span<UInt8>, _ bytes: Span<UInt8>, _ path: Range<Int>) -> Range<Int>? {
        guard path.count >= prefix.count else { return nil }
        for index in 0..<prefix.count where bytes[path.lowerBound + index] != prefix[index] { return nil }
        let start = path.lowerBound + prefix.count
        guard start == path.upperBound || bytes[start] == UInt8(ascii: "/") else { return nil }
        return start..<path.upperBound
    }
}

/// Where a request belongs.
struct TenantPlace {
    let tenant: String
    let lane: LaneHandle
    /// The host, when it named the tenant.
    let host: String?
    /// The prefix that the request came through; empty without one.
    let prefix: String
    /// The path behind the prefix, in the head's bytes.
    let path: Range<Int>
}
