import Core
import Testing

/// 2024-12-04T12:00:00Z.
private let now: Int64 = 1_733_313_600_000
private let key = "0123456789abcdef0123456789abcdef"
private let jane = AgentConfiguration(
    id: "agent123",
    firstName: "Jane",
    lastName: "Smith",
    email: "jane@acme.example",
    token: Secret("jane-token")
)
private let ann = AgentConfiguration(id: "boss1", firstName: "Ann", lastName: "Lee", role: .admin)

private func authenticator(_ policies: AuthPolicyConfiguration...) throws -> Authenticator {
    try Authenticator(policies: policies, agents: [jane, ann])
}

private func jwtPolicy(
    key: String = key,
    kid: String? = nil,
    issuer: String? = nil,
    audience: [String] = []
) -> AuthPolicyConfiguration {
    .jwt(
        JWTConfiguration(
            keys: [JWTKeyConfiguration(kid: kid, algorithm: .hs256, key: Secret(key))],
            issuer: issuer,
            audience: audience
        )
    )
}

private func jwt(
    _ subject: String = "user-7",
    role: String? = nil,
    name: String? = nil,
    email: String? = nil,
    expiry: Double? = nil,
    rules: JWTRules = JWTRules(),
    key: String = key
) throws -> String {
    let claims = JWTClaims(subject: subject, role: role, name: name, email: email, expiry: expiry)
    return try JWTMinter(algorithm: .hs256, key: Array(key.utf8)).mint(claims, rules: rules, issuedAt: 1_733_313_500)
}

@Suite struct AuthenticatorTests {
    private let reader = TokenOnlyReader()
    private let secrets = AuthPolicyConfiguration.sharedSecret([
        NamedSecret(name: "app", secret: Secret("zen-secret")),
        NamedSecret(name: "old", secret: Secret("former-secret")),
    ])

    @Test(arguments: [("zen-secret", "app"), ("former-secret", "old")])
    func everySharedSecretIsValid(secret: String, name: String) throws {
        let authenticator = try authenticator(.hmacEmail(firstContact: .trust), secrets)
        #expect(try authenticator.identify(secret, reader: reader, now: now) == .backend(name))
        #expect(authenticator.isSharedSecret(secret))
    }

    @Test(arguments: ["", "zen-secre", "zen-secret ", "ZEN-SECRET", "jane-token", String(repeating: "x", count: 9_000)])
    func nobodyRecognisesOtherCredentials(credential: String) throws {
        let authenticator = try authenticator(secrets, .none, .adminOnly, .secured)
        #expect(try authenticator.identify(credential, reader: reader, now: now) == nil)
        #expect(!authenticator.isSharedSecret(credential))
    }

    @Test func agentTokenIsNoSharedSecret() throws {
        let authenticator = try authenticator(.agentToken)
        #expect(!authenticator.isSharedSecret("jane-token"))
        let found = try authenticator.identify("jane-token", reader: reader, now: now)
        #expect(found == .agent(AgentIdentity(jane)))
        #expect(try authenticator.identify("ann-token", reader: reader, now: now) == nil)
    }

    @Test func withoutThePolicyTheRosterOpensNothing() throws {
        #expect(try authenticator(secrets).identify("jane-token", reader: reader, now: now) == nil)
    }

