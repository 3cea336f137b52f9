import Core

/// Figures over a period.
extension LocalProDialect {
    /// `GET /api/admin/live-chat/analytics`.
    func analytics(_ request: RequestContext) throws -> Outcome {
        let period = try LocalProPeriod(request.query(), now: request.now)
        return .query { reader in
            LocalProAnalytics.response(try reader.analytics(from: period.start, until: period.end), period)
        }
    }
}

/// The analytics as the document has them; averages and extremes of nothing are null.
enum LocalProAnalytics {
    static func response(_ figures: Analytics, _ period: LocalProPeriod) -> Response {
        .localPro(capacity: 2048) { json in
            json.object("period") {
                $0.time("start", period.start)
                $0.time("end", period.end)
            }
            json.object("overview") {
                $0.field("totalSessions", figures.totalSessions)
                $0.nullable("avgMessages", figures.averageMessages)
                $0.field("closedSessions", figures.closedSessions)
                $0.nullable("avgRating", figures.averageRating)
            }
            json.object("responseTime") {
                $0.nullable("avgResponseTime", figures.averageResponse)
                $0.nullable("minResponseTime", figures.minimumResponse.map { Int($0) })
                $0.nullable("maxResponseTime", figures.maximumResponse.map { Int($0) })
            }
            json.array("sessionsByDay") { json in
                for day in figures.days {
                    json.object {
                        $0.field("_id", day.date)
                        $0.field("count", day.count)
                    }
                }
            }
            json.array("topAgents") { json in
                for agent in figures.agents {
                    json.object {
                        $0.field("_id", agent.id)
                        $0.field("sessionsHandled", agent.sessionsHandled)
                        $0.nullable("avgRating", agent.averageRating)
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    /// A number that is null where there is none.
    fileprivate mutating func nullable(_ key: StaticString, _ value: Double?) {
        if let value { field(key, value) } else { null(key) }
    }
}
