/// Where something stands in a file: line and column from 1, columns counted in characters.
package struct SourceMark: Sendable, Hashable, Comparable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: SourceMark, right: SourceMark) -> Bool {
        left.line == right.line ? left.column < right.column : left.line < right.line
    }
}

/// One value of a YAML document, with its place, so that every later complaint can point at it.
///
/// Nothing is typed here: a plain `15` and a quoted `"15"` differ only in `isQuoted`. What a scalar means is
/// decided by the key it stands under, never by guessing from its looks.
package struct YAMLNode: Sendable, Equatable {
    /// What a node holds.
    package enum Content: Sendable, Equatable {
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
        /// Something that was refused and already reported (an alias); readers pass over it in silence.
        case refused
    }

    package let content: Content
    package let mark: SourceMark

    package init(_ content: Content, at mark: SourceMark) {
        self.content = content
        self.mark = mark
    }

    /// Whether this is YAML's "nothing": an empty value, `~` or `null`, unquoted.
    package var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// What a person would call this kind of value, for messages.
    package var kindName: String {
        switch content {
        case .scalar: isNull ? "nothing" : "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .refused: "nothing"
        }
    }
}

/// One `key: value` of a mapping, in the order of the file.
package struct YAMLEntry: Sendable, Equatable {
    package let key: String
    package let keyMark: SourceMark
    package let value: YAMLNode

    package init(key: String, keyMark: SourceMark, value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}
