/// Something wrong with a document before anybody asked what its keys mean.
package struct YAMLIssue: Sendable, Equatable {
    package let mark: SourceMark
    package let message: String
}

/// Builds the tree from the events, by the narrow YAML that a configuration needs: one document, plain text keys, each
/// key once, no anchors, aliases or tags (aliases turn a few hundred bytes into gigabytes), bounded depth and size.
///
/// It keeps its own stack, so that hostile nesting meets a limit and not the end of the thread's stack.
struct YAMLTreeBuilder {
    /// Deepest nesting of lists and mappings; the deepest real key stands at 7.
    static let maximumDepth = 32
    /// Most values in one file.
    static let maximumNodes = 50_000
    /// Longest single value, in bytes; keys in PEM form are the longest real ones.
    static let maximumScalar = 64 * 1024
    /// Complaints past this many are not collected: such a file is no configuration.
    static let maximumIssues = 200

    private(set) var issues: [YAMLIssue] = []
    /// False once something made reading on senseless.
    private(set) var isWhole = true
    private var open: [Frame] = []
    private var root: YAMLNode?
    private var documents = 0
    private var nodes = 0

    /// A list or mapping whose end has not come yet.
    private struct Frame {
        let isMapping: Bool
        let mark: SourceMark
        var items: [YAMLNode] = []
        var entries: [YAMLEntry] = []
        var firstLines: [String: Int] = [:]
        var pendingKey = PendingKey.none
    }

    /// What a mapping waits for.
    private enum PendingKey {
        case none
        case text(String, SourceMark)
        /// A key that was refused: its value is dropped.
        case dropped
    }

    /// The whole document, or what had been read of its outermost mapping when reading stopped (enough to learn whose
    /// file it is).
    var result: YAMLNode? {
        if let root { return root }
        guard let outermost = open.first, outermost.isMapping else { return nil }
        return YAMLNode(.mapping(outermost.entries), at: outermost.mark)
    }

    /// Takes the next event; false when reading any further makes no sense.
    mutating func take(_ event: YAMLEvent, at mark: SourceMark) -> Bool {
        switch event {
        case .documentStart:
            documents += 1
            return documents == 1 || refuse(mark, "only one YAML document per file is read; remove this '---'")
        case .alias:
            report(mark, "aliases are not supported; write the value out")
            return add(YAMLNode(.refused, at: mark))
        case .scalar(let text, let isQuoted, let properties):
            check(properties, at: mark)
            guard text.utf8.count <= Self.maximumScalar else {
                report(mark, "a value may have at most \(Self.maximumScalar) bytes")
                return add(YAMLNode(.refused, at: mark))
            }
            return add(YAMLNode(.scalar(text, isQuoted: isQuoted), at: mark))
        case .sequenceStart(let properties):
            check(properties, at: mark)
            return push(Frame(isMapping: false, mark: mark))
        case .mappingStart(let properties):
            check(properties, at: mark)
            return push(Frame(isMapping: true, mark: mark))
        case .end:
            guard let frame = open.popLast() else { return false }
            return add(YAMLNode(frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items), at: frame.mark))
        }
    }

    private mutating func push(_ frame: Frame) -> Bool {
        guard open.count < Self.maximumDepth else {
            return refuse(frame.mark, "nested deeper than \(Self.maximumDepth) levels")
        }
        open.append(frame)
        return true
    }

    /// Puts a finished node where it belongs.
    private mutating func add(_ node: YAMLNode) -> Bool {
        nodes += 1
        guard nodes <= Self.maximumNodes else { return refuse(node.mark, "more than \(Self.maximumNodes) values") }
        guard let last = open.indices.last else {
            root = node
            return true
        }
        guard open[last].isMapping else {
            open[last].items.append(node)
            return true
        }
        switch open[last].pendingKey {
        case .none: takeKey(node, in: last)
        case .dropped: open[last].pendingKey = .none
        case .text(let key, let keyMark):
            open[last].entries.append(YAMLEntry(key: key, keyMark: keyMark, value: node))
            open[last].pendingKey = .none
        }
        return true
    }

    private mutating func takeKey(_ node: YAMLNode, in frame: Int) {
        open[frame].pendingKey = .dropped
        guard case .scalar(let key, _) = node.content else {
            if node.content != .refused { report(node.mark, "a key must be plain text, not \(node.kindName)") }
            return
        }
        if let line = open[frame].firstLines[key] {
            report(node.mark, "duplicate key \(Wording.quoted(key)); it already stands in line \(line)")
            return
        }
        open[frame].firstLines[key] = node.mark.line
        open[frame].pendingKey = .text(key, node.mark)
    }

    private mutating func check(_ properties: YAMLProperties, at mark: SourceMark) {
        if properties.hasAnchor { report(mark, "anchors are not supported; write the value out where it is needed") }
        if properties.hasTag { report(mark, "tags are not supported; a value's type follows from its key") }
    }

    private mutating func report(_ mark: SourceMark, _ message: String) {
        if issues.count < Self.maximumIssues { issues.append(YAMLIssue(mark: mark, message: message)) }
    }

    private mutating func refuse(_ mark: SourceMark, _ message: String) -> Bool {
        isWhole = false
        issues.append(YAMLIssue(mark: mark, message: message))
        return false
    }
}
