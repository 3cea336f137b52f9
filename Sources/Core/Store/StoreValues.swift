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

/// An attachment and where it belongs.
package struct StoredAttachment: Sendable {
    package var attachment: Attachment
    package var conversation: Int64
    /// The message that names it; nil while it is an upload.
    package var messageNumber: Int64?

    package init(attachment: Attachment, conversation: Int64, messageNumber: Int64?) {
        self.attachment = attachment
        self.conversation = conversation
        self.messageNumber = messageNumber
    }
}

/// Figures over conversations born in a period.
package struct Analytics: Sendable, Equatable {
    package struct Day: Sendable, Equatable {
        /// `2024-11-01`, UTC.
        package var date: String
        package var count: Int

        package init(date: String, count: Int) {
            self.date = date
            self.count = count
        }
    }

    package struct Agent: Sendable, Equatable {
        package var id: String
        package var sessionsHandled: Int
        package var averageRating: Double?

        package init(id: String, sessionsHandled: Int, averageRating: Double?) {
            self.id = id
            self.sessionsHandled = sessionsHandled
            self.averageRating = averageRating
        }
    }

    package var totalSessions: Int
    package var closedSessions: Int
    package var averageMessages: Double?
    package var averageRating: Double?
    /// Milliseconds from birth to the first agent's answer.
    package var averageResponse: Double?
    package var minimumResponse: Int64?
    package var maximumResponse: Int64?
    package var days: [Day]
    /// Most sessions first.
    package var agents: [Agent]

    package init(
        totalSessions: Int = 0,
        closedSessions: Int = 0,
        averageMessages: Double? = nil,
        averageRating: Double? = nil,
        averageResponse: Double? = nil,
        minimumResponse: Int64? = nil,
        maximumResponse: Int64? = nil,
        days: [Day] = [],
        agents: [Agent] = []
    ) {
        self.totalSessions = totalSessions
        self.closedSessions = closedSessions
        self.averageMessages = averageMessages
        self.averageRating = averageRating
        self.averageResponse = averageResponse
        self.minimumResponse = minimumResponse
        self.maximumResponse = maximumResponse
        self.days = days
        self.agents = agents
    }
}

package struct ChatStatistics: Sendable, Equatable {
    package var totalSessions: Int
    /// Pending or active.
    package var activeSessions: Int
    /// Mean milliseconds from birth to the first agent's answer; 0 when there is none.
    package var averageResponse: Double
    /// Messages of people.
    package var messages: Int

    package init(totalSessions: Int, activeSessions: Int, averageResponse: Double, messages: Int) {
        self.totalSessions = totalSessions
        self.activeSessions = activeSessions
        self.averageResponse = averageResponse
        self.messages = messages
    }
}

/// A person across dialects: whoever shares an e-mail is shown as one.
package struct Person: Sendable, Equatable {
    package var row: Int64
    package var id: EntityID
    package var name: String
    package var email: String

    package init(row: Int64, id: EntityID, name: String, email: String) {
        self.row = row
        self.id = id
        self.name = name
        self.email = email
    }
}

/// A customer as one dialect knows it: the key is an uuid, a normalised e-mail, a client id or a token's subject.
package struct Identity: Sendable, Equatable {
    package var row: Int64
    package var dialect: DialectName
    package var key: String
    package var person: EntityID
    package var name: String
    /// The present e-mail, as it was last sent.
    package var email: String
    package var account: AccountFacts
    package var assurance: Assurance
    /// SHA-256 of the first digest (SupportZen client).
    package var pin: [UInt8]?
    /// Known only by provisioning; wins over the pin.
    package var authToken: String?
    /// Met under `first_contact: flag` and not confirmed since.
    package var isFlagged: Bool
    package var createdAt: Int64

    package init(
        row: Int64,
        dialect: DialectName,
        key: String,
        person: EntityID,
        name: String,
        email: String,
        account: AccountFacts,
        assurance: Assurance,
        pin: [UInt8]?,
        authToken: String?,
        isFlagged: Bool,
        createdAt: Int64
    ) {
        self.row = row
        self.dialect = dialect
        self.key = key
        self.person = person
        self.name = name
        self.email = email
        self.account = account
        self.assurance = assurance
        self.pin = pin
        self.authToken = authToken
        self.isFlagged = isFlagged
        self.createdAt = createdAt
    }
}

/// What is known of a customer when a conversation begins.
package struct IdentityDraft: Sendable {
    package var dialect: DialectName
    package var key: String
    /// Used for the person if one has to be made.
    package var personID: EntityID
    package var contact: Contact
    package var account: AccountFacts
    package var assurance: Assurance
    package var at: Int64

    package init(
        dialect: DialectName,
        key: String,
        personID: EntityID,
        contact: Contact,
        account: AccountFacts,
        assurance: Assurance,
        at: Int64
    ) {
        self.dialect = dialect
        self.key = key
        self.personID = personID
        self.contact = contact
        self.account = account
        self.assurance = assurance
        self.at = at
    }
}

/// What a remembered request answered: rows, rendered again for a retry.
package struct IdempotencyRow: Sendable, Equatable {
    package var scope: [UInt8]
    package var content: [UInt8]
    package var conversation: Int64
    /// The number of the message it made; 0 for none.
    package var messageNumber: Int64
    package var wasNew: Bool
    package var expiresAt: Int64

    package init(
        scope: [UInt8],
        content: [UInt8],
        conversation: Int64,
        messageNumber: Int64,
        wasNew: Bool,
        expiresAt: Int64
    ) {
        self.scope = scope
        self.content = content
        self.conversation = conversation
        self.messageNumber = messageNumber
        self.wasNew = wasNew
        self.expiresAt = expiresAt
    }
}

/// An event on its way to an endpoint.
package struct WebhookDraft: Sendable {
    package var endpoint: String
    package var id: EntityID
    package var event: Int64
    /// The row of the conversation that it tells of.
    package var conversation: Int64
    /// The body as it is sent, every time the same.
    package var body: [UInt8]
    package var at: Int64

    package init(endpoint: String, id: EntityID, event: Int64, conversation: Int64, body: [UInt8], at: Int64) {
        self.endpoint = endpoint
        self.id = id
        self.event = event
        self.conversation = conversation
        self.body = body
        self.at = at
    }
}

package struct WebhookDelivery: Sendable {
    package var row: Int64
    package var endpoint: String
    package var id: EntityID
    package var event: Int64
    package var body: [UInt8]
    package var createdAt: Int64
    package var attempts: Int
    package var nextAttemptAt: Int64
    package var lastError: String?

    package init(
        row: Int64,
        endpoint: String,
        id: EntityID,
        event: Int64,
        body: [UInt8],
        createdAt: Int64,
        attempts: Int,
        nextAttemptAt: Int64,
        lastError: String?
    ) {
        self.row = row
        self.endpoint = endpoint
        self.id = id
        self.event = event
        self.body = body
        self.createdAt = createdAt
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastError = lastError
    }
}

package struct SweepResult: Sendable {
    /// Hashes that no row names any more.
    package var releasedHashes: [[UInt8]]
    /// Whether a limit was reached: sweep again soon.
    package var hasMore: Bool

    package init(releasedHashes: [[UInt8]], hasMore: Bool) {
        self.releasedHashes = releasedHashes
        self.hasMore = hasMore
    }
}
