extension String {
    /// Whether both are the same bytes. `==` also takes for equal what only looks alike: `é` as one character and as two.
    /// Whoever tells people apart by their ids must not.
    package func isExactly(_ other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}

/// A text that is equal to nothing but the same bytes: for ids as keys of a table.
package struct ExactString: Hashable, Sendable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (one: ExactString, other: ExactString) -> Bool { one.text.isExactly(other.text) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
