/// Why a text is not the JSON this daemon takes, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Kind: Equatable, Sendable {
        /// Nothing, or nothing but white space.
        case empty
        /// Arrays and objects are nested deeper than the caller allows.
        case tooDeep
        /// The text is longer than the tape can index; see `JSONTape.maximumLength`.
        case tooLarge
        /// The text begins with a byte order mark (RFC 8259 8.1).
        case byteOrderMark
        /// The text ends inside a value.
        case unexpectedEnd
        /// A character stands where the grammar has none like it.
        case unexpectedCharacter
        /// Something follows the value.
        case trailingContent
        /// A number is not written as RFC 8259 6 says.
        case invalidNumber
        /// A string holds a character below U+0020 that is not escaped.
        case controlCharacter
        /// A backslash is followed by something that is no escape.
        case invalidEscape
        /// A `\u` escape names half of a surrogate pair, which no UTF-8 string can hold.
        case loneSurrogate
        /// The text is not UTF-8.
        case invalidUTF8
    }

    package var kind: Kind
    /// The offset in bytes of what is wrong.
    package var offset: Int

    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// A sentence for the client that sent the text; it repeats nothing of the text.
    package var description: String {
        "Invalid JSON at byte \(offset): \(reason)"
    }

    private var reason: String {
        switch kind {
        case .empty: "the text is empty"
        case .tooDeep: "arrays and objects are nested too deeply"
        case .tooLarge: "the text is too long"
        case .byteOrderMark: "the text begins with a byte order mark"
        case .unexpectedEnd: "the text ends too early"
        case .unexpectedCharacter: "unexpected character"
        case .trailingContent: "something follows the value"
        case .invalidNumber: "a number is not well formed"
        case .controlCharacter: "a string holds a control character"
        case .invalidEscape: "a string holds an invalid escape"
        case .loneSurrogate: "a string holds half of a surrogate pair"
        case .invalidUTF8: "the text is not UTF-8"
        }
    }
}
