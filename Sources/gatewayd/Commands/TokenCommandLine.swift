import Core

/// `gatewayd token`: agents' tokens, opaque or signed.
enum TokenCommandLine {
    static let command = Command(
        "token",
        synopsis: "mint|check|list|revoke",
        summary: "Mint an agent's token, check one, list or revoke minted ones.",
        details: """
            mint     an opaque token for --agent (stored as a digest; printed once), or with --dialect a JWT signed with
                     the first key of that dialect's jwt policy; it keeps agent and role until it expires or is
                     revoked, whatever becomes of the roster
            check    what a token is worth to --dialect: reads it from standard input, or from --token
            list     minted opaque tokens, by digest
            revoke   forget a minted token, by --digest or --token
            """,
        flags: [
            CommonFlags.config, CommonFlags.tenant, CommonFlags.data,
            Flag("--agent", "ID", "whose token it is: an agent's id, or a JWT's subject"),
            Flag(
                "--role",
                "ROLE",
                "support, admin, super_admin, for a JWT also user (default: the roster's, or support)"
            ),
            Flag("--name", "NAME", "a name for people to read"),
            Flag("--email", "E-MAIL", "for a JWT: the e-mail claim"),
            Flag("--expires", "TIME", "for how long it is valid, such as 30d or 12h (default: for ever; a JWT 1h)"),
            Flag("--dialect", "NAME", "the dialect whose policies count"),
            Flag("--token", "TOKEN", "the token to check or revoke"),
            Flag("--digest", "HEX", "the digest of the token to revoke"),
        ],
        words: 1...1
    ) { arguments in
        switch arguments.words[0] {
        case "mint": try TokenMinting(arguments).run()
        case "check": try TokenChecking(arguments).run()
        case "list":
            let rows = try AdminClient(arguments).run("token.list").array?.map { token in
                ["agent", "role", "name", "createdAt", "expiresAt", "digest"]
                    .map { token[$0].map(PropertyList.scalar) ?? "-" }
            }
            let titles = ["agent", "role", "name", "created", "expires", "digest"]
            StandardStreams.out(Columns.table([titles] + (rows ?? [])))
        case "revoke":
            let digest: String
            if let given = arguments.value("--digest") {
                digest = given
            } else {
                digest = Hex.encode(OpaqueToken.digest(of: try arguments.required("--token")))
            }
            _ = try AdminClient(arguments).run("token.revoke") { $0.field("digest", digest) }
            StandardStreams.out("revoked\n")
        case let word:
            throw UsageError(
                "unknown action '\(word)'" + Arguments.suggestion(word, ["mint", "check", "list", "revoke"])
            )
        }
        return 0
    }

    /// The tenant of a call, from the configuration.
    static func tenant(_ arguments: Arguments) throws -> TenantConfiguration {
        guard let tenant = try arguments.configuredTenant() else {
            let id = try arguments.required("--tenant")
            throw Failure("there is no tenant '\(id)' in order; 'gatewayd check' says more")
        }
        return tenant
    }

    static func dialect(_ arguments: Arguments, _ tenant: TenantConfiguration) throws -> DialectConfiguration? {
        guard let name = arguments.value("--dialect") else { return nil }
        guard let dialect = tenant.dialect(DialectName(name)) else {
            throw Failure("tenant '\(tenant.id)' does not speak '\(name)'")
        }
        return dialect
    }
}

/// `token mint`.
struct TokenMinting {
    private let arguments: Arguments

    init(_ arguments: Arguments) {
        self.arguments = arguments
    }

    func run() throws {
        let tenant = try TokenCommandLine.tenant(arguments)
        let agent = try arguments.required("--agent")
        let known = tenant.agents.first { $0.id == agent }
        if let dialect = try TokenCommandLine.dialect(arguments, tenant) {
            try mintJWT(dialect, agent, known)
            return
        }
        let roleName = arguments.value("--role") ?? known?.role.name ?? "support"
        guard AgentRole(name: roleName) != nil else {
            throw UsageError("--role must be support, admin or super_admin, not '\(roleName)'")
        }
        let token = OpaqueToken.mint(random: SystemRandom())
        let expiry = try lifetime().map { SystemClock().nowUnixMilliseconds + $0 }
        let name = arguments.value("--name") ?? known?.fullName ?? ""
        _ = try AdminClient(arguments).run("token.mint") { json in
            json.field("digest", Hex.encode(OpaqueToken.digest(of: token)))
            json.field("agent", agent)
            json.field("role", roleName)
            json.field("name", name)
            json.optional("expiresAt", expiry.map(Int.init))
        }
        StandardStreams.out(token + "\n")
    }

