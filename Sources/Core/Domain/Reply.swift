/// What a turn answers. Rendered by the dialect that asked, on its lane, after the commit. Indirect, as it changes
/// hands several times.
package indirect enum Reply: Sendable {
    case created(CreatedReply)
    case message(MessageReply)
    case conversation(Conversation, changed: Bool)
    case note(Note, Conversation, isReplay: Bool)
    case uploads([Attachment], Conversation)
    case done
    /// Done, to so many things.
    case counted(Int)
    /// What has expired is gone, up to a limit; whether there is more.
    case swept(hasMore: Bool)
    case rejected(Rejection)
}

/// A conversation that was begun, or found under the same id.
package struct CreatedReply: Sendable {
    package var conversation: Conversation
    package var welcome: Message?
    package var first: Message?
    /// False when the id named an existing conversation.
    package var isNew: Bool
    /// The answer to a retried request, rendered again.
    package var isReplay: Bool

    package init(conversation: Conversation, welcome: Message?, first: Message?, isNew: Bool, isReplay: Bool) {
        self.conversation = conversation
        self.welcome = welcome
        self.first = first
        self.isNew = isNew
        self.isReplay = isReplay
    }
}

package struct MessageReply: Sendable {
    package var message: Message
    package var conversation: Conversation
    package var isReplay: Bool

    package init(message: Message, conversation: Conversation, isReplay: Bool) {
        self.message = message
        self.conversation = conversation
        self.isReplay = isReplay
    }
}
