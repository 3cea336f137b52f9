/// Everything that was configured for the whole daemon.
package struct DaemonConfiguration: Sendable, Equatable {
    /// The dialects that `plugins.yaml` names, sorted.
    package let plugins: [DialectName]
    /// The tenants whose files are in order, by file name.
    package let tenants: [TenantConfiguration]

    package init(plugins: [DialectName], tenants: [TenantConfiguration]) {
        self.plugins = plugins
        self.tenants = tenants
    }
}

/// One brand, every value settled. Two are equal when nothing a running tenant could notice differs.
package struct TenantConfiguration: Sendable, Equatable {
    package let id: String
    package let name: String
    /// Lower case.
    package let hosts: [String]
    package let pathPrefix: String?
    /// Lower case, or `*`; empty: no CORS headers.
    package let origins: [String]
    package let agents: [AgentConfiguration]
    /// Sorted by name.
    package let dialects: [DialectConfiguration]
    /// What holds for the tenant as a whole; each dialect has its own, which may differ.
    package let limits: LimitsConfiguration
    package let trustedProxies: [AddressBlock]
    package let webhooks: [WebhookConfiguration]
    package let sizes: SizesConfiguration
    package let uploads: UploadsConfiguration
    /// How long messages are kept; nil: for ever.
    package let retention: Duration?
    /// Relative to the configuration folder.
    package let sourceFile: String

    package init(
        id: String,
        name: String,
        hosts: [String] = [],
        pathPrefix: String? = nil,
        origins: [String] = [],
        agents: [AgentConfiguration] = [],
        dialects: [DialectConfiguration] = [],
        limits: LimitsConfiguration = LimitsConfiguration(),
        trustedProxies: [AddressBlock] = [],
        webhooks: [WebhookConfiguration] = [],
        sizes: SizesConfiguration = SizesConfiguration(),
        uploads: UploadsConfiguration = UploadsConfiguration(),
        retention: Duration? = nil,
        sourceFile: String = ""
    ) {
        self.id = id
        self.name = name
        self.hosts = hosts
        self.pathPrefix = pathPrefix
        self.origins = origins
        self.agents = agents
        self.dialects = dialects
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.webhooks = webhooks
        self.sizes = sizes
        self.uploads = uploads
        self.retention = retention
        self.sourceFile = sourceFile
    }

    package var firstContactLimit: Rate? { limits.firstContact }
    package var probeLimit: Rate? { limits.probe }

    package func dialect(_ name: DialectName) -> DialectConfiguration? { dialects.first { $0.dialect == name } }

    /// The limits that hold for a dialect.
    package func limits(of name: DialectName) -> LimitsConfiguration { dialect(name)?.limits ?? limits }
}

/// One agent of a tenant's roster.
package struct AgentConfiguration: Sendable, Equatable {
    package let id: String
    package let firstName: String
    package let lastName: String
    package let email: String?
    package let avatar: String?
    package let role: AgentRole
    /// What the `agent-token` policy takes for this agent; nil: only minted tokens.
    package let token: Secret?

    package init(
        id: String,
        firstName: String,
        lastName: String = "",
        email: String? = nil,
        avatar: String? = nil,
        role: AgentRole = .support,
        token: Secret? = nil
    ) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.avatar = avatar
        self.role = role
        self.token = token
    }

    package var fullName: String { lastName.isEmpty ? firstName : "\(firstName) \(lastName)" }
}

/// Where a tenant's events are sent.
package struct WebhookConfiguration: Sendable, Equatable {
    package let url: String
    /// All valid at once, the first one the newest.
    package let secrets: [Secret]
    /// Nil: every event.
    package let events: [String]?
    /// Whether it may point into a private network or at this machine.
    package let allowPrivate: Bool

    package init(
        url: String,
        secrets: [Secret],
        events: [String]? = nil,
        allowPrivate: Bool = false
    ) {
        self.url = url
        self.secrets = secrets
        self.events = events
        self.allowPrivate = allowPrivate
    }
}

extension [AgentConfiguration] {
    /// The ids of those whose entries are others, or none, in a later list.
    package func changed(to later: [AgentConfiguration]) -> Set<String> {
        Set(filter { !later.contains($0) }.map(\.id))
    }
}
