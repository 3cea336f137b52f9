import Adapters
import Core

/// The only place that wires parts together: catalog, configuration, server.
enum Assembly {
    /// Loads and checks the configuration in a folder, for a program that speaks `dialects` and serves `running`.
    static func load(
        _ directory: String,
        environment: [String: String],
        running: [TenantConfiguration] = [],
        dialects: [any Dialect.Type] = Catalog.dialects
    ) -> ConfigurationLoadResult {
        let dialects = dialects.map { $0.name.rawValue }
        let events = WebhookEventName.allCases.map { $0.rawValue }
        let loader = ConfigurationLoader(files: .system, knownDialects: dialects, webhookEvents: events)
        return loader.load(directory: directory, environment: environment, running: running)
    }

    /// A tenant's dialects and routes, out of the catalog's dialects; throws a sentence when it cannot be served.
    static func snapshot(_ configuration: TenantConfiguration, secret: [UInt8]) throws -> TenantSnapshot {
        try snapshot(configuration, secret: secret, dialects: Catalog.dialects)
    }

    /// The same out of other dialects.
    static func snapshot(
        _ configuration: TenantConfiguration,
        secret: [UInt8],
        dialects types: [any Dialect.Type]
    ) throws -> TenantSnapshot {
        let roster = Roster(configuration.agents.map(AgentIdentity.init))
        var dialects: [any Dialect] = []
        var table = RouteTable()
        for entry in configuration.dialects {
            guard let type = types.first(where: { $0.name == entry.dialect }) else {
                throw Failure("this program does not speak '\(entry.dialect)'")
            }
            let setup = DialectSetup(
                tenant: configuration,
                configuration: entry,
                authenticator: try Authenticator(policies: entry.auth, agents: configuration.agents),
                roster: roster,
                secret: secret
            )
            let dialect = try type.init(setup)
            table.add(dialect.routes, dialect: dialects.count, mount: entry.mount, hosts: entry.hosts)
            dialects.append(dialect)
        }
        if let (first, second) = table.collisions().first {
            throw Failure(
                "\(name(first, dialects)) and \(name(second, dialects)) answer the same requests;"
                    + " give one of them another `mount` or other `hosts`"
            )
        }
        let localPro = configuration.dialect(.localPro)
        let rules = TurnRules(
            tenant: configuration.id,
            roster: roster,
            sessionAuth: localPro.map { LocalProDialect.sessionAuth(of: $0) } ?? .guarded,
            autoCreateAgents: localPro?.options.autoCreateAgents ?? false,
            secret: secret,
            webhooks: configuration.webhooks.map { WebhookEndpoint(url: $0.url, events: Set($0.events ?? [])) }
        )
        return TenantSnapshot(
            configuration: configuration,
            dialects: dialects,
            routes: table,
            rules: rules,
            secret: secret
        )
    }

    private static func name(_ entry: RouteTable.Entry, _ dialects: [any Dialect]) -> String {
        "\(entry.route.method.name ?? "") \(entry.path) of \(type(of: dialects[entry.dialect]).name)"
    }

    /// Problems of tenants that only their route tables show, as diagnostics of their files.
    static func routeProblems(
        _ result: ConfigurationLoadResult,
        dialects: [any Dialect.Type] = Catalog.dialects
    ) -> [ConfigDiagnostic] {
        result.configuration.tenants.compactMap { tenant in
            do {
                _ = try snapshot(tenant, secret: [UInt8](repeating: 0, count: 32), dialects: dialects)
                return nil
            } catch {
                return ConfigDiagnostic(
                    file: tenant.sourceFile,
                    mark: nil,
                    severity: .error,
                    message: "tenant '\(tenant.id)': \(error)"
                )
            }
        }
    }
}
