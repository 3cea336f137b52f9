import Testing

@testable import Core

@Suite("E-mail digests")
struct EmailHMACTests {
    /// RFC 4231, test case 2: the key and the message are as good as any.
    static let bearer = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    @Test("The bearer is the HMAC in hexadecimal digits")
    func vector() {
        #expect(EmailHMAC.bearer(authToken: "Jefe", email: "what do ya want for nothing?") == Self.bearer)
    }

    @Test("64 digits in either case are a digest")
    func recognition() {
        let digest = EmailHMAC.digest(fromBearer: Self.bearer)
        #expect(digest?.count == 32)
        #expect(EmailHMAC.digest(fromBearer: Self.bearer.uppercased()) == digest)
        for other in [
            "", String(Self.bearer.dropLast()), String(Self.bearer.dropLast(2)), Self.bearer + "0", Self.bearer + "00",
            "g" + Self.bearer.dropFirst(), " " + Self.bearer.dropFirst(), "é" + Self.bearer.dropFirst(2),
        ] {
            #expect(EmailHMAC.digest(fromBearer: other) == nil)
        }
    }

    @Test("A pin and a known token accept the one digest")
    func comparison() throws {
        let digest = EmailHMAC.digest(authToken: "t", email: "A@b.example")
        let pin = EmailHMAC.pin(of: digest)
        #expect(pin == SHA256.digest(of: digest))
        #expect(EmailHMAC.matches(digest, pin: pin))
        #expect(EmailHMAC.matches(digest, authToken: "t", email: "A@b.example"))
        // The address counts byte by byte.
        #expect(!EmailHMAC.matches(digest, authToken: "t", email: "a@b.example"))
        #expect(!EmailHMAC.matches(digest, authToken: "T", email: "A@b.example"))
        for index in digest.indices {
            var damaged = digest
            damaged[index] ^= 0x80
            #expect(!EmailHMAC.matches(damaged, pin: pin))
            #expect(!EmailHMAC.matches(damaged, authToken: "t", email: "A@b.example"))
        }
    }
}
