/// The `jwt` policy: what a JSON web token says about its bearer, if it may be believed.
struct TokenClaims: Sendable {
    /// What became of a credential.
    enum Reading {
        /// Not of a token's form.
        case unrecognized
        /// Signed by none of these keys, or for another issuer or audience: perhaps another policy's.
        case foreign
        case party(Authentication)
    }

    /// Ids are at most so long, in every dialect.
    private static let maximumSubjectLength = 256

    /// One for each audience that tokens may be for, or a single one.
    private let verifiers: [JWTVerifier]
    private let roster: RosterNames
    /// Seconds that a token is taken for valid after its end.
    private let leeway: Double

    init(_ configuration: JWTConfiguration, roster: RosterNames) throws(AuthPolicyError) {
        self.roster = roster
        let leeway = configuration.leeway.components
        self.leeway = Double(leeway.seconds) + Double(leeway.attoseconds) / 1e18
        guard !configuration.keys.isEmpty else {
            throw AuthPolicyError("policy jwt has no key")
        }
        var keys: [JWTKey] = []
        for key in configuration.keys { keys.append(try Self.read(key)) }
        let audiences = configuration.audience.isEmpty ? [nil] : configuration.audience.map(Optional.some)
        let seconds = self.leeway
        verifiers = audiences.map { audience in
            JWTVerifier(keys: keys, rules: Self.rules(configuration, audience: audience, leeway: seconds))
        }
    }

    private static func rules(_ configuration: JWTConfiguration, audience: String?, leeway: Double) -> JWTRules {
        JWTRules(
            issuer: configuration.issuer,
            audience: audience,
            leeway: leeway,
            subjectClaim: configuration.subjectClaim,
            roleClaim: configuration.roleClaim,
            nameClaim: configuration.nameClaim,
            emailClaim: configuration.emailClaim,
            requiresExpiry: configuration.requiresExpiry
        )
    }

    private static func read(_ key: JWTKeyConfiguration) throws(AuthPolicyError) -> JWTKey {
        do throws(KeyError) {
            return try JWTKey(id: key.kid, algorithm: algorithm(key.algorithm), key: Array(key.key.value.utf8))
        } catch {
            let what = key.kid.map { "key '\($0)'" } ?? "the key"
            let fault =
                switch error {
                case .unreadable: "cannot be read"
                case .wrongKind(let expected): "must be \(expected)"
                case .cannotSign: "cannot be used"
                }
            throw AuthPolicyError("policy jwt: \(what) for \(key.algorithm.rawValue) \(fault)")
        }
    }

    private static func algorithm(_ name: JWTAlgorithmName) -> JWTAlgorithm {
        switch name {
        case .hs256: .hs256
        case .hs384: .hs384
        case .hs512: .hs512
        case .rs256: .rs256
        case .es256: .es256
        case .edDSA: .edDSA
        }
    }

    /// Reads a credential; one that is ours and not valid now throws.
    func read(_ token: String, now: Int64) throws(Rejection) -> Reading {
        let bytes = Array(token.utf8)
        guard JWTVerifier.hasForm(bytes.span) else { return .unrecognized }
        for verifier in verifiers {
            do throws(JWTFailure) {
                let claims = try verifier.verify(bytes.span, nowUnixSeconds: Double(now) / 1000)
                return .party(Authentication(try party(claims), expiresAt: end(claims.expiry)))
            } catch {
                switch error {
                case .wrongAudience: continue
                case .unknownKey, .algorithmNotAllowed, .badSignature, .wrongIssuer: return .foreign
                case .tooLong, .malformed, .criticalHeader, .expired, .notYetValid, .missingExpiry, .missingSubject:
                    throw Authenticator.refusal
                }
            }
        }
        return .foreign
    }

    private func party(_ claims: JWTClaims) throws(JWTFailure) -> AuthenticatedParty {
        guard claims.subject.utf8.count <= Self.maximumSubjectLength else { throw .missingSubject }
        if let role = claims.role.flatMap(AgentRole.init(name:)) {
            return .agent(roster.agent(id: claims.subject, role: role, name: claims.name, email: claims.email))
        }
        let customer = CustomerIdentity(key: claims.subject, name: claims.name, email: claims.email)
        switch claims.role {
        case nil: return .roleless(customer)
        case "user": return .customer(customer)
        default: return .unknownRole(customer)
        }
    }

    /// In Unix milliseconds. A time past any calendar is as good as none.
    private func end(_ expiry: Double?) -> Int64? {
        guard let expiry, expiry < 1e15 else { return nil }
        return Int64((max(0, expiry + leeway) * 1000).rounded(.down))
    }
}
