import Testing

@testable import Core

/// The examples of RFC 7515 (which RFC 7519 repeats) and RFC 8037.
@Suite("Published JSON web tokens")
struct JWTVectorTests {
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    static let vectors: [(algorithm: JWTAlgorithm, key: [UInt8], header: String, signature: String)] = [
        (
            .hs256, TestKeys.secret, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        ),
        (
            .rs256, TestKeys.rsaPublicPEM, "eyJhbGciOiJSUzI1NiJ9",
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
                + "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
                + "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
                + "wlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        ),
        (
            .es256, TestKeys.p256PublicPEM, "eyJhbGciOiJFUzI1NiJ9",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
    ]

    @Test("RFC 7515, appendices A.1, A.2 and A.3", arguments: vectors.indices)
    func rfc7515(index: Int) throws {
        let vector = Self.vectors[index]
        let token = "\(vector.header).\(Self.payload).\(vector.signature)"
        let verifier = JWTVerifier(
            keys: [try JWTKey(algorithm: vector.algorithm, key: vector.key)],
            rules: JWTRules(issuer: "joe", leeway: 0, subjectClaim: "iss")
        )
        let claims = try verifier.verify(token, nowUnixSeconds: 1_300_819_379)
        #expect(claims == JWTClaims(subject: "joe", expiry: 1_300_819_380))
        #expect(throws: JWTFailure.expired) { try verifier.verify(token, nowUnixSeconds: 1_300_819_380) }
        #expect(JWTVerifier.hasForm(token))
    }

    /// Its payload is no JSON, so the signature alone is right.
    @Test("RFC 8037, appendix A.4")
    func rfc8037() throws {
        let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        let key = try JWTKey(algorithm: .edDSA, key: TestKeys.ed25519PublicPEM)
        #expect(key.accepts(TestKeys.url(signature), of: signed))
        let verifier = JWTVerifier(keys: [key], rules: JWTRules())
        #expect(throws: JWTFailure.malformed) { try verifier.verify("\(signed).\(signature)", nowUnixSeconds: 0) }
        let privatePEM = TestKeys.ed25519PrivatePEM
        let signer = try SigningKey(pem: privatePEM.span, algorithm: .edDSA)
        let message = Array(signed.utf8)
        let ours = try signer.sign(message.span)
        #expect(Base64.encode(ours, .url) == signature)
    }
}

extension JWTKey {
    func accepts(_ signature: [UInt8], of text: String) -> Bool {
        let bytes = Array(text.utf8)
        return verifies(signature, of: bytes.span)
    }
}

extension JWTVerifier {
    static func hasForm(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return hasForm(bytes.span)
    }
}
