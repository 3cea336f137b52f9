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
        update = connection.statement(
            """
            UPDATE progress SET first_number = ?2,
            customer_others = iif(customer_read < ?2 - 1, ?3, customer_others),
            customer_read = max(customer_read, ?2 - 1), customer_delivered = max(customer_delivered, ?2 - 1),
            agents_others = iif(agents_read < ?2 - 1, ?4, agents_others),
            agents_read = max(agents_read, ?2 - 1), agents_delivered = max(agents_delivered, ?2 - 1)
            WHERE conversation = ?1
            """
        )
        oldest = connection.statement("UPDATE conversation SET oldest_at = ? WHERE row = ?")
    }

    /// Removes at most `limit` messages, of at most `limit` conversations, that are older than a time. What is gone counts
    /// as read by both sides: nobody could clear it any more.
    func cut(
        before time: Int64,
        limit: Int,
        messages table: MessageTable,
        attachments: AttachmentTable,
        details: DetailTable
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
                let counts = try table.counts(conversation.row, upTo: first - 1)
                hashes += try attachments.delete(conversation.row, below: first)
                try table.delete(conversation.row, from: conversation.first, below: first)
                for side in [Side.customer, .agents] {
                    try details.clearExceptions(upTo: first - 1, conversation: conversation.row, side: side)
                }
                update.bind(conversation.row)
                update.bind(first)
                update.bind(counts.people - counts.customers)
                update.bind(counts.customers)
                try update.run()
            }
            oldest.bind(next?.at)
            oldest.bind(conversation.row)
            try oldest.run()
            budget -= old.count
        }
        return (hashes, found.count == limit || budget == 0)
    }
}
