import Testing

@testable import Core

@Suite("Hex, Base64 and percent-encoding")
struct TextCodingTests {
    @Test func hex() {
        #expect(Hex.encode([0x00, 0x9F, 0xFF]) == "009fff")
        #expect(Hex.decode("009fFF") == [0x00, 0x9F, 0xFF])
        #expect(Hex.decode("") == [])
        for wrong in ["0", "0g", "g0", " 0", "0x"] {
            #expect(Hex.decode(wrong) == nil)
        }
        let all = Array(UInt8.min...UInt8.max)
        #expect(Hex.decode(Hex.encode(all)) == all)
    }

    @Test(
        "RFC 4648 10",
        arguments: [
            ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
            ("foob", "Zm9vYg==", "Zm9vYg"),
            ("fooba", "Zm9vYmE=", "Zm9vYmE"), ("foobar", "Zm9vYmFy", "Zm9vYmFy"),
        ]
    )
    func base64(_ text: String, _ padded: String, _ bare: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == padded)
        #expect(Base64.encode(bytes, .url) == bare)
        #expect(Base64.encode(bytes, .standard, padded: false) == bare)
        #expect(Base64.encode(bytes, .url, padded: true) == padded)
        #expect(Base64.decode(padded) == bytes)
        #expect(Base64.decode(bare) == bytes)
        #expect(Base64.decode(padded, padding: .required) == bytes)
        #expect(Base64.decode(bare, .url, padding: .forbidden) == bytes)
        #expect(Base64.decode(bare, padding: .required) == (padded == bare ? bytes : nil))
        #expect(Base64.decode(padded, padding: .forbidden) == (padded == bare ? bytes : nil))
    }

    @Test func base64Alphabets() {
        #expect(Base64.encode([0xFB, 0xFF, 0xFE]) == "+//+")
        #expect(Base64.encode([0xFB, 0xFF, 0xFE], .url) == "-__-")
        #expect(Base64.decode("+//+", .url) == nil)
        #expect(Base64.decode("-__-") == nil)
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, .url), .url) == bytes)
        }
    }

    @Test(
        "refused Base64",
        arguments: [
            "Z", "Zg=", "Zg===", "Z===", "=", "==", "====", "Zm9v=", "Zm9vYg=a", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n",
            "Z\u{E9}==", "Zg==Zg==",
        ]
    )
    func refusedBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(
        "percent-decoding",
        arguments: [
            ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("%2F%2f", "//"), ("%252F", "%2F"), ("%C3%A9", "\u{E9}"),
            ("a+b", "a+b"), ("%", nil), ("%2", nil),
            ("%2G", nil), ("%G2", nil), ("a%", nil), ("%%20", nil), ("%00", "\0"),
        ] as [(String, String?)]
    )
    func percentDecoding(_ text: String, _ expected: String?) {
        #expect(decoded(text) == expected.map { Array($0.utf8) })
    }

    private func decoded(_ text: String) -> [UInt8]? {
        PercentCoding.decode(Array(text.utf8).span)
    }

    private func decodedString(_ text: String, plusIsSpace: Bool = false) -> String? {
        PercentCoding.decodeString(Array(text.utf8).span, plusIsSpace: plusIsSpace)
    }

    @Test func percentDecodingOfForms() {
        #expect(decodedString("a+b%2B", plusIsSpace: true) == "a b+")
        #expect(decodedString("%FF") == nil)
        #expect(decoded("%FF") == [0xFF])
    }

    @Test func percentEncoding() {
        #expect(PercentCoding.encode("a b/\u{E9}?&=+%~:@", for: .path) == "a%20b%2F%C3%A9%3F%26%3D%2B%25~:@")
        #expect(PercentCoding.encode("a b/?&=+:@", for: .query) == "a%20b%2F%3F%26%3D%2B%3A%40")
        let all = String(String.UnicodeScalarView((0..<0x180).compactMap(Unicode.Scalar.init)))
        #expect(decodedString(PercentCoding.encode(all, for: .path)) == all)
    }

    @Test func constantTime() {
        #expect(ConstantTime.equal([], []))
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.equal([0, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2], [1, 2, 3]))
        #expect(ConstantTime.equal("secret", "secret"))
        #expect(!ConstantTime.equal("secret", "Secret"))
    }
}
