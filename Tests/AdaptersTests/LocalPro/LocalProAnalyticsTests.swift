import Core
import Testing

@testable import Adapters

/// The analytics, as literal bytes.
@Suite struct LocalProAnalyticsTests {
    private typealias Samples = LocalProSamples

    @Test func analyticsOfNothing() throws {
        let period = try LocalProPeriod(
            Samples.query("startDate=2024-11-01&endDate=2024-12-01"),
            now: Samples.noon
        )
        let example = try localProCompact(
            """
            {"success": true, "data": {
              "period": {"start": "2024-11-01T00:00:00.000Z", "end": "2024-12-01T00:00:00.000Z"},
              "overview": {"totalSessions": 0, "avgMessages": null, "closedSessions": 0, "avgRating": null},
              "responseTime": {"avgResponseTime": null, "minResponseTime": null, "maxResponseTime": null},
              "sessionsByDay": [], "topAgents": []}}
            """
        )
        #expect(localProText(LocalProAnalytics.response(Analytics(), period)) == example)
    }

    @Test func analyticsOfTheExample() throws {
        var figures = Analytics(totalSessions: 150, closedSessions: 120, averageMessages: 8.5, averageRating: 4.5)
        figures.averageResponse = 45_000
        figures.minimumResponse = 15_000
        figures.maximumResponse = 180_000
        figures.days = [.init(date: "2024-11-01", count: 5), .init(date: "2024-11-02", count: 8)]
        figures.agents = [.init(id: "agent123", sessionsHandled: 45, averageRating: 4.8)]
        let period = try LocalProPeriod(
            Samples.query("startDate=2024-11-01&endDate=2024-12-01"),
            now: Samples.noon
        )
        let example = try localProCompact(
            """
            {"success": true, "data": {
              "period": {"start": "2024-11-01T00:00:00.000Z", "end": "2024-12-01T00:00:00.000Z"},
              "overview": {"totalSessions": 150, "avgMessages": 8.5, "closedSessions": 120, "avgRating": 4.5},
              "responseTime": {"avgResponseTime": 45000, "minResponseTime": 15000, "maxResponseTime": 180000},
              "sessionsByDay": [{"_id": "2024-11-01", "count": 5}, {"_id": "2024-11-02", "count": 8}],
              "topAgents": [{"_id": "agent123", "sessionsHandled": 45, "avgRating": 4.8}]}}
            """
        )
        #expect(localProText(LocalProAnalytics.response(figures, period)) == example)
    }
}
