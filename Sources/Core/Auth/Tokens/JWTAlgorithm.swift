/// The algorithms of JSON web tokens that are spoken (RFC 7518, section 3; RFC 8037). `none` is not among them.
package enum JWTAlgorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case es256 = "ES256"
    case edDSA = "EdDSA"

    /// How it protects: with a shared secret or with a key pair.
    enum Family {
        case secret(HMACKey.Digest)
        case keyPair(SignatureAlgorithm)
    }

    var family: Family {
        switch self {
        case .hs256: .secret(.sha256)
        case .hs384: .secret(.sha384)
        case .hs512: .secret(.sha512)
        case .rs256: .keyPair(.rs256)
        case .es256: .keyPair(.es256)
        case .edDSA: .keyPair(.edDSA)
        }
    }

    /// Refuses PEM text as a shared secret: a public key there would let anybody sign (RFC 8725, section 3.1).
    static func checkSecret(_ secret: [UInt8]) throws(KeyError) {
        guard !secret.isEmpty else {
            throw .unreadable
        }
        guard !secret.starts(with: Array("-----BEGIN ".utf8)) else {
            throw .wrongKind(expected: "a shared secret")
        }
    }
}
