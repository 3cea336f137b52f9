import Testing

@testable import Core

@Suite("Digests of contents")
struct ContentDigestTests {
    private static let text = (0..<200).map { UInt8($0) }

    /// The first is the tag of test case 1 of the GCM specification; the others were computed by hand from the
    /// definition in NIST SP 800-38D.
    @Test(
        "AES-128-GMAC under an IV of zeros",
        arguments: [
            ([UInt8](repeating: 0, count: 16), [], "58e2fccefa7e3061367f1d57a4e7455a"),
            (Array(0..<16), [], "7346139595c0b41e497bbde365f42d0a"),
            (Array(0..<16), Array("abc".utf8), "71c97e7265176abb1ea435384743293d"),
            (Array(0..<16), text, "44f502601d679981c36b09e66b23f77c"),
        ] as [([UInt8], [UInt8], String)]
    )
    func tags(key: [UInt8], message: [UInt8], tag: String) {
        var handle = GMACHandle(key: key.span)
        handle.update(message.span)
        #expect(Hex.encode(handle.finish()) == tag)
    }

    @Test("The digest as it is defined")
    func definition() {
        let key = ContentDigestKey(secret: Array("secret".utf8))
        let empty = "6d9595fb8e3d369e3f520ee5f42a0a99770b3c0c771319900a6fd6bb99ae11c2"
        let whole = "1560de0aaa363d612d69b3e3c9077fdb95e4f7847802c0f89289a05828ad12c5"
        #expect(Hex.encode(key.digest(of: [])) == empty)
        #expect(Hex.encode(key.digest(of: Self.text)) == whole)
    }

    @Test("Pieces give the digest of the whole, at every split")
    func pieces() {
        let key = ContentDigestKey(secret: [1, 2, 3])
        let whole = key.digest(of: Self.text)
        for split in 0...Self.text.count {
            var hasher = key.begin()
            hasher.update(Self.text.span.extracting(0..<split))
            hasher.update(Self.text.span.extracting(split..<Self.text.count))
            #expect(hasher.finish() == whole)
        }
    }

    @Test("Lengths, contents and tenants are told apart")
    func differences() {
        let key = ContentDigestKey(secret: [1])
        let other = ContentDigestKey(secret: [2])
        var digests = Set((0..<70).map { key.digest(of: [UInt8](repeating: 0, count: $0)) })
        digests.insert(key.digest(of: [1]))
        digests.insert(other.digest(of: [1]))
        #expect(digests.count == 72)
    }
}