    @Test func mintedTokens() throws {
        let random = SeededRandom(seed: 7)
        let tokens = (0..<4).map { _ in OpaqueToken.mint(random: random) }
        func stored(_ index: Int, _ agent: String, _ role: AgentRole, _ expiry: Int64?) -> StoredToken {
            StoredToken(
                digest: OpaqueToken.digest(of: tokens[index]),
                agentID: agent,
                role: role,
                name: "Max von Berg",
                createdAt: now - 1,
                expiresAt: expiry
            )
        }
        let reader = TokenOnlyReader([
            stored(0, "agent123", .admin, nil), stored(1, "max", .support, now + 1), stored(2, "max", .support, now),
        ])
        let authenticator = try authenticator(.agentToken)
        let known = try #require(try authenticator.authenticate(tokens[0], reader: reader, now: now))
        // The roster's names, the token's role.
        let asAdmin = AgentIdentity(
            id: "agent123",
            firstName: "Jane",
            lastName: "Smith",
            email: "jane@acme.example",
            avatar: nil,
            role: .admin
        )
        #expect(known == Authentication(.agent(asAdmin)))
        let unknown = try #require(try authenticator.authenticate(tokens[1], reader: reader, now: now))
        let max = AgentIdentity(
            id: "max",
            firstName: "Max",
            lastName: "von Berg",
            email: "",
            avatar: nil,
            role: .support
        )
        #expect(unknown == Authentication(.agent(max), expiresAt: now + 1))
        for index in [2, 3] {
            let error = #expect(throws: Rejection.self) {
                try authenticator.identify(tokens[index], reader: reader, now: now)
            }
            #expect(error?.reason == .unauthenticated)
        }
    }

    @Test func storeErrorsPassThrough() throws {
        let reader = TokenOnlyReader(failure: StoreError(.io, message: "read"))
        #expect(throws: StoreError.self) {
            try authenticator(.agentToken).identify("gwt_x", reader: reader, now: now)
        }
    }

    @Test(arguments: [
        ("support", AgentRole.support), ("admin", AgentRole.admin), ("super_admin", AgentRole.superAdmin),
    ])
    func agentRolesOfTokens(name: String, role: AgentRole) throws {
        let authenticator = try authenticator(jwtPolicy())
        let token = try jwt("agent123", role: name, name: "Somebody Else", email: "other@acme.example")
        let party = try authenticator.identify(token, reader: reader, now: now)
        guard case .agent(let agent) = party else {
            Issue.record("not an agent: \(String(describing: party))")
            return
        }
        #expect(agent.role == role)
        #expect(agent.displayName == "Jane Smith")
        #expect(agent.email == "jane@acme.example")
    }

    @Test func agentOutsideTheRosterHasTheTokensNames() throws {
        let token = try jwt("77", role: "support", name: "Kim", email: "kim@acme.example")
        let kim = AgentIdentity(
            id: "77",
            firstName: "Kim",
            lastName: "",
            email: "kim@acme.example",
            avatar: nil,
            role: .support
        )
        #expect(try authenticator(jwtPolicy()).identify(token, reader: reader, now: now) == .agent(kim))
    }

    @Test func customersAndRoleless() throws {
        let authenticator = try authenticator(jwtPolicy())
        let user = CustomerIdentity(key: "user-7", name: "Eve", email: "eve@x.example")
        let token = try jwt(role: "user", name: "Eve", email: "eve@x.example", expiry: 1_733_313_700)
        let found = try authenticator.authenticate(token, reader: reader, now: now)
        #expect(found == Authentication(.customer(user), expiresAt: 1_733_313_730_000))
        let bearer = CustomerIdentity(key: "user-7", name: nil, email: nil)
        #expect(try authenticator.identify(jwt(role: nil), reader: reader, now: now) == .roleless(bearer))
        for role in ["", "Admin", "root", "user "] {
            #expect(try authenticator.identify(jwt(role: role), reader: reader, now: now) == .unknownRole(bearer))
        }
    }

    @Test func invalidTokensAreRefused() throws {
        let authenticator = try authenticator(jwtPolicy(issuer: "acme", audience: ["web", "app"]), .agentToken)
        let fitting = JWTRules(issuer: "acme", audience: "app")
        let good = try jwt(role: "user", rules: fitting)
        #expect(try authenticator.identify(good, reader: reader, now: now) != nil)
        let bad = [
            try jwt(role: "user", expiry: 1_733_313_000, rules: fitting),
            try jwt(role: "user", rules: fitting, key: "another key of at least 32 bytes"),
            try jwt(role: "user", rules: JWTRules(issuer: "evil", audience: "app")),
            try jwt(role: "user", rules: JWTRules(issuer: "acme", audience: "phone")),
            try jwt(role: "user", rules: JWTRules(issuer: "acme")),
            try jwt(String(repeating: "s", count: 257), role: "user", rules: fitting),
            good + "A",
            // {"alg":"none"}
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZSI6ImFkbWluIn0.",
        ]
        for token in bad {
            let error = #expect(throws: Rejection.self) {
                try authenticator.identify(token, reader: reader, now: now)
            }
            #expect(error?.reason == .unauthenticated)
        }
    }

    @Test func severalIssuersMayHaveAPolicyEach() throws {
        let other = "fedcba9876543210fedcba9876543210"
        let authenticator = try authenticator(jwtPolicy(issuer: "acme"), jwtPolicy(key: other, issuer: "staff"))
        let staff = try jwt("agent123", role: "admin", rules: JWTRules(issuer: "staff"), key: other)
        #expect(try authenticator.identify(staff, reader: reader, now: now) != nil)
        let mixed = try jwt("agent123", role: "admin", rules: JWTRules(issuer: "acme"), key: other)
        #expect(throws: Rejection.self) { try authenticator.identify(mixed, reader: reader, now: now) }
    }

    @Test func unusableConfigurationIsTold() {
        func reason(_ policy: AuthPolicyConfiguration) -> String? {
            do throws(AuthPolicyError) {
                _ = try Authenticator(policies: [policy], agents: [])
                return nil
            } catch {
                return error.description
            }
        }
        func key(_ algorithm: JWTAlgorithmName, _ text: String, kid: String? = nil) -> AuthPolicyConfiguration {
            .jwt(JWTConfiguration(keys: [JWTKeyConfiguration(kid: kid, algorithm: algorithm, key: Secret(text))]))
        }
        #expect(reason(.jwt(JWTConfiguration(keys: []))) == "policy jwt has no key")
        #expect(reason(key(.rs256, "nonsense", kid: "a")) == "policy jwt: key 'a' for RS256 cannot be read")
        #expect(
            reason(key(.es256, String(decoding: TestKeys.rsaPublicPEM, as: UTF8.self)))?.hasPrefix(
                "policy jwt: the key for ES256 must be "
            ) == true
        )
        #expect(
            reason(key(.hs256, String(decoding: TestKeys.rsaPublicPEM, as: UTF8.self)))
                == "policy jwt: the key for HS256 must be a shared secret"
        )
        let empty = AuthPolicyConfiguration.sharedSecret([NamedSecret(name: "app", secret: Secret(""))])
        #expect(reason(empty) == "shared secret 'app' is empty")
    }
}
