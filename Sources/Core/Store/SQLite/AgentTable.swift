/// Agents whom the roster does not have, made by being given work (`auto_create_agents`).
final class AgentTable {
    private let selection: SQLiteStatement
    private let insertion: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        selection = connection.statement("SELECT name FROM agent WHERE id = ?")
        insertion = connection.statement("INSERT INTO agent(id, name) VALUES (?, ?)")
    }

    func name(_ id: String) throws(StoreError) -> String? {
        selection.bind(id)
        return try selection.one { $0.text() }
    }

    func insert(_ id: String, name: String) throws(StoreError) {
        insertion.bind(id)
        insertion.bind(name)
        try insertion.run()
    }
}
