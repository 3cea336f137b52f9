/// Whole-tenant figures that are kept rather than counted.
struct Counters: Equatable {
    var statuses = StatusCounts()
    /// Messages of people in the conversations that exist.
    var peopleMessages: Int64 = 0
    /// Conversations with a first answer, and their waiting times together, in milliseconds.
    var responses: Int64 = 0
    var responseTime: Int64 = 0

    /// Counts a conversation in, or out with a negative `sign`.
    mutating func count(_ conversation: Conversation, sign: Int) {
        switch conversation.status {
        case .pending: statuses.pending += sign
        case .active: statuses.active += sign
        case .closed: statuses.closed += sign
        case .archived: statuses.archived += sign
        }
        peopleMessages += Int64(sign) * conversation.peopleCount
        if let answered = conversation.firstResponseAt {
            responses += Int64(sign)
            responseTime += Int64(sign) * (answered - conversation.createdAt)
        }
    }

    /// Counts what an update changes.
    mutating func count(_ new: Conversation, from old: Conversation) {
        if new.status == old.status, new.firstResponseAt == old.firstResponseAt {
            peopleMessages += new.peopleCount - old.peopleCount
        } else {
            count(old, sign: -1)
            count(new, sign: 1)
        }
    }

    static func + (left: Counters, right: Counters) -> Counters {
        Counters(
            statuses: StatusCounts(
                pending: left.statuses.pending + right.statuses.pending,
                active: left.statuses.active + right.statuses.active,
                closed: left.statuses.closed + right.statuses.closed,
                archived: left.statuses.archived + right.statuses.archived
            ),
            peopleMessages: left.peopleMessages + right.peopleMessages,
            responses: left.responses + right.responses,
            responseTime: left.responseTime + right.responseTime
        )
    }

    var statistics: ChatStatistics {
        ChatStatistics(
            totalSessions: statuses.pending + statuses.active + statuses.closed + statuses.archived,
            activeSessions: statuses.pending + statuses.active,
            averageResponse: responses == 0 ? 0 : Double(responseTime) / Double(responses),
            messages: Int(peopleMessages)
        )
    }
}

/// The one row that keeps them.
final class CounterTable {
    private let selection: SQLiteStatement
    private let addition: SQLiteStatement
    private let lastSelection: SQLiteStatement
    private let lastUpdate: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        selection = connection.statement(
            "SELECT pending, active, closed, archived, people_messages, responses, response_time FROM counter"
        )
        addition = connection.statement(
            """
            UPDATE counter SET pending = pending + ?, active = active + ?, closed = closed + ?, archived = archived + ?,
            people_messages = people_messages + ?, responses = responses + ?, response_time = response_time + ?
            """
        )
        lastSelection = connection.statement("SELECT last_message FROM counter")
        lastUpdate = connection.statement("UPDATE counter SET last_message = ?")
    }

    func read() throws(StoreError) -> Counters {
        let stored = try selection.one { row in
            Counters(
                statuses: StatusCounts(pending: row.int(), active: row.int(), closed: row.int(), archived: row.int()),
                peopleMessages: row.int64(),
                responses: row.int64(),
                responseTime: row.int64()
            )
        }
        guard let stored else { throw StoreError(.corrupt, message: "the counters are missing") }
        return stored
    }

    /// The highest row that a message has ever had.
    func lastMessage() throws(StoreError) -> Int64 {
        guard let last = try lastSelection.one({ $0.int64() }) else {
            throw StoreError(.corrupt, message: "the counters are missing")
        }
        return last
    }

    func setLastMessage(_ row: Int64) throws(StoreError) {
        lastUpdate.bind(row)
        try lastUpdate.run()
    }

    func add(_ change: Counters) throws(StoreError) {
        addition.bind(change.statuses.pending)
        addition.bind(change.statuses.active)
        addition.bind(change.statuses.closed)
        addition.bind(change.statuses.archived)
        addition.bind(change.peopleMessages)
        addition.bind(change.responses)
        addition.bind(change.responseTime)
        try addition.run()
    }
}
