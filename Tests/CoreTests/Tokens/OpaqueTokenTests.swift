import Testing

@testable import Core

@Suite("Opaque tokens")
struct OpaqueTokenTests {
    /// Gives the same byte for ever.
    struct Constant: RandomSource {
        var byte: UInt8

        func bytes(count: Int) -> [UInt8] {
            Array(repeating: byte, count: count)
        }

        func nextUInt64() -> UInt64 {
            UInt64(byte)
        }
    }

    @Test("A minted token is the random bytes behind its prefix")
    func minted() {
        #expect(OpaqueToken.mint(random: Constant(byte: 0)) == "gwt_" + String(repeating: "A", count: 43))
        #expect(OpaqueToken.mint(random: Constant(byte: 255)) == "gwt_" + String(repeating: "_", count: 42) + "8")
        let random = SeededRandom(seed: 7)
        #expect(OpaqueToken.mint(random: random) != OpaqueToken.mint(random: random))
    }

    @Test("A token matches its digest and no other")
    func digest() {
        let token = OpaqueToken.mint(random: SeededRandom(seed: 1))
        let digest = OpaqueToken.digest(of: token)
        #expect(digest == SHA256.digest(of: Array(token.utf8)))
        #expect(OpaqueToken.matches(token, digest: digest))
        #expect(!OpaqueToken.matches(token + "A", digest: digest))
        #expect(!OpaqueToken.matches("", digest: digest))
        #expect(!OpaqueToken.matches(token, digest: []))
        for index in digest.indices {
            var damaged = digest
            damaged[index] ^= 1
            #expect(!OpaqueToken.matches(token, digest: damaged))
        }
    }

    @Test("The form of a token")
    func form() {
        let token = OpaqueToken.mint(random: SeededRandom(seed: 1))
        #expect(OpaqueToken.hasForm(token))
        for other in [
            "", "gwt_", "jane-token", token + "A", String(token.dropLast()), "gwt_" + String(repeating: "+", count: 43),
        ] {
            #expect(!OpaqueToken.hasForm(other))
        }
    }
}
