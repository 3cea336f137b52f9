/// One write that a tenant's writer executes as a turn. Plain values only: an operation is decoded on a lane
/// and executed on another thread.
package struct Operation: Sendable {
    package var action: Action
    /// When the request was taken, Unix milliseconds.
    package var at: Int64
    /// Recognises a retry of the same request.
    package var idempotency: IdempotencyKey?

    package init(_ action: Action, at: Int64, idempotency: IdempotencyKey? = nil) {
        self.action = action
        self.at = at
        self.idempotency = idempotency
    }

    /// Everything that can be written. Indirect: an operation changes hands several times, and is large.
    package indirect enum Action: Sendable {
        case create(CreateConversation)
        case send(SendMessage)
        case close(CloseConversation)
        case rate(RateConversation)
        case read(MarkRead)
        case assign(AssignConversation)
        case transfer(TransferConversation)
        case update(UpdateConversation)
        case note(AddNote)
        case delete(DeleteConversation)
        case presentToken(PresentToken)
        case keepUploads(KeepUploads)
        case delivered([DeliveredMark])
        case user(UserCommand)
        case token(TokenCommand)
        case webhook(WebhookCommand)
        case sweep(Sweep)
    }
}

/// What makes two requests the same one.
package struct IdempotencyKey: Sendable, Equatable {
    /// Digest of tenant-wide scope: dialect, caller, route and the client's key.
    package let scope: [UInt8]
    /// Digest of the decoded content.
    package let content: [UInt8]
    /// From when on the key is forgotten, Unix milliseconds.
    package let expiresAt: Int64

    package init(scope: [UInt8], content: [UInt8], expiresAt: Int64) {
        self.scope = scope
        self.content = content
        self.expiresAt = expiresAt
    }
}

/// What happens to a message for a closed conversation.
package enum ClosedPolicy: Sendable, Equatable {
    case reject
    case reopen
    /// Closed ones are opened again, archived ones take no messages.
    case reopenUnlessArchived
}

/// A message's content before it is stored, which gives it its number and its id.
package struct MessageDraft: Sendable {
    package var text: String
    package var imageURL: String?
    /// Files that came with the message; their bytes are already on disk.
    package var files: [Attachment]
    /// Uploads of the same conversation that the message names by id.
    package var uploads: [EntityID]

    package init(
        text: String,
        imageURL: String? = nil,
        files: [Attachment] = [],
        uploads: [EntityID] = []
    ) {
        self.text = text
        self.imageURL = imageURL
        self.files = files
        self.uploads = uploads
    }
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

/// Adds a message.
package struct SendMessage: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var author: Author
    package var draft: MessageDraft
    package var onClosed: ClosedPolicy
    /// An agent's first reply assigns the conversation to it (LocalPro alone).
    package var assignsOnFirstReply: Bool

    package init(
        conversation: ConversationName,
        access: Access,
        author: Author,
        draft: MessageDraft,
        onClosed: ClosedPolicy,
        assignsOnFirstReply: Bool = false
    ) {
        self.conversation = conversation
        self.access = access
        self.author = author
        self.draft = draft
        self.onClosed = onClosed
        self.assignsOnFirstReply = assignsOnFirstReply
    }
}

/// Ends a conversation.
package struct CloseConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var rating: Int?
    package var feedback: String?
    /// Whether closing twice is a conflict (Chat module) or answered with the first end (the others).
    package var refusesTwice: Bool

    package init(
        conversation: ConversationName,
        access: Access,
        rating: Int? = nil,
        feedback: String? = nil,
        refusesTwice: Bool = false
    ) {
        self.conversation = conversation
        self.access = access
        self.rating = rating
        self.feedback = feedback
        self.refusesTwice = refusesTwice
    }
}

package struct RateConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var score: Int
    package var feedback: String?

    package init(conversation: ConversationName, access: Access, score: Int, feedback: String?) {
        self.conversation = conversation
        self.access = access
        self.score = score
        self.feedback = feedback
    }
}

