import Testing

@testable import Core

@Suite("Signatures and their keys")
struct SignatureTests {
    static let pairs: [(SignatureAlgorithm, private: [UInt8], public: [UInt8])] = [
        (.es256, TestKeys.p256PrivatePEM, TestKeys.p256PublicPEM),
        (.edDSA, TestKeys.ed25519PrivatePEM, TestKeys.ed25519PublicPEM),
    ]

    @Test("What a private key signs its public key verifies, and nothing else", arguments: [0, 1, 2])
    func roundTrip(index: Int) throws {
        let fixture = try TLSFixture.shared()
        let (algorithm, privatePEM, publicPEM) =
            (Self.pairs + [(.rs256, fixture.rsaPrivatePEM, fixture.rsaPublicPEM)])[index]
        let message = Array("message".utf8)
        let signature = try SigningKey(pem: privatePEM.span, algorithm: algorithm).sign(message.span)
        func verifies(_ signature: [UInt8], of message: String = "message", by pem: [UInt8]? = nil) throws -> Bool {
            let pem = pem ?? publicPEM
            return try VerificationKey(pem: pem.span, algorithm: algorithm)
                .verifies(signature.span, of: Array(message.utf8).span)
        }
        #expect(try verifies(signature))
        #expect(try verifies(signature, by: privatePEM))
        #expect(try !verifies(signature, of: "massage"))
        #expect(try !verifies(signature + [0]))
        for index in signature.indices {
            var damaged = signature
            damaged[index] ^= 0x10
            #expect(try !verifies(damaged))
            #expect(try !verifies(Array(signature[..<index])))
        }
    }

    @Test("A key serves its own algorithm only")
    func wrongKinds() throws {
        let fixture = try TLSFixture.shared()
        let publicPEMs: [SignatureAlgorithm: [UInt8]] = [
            .rs256: fixture.rsaPublicPEM, .es256: TestKeys.p256PublicPEM, .edDSA: TestKeys.ed25519PublicPEM,
        ]
        for (kind, pem) in publicPEMs {
            for algorithm in SignatureAlgorithm.allCases {
                let expected: KeyError? = kind == algorithm ? nil : .wrongKind(expected: algorithm.keyKind)
                #expect(Self.failure(pem, algorithm) == expected)
            }
        }
        #expect(
            Self.failure(fixture.shortRSAPrivatePEM, .rs256)
                == .wrongKind(expected: "an RSA key of at least 2048 bits")
        )
        #expect(Self.failure(fixture.certificatePEM, .es256) == nil)
        #expect(Self.failure(fixture.encryptedPEM, .es256) == .unreadable)
        #expect(Self.failure(Array("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----".utf8), .es256) == .unreadable)
        #expect(Self.failure([], .es256) == .unreadable)
        let publicPEM = TestKeys.p256PublicPEM
        #expect(throws: KeyError.unreadable) { try SigningKey(pem: publicPEM.span, algorithm: .es256) }
    }

    @Test("PEM damaged at any byte or cut anywhere never crashes")
    func damagedPEM() {
        for pem in [TestKeys.p256PrivatePEM, TestKeys.ed25519PublicPEM] {
            for index in pem.indices {
                var damaged = pem
                damaged[index] ^= 0x04
                _ = Self.failure(damaged, .es256)
                _ = Self.failure(Array(pem[..<index]), .es256)
            }
        }
    }

    private static func failure(_ pem: [UInt8], _ algorithm: SignatureAlgorithm) -> KeyError? {
        do {
            _ = try VerificationKey(pem: pem.span, algorithm: algorithm)
            return nil
        } catch {
            return error
        }
    }

    static let forms: [(pair: String, structure: String)] = [
        (
            String(repeating: "7f", count: 32) + String(repeating: "01", count: 32),
            "30440220" + String(repeating: "7f", count: 32) + "0220" + String(repeating: "01", count: 32)
        ),
        (
            String(repeating: "80", count: 32) + String(repeating: "ff", count: 32),
            "3046022100" + String(repeating: "80", count: 32) + "022100" + String(repeating: "ff", count: 32)
        ),
        (String(repeating: "00", count: 31) + "01" + String(repeating: "00", count: 32), "3006020101020100"),
        (
            String(repeating: "00", count: 31) + "80" + "00" + "9a" + String(repeating: "00", count: 30),
            "302602020080" + "0220" + "009a" + String(repeating: "00", count: 30)
        ),
    ]

    @Test("The two forms of an ECDSA signature", arguments: forms)
    func ecdsaForms(pair: String, structure: String) {
        #expect(Self.structure(TestKeys.hex(pair)) == structure)
        let bytes = TestKeys.hex(structure)
        #expect(Self.pair(bytes) == pair)
        for end in bytes.indices {
            #expect(Self.pair(Array(bytes[..<end])) == nil)
        }
        #expect(Self.pair(bytes + [0]) == nil)
    }

    @Test(
        "Structures that are none",
        arguments: [
            "", "30", "3000", "3003020101", "3106020101020101", "3006030101020101", "3006020181020101", "3004020101020",
            "30060200020200ff", "3026022201" + String(repeating: "00", count: 33) + "02",
        ]
    )
    func badStructures(hex: String) {
        #expect(Self.pair(TestKeys.hex(hex)) == nil)
    }

    private static func structure(_ pair: [UInt8]) -> String? {
        ECDSASignature.structure(ofPair: pair.span).map { Hex.encode($0) }
    }

    private static func pair(_ structure: [UInt8]) -> String? {
        ECDSASignature.pair(ofStructure: structure.span).map { Hex.encode($0) }
    }
}
