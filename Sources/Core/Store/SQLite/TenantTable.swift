/// What the database knows of its tenant: epoch, secret and the last ticket number.
final class TenantTable {
    private let epochSelection: SQLiteStatement
    private let secretSelection: SQLiteStatement
    private let ticket: SQLiteStatement
    private let audit: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        epochSelection = connection.statement("SELECT epoch FROM tenant")
        secretSelection = connection.statement("SELECT secret FROM tenant")
        ticket = connection.statement("UPDATE tenant SET last_ticket = last_ticket + 1 RETURNING last_ticket")
        audit = connection.statement("INSERT INTO audit(at, action, subject) VALUES (?, ?, ?)")
    }

    func epoch() throws(StoreError) -> EntityID {
        guard let epoch = try epochSelection.one({ $0.id() }) else { throw missing }
        return epoch
    }

    func secret() throws(StoreError) -> [UInt8] {
        guard let secret = try secretSelection.one({ $0.bytes() }) else { throw missing }
        return secret
    }

    func nextTicket() throws(StoreError) -> Int64 {
        defer { ticket.reset() }
        guard try ticket.step() else { throw missing }
        let number = ticket.int64()
        // A statement that is reset before its end would be undone.
        while try ticket.step() {}
        return number
    }

    func recordAudit(at time: Int64, action: String, subject: String) throws(StoreError) {
        audit.bind(time)
        audit.bind(action)
        audit.bind(subject)
        try audit.run()
    }

    private var missing: StoreError { StoreError(.corrupt, message: "the tenant's row is missing") }
}
