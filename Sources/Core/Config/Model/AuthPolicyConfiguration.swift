/// One entry of a dialect's `auth` list.
package enum AuthPolicyConfiguration: Sendable, Equatable {
    case sharedSecret([NamedSecret])
    case hmacEmail(firstContact: FirstContactMode)
    case jwt(JWTConfiguration)
    case agentToken
    case none
    case adminOnly
    case secured

    /// As the YAML spells it.
    package var name: String {
        switch self {
        case .sharedSecret: "shared-secret"
        case .hmacEmail: "hmac-email"
        case .jwt: "jwt"
        case .agentToken: "agent-token"
        case .none: "none"
        case .adminOnly: "admin-only"
        case .secured: "secured"
        }
    }

    static let allNames = ["shared-secret", "hmac-email", "jwt", "agent-token", "none", "admin-only", "secured"]
}

/// A shared secret and what its operator calls it; several are valid at once, so that one can be replaced in peace.
package struct NamedSecret: Sendable, Equatable {
    package let name: String
    package let secret: Secret

    package init(
        name: String,
        secret: Secret
    ) {
        self.name = name
        self.secret = secret
    }
}

/// What becomes of a person nobody has provisioned.
package enum FirstContactMode: String, Sendable, CaseIterable {
    case trust
    case flag
    case provisionedOnly = "provisioned-only"
}

/// Which tokens the `jwt` policy takes and which claims it reads.
package struct JWTConfiguration: Sendable, Equatable {
    package let keys: [JWTKeyConfiguration]
    package let issuer: String?
    /// A token has to name one of these; empty: not checked.
    package let audience: [String]
    package let leeway: Duration
    package let subjectClaim: String
    package let roleClaim: String
    package let nameClaim: String
    package let emailClaim: String
    package let requiresExpiry: Bool

    package init(
        keys: [JWTKeyConfiguration],
        issuer: String? = nil,
        audience: [String] = [],
        leeway: Duration = .seconds(30),
        subjectClaim: String = "sub",
        roleClaim: String = "role",
        nameClaim: String = "name",
        emailClaim: String = "email",
        requiresExpiry: Bool = false
    ) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
        self.leeway = leeway
        self.subjectClaim = subjectClaim
        self.roleClaim = roleClaim
        self.nameClaim = nameClaim
        self.emailClaim = emailClaim
        self.requiresExpiry = requiresExpiry
    }
}

/// One key, bound to the one algorithm it is used with.
package struct JWTKeyConfiguration: Sendable, Equatable {
    package let kid: String?
    package let algorithm: JWTAlgorithmName
    /// The shared key's bytes (HS…) or a public key in PEM.
    package let key: Secret

    package init(
        kid: String? = nil,
        algorithm: JWTAlgorithmName,
        key: Secret
    ) {
        self.kid = kid
        self.algorithm = algorithm
        self.key = key
    }
}

/// The signature algorithms that are accepted (RFC 7518 3.1, RFC 8037).
package enum JWTAlgorithmName: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case es256 = "ES256"
    case edDSA = "EdDSA"

    /// For HMAC, the least key length in bytes by RFC 7518 3.2; nil for public keys.
    package var minimumSharedKey: Int? {
        switch self {
        case .hs256: 32
        case .hs384: 48
        case .hs512: 64
        case .rs256, .es256, .edDSA: nil
        }
    }
}
