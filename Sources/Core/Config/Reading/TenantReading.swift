/// A tenant's file as read. The configuration counts only when the file had no errors.
struct TenantReading {
    var id: String?
    var claims: [TenantClaim] = []
    var configuration: TenantConfiguration?
}

extension ReadingContext {
    static let tenantKeys = [
        "tenant", "name", "hosts", "path_prefix", "origins", "agents", "dialects", "limits", "trusted_proxies",
        "webhooks", "sizes", "uploads", "retention", "first_contact_limit", "probe_limit",
    ]

    /// Reads a whole tenant's file. `plugins` is nil when `plugins.yaml` could not be read.
    func tenant(
        _ root: YAMLNode,
        _ vocabulary: ConfigurationVocabulary,
        plugins: [DialectName: DialectSettings]?
    ) -> TenantReading {
        var reading = TenantReading()
        guard let reader = MappingReader(root, "a tenant's file", keys: Self.tenantKeys, in: self) else {
            return reading
        }
        let id = tenantID(reader, &reading)
        let hosts = hosts(reader, &reading)
        let prefix = pathPrefix("path_prefix", reader)
        if let prefix {
            let mark = reader.valueMark("path_prefix")
            reading.claims.append(TenantClaim(kind: .pathPrefix, value: prefix, mark: mark))
            if prefix == "/healthz" { error(mark, "/healthz is the daemon's own") }
        }
        if !reader.has("hosts"), !reader.has("path_prefix") {
            error(reader.mark, "a tenant needs 'hosts' or 'path_prefix'")
        }
        let scope = TenantScope(
            hosts: hosts,
            limits: limits(reader),
            firstContact: reader.rate("first_contact_limit"),
            probe: reader.rate("probe_limit")
        )
        reading.configuration = TenantConfiguration(
            id: id ?? "",
            name: reader.text("name") ?? id ?? "",
            hosts: hosts,
            pathPrefix: prefix,
            origins: origins(reader),
            agents: agents(reader),
            dialects: dialects(reader, vocabulary, plugins, scope),
            limits: LimitsConfiguration(
                dialect: nil,
                tenant: scope.limits,
                firstContact: scope.firstContact,
                probe: scope.probe
            ),
            trustedProxies: trustedProxies(reader),
            webhooks: webhooks(reader, vocabulary),
            sizes: sizes(reader),
            uploads: uploads(reader),
            retention: retention(reader),
            sourceFile: file
        )
        return reading
    }

    /// Only who the file is about, for a file that cannot be read whole.
    func tenantIDOnly(_ root: YAMLNode) -> String? {
        guard case .mapping(let entries) = root.content,
            case .scalar(let text, _)? = entries.first(where: { $0.key == "tenant" })?.value.content
        else { return nil }
        return ConfigForm.isTenantID(text) ? text : nil
    }

    private func tenantID(_ reader: MappingReader, _ reading: inout TenantReading) -> String? {
        reader.require("tenant", in: "a tenant's file")
        guard let text = reader.text("tenant") else { return nil }
        guard ConfigForm.isTenantID(text) else {
            error(
                reader.valueMark("tenant"),
                "\(Wording.quoted(text)) is no tenant id: use 1 to 63 of a-z, 0-9 and '-', not '-' first"
            )
            return nil
        }
        reading.id = text
        reading.claims.append(TenantClaim(kind: .tenant, value: text, mark: reader.valueMark("tenant")))
        return text
    }

    private func hosts(_ reader: MappingReader, _ reading: inout TenantReading) -> [String] {
        let hosts = reader.hosts("hosts") ?? []
        reader.refuseEmptyList("hosts")
        // The claim points at the host's own place.
        for item in reader.itemsAgain("hosts") {
            guard case .scalar(let text, _) = item.content, let host = ConfigForm.host(text).host else { continue }
            if !reading.claims.contains(where: { $0.kind == .host && $0.value == host }) {
                reading.claims.append(TenantClaim(kind: .host, value: host, mark: item.mark))
            }
        }
        return hosts
    }

    private func origins(_ reader: MappingReader) -> [String] {
        let origins = reader.values("origins") { item, text in
            if let origin = ConfigForm.origin(text) { return origin }
            self.error(
                item.mark,
                "\(Wording.quoted(text)) is not an origin such as https://acme.example (no slash at the end) or *"
            )
            return nil
        }
        return origins ?? []
    }

    private func trustedProxies(_ reader: MappingReader) -> [AddressBlock] {
        let ranges = reader.addressBlocks("trusted_proxies") ?? []
        for range in ranges where range.description.hasSuffix("/0") {
            warn(
                reader.valueMark("trusted_proxies"),
                .unsafe,
                "trusted_proxies \(range) lets every client choose its own address"
            )
        }
        return ranges
    }

    private func dialects(
        _ reader: MappingReader,
        _ vocabulary: ConfigurationVocabulary,
        _ plugins: [DialectName: DialectSettings]?,
        _ scope: TenantScope
    ) -> [DialectConfiguration] {
        var dialects: [DialectConfiguration] = []
        let entries = reader.has("dialects") ? dialectEntries(reader) : []
        guard let entries else { return [] }
        if entries.isEmpty { warn(reader.keyMark("dialects"), "the tenant has no dialects, so it serves nothing") }
        for entry in entries {
            guard let schema = vocabulary.schema(entry.key) else {
                error(entry.keyMark, Wording.unknown("dialect", entry.key, among: vocabulary.dialectNames))
                continue
            }
            if let plugins, plugins[schema.name] == nil {
                error(entry.keyMark, "dialect '\(entry.key)' is not in plugins.yaml")
            }
            guard let own = dialectSettings(entry, schema, of: .tenant) else { continue }
            dialects.append(resolve(own, over: plugins?[schema.name], schema, in: scope))
        }
        return dialects.sorted { $0.dialect < $1.dialect }
    }

    /// Nil, and reported, when `dialects` is no mapping.
    private func dialectEntries(_ reader: MappingReader) -> [YAMLEntry]? {
        guard let node = reader.node("dialects") else { return nil }
        if case .mapping(let entries) = node.content { return entries }
        error(node.mark, "'dialects' must be a mapping of dialects, not \(node.kindName)")
        return nil
    }
}
