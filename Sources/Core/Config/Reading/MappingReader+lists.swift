extension MappingReader {
    /// The items of a list.
    func list(_ key: String) -> [YAMLNode]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let items) = node.content else {
            context.error(node.mark, "'\(key)' must be a list, not \(node.kindName)")
            return nil
        }
        return items
    }

    /// The items of a list, or none: for a second look at a key that has been read and, if need be, reported.
    func itemsAgain(_ key: String) -> [YAMLNode] {
        guard case .sequence(let items)? = entries[key]?.value.content else { return [] }
        return items
    }

    /// Reports a list without items.
    func refuseEmptyList(_ key: String) {
        guard case .sequence([])? = entries[key]?.value.content else { return }
        context.error(valueMark(key), "'\(key)' must not be empty; leave it out")
    }

    /// The items of a list that the given function accepts; it reports those it refuses. Doubles are refused here.
    func values<Value: Hashable>(_ key: String, _ read: (YAMLNode, String) -> Value?) -> [Value]? {
        guard let items = list(key) else { return nil }
        var values: [Value] = []
        for item in items {
            guard let text = context.text(item, "each of '\(key)'", maximum: 1024), let value = read(item, text) else {
                continue
            }
            if values.contains(value) {
                context.error(item.mark, "\(Wording.quoted(text)) stands twice in '\(key)'")
            } else {
                values.append(value)
            }
        }
        return values
    }

    func addressBlocks(_ key: String) -> [AddressBlock]? {
        values(key) { item, text in
            if let range = AddressBlock(text) { return range }
            context.error(item.mark, "\(Wording.quoted(text)) is not an address range such as 10.0.0.0/8 or ::1/128")
            return nil
        }
    }

    func hosts(_ key: String) -> [String]? {
        values(key) { item, text in
            let (host, problem) = ConfigForm.host(text)
            if host == nil { context.error(item.mark, "\(Wording.quoted(text)) is not a host: \(problem)") }
            return host
        }
    }
}
