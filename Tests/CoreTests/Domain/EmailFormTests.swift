import Testing

@testable import Core

@Suite("E-mails in one form")
struct EmailFormTests {
    @Test(arguments: [
        ("Kate.O'Neil+News@Example.COM", "kate.o'neil+news@example.com"), ("", ""),
        ("ÄRA@example.com", "ära@example.com"),
        ("МИР@example.com", "мир@example.com"), ("kate@example.com", "kate@example.com"),
    ])
    func caseDoesNotCount(_ email: String, _ folded: String) {
        #expect(EmailForm.folded(email).isExactly(folded))
        #expect(EmailForm.folded(folded).isExactly(folded))
    }

    @Test func whatIsNotASCIINeverBecomesIt() {
        #expect(!EmailForm.folded("\u{212a}ate@example.com").isExactly("kate@example.com"))
        var everyOther = String.UnicodeScalarView()
        everyOther.append(contentsOf: (0x80...0x10_ffff as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init))
        // The capital I with a dot keeps its dot, as a character of its own: no ASCII address has one.
        everyOther.removeAll { $0 == "\u{130}" }
        #expect(EmailForm.folded(String(everyOther)).utf8.allSatisfy { $0 >= 0x80 })
    }
}
