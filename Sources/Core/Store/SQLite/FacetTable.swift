/// All of a conversation that lists are filtered by.
struct Facet: Hashable {
    let status: Int
    let priority: Int
    let kind: Int
    let origin: String
    let department: String
    /// Empty for none.
    let agent: String

    init(_ conversation: Conversation) {
        status = conversation.status.rawValue
        priority = conversation.priority.rawValue
        kind = conversation.kind.rawValue
        origin = conversation.origin.rawValue
        department = conversation.department
        agent = conversation.assignment?.agentID ?? ""
    }
}

/// A change of the facets' counts that waits for the end of its transaction.
struct FacetChanges {
    private(set) var counts: [Facet: Int] = [:]

    mutating func count(_ conversation: Conversation, sign: Int) {
        counts[Facet(conversation), default: 0] += sign
    }

    mutating func count(_ new: Conversation, from old: Conversation) {
        let (before, after) = (Facet(old), Facet(new))
        guard before != after else { return }
        counts[before, default: 0] -= 1
        counts[after, default: 0] += 1
    }

    mutating func removeAll() { counts.removeAll() }
}

/// How many conversations there are of each facet, so that the total of a list is a sum of few numbers.
final class FacetTable {
    private let addition: SQLiteStatement
    private let removal: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        addition = connection.statement(
            """
            INSERT INTO facet(status, priority, kind, origin, department, agent, conversations)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET conversations = conversations + excluded.conversations
            """
        )
        removal = connection.statement(
            """
            DELETE FROM facet WHERE status = ? AND priority = ? AND kind = ? AND origin = ? AND department = ?
            AND agent = ? AND conversations = 0
            """
        )
    }

    func add(_ changes: FacetChanges) throws(StoreError) {
        for (facet, change) in changes.counts where change != 0 {
            bind(facet, to: addition)
            addition.bind(change)
            try addition.run()
            if change < 0 {
                bind(facet, to: removal)
                try removal.run()
            }
        }
    }

    private func bind(_ facet: Facet, to statement: SQLiteStatement) {
        statement.bind(facet.status)
        statement.bind(facet.priority)
        statement.bind(facet.kind)
        statement.bind(facet.origin)
        statement.bind(facet.department)
        statement.bind(facet.agent)
    }
}
