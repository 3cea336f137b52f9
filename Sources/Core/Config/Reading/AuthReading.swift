/// One policy as written. What depends on other keys is settled when the dialect is.
struct PolicySettings {
    var policy: AuthPolicyConfiguration
    let mark: SourceMark
    /// `first_contact` of an `hmac-email` policy, if written.
    var firstContact: FirstContactMode?
    /// `require_exp` of a `jwt` policy, if written; hardened requires it otherwise.
    var requiresExpiry: Bool?
}

extension ReadingContext {
    static let jwtKeys = [
        "algorithm", "key", "key_file", "keys", "issuer", "audience", "leeway", "subject_claim", "role_claim",
        "name_claim", "email_claim", "require_exp",
    ]

    /// The `auth` list of a dialect.
    func policies(_ items: [YAMLNode], for schema: DialectSchema) -> [PolicySettings] {
        var settings: [PolicySettings] = []
        for item in items {
            guard let name = policyName(item) else { continue }
            guard schema.policies.contains(name.text) else {
                refusePolicy(name.text, at: name.mark, for: schema)
                continue
            }
            guard let policy = policy(item, name.text) else { continue }
            if name.text != "jwt", settings.contains(where: { $0.policy.name == name.text }) {
                error(item.mark, "policy '\(name.text)' stands twice")
            }
            settings.append(policy)
        }
        checkCombination(settings)
        return settings
    }

    /// Looks the name up before anything else: it decides which other keys there are.
    private func policyName(_ item: YAMLNode) -> (text: String, mark: SourceMark)? {
        guard case .mapping(let entries) = item.content else {
            if case .refused = item.content { return nil }
            error(item.mark, "each of 'auth' must be a mapping such as { policy: agent-token }, not \(item.kindName)")
            return nil
        }
        guard let entry = entries.first(where: { $0.key == "policy" }) else {
            error(item.mark, "each of 'auth' needs 'policy'")
            return nil
        }
        return text(entry.value, "'policy'").map { ($0, entry.value.mark) }
    }

    private func refusePolicy(_ name: String, at mark: SourceMark, for schema: DialectSchema) {
        guard AuthPolicyConfiguration.allNames.contains(name) else {
            let near = Wording.nearest(to: name, among: schema.policies)
            let choices = near == nil ? AuthPolicyConfiguration.allNames : schema.policies
            error(mark, Wording.unknown("policy", name, among: choices))
            return
        }
        let allowed = Wording.alternatives(schema.policies)
        error(mark, "policy '\(name)' does not fit \(schema.name); use \(allowed)")
    }

    private func policy(_ item: YAMLNode, _ name: String) -> PolicySettings? {
        switch name {
        case "shared-secret":
            guard let reader = reader(item, ["secrets"]) else { return nil }
            return PolicySettings(policy: .sharedSecret(namedSecrets(reader)), mark: item.mark)
        case "hmac-email":
            guard let reader = reader(item, ["first_contact"]) else { return nil }
            let written: FirstContactMode? = reader.choice("first_contact")
            let policy = AuthPolicyConfiguration.hmacEmail(firstContact: written ?? .trust)
            return PolicySettings(policy: policy, mark: item.mark, firstContact: written)
        case "jwt":
            guard let reader = reader(item, Self.jwtKeys) else { return nil }
            return jwt(reader)
        default:
            guard reader(item, []) != nil else { return nil }
            let plain: [String: AuthPolicyConfiguration] = [
                "agent-token": .agentToken, "none": .none, "admin-only": .adminOnly, "secured": .secured,
            ]
            return plain[name].map { PolicySettings(policy: $0, mark: item.mark) }
        }
    }

    private func reader(_ item: YAMLNode, _ keys: [String]) -> MappingReader? {
        MappingReader(item, "a policy", keys: ["policy"] + keys, in: self)
    }

    private func namedSecrets(_ reader: MappingReader) -> [NamedSecret] {
        reader.require("secrets", in: "policy 'shared-secret'")
        guard let node = reader.node("secrets") else { return [] }
        guard case .mapping(let entries) = node.content else {
            error(node.mark, "'secrets' must be a mapping of names to secrets, not \(node.kindName)")
            return []
        }
        if entries.isEmpty { error(node.mark, "'secrets' must name at least one secret") }
        return entries.compactMap { entry in
            let what = "secret \(Wording.quoted(entry.key))"
            return secret(entry.value, what, for: .bearer).map { NamedSecret(name: entry.key, secret: $0) }
        }
    }

    private func checkCombination(_ settings: [PolicySettings]) {
        let bases = settings.filter { [.none, .adminOnly, .secured].contains($0.policy) }
        if bases.count > 1, let second = bases.last {
            error(second.mark, "only one of none, admin-only and secured can hold")
        }
    }

    private func jwt(_ reader: MappingReader) -> PolicySettings {
        let requiresExpiry = reader.flag("require_exp")
        let audience: [String]?
        if case .scalar? = reader.node("audience")?.content {
            audience = reader.text("audience").map { [$0] }
        } else {
            audience = reader.values("audience") { _, text in text }
        }
        let configuration = JWTConfiguration(
            keys: JWTKeyReader(context: self).keys(of: reader),
            issuer: reader.text("issuer"),
            audience: audience ?? [],
            leeway: reader.duration("leeway", in: .zero ... .seconds(600)) ?? .seconds(30),
            subjectClaim: reader.text("subject_claim") ?? "sub",
            roleClaim: reader.text("role_claim") ?? "role",
            nameClaim: reader.text("name_claim") ?? "name",
            emailClaim: reader.text("email_claim") ?? "email",
            requiresExpiry: requiresExpiry ?? false
        )
        return PolicySettings(policy: .jwt(configuration), mark: reader.mark, requiresExpiry: requiresExpiry)
    }
}
