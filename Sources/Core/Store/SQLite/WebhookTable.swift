/// Webhook deliveries that wait, and those given up.
final class WebhookTable {
    private let connection: SQLiteConnection
    private let head: SQLiteStatement
    private let dead: SQLiteStatement
    private let insertion: SQLiteStatement
    private let removal: SQLiteStatement
    private let forgetting: SQLiteStatement
    private let expiry: SQLiteStatement
    private let rescheduling: SQLiteStatement
    private let burial: SQLiteStatement
    private let replay: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        let columns = "row, endpoint, id, event, body, created_at, attempts, next_at, error"
        head = connection.statement(
            """
            SELECT \(columns) FROM webhook WHERE is_dead = 0 AND endpoint > ? ORDER BY endpoint, event, row LIMIT 1
            """
        )
        dead = connection.statement("SELECT \(columns) FROM webhook WHERE is_dead = 1 ORDER BY event, row LIMIT ?")
        insertion = connection.statement(
            """
            INSERT INTO webhook(endpoint, id, event, conversation, body, created_at, attempts, next_at, is_dead)
            VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0)
            """
        )
        removal = connection.statement("DELETE FROM webhook WHERE row = ?")
        forgetting = connection.statement("DELETE FROM webhook WHERE conversation = ?")
        expiry = connection.statement(
            """
            DELETE FROM webhook WHERE row IN (
                SELECT row FROM webhook INDEXED BY webhook_age WHERE is_dead = ? AND created_at < ? LIMIT ?
            )
            """
        )
        rescheduling = connection.statement(
            "UPDATE webhook SET attempts = ?, next_at = ?, error = ? WHERE row = ? AND is_dead = 0"
        )
        burial = connection.statement("UPDATE webhook SET attempts = ?, error = ?, is_dead = 1 WHERE row = ?")
        replay = connection.statement(
            """
            UPDATE webhook SET is_dead = 0, attempts = 0, next_at = ?, error = NULL
            WHERE is_dead = 1 AND (?2 IS NULL OR endpoint = ?2) AND (?3 IS NULL OR row = ?3)
            """
        )
    }

    private static func read(_ row: SQLiteStatement) -> WebhookDelivery {
        WebhookDelivery(
            row: row.int64(),
            endpoint: row.text(),
            id: row.id(),
            event: row.int64(),
            body: row.bytes(),
            createdAt: row.int64(),
            attempts: row.int(),
            nextAttemptAt: row.int64(),
            lastError: row.optionalText()
        )
    }

    /// The oldest delivery of each endpoint. Each is one seek, however long the queues are.
    private func heads() throws(StoreError) -> [WebhookDelivery] {
        var heads: [WebhookDelivery] = []
        while true {
            head.bind(heads.last?.endpoint ?? "")
            guard let next = try head.one(Self.read) else { return heads }
            heads.append(next)
        }
    }

    /// Endpoints whose oldest delivery waits for its next attempt have none that is due: their order holds.
    func due(at now: Int64, limit: Int) throws(StoreError) -> [WebhookDelivery] {
        let due = try heads().filter { $0.nextAttemptAt <= now }.sorted { $0.event < $1.event }
        return Array(due.prefix(max(limit, 0)))
    }

    func nextDue() throws(StoreError) -> Int64? {
        try heads().map(\.nextAttemptAt).min()
    }

    func dead(limit: Int) throws(StoreError) -> [WebhookDelivery] {
        dead.bind(max(limit, 0))
        return try dead.all(Self.read)
    }

    func insert(_ draft: WebhookDraft) throws(StoreError) {
        insertion.bind(draft.endpoint)
        insertion.bind(draft.id)
        insertion.bind(draft.event)
        insertion.bind(draft.conversation)
        insertion.bind(draft.body)
        insertion.bind(draft.at)
        insertion.bind(draft.at)
        try insertion.run()
    }

    func remove(row: Int64) throws(StoreError) {
        removal.bind(row)
        try removal.run()
    }

    /// What waits of a conversation that is deleted, or was given up: its texts go with it.
    func deleteAll(_ conversation: Int64) throws(StoreError) {
        forgetting.bind(conversation)
        try forgetting.run()
    }

    /// Removes what is older than a time, of what was given up or of what waits; returns how many went.
    func delete(dead: Bool, before time: Int64, limit: Int) throws(StoreError) -> Int {
        expiry.bind(dead)
        expiry.bind(time)
        expiry.bind(limit)
        try expiry.run()
        return connection.changes
    }

    func reschedule(row: Int64, attempts: Int, at next: Int64, error: String) throws(StoreError) {
        rescheduling.bind(attempts)
        rescheduling.bind(next)
        rescheduling.bind(error)
        rescheduling.bind(row)
        try rescheduling.run()
    }

    func bury(row: Int64, attempts: Int, error: String) throws(StoreError) {
        burial.bind(attempts)
        burial.bind(error)
        burial.bind(row)
        try burial.run()
    }

    func replay(endpoint: String?, row: Int64?, now: Int64) throws(StoreError) -> Int {
        replay.bind(now)
        replay.bind(endpoint)
        replay.bind(row)
        try replay.run()
        return connection.changes
    }
}
