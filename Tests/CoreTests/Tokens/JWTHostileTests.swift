import Testing

@testable import Core

@Suite("JSON web tokens: what is refused")
struct JWTHostileTests {
    /// One token of every algorithm, with its verifier.
    static func samples() throws -> [(token: String, verifier: JWTVerifier)] {
        try outcome.get()
    }

    private static let outcome = Result { try makeSamples() }

    private static func makeSamples() throws -> [(token: String, verifier: JWTVerifier)] {
        let fixture = try TLSFixture.shared()
        let secret = JWTVerifierTests.secret
        let keys: [(JWTAlgorithm, signing: [UInt8], verifying: [UInt8])] = [
            (.hs256, secret, secret), (.hs384, secret, secret), (.hs512, secret, secret),
            (.rs256, fixture.rsaPrivatePEM, fixture.rsaPublicPEM),
            (.es256, TestKeys.p256PrivatePEM, TestKeys.p256PublicPEM),
            (.edDSA, TestKeys.ed25519PrivatePEM, TestKeys.ed25519PublicPEM),
        ]
        let rules = JWTRules(issuer: "i", audience: "a")
        return try keys.map { algorithm, signing, verifying in
            let minter = try JWTMinter(id: "k", algorithm: algorithm, key: signing)
            let token = try minter.mint(claims, rules: rules, issuedAt: 1)
            let key = try JWTKey(id: "k", algorithm: algorithm, key: verifying)
            return (token, JWTVerifier(keys: [key], rules: rules))
        }
    }

    static let claims = JWTClaims(
        subject: "u\"1",
        role: "admin",
        name: "Ann Löw",
        email: "a@b.example",
        expiry: 2_000_000_000
    )

    @Test("A minted token is believed", arguments: 0..<6)
    func minted(index: Int) throws {
        let (token, verifier) = try Self.samples()[index]
        #expect(try verifier.verify(token, nowUnixSeconds: 5) == Self.claims)
        #expect(JWTVerifier.hasForm(token))
    }

    @Test("A token changed at any byte is not, nor one that was cut", arguments: 0..<6)
    func tampered(index: Int) throws {
        let (token, verifier) = try Self.samples()[index]
        let bytes = Array(token.utf8)
        for index in bytes.indices {
            for replacement in [bytes[index] ^ 1, UInt8(ascii: "A"), UInt8(ascii: "."), UInt8(ascii: "="), 0x80]
            where replacement != bytes[index] {
                var changed = bytes
                changed[index] = replacement
                #expect(Self.failure(changed, verifier) != nil, "byte \(index) as \(replacement)")
            }
            #expect(Self.failure(Array(bytes[..<index]), verifier) != nil)
        }
        #expect(Self.failure(bytes + Array("A".utf8), verifier) != nil)
    }

    @Test(
        "Shapes that are none",
        arguments: [
            "", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiJ9..",
            "eyJhbGciOiJIUzI1NiJ9.e30.e30.e30.e30", "eyJhbGciOiJIUzI1NiJ9.e30.AA==", "eyJhbGciOiJIUzI1NiJ9 .e30.AAAA",
            "eyJhbGciOiJIUzI1NiJ9.e30.AB", "eyJhbGciOiJIUzI1NiJ9.e30.A+/A", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        ]
    )
    func shapes(token: String) throws {
        for sample in try Self.samples() {
            let failure = try #require(Self.failure(Array(token.utf8), sample.verifier))
            #expect([.malformed, .algorithmNotAllowed, .badSignature].contains(failure))
        }
    }

    @Test("The length is bounded, to the byte")
    func length() throws {
        func token(padding: Int) -> String {
            JWTVerifierTests.token(#"{"sub":"u","x":""# + String(repeating: "x", count: padding) + #""}"#)
        }
        let fitting = (5_900..<6_200).last { token(padding: $0).utf8.count <= JWTVerifier.maximumLength } ?? 0
        #expect(token(padding: fitting).utf8.count > JWTVerifier.maximumLength - 2)
        #expect(try JWTVerifierTests.outcome(token(padding: fitting)) == .success(JWTClaims(subject: "u")))
        #expect(try JWTVerifierTests.outcome(token(padding: fitting + 1)) == .failure(.tooLong))
    }

    @Test("The signature is judged before the payload")
    func order() throws {
        let token = JWTVerifierTests.token("not JSON", secret: [1])
        #expect(try JWTVerifierTests.outcome(token) == .failure(.badSignature))
    }

    @Test(
        "What has a token's form",
        arguments: [
            ("eyJ.a.b", true), ("ewo.a.b", true), ("gwt_a.b.c", false), ("eyJ.a", false), ("eyJ.a.b.c", false),
            ("ey", false), ("", false),
        ]
    )
    func form(credential: String, isToken: Bool) {
        #expect(JWTVerifier.hasForm(credential) == isToken)
    }

    @Test("Two claims under one name are written once")
    func sharedName() throws {
        let rules = JWTRules(subjectClaim: "email")
        let secret = JWTVerifierTests.secret
        let claims = JWTClaims(subject: "u@x.example", email: "u@x.example")
        let token = try JWTMinter(algorithm: .hs256, key: secret).mint(claims, rules: rules, issuedAt: 0)
        #expect(try JWTVerifierTests.outcome(token, rules) == .success(claims))
    }

    private static func failure(_ token: [UInt8], _ verifier: JWTVerifier) -> JWTFailure? {
        do throws(JWTFailure) {
            _ = try verifier.verify(token.span, nowUnixSeconds: 5)
            return nil
        } catch {
            return error
        }
    }
}
