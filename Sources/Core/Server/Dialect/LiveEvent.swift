/// Something subscribers are told: a durable event, or a typing signal that nothing stores.
package indirect enum LiveEvent {
    case chat(ChatEvent)
    case typing(TypingSignal)
    /// The conversation's session token was presented for the first time: from now on it may be required.
    case tokenUsed(Conversation)

    /// The conversation it happened in.
    package var conversation: Conversation {
        switch self {
        case .chat(let event): event.conversation
        case .typing(let signal): signal.conversation
        case .tokenUsed(let conversation): conversation
        }
    }
}

/// Somebody began or stopped typing.
package struct TypingSignal {
    package var conversation: Conversation
    package var side: Side
    /// The dialect it came through.
    package var dialect: DialectName
    /// Who types: a user's or agent's id.
    package var userID: String
    package var isTyping: Bool
    package var at: Int64
    /// The socket it came over, which is not told; 0 for none.
    package var socket: UInt64

    package init(
        conversation: Conversation,
        side: Side,
        dialect: DialectName,
        userID: String,
        isTyping: Bool,
        at: Int64,
        socket: UInt64
    ) {
        self.conversation = conversation
        self.side = side
        self.dialect = dialect
        self.userID = userID
        self.isTyping = isTyping
        self.at = at
        self.socket = socket
    }
}

/// Is told what happens in conversations it has subscribed to.
package protocol EventSubscriber: AnyObject {
    func receive(_ published: PublishedEvent)
}
