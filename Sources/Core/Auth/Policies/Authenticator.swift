/// Tells who the bearer of a credential is, by the `auth` list of one dialect.
///
/// The policies are asked in the order of the list, and the first that recognises the credential decides. `hmac-email`
/// needs the request's e-mail and is judged in the turn; `none`, `admin-only` and `secured` read no credential at all.
/// They recognise nothing here.
package struct Authenticator: Sendable {
    private enum Policy: Sendable {
        case sharedSecret(SharedSecrets)
        case agentToken(AgentTokens)
        case jwt(TokenClaims)
    }

    /// Longer than any token that is accepted; what exceeds it is not hashed and looked up.
    private static let maximumLength = JWTVerifier.maximumLength

    private let policies: [Policy]

    /// Reads keys and digests secrets once. `agents` is the tenant's roster.
    package init(
        policies: [AuthPolicyConfiguration],
        agents: [AgentConfiguration]
    ) throws(AuthPolicyError) {
        let roster = RosterNames(agents)
        var read: [Policy] = []
        for policy in policies {
            switch policy {
            case .sharedSecret(let secrets): read.append(.sharedSecret(try SharedSecrets(secrets)))
            case .agentToken: read.append(.agentToken(AgentTokens(agents, roster: roster)))
            case .jwt(let configuration): read.append(.jwt(try TokenClaims(configuration, roster: roster)))
            case .hmacEmail, .none, .adminOnly, .secured: continue
            }
        }
        self.policies = read
    }

    /// The bearer of a credential; nil when no policy recognises it.
    ///
    /// A credential that is recognised and not valid (expired, revoked, signed by nobody we know) throws a `Rejection`;
    /// the store's own errors pass through. `now` is in Unix milliseconds.
    package func identify(_ token: String, reader: any ChatReader, now: Int64) throws -> AuthenticatedParty? {
        try authenticate(token, reader: reader, now: now)?.party
    }

    /// The same with the time the credential ends.
    package func authenticate(_ token: String, reader: any ChatReader, now: Int64) throws -> Authentication? {
        guard !token.isEmpty, token.utf8.count <= Self.maximumLength else { return nil }
        var isForeignJWT = false
        for policy in policies {
            switch policy {
            case .sharedSecret(let secrets):
                if let name = secrets.name(of: token) { return Authentication(.backend(name)) }
            case .agentToken(let tokens):
                if let found = try tokens.agent(token, reader: reader, now: now) { return found }
            case .jwt(let claims):
                switch try claims.read(token, now: now) {
                case .party(let found): return found
                case .foreign: isForeignJWT = true
                case .unrecognized: continue
                }
            }
        }
        // Another issuer's token may be the next policy's; when it is nobody's, it is an invalid token all the same.
        if isForeignJWT { throw Self.refusal }
        return nil
    }

    /// Whether a credential is one of the shared secrets: tells SupportZen's two dialects apart.
    package func isSharedSecret(_ token: String) -> Bool {
        guard !token.isEmpty, token.utf8.count <= Self.maximumLength else { return false }
        return policies.contains { policy in
            if case .sharedSecret(let secrets) = policy { secrets.name(of: token) != nil } else { false }
        }
    }

    /// The same for every reason, so that nobody learns from it how near a guess came.
    static let refusal = Rejection(.unauthenticated, "Invalid or expired token")
}
