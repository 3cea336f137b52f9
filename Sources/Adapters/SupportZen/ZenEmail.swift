/// What both SupportZen dialects take for an e-mail.
package enum ZenEmail {
    /// One `@` with something on both sides, no spaces or control characters, at most 254 bytes (RFC 5321, 4.5.3.1.3).
    package static func isValid(_ text: String) -> Bool {
        guard text.utf8.count <= 254, let at = text.utf8.firstIndex(of: UInt8(ascii: "@")),
            at != text.utf8.startIndex, text.utf8.index(after: at) != text.utf8.endIndex,
            text.utf8.lastIndex(of: UInt8(ascii: "@")) == at
        else { return false }
        return text.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control
        }
    }
}
