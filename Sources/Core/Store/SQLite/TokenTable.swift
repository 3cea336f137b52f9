/// Minted agent tokens, by their digests.
final class TokenTable {
    private let connection: SQLiteConnection
    private let byDigest: SQLiteStatement
    private let everything: SQLiteStatement
    private let insertion: SQLiteStatement
    private let deletion: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        let select = "SELECT digest, agent, role, name, created_at, expires_at FROM token"
        byDigest = connection.statement("\(select) WHERE digest = ?")
        everything = connection.statement("\(select) ORDER BY created_at, digest")
        insertion = connection.statement("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?)")
        deletion = connection.statement("DELETE FROM token WHERE digest = ?")
    }

    private static func read(_ row: SQLiteStatement) -> StoredToken {
        StoredToken(
            digest: row.bytes(),
            agentID: row.text(),
            role: AgentRole(rawValue: row.int()) ?? .support,
            name: row.text(),
            createdAt: row.int64(),
            expiresAt: row.optionalInt64()
        )
    }

    func find(digest: [UInt8]) throws(StoreError) -> StoredToken? {
        byDigest.bind(digest)
        return try byDigest.one(Self.read)
    }

    func all() throws(StoreError) -> [StoredToken] {
        try everything.all(Self.read)
    }

    func insert(_ token: StoredToken) throws(StoreError) {
        insertion.bind(token.digest)
        insertion.bind(token.agentID)
        insertion.bind(token.role.rawValue)
        insertion.bind(token.name)
        insertion.bind(token.createdAt)
        insertion.bind(token.expiresAt)
        try insertion.run()
    }

    func delete(digest: [UInt8]) throws(StoreError) -> Bool {
        deletion.bind(digest)
        try deletion.run()
        return connection.changes > 0
    }
}