    private func lifetime() throws -> Int64? {
        guard let text = arguments.value("--expires") else { return nil }
        guard let duration = QuantityText.duration(text), duration > .zero else {
            throw UsageError("--expires must be a duration such as 12h, not '\(text)'")
        }
        return duration.wholeMilliseconds
    }

    private func mintJWT(_ dialect: DialectConfiguration, _ agent: String, _ known: AgentConfiguration?) throws {
        let policies = dialect.auth.compactMap { policy -> JWTConfiguration? in
            if case .jwt(let configuration) = policy { configuration } else { nil }
        }
        guard let policy = policies.first, let key = policy.keys.first else {
            throw Failure("'\(dialect.dialect)' has no jwt policy")
        }
        guard let algorithm = JWTAlgorithm(rawValue: key.algorithm.rawValue) else {
            throw Failure("unknown algorithm \(key.algorithm.rawValue)")
        }
        let minter = try JWTMinter(id: key.kid, algorithm: algorithm, key: Array(key.key.value.utf8))
        let now = Int(SystemClock().nowUnixMilliseconds / 1000)
        let seconds = Double(try lifetime() ?? 3_600_000) / 1000
        let claims = JWTClaims(
            subject: agent,
            role: arguments.value("--role") ?? known?.role.name ?? "support",
            name: arguments.value("--name") ?? known?.fullName,
            email: arguments.value("--email") ?? known?.email,
            expiry: Double(now) + seconds
        )
        let rules = JWTRules(
            issuer: policy.issuer,
            audience: policy.audience.first,
            subjectClaim: policy.subjectClaim,
            roleClaim: policy.roleClaim,
            nameClaim: policy.nameClaim,
            emailClaim: policy.emailClaim
        )
        StandardStreams.out(try minter.mint(claims, rules: rules, issuedAt: now) + "\n")
    }
}

/// `token check`.
struct TokenChecking {
    private let arguments: Arguments

    init(_ arguments: Arguments) {
        self.arguments = arguments
    }

    func run() throws {
        let tenant = try TokenCommandLine.tenant(arguments)
        guard let dialect = try TokenCommandLine.dialect(arguments, tenant) else {
            throw UsageError("--dialect is required")
        }
        let authenticator = try Authenticator(policies: dialect.auth, agents: tenant.agents)
        let folder = try arguments.required("--data") + "/" + tenant.id
        guard try Files.status(folder + "/chat.db") != nil else {
            throw Failure("tenant '\(tenant.id)' has no database in '\(folder)' yet; start the daemon once")
        }
        let reader = try SQLiteChatStore(directory: folder, random: SystemRandom()).makeReader()
        let party: AuthenticatedParty?
        do {
            party = try authenticator.identify(try token(), reader: reader, now: SystemClock().nowUnixMilliseconds)
        } catch let rejection as Rejection {
            throw Failure(rejection.message)
        }
        switch party {
        case .agent(let agent):
            StandardStreams.out("agent \(agent.id), role \(agent.role.name), \(agent.displayName)\n")
        case .customer(let customer): StandardStreams.out("customer \(customer.key)\n")
        case .roleless(let customer), .unknownRole(let customer):
            StandardStreams.out("subject \(customer.key) without a known role\n")
        case .backend(let name): StandardStreams.out("backend, shared secret '\(name)'\n")
        case nil: throw Failure("no policy of '\(dialect.dialect)' recognises this token")
        }
    }

    private func token() throws -> String {
        if let token = arguments.value("--token") { return token }
        guard let bytes = StandardStreams.readInput(limit: 64 << 10), let text = String(decodingUTF8: bytes) else {
            throw Failure("the token on standard input could not be read")
        }
        return String(text.split(whereSeparator: \.isWhitespace).first ?? "")
    }
}
