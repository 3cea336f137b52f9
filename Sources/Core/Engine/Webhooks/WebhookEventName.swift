/// The names that webhook events have in configuration and payloads.
package enum WebhookEventName: String, Sendable, CaseIterable {
    case conversationCreated = "conversation.created"
    case messageCreated = "message.created"
    case conversationUpdated = "conversation.updated"
    case conversationClosed = "conversation.closed"
    case messageRead = "message.read"
    case ratingCreated = "rating.created"

    /// The name under which an event is told; nil for what is told to nobody.
    init?(_ event: ChatEvent) {
        switch event.change {
        case .created: self = .conversationCreated
        case .message: self = .messageCreated
        case .status: self = Self.isEnd(event) ? .conversationClosed : .conversationUpdated
        case .assigned, .updated: self = .conversationUpdated
        case .read: self = .messageRead
        case .rated: self = .ratingCreated
        // What was deleted is to be forgotten, not told.
        case .deleted: return nil
        }
    }

    /// Whether the conversation ended with this event: moving an ended one to the archive is no second end.
    private static func isEnd(_ event: ChatEvent) -> Bool {
        !event.conversation.status.isOpen && event.conversation.endedAt == event.at
    }
}
