/// The log of what happened, numbered 1, 2, 3, … per tenant.
final class EventTable {
    private let after: SQLiteStatement
    private let newest: SQLiteStatement
    private let insertion: SQLiteStatement
    private let removal: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        let columns = "number, at, code, conversation, message_number, side, actor"
        after = connection.statement("SELECT \(columns) FROM event WHERE number > ? ORDER BY number LIMIT ?")
        newest = connection.statement("SELECT max(number) FROM event")
        insertion = connection.statement("INSERT INTO event(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)")
        removal = connection.statement("DELETE FROM event WHERE number = ?")
    }

    func events(after number: Int64, limit: Int) throws(StoreError) -> [LoggedEvent] {
        after.bind(number)
        after.bind(max(limit, 0))
        return try after.all { row in
            LoggedEvent(
                number: row.int64(),
                at: row.int64(),
                code: row.int(),
                conversation: row.int64(),
                messageNumber: row.int64(),
                side: row.int(),
                actor: row.text()
            )
        }
    }

    /// The highest number; 0 for none.
    func last() throws(StoreError) -> Int64 {
        try newest.one { $0.int64() } ?? 0
    }

    func insert(_ event: LoggedEvent, number: Int64) throws(StoreError) {
        insertion.bind(number)
        insertion.bind(event.at)
        insertion.bind(event.code)
        insertion.bind(event.conversation)
        insertion.bind(event.messageNumber)
        insertion.bind(event.side)
        insertion.bind(event.actor)
        try insertion.run()
    }

    /// Takes back the newest event.
    func remove(number: Int64) throws(StoreError) {
        removal.bind(number)
        try removal.run()
    }
}
