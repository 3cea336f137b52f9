/// Figures over conversations born in a period.
package struct Analytics: Sendable, Equatable {
    package struct Day: Sendable, Equatable {
        /// `2024-11-01`, UTC.
        package var date: String
        package var count: Int

        package init(date: String, count: Int) {
            self.date = date
            self.count = count
        }
    }

    package struct Agent: Sendable, Equatable {
        package var id: String
        package var sessionsHandled: Int
        package var averageRating: Double?

        package init(id: String, sessionsHandled: Int, averageRating: Double?) {
            self.id = id
            self.sessionsHandled = sessionsHandled
            self.averageRating = averageRating
        }
    }

    package var totalSessions: Int
    package var closedSessions: Int
    package var averageMessages: Double?
    package var averageRating: Double?
    /// Milliseconds from birth to the first agent's answer.
    package var averageResponse: Double?
    package var minimumResponse: Int64?
    package var maximumResponse: Int64?
    package var days: [Day]
    /// Most sessions first.
    package var agents: [Agent]

    package init(
        totalSessions: Int = 0,
        closedSessions: Int = 0,
        averageMessages: Double? = nil,
        averageRating: Double? = nil,
        averageResponse: Double? = nil,
        minimumResponse: Int64? = nil,
        maximumResponse: Int64? = nil,
        days: [Day] = [],
        agents: [Agent] = []
    ) {
        self.totalSessions = totalSessions
        self.closedSessions = closedSessions
        self.averageMessages = averageMessages
        self.averageRating = averageRating
        self.averageResponse = averageResponse
        self.minimumResponse = minimumResponse
        self.maximumResponse = maximumResponse
        self.days = days
        self.agents = agents
    }
}

package struct ChatStatistics: Sendable, Equatable {
    package var totalSessions: Int
    /// Pending or active.
    package var activeSessions: Int
    /// Mean milliseconds from birth to the first agent's answer; 0 when there is none.
    package var averageResponse: Double
    /// Messages of people.
    package var messages: Int

    package init(totalSessions: Int, activeSessions: Int, averageResponse: Double, messages: Int) {
        self.totalSessions = totalSessions
        self.activeSessions = activeSessions
        self.averageResponse = averageResponse
        self.messages = messages
    }
}
