/// Something subscribers are told: a durable event, or a typing signal that nothing stores.
package indirect enum LiveEvent {
    case chat(ChatEvent)
    case typing(TypingSignal)

    /// The conversation it happened in.
    package var conversation: Conversation {
        switch self {
        case .chat(let event): event.conversation
        case .typing(let signal): signal.conversation
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

/// An event on its way to many subscribers: each encoding is made once and its bytes shared.
package final class PublishedEvent {
    package let event: LiveEvent
    private var encodings: [(key: Int, bytes: [UInt8]?)] = []

    package init(_ event: LiveEvent) {
        self.event = event
    }

    /// The bytes of one encoding, made by the first who asks. Keys are unique per dialect and variant:
    /// `EncodingKey.make`. Nil is remembered too: this variant is not told.
    package func bytes(_ key: Int, _ encode: (LiveEvent) -> [UInt8]?) -> [UInt8]? {
        for encoding in encodings where encoding.key == key { return encoding.bytes }
        let bytes = encode(event)
        encodings.append((key, bytes))
        return bytes
    }
}
