/// Where a conversation stands. Poorer dialects render pending as active and archived as closed.
package enum ConversationStatus: Int, Sendable, CaseIterable {
    case pending = 0
    case active = 1
    case closed = 2
    case archived = 3

    package var name: String {
        switch self {
        case .pending: "pending"
        case .active: "active"
        case .closed: "closed"
        case .archived: "archived"
        }
    }

    package init?(name: String) {
        guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = status
    }

    /// Neither closed nor archived.
    package var isOpen: Bool { self == .pending || self == .active }
}

/// How soon agents should look.
package enum ConversationPriority: Int, Sendable, CaseIterable {
    case low = 0
    case medium = 1
    case high = 2
    case urgent = 3

    package var name: String {
        switch self {
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .urgent: "urgent"
        }
    }

    package init?(name: String) {
        guard let priority = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = priority
    }
}

/// What a conversation is to its customer.
package enum ConversationKind: Int, Sendable {
    case chat = 0
    case ticket = 1
}

/// Which party acts or reads.
package enum Side: Int, Sendable, Hashable {
    case customer = 0
    case agents = 1

    package var opposite: Side { self == .customer ? .agents : .customer }
}

/// Who wrote a message.
package enum AuthorKind: Int, Sendable {
    case customer = 0
    case agent = 1
    case system = 2

    /// The side that the message belongs to; none for system texts.
    package var side: Side? {
        switch self {
        case .customer: .customer
        case .agent: .agents
        case .system: nil
        }
    }
}

/// How well a session's person is known, from nobody's word to a verified token.
package enum Assurance: Int, Sendable {
    case none = 0
    case firstContact = 1
    case sharedSecret = 2
    case hmac = 3
    case token = 4

    package var name: String {
        switch self {
        case .none: "none"
        case .firstContact: "first-contact"
        case .sharedSecret: "shared-secret"
        case .hmac: "hmac"
        case .token: "token"
        }
    }
}

/// What an agent may do.
package enum AgentRole: Int, Sendable, CaseIterable {
    case support = 0
    case admin = 1
    case superAdmin = 2

    package var name: String {
        switch self {
        case .support: "support"
        case .admin: "admin"
        case .superAdmin: "super_admin"
        }
    }

    package init?(name: String) {
        guard let role = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }
}
