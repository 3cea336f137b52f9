/// What turns know of their tenant: an immutable snapshot, taken when the operation is queued.
package struct TurnRules: Sendable {
    package var roster: Roster
    /// When a LocalPro session asks for its token.
    package var sessionAuth: SessionAuthRule
    /// Assigning to an agent that the roster does not know takes the request's word for it.
    package var autoCreateAgents: Bool
    /// Derives session tokens; the tenant's own.
    package var secret: [UInt8]
    package var webhooks: [WebhookEndpoint]
    package var tenant: String

    package init(
        tenant: String,
        roster: Roster,
        sessionAuth: SessionAuthRule,
        autoCreateAgents: Bool,
        secret: [UInt8],
        webhooks: [WebhookEndpoint]
    ) {
        self.tenant = tenant
        self.roster = roster
        self.sessionAuth = sessionAuth
        self.autoCreateAgents = autoCreateAgents
        self.secret = secret
        self.webhooks = webhooks
    }
}

/// A tenant's agents by id.
package struct Roster: Sendable {
    private let agents: [String: AgentIdentity]

    package init(_ agents: [AgentIdentity]) {
        self.agents = Dictionary(agents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func agent(_ id: String) -> AgentIdentity? { agents[id] }
}

/// Where a tenant's events are posted, and which.
package struct WebhookEndpoint: Sendable, Equatable {
    package var url: String
    /// Event names; empty means all.
    package var events: Set<String>

    package init(url: String, events: Set<String>) {
        self.url = url
        self.events = events
    }

    package func wants(_ name: String) -> Bool { events.isEmpty || events.contains(name) }
}
