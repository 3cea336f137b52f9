/// An event on its way to many subscribers: each encoding is made once and its bytes shared.
package final class PublishedEvent {
    package let event: LiveEvent
    package let outline: EventOutline
    private var encodings: [(key: Int, bytes: [UInt8]?)] = []
    private var hasReachedCustomer = false
    private var hasReachedAgents = false

    package init(_ event: LiveEvent) {
        self.event = event
        outline = EventOutline(event)
    }

    /// The bytes of one encoding, made by the first who asks. Keys are unique per dialect and variant:
    /// `EncodingKey.make`. Nil is remembered too: this variant is not told.
    package func bytes(_ key: Int, _ encode: (LiveEvent) -> [UInt8]?) -> [UInt8]? {
        for encoding in encodings where encoding.key == key { return encoding.bytes }
        let bytes = encode(event)
        encodings.append((key, bytes))
        return bytes
    }

    /// Whether nobody of a side was given the event before; from now on somebody was.
    func reachesFirst(of side: Side) -> Bool {
        switch side {
        case .customer:
            defer { hasReachedCustomer = true }
            return !hasReachedCustomer
        case .agents:
            defer { hasReachedAgents = true }
            return !hasReachedAgents
        }
    }
}

/// What subscribers judge an event by, told apart once for all of them. The event itself is large: to look into it costs
/// a copy of it, which is more than everything else that one of a thousand sockets needs.
package struct EventOutline {
    package enum Kind {
        case typing(side: Side, socket: UInt64)
        case created
        case message(number: Int64, author: AuthorKind, hasAttachments: Bool)
        case read(by: Side)
        case tokenUsed
        case deleted
        /// Status, assignment, tags and such, rating.
        case changed
    }

    package let kind: Kind
    /// The event's number; 0 for what is never stored.
    package let number: Int64
    /// The conversation's row.
    package let conversation: Int64
    /// Whether the conversation's session token has been presented once.
    package let isTokenUsed: Bool

    init(_ event: LiveEvent) {
        switch event {
        case .typing(let signal):
            kind = .typing(side: signal.side, socket: signal.socket)
            number = 0
            conversation = signal.conversation.row
            isTokenUsed = signal.conversation.tokenUsed
        case .tokenUsed(let used):
            kind = .tokenUsed
            number = 0
            conversation = used.row
            isTokenUsed = used.tokenUsed
        case .chat(let event):
            kind = Kind(event.change)
            number = event.number
            conversation = event.conversation.row
            isTokenUsed = event.conversation.tokenUsed
        }
    }
}

extension EventOutline.Kind {
    package init(_ change: ChatEvent.Change) {
        switch change {
        case .created: self = .created
        case .message(let message):
            self = .message(
                number: message.number,
                author: message.author.kind,
                hasAttachments: !message.attachments.isEmpty
            )
        case .read(let side, _, _): self = .read(by: side)
        case .deleted: self = .deleted
        case .status, .assigned, .updated, .rated: self = .changed
        }
    }
}
