/// Makes JSON web tokens that a verifier with the same rules and the key's other half accepts.
package struct JWTMinter: Sendable {
    private enum Material: Sendable {
        case secret(HMACKey)
        case privateKey(SigningKey)
    }

    private let id: String?
    private let algorithm: JWTAlgorithm
    private let material: Material

    /// `key` holds the bytes of a shared secret, or PEM text with a private key.
    package init(id: String? = nil, algorithm: JWTAlgorithm, key: [UInt8]) throws(KeyError) {
        self.id = id
        self.algorithm = algorithm
        switch algorithm.family {
        case .secret(let digest):
            try JWTAlgorithm.checkSecret(key)
            material = .secret(HMACKey(key, digest))
        case .keyPair(let signature):
            material = .privateKey(try SigningKey(pem: key.span, algorithm: signature))
        }
    }

    /// A token that says what the claims say, under the names the rules give, with the rules' issuer and audience.
    package func mint(_ claims: JWTClaims, rules: JWTRules, issuedAt: Int) throws(KeyError) -> String {
        var header = JSONWriter()
        header.object {
            $0.field("alg", algorithm.rawValue)
            $0.field("typ", "JWT")
            $0.optional("kid", id)
        }
        var token: [UInt8] = []
        Base64.encode(header.bytes.span, .url, into: &token)
        token.append(UInt8(ascii: "."))
        Base64.encode(payload(claims, rules, issuedAt).span, .url, into: &token)
        let signature =
            switch material {
            case .secret(let key): key.authenticate(token)
            case .privateKey(let key): try key.sign(token.span)
            }
        token.append(UInt8(ascii: "."))
        Base64.encode(signature.span, .url, into: &token)
        return String(decoding: token, as: UTF8.self)
    }

    private func payload(_ claims: JWTClaims, _ rules: JWTRules, _ issuedAt: Int) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            // Two of the configured names may be one and the same; a member may not come twice.
            var written: Set<String> = ["iss", "aud", "iat", "exp"]
            func write(_ name: String, _ value: String?, _ json: inout JSONWriter) {
                guard let value, written.insert(name).inserted else {
                    return
                }
                json.key(dynamic: name)
                json.element(value)
            }
            json.optional("iss", rules.issuer)
            write(rules.subjectClaim, claims.subject, &json)
            json.optional("aud", rules.audience)
            write(rules.roleClaim, claims.role, &json)
            write(rules.nameClaim, claims.name, &json)
            write(rules.emailClaim, claims.email, &json)
            json.field("iat", issuedAt)
            json.optional("exp", claims.expiry)
        }
        return json.bytes
    }
}
