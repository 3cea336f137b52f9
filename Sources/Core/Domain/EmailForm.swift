/// The form in which e-mails are compared: their case does not count.
package enum EmailForm {
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
