import Testing

@testable import Core

@Suite("Signed URLs")
struct SignedURLTests {
    static let key = HMACKey(Array("key".utf8))

    /// The values of `exp` and `sig`.
    static func values(path: String = "/files/1", expiry: Int64 = 1_000) throws -> (expiry: String, signature: String) {
        let query = SignedURL.query(path: path, expiry: expiry, key: key)
        let parts = query.split(separator: "&")
        try #require(parts.count == 2 && parts[0].hasPrefix("exp=") && parts[1].hasPrefix("sig="))
        return (String(parts[0].dropFirst(4)), String(parts[1].dropFirst(4)))
    }

    static func verdict(
        _ values: (expiry: String, signature: String),
        path: String = "/files/1",
        now: Int64 = 0
    ) -> SignedURL.Verdict {
        SignedURL.verify(
            path: path,
            expiry: values.expiry,
            signature: values.signature,
            nowUnixSeconds: now,
            key: key
        )
    }

    @Test("The query shows the expiry and 192 bits of signature")
    func query() throws {
        let code = Self.key.authenticate(Array("1000\n/files/1".utf8))
        #expect(
            SignedURL.query(path: "/files/1", expiry: 1_000, key: Self.key)
                == "exp=1000&sig=" + Base64.encode(Array(code[..<24]), .url)
        )
    }

    @Test("It opens its path until it expires")
    func lifetime() throws {
        let values = try Self.values()
        #expect(Self.verdict(values) == .valid)
        #expect(Self.verdict(values, now: 999) == .valid)
        #expect(Self.verdict(values, now: 1_000) == .expired)
        #expect(Self.verdict(values, path: "/files/2") == .invalid)
        #expect(Self.verdict(values, path: "") == .invalid)
        let never = try Self.values(expiry: -5)
        #expect(never.expiry == "0")
        #expect(Self.verdict(never) == .expired)
    }

    @Test("Any other expiry or signature opens nothing")
    func tampered() throws {
        let values = try Self.values()
        for expiry in ["", "1001", "01000", "+1000", "1000 ", "1e3", "-1000", "99999999999999999999", "1000\n"] {
            #expect(Self.verdict((expiry, values.signature), now: 1_000) == .invalid)
        }
        let bytes = Array(values.signature.utf8)
        for index in bytes.indices {
            for replacement in [bytes[index] ^ 1, UInt8(ascii: "="), UInt8(ascii: "A")]
            where replacement != bytes[index] {
                var changed = bytes
                changed[index] = replacement
                #expect(Self.verdict((values.expiry, String(decoding: changed, as: UTF8.self))) == .invalid)
            }
            #expect(Self.verdict((values.expiry, String(decoding: bytes[..<index], as: UTF8.self))) == .invalid)
        }
        #expect(Self.verdict((values.expiry, values.signature + "AAAA")) == .invalid)
    }

    @Test("Another key is another signature")
    func otherKey() throws {
        let values = try Self.values()
        let verdict = SignedURL.verify(
            path: "/files/1",
            expiry: values.expiry,
            signature: values.signature,
            nowUnixSeconds: 0,
            key: HMACKey(Array("other".utf8))
        )
        #expect(verdict == .invalid)
    }
}
