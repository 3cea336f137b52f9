import Testing

@testable import Core

@Suite("JSON web tokens: what is believed")
struct JWTVerifierTests {
    static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    static let now = 1_700_000_000.0

    /// A token of any header and payload, signed by HS256.
    static func token(
        _ payload: String,
        header: String = #"{"alg":"HS256"}"#,
        secret: [UInt8] = JWTVerifierTests.secret
    ) -> String {
        let signed = Base64.encode(Array(header.utf8), .url) + "." + Base64.encode(Array(payload.utf8), .url)
        return signed + "." + Base64.encode(HMACKey(secret).authenticate(Array(signed.utf8)), .url)
    }

    static func outcome(
        _ token: String,
        _ rules: JWTRules = JWTRules(leeway: 10),
        keys: [JWTKey]? = nil
    ) throws -> Result<JWTClaims, JWTFailure> {
        let verifier = JWTVerifier(keys: try keys ?? [JWTKey(algorithm: .hs256, key: secret)], rules: rules)
        do throws(JWTFailure) {
            return .success(try verifier.verify(token, nowUnixSeconds: now))
        } catch {
            return .failure(error)
        }
    }

    static let payloads: [(payload: String, outcome: Result<JWTClaims, JWTFailure>)] = [
        (#"{"sub":"u1"}"#, .success(JWTClaims(subject: "u1"))),
        (
            #"{"sub":"u1","role":"admin","name":"Ann","email":"a@b.example","exp":1700000001}"#,
            .success(JWTClaims(subject: "u1", role: "admin", name: "Ann", email: "a@b.example", expiry: 1_700_000_001))
        ),
        (#"{"sub":"u1","role":7,"name":null,"email":[]}"#, .success(JWTClaims(subject: "u1", role: ""))),
        (#"{"sub":"u1","role":null}"#, .success(JWTClaims(subject: "u1"))),
        (#"{"sub":42}"#, .success(JWTClaims(subject: "42"))),
        (#"{"sub":-7}"#, .success(JWTClaims(subject: "-7"))),
        (#"{"sub":42.0}"#, .failure(.missingSubject)),
        (#"{"sub":99999999999999999999}"#, .failure(.missingSubject)),
        (#"{"sub":""}"#, .failure(.missingSubject)),
        (#"{"sub":true}"#, .failure(.missingSubject)),
        (#"{"sub":null}"#, .failure(.missingSubject)),
        ("{}", .failure(.missingSubject)),
        (#"{"sub":"u1","exp":1699999990}"#, .failure(.expired)),
        (#"{"sub":"u1","exp":1699999990.5}"#, .success(JWTClaims(subject: "u1", expiry: 1_699_999_990.5))),
        (#"{"sub":"u1","exp":1.6999999905e9}"#, .success(JWTClaims(subject: "u1", expiry: 1_699_999_990.5))),
        (#"{"sub":"u1","exp":0}"#, .failure(.expired)),
        (#"{"sub":"u1","exp":-1}"#, .failure(.expired)),
        (#"{"sub":"u1","exp":1e999}"#, .failure(.malformed)),
        (#"{"sub":"u1","exp":"1700000001"}"#, .failure(.malformed)),
        (#"{"sub":"u1","exp":null}"#, .failure(.malformed)),
        (#"{"sub":"u1","nbf":1700000010}"#, .success(JWTClaims(subject: "u1"))),
        (#"{"sub":"u1","nbf":1700000010.5}"#, .failure(.notYetValid)),
        (#"{"sub":"u1","nbf":[]}"#, .failure(.malformed)),
        (#"{"sub":"u1","iat":"whenever","jti":9}"#, .success(JWTClaims(subject: "u1"))),
        (#"{"sub":"u1","sub":"u2"}"#, .failure(.malformed)),
        (#"{"sub":"u1","exp":1700000001,"\u0065xp":1800000000}"#, .failure(.malformed)),
        (#"{"sub":"u1","x":1,"x":2}"#, .success(JWTClaims(subject: "u1"))),
        (#"["sub"]"#, .failure(.malformed)),
        (#"{"sub":"u1"} x"#, .failure(.malformed)),
        ("", .failure(.malformed)),
        (
            #"{"sub":"u1","x":"# + String(repeating: "[", count: 20) + String(repeating: "]", count: 20) + "}",
            .failure(.malformed)
        ),
    ]

    @Test("Payloads", arguments: payloads.indices)
    func payload(index: Int) throws {
        let (payload, expected) = Self.payloads[index]
        #expect(try Self.outcome(Self.token(payload)) == expected, "\(payload)")
    }

    static let headers: [(header: String, failure: JWTFailure?)] = [
        (#"{"alg":"HS256","typ":"JWT"}"#, nil),
        (#"{"typ":"JWT","alg":"HS256","jwk":{"kty":"oct","k":"AA"},"jku":"http://x.example"}"#, nil),
        (#"{"alg":"HS256","kid":"any"}"#, nil),
        (#"{"alg":"none"}"#, .algorithmNotAllowed),
        (#"{"alg":"None"}"#, .algorithmNotAllowed),
        (#"{"alg":"hs256"}"#, .algorithmNotAllowed),
        (#"{"alg":"HS384"}"#, .algorithmNotAllowed),
        (#"{"alg":"RS256"}"#, .algorithmNotAllowed),
        (#"{"alg":"PS256"}"#, .algorithmNotAllowed),
        (#"{"alg":""}"#, .algorithmNotAllowed),
        (#"{"alg":256}"#, .malformed),
        (#"{"typ":"JWT"}"#, .malformed),
        (#"{"alg":"HS256","alg":"HS256"}"#, .malformed),
        (#"{"alg":"none","alg":"HS256"}"#, .malformed),
        (#"{"alg":"HS256","kid":7}"#, .malformed),
        (#"{"alg":"HS256","kid":null}"#, .malformed),
        (#"{"alg":"HS256","crit":["b64"],"b64":false}"#, .criticalHeader),
        (#"{"alg":"HS256","crit":[]}"#, .criticalHeader),
        (#"{"alg":"HS256","crit":null}"#, .criticalHeader),
        (#""HS256""#, .malformed),
        ("{", .malformed),
        ("", .malformed),
    ]

    @Test("Headers", arguments: headers)
    func header(header: String, failure: JWTFailure?) throws {
        let outcome = try Self.outcome(Self.token(#"{"sub":"u1"}"#, header: header))
        #expect(outcome == (failure.map { .failure($0) } ?? .success(JWTClaims(subject: "u1"))))
    }

    @Test("Issuer and audience")
    func parties() throws {
        let rules = JWTRules(issuer: "https://id.example", audience: "chat")
        let cases: [(String, JWTFailure?)] = [
            (#"{"sub":"u","iss":"https://id.example","aud":"chat"}"#, nil),
            (#"{"sub":"u","iss":"https://id.example","aud":["shop","chat"]}"#, nil),
            (#"{"sub":"u","iss":"https://id.example","aud":["shop",7]}"#, .wrongAudience),
            (#"{"sub":"u","iss":"https://id.example","aud":[]}"#, .wrongAudience),
            (#"{"sub":"u","iss":"https://id.example","aud":"chats"}"#, .wrongAudience),
            (#"{"sub":"u","iss":"https://id.example","aud":{"chat":1}}"#, .wrongAudience),
            (#"{"sub":"u","iss":"https://id.example"}"#, .wrongAudience),
            (#"{"sub":"u","iss":"https://id.example/","aud":"chat"}"#, .wrongIssuer),
            (#"{"sub":"u","iss":["https://id.example"],"aud":"chat"}"#, .wrongIssuer),
            (#"{"sub":"u","aud":"chat"}"#, .wrongIssuer),
        ]
        for (payload, failure) in cases {
            let expected =
                failure.map { Result<JWTClaims, JWTFailure>.failure($0) } ?? .success(JWTClaims(subject: "u"))
            #expect(try Self.outcome(Self.token(payload), rules) == expected, "\(payload)")
        }
        let unasked = try Self.outcome(Self.token(#"{"sub":"u","iss":"x","aud":"y"}"#))
        #expect(unasked == .success(JWTClaims(subject: "u")))
    }

    @Test("Expiry on demand, and other names for the claims")
    func rules() throws {
        let strict = JWTRules(requiresExpiry: true)
        #expect(try Self.outcome(Self.token(#"{"sub":"u"}"#), strict) == .failure(.missingExpiry))
        let renamed = JWTRules(
            subjectClaim: "user_id",
            roleClaim: "https://acme.example/role",
            nameClaim: "given_name",
            emailClaim: "user_id"
        )
        let payload = #"{"sub":"no","user_id":"u@x.example","https://acme.example/role":"support","given_name":"U"}"#
        let claims = JWTClaims(subject: "u@x.example", role: "support", name: "U", email: "u@x.example")
        #expect(try Self.outcome(Self.token(payload), renamed) == .success(claims))
    }

    @Test("The key is selected by its name and serves its algorithm only")
    func keySelection() throws {
        let other = Array("another secret, of thirty-two bytes".utf8)
        let keys = [
            try JWTKey(id: "old", algorithm: .hs256, key: other),
            try JWTKey(id: "new", algorithm: .hs256, key: Self.secret),
            try JWTKey(id: "pair", algorithm: .es256, key: TestKeys.p256PublicPEM),
        ]
        let cases: [(header: String, failure: JWTFailure?)] = [
            (#"{"alg":"HS256"}"#, nil),
            (#"{"alg":"HS256","kid":"new"}"#, nil),
            (#"{"alg":"HS256","kid":"old"}"#, .badSignature),
            (#"{"alg":"HS256","kid":"third"}"#, .unknownKey),
            (#"{"alg":"HS256","kid":"pair"}"#, .algorithmNotAllowed),
            (#"{"alg":"ES256","kid":"new"}"#, .algorithmNotAllowed),
            (#"{"alg":"ES256","kid":"pair"}"#, .badSignature),
            (#"{"alg":"EdDSA"}"#, .algorithmNotAllowed),
        ]
        for (header, failure) in cases {
            let outcome = try Self.outcome(Self.token(#"{"sub":"u"}"#, header: header), keys: keys)
            #expect(outcome == (failure.map { .failure($0) } ?? .success(JWTClaims(subject: "u"))), "\(header)")
        }
        // Signed with the public key as if it were a secret.
        let confused = Self.token(
            #"{"sub":"u"}"#,
            header: #"{"alg":"HS256","kid":"pair"}"#,
            secret: TestKeys.p256PublicPEM
        )
        #expect(try Self.outcome(confused, keys: keys) == .failure(.algorithmNotAllowed))
        #expect(try Self.outcome(confused, keys: []) == .failure(.unknownKey))
    }

    @Test("Keys of no use are refused when they are configured")
    func badKeys() throws {
        #expect(throws: KeyError.unreadable) { try JWTKey(algorithm: .hs256, key: []) }
        #expect(throws: KeyError.wrongKind(expected: "a shared secret")) {
            try JWTKey(algorithm: .hs256, key: TestKeys.p256PublicPEM)
        }
        #expect(throws: KeyError.unreadable) { try JWTKey(algorithm: .rs256, key: Self.secret) }
        #expect(throws: KeyError.wrongKind(expected: "an Ed25519 key")) {
            try JWTKey(algorithm: .edDSA, key: TestKeys.p256PublicPEM)
        }
        #expect(try JWTKey(algorithm: .hs256, key: Array("short".utf8)).isWeak)
        #expect(try JWTKey(algorithm: .hs512, key: Self.secret).isWeak)
        #expect(try !JWTKey(algorithm: .hs256, key: Self.secret).isWeak)
    }
}
