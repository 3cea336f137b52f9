/// A window into a list: whole pages, or what follows a row.
package struct PageRequest: Sendable, Equatable {
    package var page: Int
    package var limit: Int

    package init(page: Int, limit: Int) {
        self.page = page
        self.limit = limit
    }
}

/// One page and how many there are in all.
package struct Page<Element: Sendable>: Sendable {
    package var items: [Element]
    package var total: Int

    package init(items: [Element], total: Int) {
        self.items = items
        self.total = total
    }
}

/// Which conversations a list shows.
package struct ConversationFilter: Sendable, Equatable {
    package enum Agent: Sendable, Equatable {
        case id(String)
        case unassigned
    }

    package enum Order: Sendable, Equatable {
        /// Pending first, then priority (urgent first), then newest birth.
        case agentsList
        /// Newest activity first.
        case activity
        /// Newest birth first.
        case newest
    }

    package var statuses: Set<ConversationStatus>?
    package var priority: ConversationPriority?
    package var department: String?
    package var agent: Agent?
    /// Literal, case-insensitive substring of name, e-mail or the id in its dialect.
    package var search: String?
    /// Only conversations born in this dialect.
    package var origin: DialectName?
    /// Only this identity's.
    package var identity: Int64?
    package var kind: ConversationKind?
    package var order: Order

    package init(
        statuses: Set<ConversationStatus>? = nil,
        priority: ConversationPriority? = nil,
        department: String? = nil,
        agent: Agent? = nil,
        search: String? = nil,
        origin: DialectName? = nil,
        identity: Int64? = nil,
        kind: ConversationKind? = nil,
        order: Order = .agentsList
    ) {
        self.statuses = statuses
        self.priority = priority
        self.department = department
        self.agent = agent
        self.search = search
        self.origin = origin
        self.identity = identity
        self.kind = kind
        self.order = order
    }
}

/// A conversation with its newest messages: of all, and of people.
package struct ConversationSummary: Sendable {
    package var conversation: Conversation
    package var lastMessage: Message?
    package var lastPeopleMessage: Message?

    package init(conversation: Conversation, lastMessage: Message?, lastPeopleMessage: Message?) {
        self.conversation = conversation
        self.lastMessage = lastMessage
        self.lastPeopleMessage = lastPeopleMessage
    }
}

package struct StatusCounts: Sendable, Equatable {
    package var pending: Int
    package var active: Int
    package var closed: Int
    package var archived: Int

    package init(pending: Int = 0, active: Int = 0, closed: Int = 0, archived: Int = 0) {
        self.pending = pending
        self.active = active
        self.closed = closed
        self.archived = archived
    }
}
