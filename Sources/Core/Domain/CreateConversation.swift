/// Begins a conversation, or finds the one that the same id already names.
package struct CreateConversation: Sendable {
    /// What an id that exists already means.
    package enum Collision: Sendable, Equatable {
        /// The same owner gets the existing one unchanged, anybody else is refused (LocalPro).
        case sameContactReturns
        /// Whoever names it gets it, active again if it was closed (rooms).
        case reopens
        /// The id was made by the server: there is no collision.
        case never
    }

    package var dialect: DialectName
    package var access: Access
    /// Random, made on the lane.
    package var id: EntityID
    package var kind: ConversationKind
    /// The id in its dialect; nil lets the turn make one (tickets are numbered there).
    package var externalID: String?
    package var collision: Collision
    /// Who owns it in its dialect: uuid, e-mail, client id, subject.
    package var ownerKey: String
    package var assurance: Assurance
    package var contact: Contact
    package var account: AccountFacts
    package var source: Origin
    package var subject: String?
    package var status: ConversationStatus
    package var priority: ConversationPriority
    package var department: String
    package var tags: [String]
    /// A system text that opens the conversation, and its id.
    package var welcome: MessageDraft?
    /// The customer's first message, where the dialect sends it with the creation.
    package var first: MessageDraft?
    /// How an unknown user is met (SupportZen client).
    package var firstContact: FirstContact

    package init(
        dialect: DialectName,
        access: Access,
        id: EntityID,
        kind: ConversationKind = .chat,
        externalID: String?,
        collision: Collision,
        ownerKey: String,
        assurance: Assurance,
        contact: Contact,
        account: AccountFacts = AccountFacts(),
        source: Origin = Origin(),
        subject: String? = nil,
        status: ConversationStatus,
        priority: ConversationPriority = .medium,
        department: String = "general",
        tags: [String] = [],
        welcome: MessageDraft? = nil,
        first: MessageDraft? = nil,
        firstContact: FirstContact = .trust
    ) {
        self.dialect = dialect
        self.access = access
        self.id = id
        self.kind = kind
        self.externalID = externalID
        self.collision = collision
        self.ownerKey = ownerKey
        self.assurance = assurance
        self.contact = contact
        self.account = account
        self.source = source
        self.subject = subject
        self.status = status
        self.priority = priority
        self.department = department
        self.tags = tags
        self.welcome = welcome
        self.first = first
        self.firstContact = firstContact
    }
}

/// How a user that the tenant has never seen is met.
package enum FirstContact: Sendable, Equatable {
    case trust
    case flag
    case provisionedOnly
}

/// Facts about a customer's account that a dialect passes along.
package struct AccountFacts: Sendable, Equatable {
    package var planID: Double?
    /// When the customer's own account was made, Unix milliseconds; never a message's time.
    package var accountCreatedAt: Int64?

    package init(planID: Double? = nil, accountCreatedAt: Int64? = nil) {
        self.planID = planID
        self.accountCreatedAt = accountCreatedAt
    }
}
