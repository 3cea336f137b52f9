/// Delivered watermarks that are not written yet: reads count them in, the next transaction takes them along.
/// Confined to the tenant's lane.
final class DeliveredBoard {
    private struct Key: Hashable {
        let conversation: Int64
        let side: Side
    }

    private var marks: [Key: Int64] = [:]

    /// Notes that a side has been given everything up to a number.
    func note(_ conversation: Conversation, _ side: Side, _ number: Int64) {
        guard number > conversation.watermark(of: side).delivered else { return }
        let key = Key(conversation: conversation.row, side: side)
        marks[key] = max(marks[key] ?? 0, number)
    }

    /// Counts the noted marks into a conversation that was read.
    func overlay(_ conversation: inout Conversation) {
        guard !marks.isEmpty else { return }
        if let number = marks[Key(conversation: conversation.row, side: .customer)] {
            conversation.customer.delivered = max(conversation.customer.delivered, number)
        }
        if let number = marks[Key(conversation: conversation.row, side: .agents)] {
            conversation.agents.delivered = max(conversation.agents.delivered, number)
        }
    }

    var isEmpty: Bool { marks.isEmpty }

    /// Hands over what is to be written. It stays counted in until `written` says that it is stored.
    func pending() -> [DeliveredMark] {
        marks.map { DeliveredMark(conversation: $0.key.conversation, side: $0.key.side, number: $0.value) }
    }

    /// Forgets marks that are stored, unless they have moved on since.
    func written(_ stored: [DeliveredMark]) {
        for mark in stored {
            let key = Key(conversation: mark.conversation, side: mark.side)
            if let number = marks[key], number <= mark.number { marks[key] = nil }
        }
    }
}
