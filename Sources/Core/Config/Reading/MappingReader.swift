/// Reads the keys of one mapping, each as what it ought to be, and complains about every one that is not.
///
/// A getter answers nil both when the key is absent and when its value was refused; the second has then been reported.
struct MappingReader {
    let context: ReadingContext
    let mark: SourceMark
    let entries: [String: YAMLEntry]

    /// Nil, and reported, when the node is no mapping. Nothing at all counts as an empty one (`rooms:`).
    init?(_ node: YAMLNode, _ what: String, keys: [String], in context: ReadingContext) {
        self.context = context
        mark = node.mark
        var entries: [String: YAMLEntry] = [:]
        switch node.content {
        case .mapping(let list):
            for entry in list {
                guard keys.contains(entry.key) else {
                    let near = Wording.nearest(to: entry.key, among: keys)
                    let hint = near.map { "; did you mean '\($0)'?" } ?? ""
                    context.error(entry.keyMark, "unknown key \(Wording.quoted(entry.key))\(hint)")
                    continue
                }
                entries[entry.key] = entry
            }
        case .scalar where node.isNull: break
        case .refused: return nil
        default:
            context.error(node.mark, "\(what) must be a mapping, not \(node.kindName)")
            return nil
        }
        self.entries = entries
    }

    /// The value of a key, if it has one.
    func node(_ key: String) -> YAMLNode? {
        guard let entry = entries[key] else { return nil }
        if case .refused = entry.value.content { return nil }
        if entry.value.isNull {
            context.error(entry.keyMark, "'\(key)' has no value")
            return nil
        }
        return entry.value
    }

    /// Whether the key is written at all.
    func has(_ key: String) -> Bool { entries[key] != nil }

    /// Where the key stands; the mapping itself when it is absent.
    func keyMark(_ key: String) -> SourceMark { entries[key]?.keyMark ?? mark }

    /// Where the value stands.
    func valueMark(_ key: String) -> SourceMark { entries[key]?.value.mark ?? mark }

    /// Reports a key that has to be there.
    func require(_ key: String, in what: String) {
        if entries[key] == nil { context.error(mark, "\(what) needs '\(key)'") }
    }

    /// One line of text. Only secrets expand variables; elsewhere a `${…}` is surely a mistake, and said.
    func text(_ key: String, maximum: Int = 256) -> String? {
        guard let node = node(key) else { return nil }
        return context.text(node, "'\(key)'", maximum: maximum)
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ key: String) -> Value? where Value.RawValue == String {
        guard let node = node(key), let text = context.text(node, "'\(key)'") else { return nil }
        if let value = Value(rawValue: text) { return value }
        context.error(node.mark, Wording.unknown(key, text, among: Value.allCases.map(\.rawValue)))
        return nil
    }

    func flag(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        switch node.content {
        case .scalar("true", isQuoted: false): return true
        case .scalar("false", isQuoted: false): return false
        default:
            context.error(node.mark, "'\(key)' must be true or false")
            return nil
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        number(key, in: range, shape: "a number", show: { "\($0)" }, parse: { QuantityText.integer($0) })
    }

    func size(_ key: String, in range: ClosedRange<Int>) -> Int? {
        number(
            key,
            in: range,
            shape: "a size such as 10MiB or 4096",
            show: { QuantityText.render(bytes: $0) },
            parse: { QuantityText.size($0) }
        )
    }

    func duration(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        number(
            key,
            in: range,
            shape: "a duration such as 15m or 1h30m",
            show: QuantityText.render,
            parse: { QuantityText.duration($0) }
        )
    }

    /// A rate such as `100/15m`, or `off`.
    func rate(_ key: String) -> LimitsSettings.Setting<Rate>? {
        guard let node = node(key) else { return nil }
        if case .scalar(let text, _) = node.content {
            if text == "off" { return .off }
            if let rate = Rate(text) { return .at(rate) }
        }
        context.error(node.mark, "'\(key)' must be a rate such as 100/15m, or off")
        return nil
    }

    private func number<Value: Comparable>(
        _ key: String,
        in range: ClosedRange<Value>,
        shape: String,
        show: (Value) -> String,
        parse: (String) -> Value?
    ) -> Value? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text, _) = node.content, let value = parse(text) else {
            context.error(node.mark, "'\(key)' must be \(shape)")
            return nil
        }
        guard range.contains(value) else {
            context.error(
                node.mark,
                "'\(key)' must lie between \(show(range.lowerBound)) and \(show(range.upperBound))"
            )
            return nil
        }
        return value
    }
}

extension ReadingContext {
    /// One line of text.
    func text(_ node: YAMLNode, _ what: String, maximum: Int = 256) -> String? {
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            if case .refused = node.content { return nil }
            error(node.mark, "\(what) must be text, not \(node.kindName)")
            return nil
        }
        guard !text.isEmpty else {
            error(node.mark, "\(what) must not be empty")
            return nil
        }
        guard text.utf8.count <= maximum else {
            error(node.mark, "\(what) may have at most \(maximum) bytes")
            return nil
        }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            error(node.mark, "\(what) must be one line without control characters")
            return nil
        }
        if SecretTemplate.mentionsVariable(text) {
            warn(node.mark, "variables are expanded in secrets only; \(what) keeps \(Wording.quoted(text)) as it is")
        }
        return text
    }
}
