/// What hangs on a conversation besides messages: notes, single read marks and remembered requests.
final class DetailTable {
    private let notes: SQLiteStatement
    private let noteInsertion: SQLiteStatement
    private let exceptions: SQLiteStatement
    private let exceptionInsertion: SQLiteStatement
    private let exceptionClearing: SQLiteStatement
    private let remembered: SQLiteStatement
    private let remembering: SQLiteStatement
    private let forgetting: SQLiteStatement
    private let forgettingOne: SQLiteStatement
    private let deletions: [SQLiteStatement]
    private let connection: SQLiteConnection

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        notes = connection.statement(
            "SELECT row, content, added_by, added_by_name, added_at FROM note WHERE conversation = ? ORDER BY row"
        )
        noteInsertion = connection.statement(
            "INSERT INTO note(conversation, content, added_by, added_by_name, added_at) VALUES (?, ?, ?, ?, ?)"
        )
        exceptions = connection.statement(
            "SELECT number FROM read_exception WHERE conversation = ? AND side = ? ORDER BY number"
        )
        exceptionInsertion = connection.statement("INSERT OR IGNORE INTO read_exception VALUES (?, ?, ?)")
        exceptionClearing = connection.statement(
            "DELETE FROM read_exception WHERE conversation = ? AND side = ? AND number <= ?"
        )
        remembered = connection.statement(
            """
            SELECT scope, content, conversation, message_number, was_new, expires_at FROM idempotency
            WHERE scope = ? AND expires_at > ?
            """
        )
        remembering = connection.statement("INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?)")
        forgetting = connection.statement(
            """
            DELETE FROM idempotency WHERE scope IN
            (SELECT scope FROM idempotency WHERE expires_at < ? ORDER BY expires_at LIMIT ?)
            """
        )
        forgettingOne = connection.statement("DELETE FROM idempotency WHERE scope = ?")
        deletions = ["note", "read_exception", "idempotency"].map { table in
            connection.statement("DELETE FROM \(table) WHERE conversation = ?")
        }
    }

    func notes(of conversation: Int64) throws(StoreError) -> [Note] {
        notes.bind(conversation)
        return try notes.all { row in
            Note(
                row: row.int64(),
                content: row.text(),
                addedBy: row.text(),
                addedByName: row.text(),
                addedAt: row.int64()
            )
        }
    }

    func insert(_ note: Note, into conversation: Int64) throws(StoreError) -> Note {
        noteInsertion.bind(conversation)
        noteInsertion.bind(note.content)
        noteInsertion.bind(note.addedBy)
        noteInsertion.bind(note.addedByName)
        noteInsertion.bind(note.addedAt)
        try noteInsertion.run()
        var stored = note
        stored.row = connection.lastInsertedRow
        return stored
    }

    func exceptions(of conversation: Int64, side: Side) throws(StoreError) -> [Int64] {
        exceptions.bind(conversation)
        exceptions.bind(side.rawValue)
        return try exceptions.all { $0.int64() }
    }

    func addExceptions(_ numbers: [Int64], conversation: Int64, side: Side) throws(StoreError) {
        for number in numbers {
            exceptionInsertion.bind(conversation)
            exceptionInsertion.bind(side.rawValue)
            exceptionInsertion.bind(number)
            try exceptionInsertion.run()
        }
    }

    func clearExceptions(upTo number: Int64, conversation: Int64, side: Side) throws(StoreError) {
        exceptionClearing.bind(conversation)
        exceptionClearing.bind(side.rawValue)
        exceptionClearing.bind(number)
        try exceptionClearing.run()
    }

    func remembered(scope: [UInt8], now: Int64) throws(StoreError) -> IdempotencyRow? {
        remembered.bind(scope)
        remembered.bind(now)
        return try remembered.one { row in
            IdempotencyRow(
                scope: row.bytes(),
                content: row.bytes(),
                conversation: row.int64(),
                messageNumber: row.int64(),
                wasNew: row.bool(),
                expiresAt: row.int64()
            )
        }
    }

    /// Takes the place of an expired row of the same scope.
    func remember(_ row: IdempotencyRow) throws(StoreError) {
        remembering.bind(row.scope)
        remembering.bind(row.content)
        remembering.bind(row.conversation)
        remembering.bind(row.messageNumber)
        remembering.bind(row.wasNew)
        remembering.bind(row.expiresAt)
        try remembering.run()
    }

    func forget(scope: [UInt8]) throws(StoreError) {
        forgettingOne.bind(scope)
        try forgettingOne.run()
    }

    /// Forgets requests that expired before a time; returns how many.
    func forget(before time: Int64, limit: Int) throws(StoreError) -> Int {
        forgetting.bind(time)
        forgetting.bind(limit)
        try forgetting.run()
        return connection.changes
    }

    func deleteAll(_ conversation: Int64) throws(StoreError) {
        for deletion in deletions {
            deletion.bind(conversation)
            try deletion.run()
        }
    }
}
