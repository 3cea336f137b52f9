/// What is taken for an e-mail, and the form in which e-mails are compared: their case does not count.
package enum EmailForm {
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

    /// An e-mail in small letters. What is not ASCII stays so: the small letter of U+212A, the Kelvin sign, is "k", and
    /// nobody's address may be taken for another's.
    package static func folded(_ email: String) -> String {
        if email.utf8.allSatisfy({ $0 < 0x80 }) { return email.lowercased() }
        var folded = ""
        for scalar in email.unicodeScalars {
            let small = scalar.properties.lowercaseMapping
            let becomesASCII = !scalar.isASCII && small.utf8.allSatisfy { $0 < 0x80 }
            folded += becomesASCII ? String(scalar) : small
        }
        return folded
    }
}
