/// Cuts old messages from the front of conversations, where no number is needed any more.
final class RetentionQueries {
    private let candidates: SQLiteStatement
    private let update: SQLiteStatement
    private let oldest: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        candidates = connection.statement(
            """
            SELECT row, first_number FROM conversation INDEXED BY conversation_oldest
            CROSS JOIN progress ON progress.conversation = row WHERE oldest_at < ? ORDER BY oldest_at LIMIT ?
            """
        )
        update = connection.statement("UPDATE progress SET first_number = ? WHERE conversation = ?")
        oldest = connection.statement("UPDATE conversation SET oldest_at = ? WHERE row = ?")
    }

    /// Removes at most `limit` messages, of at most `limit` conversations, that are older than a time.
    func cut(
        before time: Int64,
        limit: Int,
        messages table: MessageTable,
        attachments: AttachmentTable
    ) throws(StoreError) -> (hashes: [[UInt8]], hasMore: Bool) {
        candidates.bind(time)
        candidates.bind(limit)
        let found = try candidates.all { (row: $0.int64(), first: $0.int64()) }
        var budget = limit
        var hashes: [[UInt8]] = []
        for conversation in found {
            guard budget > 0 else { return (hashes, true) }
            // One more than may be cut: it tells how old the rest is.
            let messages = try table.times(conversation.row, from: conversation.first, limit: budget + 1)
            let old = messages.prefix(budget).prefix { $0.at < time }
            let next = old.count < messages.count ? messages[old.count] : nil
            let first = old.last.map { $0.number + 1 } ?? conversation.first
            if !old.isEmpty {
                hashes += try attachments.delete(conversation.row, below: first)
                try table.delete(conversation.row, from: conversation.first, below: first)
            }
            update.bind(first)
            update.bind(conversation.row)
            try update.run()
            oldest.bind(next?.at)
            oldest.bind(conversation.row)
            try oldest.run()
            budget -= old.count
        }
        return (hashes, found.count == limit || budget == 0)
    }
}
