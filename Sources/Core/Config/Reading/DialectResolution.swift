/// What of a tenant a dialect's values depend on.
struct TenantScope {
    let hosts: [String]
    let limits: LimitsSettings?
    let firstContact: LimitsSettings.Setting<Rate>?
    let probe: LimitsSettings.Setting<Rate>?
}

extension ReadingContext {
    /// Lays a tenant's values over the plugin's and both over the built-in ones, and checks what only then can be seen.
    func resolve(
        _ own: DialectSettings,
        over plugin: DialectSettings?,
        _ schema: DialectSchema,
        in tenant: TenantScope
    ) -> DialectConfiguration {
        let mode = own.mode ?? plugin?.mode ?? .compat
        var options = DialectOptions()
        options.websocketAdmin = own.websocketAdmin ?? plugin?.websocketAdmin ?? options.websocketAdmin
        options.sessionAuth = own.sessionAuth ?? plugin?.sessionAuth ?? options.sessionAuth
        options.welcome = own.welcome ?? plugin?.welcome
        options.autoCreateAgents = own.autoCreateAgents ?? plugin?.autoCreateAgents ?? options.autoCreateAgents
        options.socketIOPath = own.socketIOPath ?? plugin?.socketIOPath ?? options.socketIOPath
        options.systemMessages = own.systemMessages ?? plugin?.systemMessages ?? options.systemMessages
        options.pingInterval = own.pingInterval ?? plugin?.pingInterval ?? options.pingInterval
        options.pingTimeout = own.pingTimeout ?? plugin?.pingTimeout ?? options.pingTimeout
        options.firstContact = own.firstContact ?? plugin?.firstContact ?? options.firstContact
        let hosts = own.hosts ?? plugin?.hosts
        for host in hosts ?? [] where !tenant.hosts.contains(host) {
            error(own.hosts == nil ? own.mark : own.hostsMark, "host '\(host)' is not among the tenant's 'hosts'")
        }
        warnOfOpenAdmins(options.websocketAdmin, own)
        if schema.name == .localPro { warnOfSessionAuth(options.sessionAuth, mode, own) }
        return DialectConfiguration(
            dialect: schema.name,
            mode: mode,
            mount: (own.mount ?? plugin?.mount).flatMap { $0.isEmpty ? nil : $0 },
            hosts: hosts,
            auth: auth(own, over: plugin, schema, mode, options.firstContact),
            onClosed: own.onClosed ?? plugin?.onClosed,
            limits: LimitsConfiguration(
                dialect: schema.name,
                plugin: plugin?.limits,
                tenant: tenant.limits,
                own: own.limits,
                firstContact: tenant.firstContact,
                probe: tenant.probe
            ),
            options: options
        )
    }

    private func warnOfOpenAdmins(_ rule: WebSocketAdminRule, _ own: DialectSettings) {
        switch rule {
        case .token: break
        case .open:
            warn(own.websocketAdminMark, .unsafe, "websocket_admin 'open' makes anybody an admin without a token")
        case .openFrom(let ranges):
            let list = Wording.alternatives(ranges.map(\.description))
            warn(own.websocketAdminMark, .unsafe, "websocket_admin makes anybody from \(list) an admin without a token")
        }
    }

    /// What is written and cannot be had in that mode.
    private func warnOfSessionAuth(_ rule: SessionAuthRule, _ mode: DialectMode, _ own: DialectSettings) {
        if mode == .strict, rule == .required {
            warn(own.sessionAuthMark, "session_auth 'required' leaves every guest out: mode strict hands out no tokens")
        }
        if mode == .hardened, let written = own.sessionAuth, written != .required {
            warn(own.sessionAuthMark, "mode hardened requires session tokens, whatever session_auth says")
        }
    }

    private func auth(
        _ own: DialectSettings,
        over plugin: DialectSettings?,
        _ schema: DialectSchema,
        _ mode: DialectMode,
        _ firstContact: FirstContactMode
    ) -> [AuthPolicyConfiguration] {
        guard let written = own.auth ?? plugin?.auth, !(own.mentionsAuth && own.auth == nil) else {
            let mustBeWritten = schema.defaultAuth == nil && !own.mentionsAuth && plugin?.mentionsAuth != true
            if mustBeWritten { error(own.mark, Self.missingAuth(schema)) }
            return (schema.defaultAuth ?? []).map { Self.settle($0, firstContact, requiresExpiry: nil, mode) }
        }
        var policies = written.map { Self.settle($0.policy, firstContact, requiresExpiry: $0.requiresExpiry, mode) }
        guard schema.name == .rooms, !written.isEmpty else { return policies }
        if let open = written.first(where: { $0.policy == .none }) {
            warn(open.mark, .unsafe, "rooms with policy 'none' lets anybody act as admin; use admin-only or secured")
        }
        let hasBase = policies.contains { [.none, .adminOnly, .secured].contains($0) }
        if !hasBase { error(own.mark, "rooms needs one of the policies none, admin-only or secured") }
        // An agent's token opens what `none` and `admin-only` keep from others; without a reader nobody could show one.
        let readsTokens = policies.contains { if case .jwt = $0 { true } else { $0 == .agentToken } }
        if !readsTokens { policies.append(.agentToken) }
        return policies
    }

    private static func missingAuth(_ schema: DialectSchema) -> String {
        switch schema.name {
        case .rooms:
            "rooms needs 'auth': write admin-only or secured, or none to let anybody act as admin as its document does"
        case .supportZenLive:
            "supportzen-live needs 'auth' with policy shared-secret"
        default:
            "\(schema.name) needs 'auth' with \(Wording.alternatives(schema.policies))"
        }
    }

    /// Fills in what depends on the dialect's other keys.
    private static func settle(
        _ policy: AuthPolicyConfiguration,
        _ firstContact: FirstContactMode,
        requiresExpiry: Bool?,
        _ mode: DialectMode
    ) -> AuthPolicyConfiguration {
        switch policy {
        case .hmacEmail: .hmacEmail(firstContact: firstContact)
        case .jwt(let jwt): .jwt(jwt.requiringExpiry(requiresExpiry ?? (mode == .hardened)))
        default: policy
        }
    }
}

extension JWTConfiguration {
    fileprivate func requiringExpiry(_ requiresExpiry: Bool) -> JWTConfiguration {
        JWTConfiguration(
            keys: keys,
            issuer: issuer,
            audience: audience,
            leeway: leeway,
            subjectClaim: subjectClaim,
            roleClaim: roleClaim,
            nameClaim: nameClaim,
            emailClaim: emailClaim,
            requiresExpiry: requiresExpiry
        )
    }
}
