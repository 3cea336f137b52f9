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
