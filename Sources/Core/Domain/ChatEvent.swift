/// Something that happened to a conversation, numbered per tenant in the transaction that made it durable.
package struct ChatEvent: Sendable {
    /// 1, 2, 3, … per tenant; 0 for what is never stored.
    package var number: Int64
    package var at: Int64
    package var conversation: Conversation
    package var change: Change

    package init(number: Int64, at: Int64, conversation: Conversation, change: Change) {
        self.number = number
        self.at = at
        self.conversation = conversation
        self.change = change
    }

    /// What happened.
    package indirect enum Change: Sendable {
        case created
        case message(Message)
        case status
        case assigned
        case updated
        case read(side: Side, upTo: Int64, message: EntityID)
        case rated
        case deleted
    }
}

extension ChatEvent.Change {
    /// The stable code the event log keeps.
    package var code: Int {
        switch self {
        case .created: 1
        case .message: 2
        case .status: 3
        case .assigned: 4
        case .updated: 5
        case .read: 6
        case .rated: 7
        case .deleted: 8
        }
    }
}

/// An event as the log keeps it: the rows it speaks of are read again when it is replayed.
package struct LoggedEvent: Sendable, Equatable {
    package var number: Int64
    package var at: Int64
    package var code: Int
    package var conversation: Int64
    /// The message's number for `message` and `read`.
    package var messageNumber: Int64
    /// Whose doing it was (a `Side`'s raw value), or -1. Who exactly is not kept: a log outlives what it tells of.
    package var side: Int

    package init(
        number: Int64,
        at: Int64,
        code: Int,
        conversation: Int64,
        messageNumber: Int64,
        side: Int
    ) {
        self.number = number
        self.at = at
        self.code = code
        self.conversation = conversation
        self.messageNumber = messageNumber
        self.side = side
    }
}
