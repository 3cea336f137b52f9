/// Why a token is refused. None of it is for the client, whose answer is the same for all.
package enum JWTFailure: String, Error, Sendable, CaseIterable {
    /// Longer than `JWTVerifier.maximumLength`.
    case tooLong
    /// Not three parts of base64url, not JSON, or a member that is read has the wrong type or comes twice.
    case malformed
    /// The header makes demands (`crit`), and none is understood (RFC 7515, section 4.1.11).
    case criticalHeader
    /// `none`, an algorithm that is not spoken, or not the one its key is for.
    case algorithmNotAllowed
    /// No key has the name the token gives.
    case unknownKey
    case badSignature
    case expired
    case notYetValid
    case missingExpiry
    case wrongIssuer
    case wrongAudience
    /// Without a subject nobody is named.
    case missingSubject
}

/// What a token says about its bearer.
package struct JWTClaims: Equatable, Sendable {
    /// Who it is. A whole number stands here in its digits.
    package var subject: String
    /// Nil when it is absent or null, empty when it is something else than a string; the caller knows the roles.
    package var role: String?
    package var name: String?
    package var email: String?
    /// Unix seconds from which on the token is void, leeway not included; nil when it never is.
    package var expiry: Double?

    package init(
        subject: String,
        role: String? = nil,
        name: String? = nil,
        email: String? = nil,
        expiry: Double? = nil
    ) {
        self.subject = subject
        self.role = role
        self.name = name
        self.email = email
        self.expiry = expiry
    }
}

/// What a tenant demands of tokens, and where in them it finds what.
package struct JWTRules: Equatable, Sendable {
    /// What `iss` must be; nil for anything.
    package var issuer: String?
    /// What `aud` must be or contain; nil for anything.
    package var audience: String?
    /// How many seconds the clocks of issuer and daemon may be apart.
    package var leeway: Double
    package var subjectClaim: String
    package var roleClaim: String
    package var nameClaim: String
    package var emailClaim: String
    /// Whether a token must expire.
    package var requiresExpiry: Bool

    package init(
        issuer: String? = nil,
        audience: String? = nil,
        leeway: Double = 30,
        subjectClaim: String = "sub",
        roleClaim: String = "role",
        nameClaim: String = "name",
        emailClaim: String = "email",
        requiresExpiry: Bool = false
    ) {
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
