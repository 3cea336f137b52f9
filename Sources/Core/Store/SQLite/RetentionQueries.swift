/// Cuts old messages from the front of conversations, where no number is needed any more.
final class RetentionQueries {
    private let candidates: SQLiteStatement
    private let times: SQLiteStatement
    private let deletion: SQLiteStatement
    private let update: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        candidates = connection.statement(
            """
            SELECT row, first_number FROM conversation INDEXED BY conversation_oldest
            WHERE oldest_at < ? ORDER BY oldest_at LIMIT ?
            """
        )
        times = connection.statement(
            "SELECT number, created_at FROM message WHERE conversation = ? AND number >= ? ORDER BY number LIMIT ?"
        )
        deletion = connection.statement("DELETE FROM message WHERE conversation = ? AND number < ?")
        update = connection.statement("UPDATE conversation SET first_number = ?, oldest_at = ? WHERE row = ?")
    }

    /// Removes at most `limit` messages, of at most `limit` conversations, that are older than a time.
    func cut(
        before time: Int64,
        limit: Int,
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
            times.bind(conversation.row)
            times.bind(conversation.first)
            times.bind(budget + 1)
            let messages = try times.all { (number: $0.int64(), createdAt: $0.int64()) }
            let old = messages.prefix(budget).prefix { $0.createdAt < time }
            let next = old.count < messages.count ? messages[old.count] : nil
            let first = old.last.map { $0.number + 1 } ?? conversation.first
            if !old.isEmpty {
                hashes += try attachments.delete(conversation.row, below: first)
                deletion.bind(conversation.row)
                deletion.bind(first)
                try deletion.run()
            }
            update.bind(first)
            update.bind(next?.createdAt)
            update.bind(conversation.row)
            try update.run()
            budget -= old.count
        }
        return (hashes, found.count == limit || budget == 0)
    }
}
