/// How far both sides of a conversation have got, in numbers: a conversation without the texts in it, which are dear to
/// copy.
package struct ConversationProgress: Sendable, Equatable {
    package let customer: Watermark
    package let agents: Watermark
    package let peopleCount: Int64
    package let customerCount: Int64

    /// Of a conversation in which nobody has read anything.
    package static let none = ConversationProgress(
        customer: Watermark(),
        agents: Watermark(),
        peopleCount: 0,
        customerCount: 0
    )

    /// Customer messages above the agents' read watermark.
    package var unreadByAgents: Int64 { customerCount - agents.othersRead }

    /// Agents' messages above the customer's read watermark.
    package var unreadByCustomer: Int64 { peopleCount - customerCount - customer.othersRead }

    /// Whether the other side of its author has read a message (watermarks only; exceptions are the store's).
    package func isRead(_ message: Message) -> Bool {
        switch message.author.kind {
        case .customer: message.number <= agents.read
        case .agent, .system: message.number <= customer.read
        }
    }

    /// Whether a message has reached the other side of its author.
    package func isDelivered(_ message: Message) -> Bool {
        switch message.author.kind {
        case .customer: message.number <= agents.delivered || message.number <= agents.read
        case .agent, .system: message.number <= customer.delivered || message.number <= customer.read
        }
    }
}

extension Conversation {
    package var progress: ConversationProgress {
        ConversationProgress(
            customer: customer,
            agents: agents,
            peopleCount: peopleCount,
            customerCount: customerCount
        )
    }

    /// Customer messages above the agents' read watermark.
    package var unreadByAgents: Int64 { progress.unreadByAgents }

    /// Agents' messages above the customer's read watermark.
    package var unreadByCustomer: Int64 { progress.unreadByCustomer }

    /// The watermark of one side.
    package func watermark(of side: Side) -> Watermark { side == .customer ? customer : agents }

    /// See `ConversationProgress`.
    package func isRead(_ message: Message) -> Bool { progress.isRead(message) }

    /// See `ConversationProgress`.
    package func isDelivered(_ message: Message) -> Bool { progress.isDelivered(message) }
}
