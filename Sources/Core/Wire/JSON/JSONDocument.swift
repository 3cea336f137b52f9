/// A JSON text that was validated whole; its values are decoded only when asked for. Immutable, so any thread may read
/// it and its values keep it alive.
package final class JSONDocument: Sendable {
    /// The text as it came.
    package let bytes: [UInt8]
    let tape: [JSONTape.Entry]

    /// Validates a text. Nesting deeper than `maxDepth` is refused as `.tooDeep` as soon as it is met, even if the text
    /// is wrong further on.
    package init(parsing bytes: consuming [UInt8], maxDepth: Int = 64) throws(JSONError) {
        tape = try JSONParser.parse(bytes.span, maxDepth: maxDepth)
        self.bytes = bytes
    }

    /// Validates a copy of a text.
    package convenience init(copying bytes: Span<UInt8>, maxDepth: Int = 64) throws(JSONError) {
        var copy: [UInt8] = []
        copy.append(bytes: bytes)
        try self.init(parsing: copy, maxDepth: maxDepth)
    }

    /// The outermost value.
    package var root: JSONValue {
        JSONValue(document: self, index: 0)
    }
}
