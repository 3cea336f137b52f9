/// The contact data a customer gave.
package struct Contact: Sendable, Equatable {
    package var name: String
    package var email: String
    package var phone: String?

    package init(name: String, email: String, phone: String? = nil) {
        self.name = name
        self.email = email
        self.phone = phone
    }
}

/// Where a customer came from; shown to agents only.
package struct Origin: Sendable, Equatable {
    package var userAgent: String?
    package var address: String?
    package var referrer: String?
    package var pageURL: String?

    package init(userAgent: String? = nil, address: String? = nil, referrer: String? = nil, pageURL: String? = nil) {
        self.userAgent = userAgent
        self.address = address
        self.referrer = referrer
        self.pageURL = pageURL
    }
}

/// A customer's verdict; the last one wins.
package struct Rating: Sendable, Equatable {
    package var score: Int
    package var feedback: String?
    package var ratedAt: Int64

    package init(score: Int, feedback: String?, ratedAt: Int64) {
        self.score = score
        self.feedback = feedback
        self.ratedAt = ratedAt
    }
}

/// How far one side has got, in message numbers of the conversation.
///
/// `read` implies `delivered`. `othersRead` is the running count of the *other* side's messages
/// at the read watermark, so that every unread count is one subtraction.
package struct Watermark: Sendable, Equatable {
    package var delivered: Int64
    package var read: Int64
    package var othersRead: Int64

    package init(delivered: Int64 = 0, read: Int64 = 0, othersRead: Int64 = 0) {
        self.delivered = delivered
        self.read = read
        self.othersRead = othersRead
    }
}

/// The agent a conversation is assigned to, by the name that was stored with the assignment.
package struct Assignment: Sendable, Equatable {
    package var agentID: String
    package var agentName: String

    package init(agentID: String, agentName: String) {
        self.agentID = agentID
        self.agentName = agentName
    }
}

/// The canonical conversation: everything the dialects render, each in its own form. It is copied from hand to hand for
/// every message, so that its texts lie apart, see `ConversationTexts`.
package struct Conversation: Sendable, Equatable {
    /// The store's row; never shown.
    package var row: Int64
    package var id: EntityID
    package var kind: ConversationKind
    /// The dialect it was born in.
    package var origin: DialectName
    /// The identity (dialect + key) that owns it, and the canonical person behind it.
    package var identity: Int64
    package var personID: EntityID
    package var assurance: Assurance
    package var status: ConversationStatus
    package var priority: ConversationPriority
    var texts: SharedValue<ConversationTexts>

    package var createdAt: Int64
    package var updatedAt: Int64
    package var endedAt: Int64?
    package var firstResponseAt: Int64?
    /// Time of the newest message, or of birth.
    package var activeAt: Int64

    /// The newest message's number: how many messages there are.
    package var messageCount: Int64
    /// The same without system texts.
    package var peopleCount: Int64
    /// Of these, the customer's.
    package var customerCount: Int64
    /// The lowest number that retention has left; 1 when nothing was cut.
    package var firstNumber: Int64
    package var customer: Watermark
    package var agents: Watermark
    /// Whether its session token has been presented once; from then on a guarded session requires it.
    package var tokenUsed: Bool
    /// Single messages read above the watermark exist (strict Chat module).
    package var hasReadExceptions: Bool

    package init(
        row: Int64,
        id: EntityID,
        kind: ConversationKind,
        origin: DialectName,
        externalID: String,
        identity: Int64,
        personID: EntityID,
        ownerKey: String,
        assurance: Assurance,
        contact: Contact,
        source: Origin,
        subject: String?,
        status: ConversationStatus,
        priority: ConversationPriority,
        department: String,
        tags: [String],
        createdAt: Int64
    ) {
        self.row = row
        self.id = id
        self.kind = kind
        self.origin = origin
        self.identity = identity
        self.personID = personID
        self.assurance = assurance
        self.status = status
        self.priority = priority
        texts = SharedValue(
            ConversationTexts(
                externalID: externalID,
                ownerKey: ownerKey,
                contact: contact,
                source: source,
                subject: subject,
                department: department,
                tags: tags
            )
        )
        self.createdAt = createdAt
        updatedAt = createdAt
        activeAt = createdAt
        messageCount = 0
        peopleCount = 0
        customerCount = 0
        firstNumber = 1
        customer = Watermark()
        agents = Watermark()
        tokenUsed = false
        hasReadExceptions = false
    }
}

/// A note among agents.
package struct Note: Sendable, Equatable {
    /// The store's row; 0 before it is stored.
    package var row: Int64
    package var content: String
    package var addedBy: String
    package var addedByName: String
    package var addedAt: Int64

    package init(row: Int64 = 0, content: String, addedBy: String, addedByName: String, addedAt: Int64) {
        self.row = row
        self.content = content
        self.addedBy = addedBy
        self.addedByName = addedByName
        self.addedAt = addedAt
    }
}
