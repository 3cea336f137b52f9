/// Conversations that the writer has had in hand lately, as they stand in its transaction: a busy one is not read again
/// for every message.
///
/// Coherent because nobody else writes: every write of a conversation goes through the transaction, which replaces or
/// drops it here, and whatever undoes a write drops everything.
struct RecentConversations {
    private static let limit = 512

    private var rows: [ConversationName: Int64] = [:]
    private var conversations: [Int64: Conversation] = [:]

    subscript(name: ConversationName) -> Conversation? {
        rows[name].flatMap { conversations[$0] }
    }

    subscript(row row: Int64) -> Conversation? { conversations[row] }

    /// Keeps what was found under a name.
    mutating func keep(_ conversation: Conversation, as name: ConversationName) {
        if conversations.count >= Self.limit || rows.count >= 2 * Self.limit { removeAll() }
        rows[name] = conversation.row
        conversations[conversation.row] = conversation
    }

    /// The new state of one that is here.
    mutating func replace(_ conversation: Conversation) {
        guard conversations[conversation.row] != nil else { return }
        conversations[conversation.row] = conversation
    }

    mutating func remove(row: Int64) {
        conversations[row] = nil
    }

    mutating func removeAll() {
        rows.removeAll(keepingCapacity: true)
        conversations.removeAll(keepingCapacity: true)
    }
}