/// Moves a side's read watermark.
package struct MarkRead: Sendable {
    package enum Extent: Sendable, Equatable {
        /// Everything there is.
        case all
        /// Everything that was shown, up to a message of anybody's.
        case shown(upTo: EntityIDRange)
        /// Cumulative up to one message, named by its rendered id.
        case upTo(EntityIDRange)
        /// Cumulative up to the highest of these; ids of other conversations are ignored.
        case upToHighest([EntityIDRange])
        /// Just these, kept as exceptions above the watermark.
        case exactly([EntityIDRange])
    }

    package var conversation: ConversationName
    package var access: Access
    /// Who has read.
    package var side: Side
    package var extent: Extent
    /// An unknown message is refused rather than ignored.
    package var refusesUnknown: Bool
    /// The socket the receipt came from, which is not told again.
    package var reader: String

    package init(
        conversation: ConversationName,
        access: Access,
        side: Side,
        extent: Extent,
        refusesUnknown: Bool = false,
        reader: String = ""
    ) {
        self.conversation = conversation
        self.access = access
        self.side = side
        self.extent = extent
        self.refusesUnknown = refusesUnknown
        self.reader = reader
    }
}

package struct AssignConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var agentID: String
    /// The name the request gave; the roster's wins where the agent is known.
    package var agentName: String?
    /// Assigned or closed conversations are a conflict (Chat module).
    package var refusesAssigned: Bool

    package init(
        conversation: ConversationName,
        access: Access,
        agentID: String,
        agentName: String?,
        refusesAssigned: Bool = false
    ) {
        self.conversation = conversation
        self.access = access
        self.agentID = agentID
        self.agentName = agentName
        self.refusesAssigned = refusesAssigned
    }
}

package struct TransferConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var agentID: String
    package var agentName: String?
    package var reason: String?

    package init(
        conversation: ConversationName,
        access: Access,
        agentID: String,
        agentName: String?,
        reason: String?
    ) {
        self.conversation = conversation
        self.access = access
        self.agentID = agentID
        self.agentName = agentName
        self.reason = reason
    }
}

/// Changes what agents set; nil leaves as it is.
package struct UpdateConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var status: ConversationStatus?
    package var priority: ConversationPriority?
    package var department: String?
    package var tags: [String]?

    package init(
        conversation: ConversationName,
        access: Access,
        status: ConversationStatus? = nil,
        priority: ConversationPriority? = nil,
        department: String? = nil,
        tags: [String]? = nil
    ) {
        self.conversation = conversation
        self.access = access
        self.status = status
        self.priority = priority
        self.department = department
        self.tags = tags
    }
}

package struct AddNote: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var content: String

    package init(conversation: ConversationName, access: Access, content: String) {
        self.conversation = conversation
        self.access = access
        self.content = content
    }
}

/// Removes a conversation with everything of it and leaves a tombstone for its ids.
package struct DeleteConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access

    package init(conversation: ConversationName, access: Access) {
        self.conversation = conversation
        self.access = access
    }
}

/// Notes that a session token has been used, which makes a guarded session require it.
package struct PresentToken: Sendable {
    package var conversation: ConversationName
    package var access: Access

    package init(conversation: ConversationName, access: Access) {
        self.conversation = conversation
        self.access = access
    }
}

/// Stores uploads that a later message may name.
package struct KeepUploads: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var files: [Attachment]
    package var expiresAt: Int64

    package init(conversation: ConversationName, access: Access, files: [Attachment], expiresAt: Int64) {
        self.conversation = conversation
        self.access = access
        self.files = files
        self.expiresAt = expiresAt
    }
}

/// One side has been given everything up to a number. Kept in memory until the next transaction takes it along.
package struct DeliveredMark: Sendable, Equatable {
    package var conversation: Int64
    package var side: Side
    package var number: Int64

    package init(conversation: Int64, side: Side, number: Int64) {
        self.conversation = conversation
        self.side = side
        self.number = number
    }
}
