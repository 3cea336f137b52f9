/// Figures over the conversations born in a period, read through the index of births.
final class AnalyticsQueries {
    private let overview: SQLiteStatement
    private let days: SQLiteStatement
    private let agents: SQLiteStatement

    private static let dayLength: Int64 = 86_400_000

    init(_ connection: SQLiteConnection) {
        let source = "FROM conversation INDEXED BY conversation_newest WHERE created_at >= ? AND created_at < ?"
        overview = connection.statement(
            """
            SELECT count(*), coalesce(sum(status >= 2), 0), avg(message_count), avg(rating),
            avg(first_response_at - created_at), min(first_response_at - created_at), max(first_response_at - created_at)
            FROM conversation INDEXED BY conversation_newest CROSS JOIN progress ON progress.conversation = row
            WHERE created_at >= ? AND created_at < ?
            """
        )
        days = connection.statement(
            "SELECT created_at / \(Self.dayLength) AS day, count(*) \(source) GROUP BY day ORDER BY day"
        )
        agents = connection.statement(
            """
            SELECT agent, count(*) AS handled, avg(rating) \(source) AND agent IS NOT NULL
            GROUP BY agent ORDER BY handled DESC, agent
            """
        )
    }

    func run(from start: Int64, until end: Int64) throws(StoreError) -> Analytics {
        for statement in [overview, days, agents] {
            statement.bind(start)
            statement.bind(end)
        }
        defer { for statement in [overview, days, agents] { statement.reset() } }
        var analytics =
            try overview.one { row in
                Analytics(
                    totalSessions: row.int(),
                    closedSessions: row.int(),
                    averageMessages: row.optionalDouble(),
                    averageRating: row.optionalDouble(),
                    averageResponse: row.optionalDouble(),
                    minimumResponse: row.optionalInt64(),
                    maximumResponse: row.optionalInt64()
                )
            } ?? Analytics()
        analytics.days = try days.all { row in
            var date: [UInt8] = []
            CivilTime.appendDate(row.int64() * Self.dayLength, to: &date)
            return Analytics.Day(date: String(decoding: date, as: UTF8.self), count: row.int())
        }
        analytics.agents = try agents.all { row in
            Analytics.Agent(id: row.text(), sessionsHandled: row.int(), averageRating: row.optionalDouble())
        }
        return analytics
    }
}
