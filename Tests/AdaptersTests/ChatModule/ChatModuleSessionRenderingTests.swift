import Core
import Testing

@testable import Adapters

/// Session bodies, byte for byte as the document's examples have them.
struct ChatModuleSessionRenderingTests {
    private typealias Samples = ChatModuleSamples

    private static let id = "00112233445566778899aabbccddeeff"

    @Test func plainSessionLeavesOutWhatIsAbsent() throws {
        let response = try Samples.renderer().session(Samples.conversation())
        #expect(response.head.status == .ok)
        #expect(
            response.bodyText == """
                {"id":"\(Self.id)","userId":"user-1","status":"active","startedAt":"2024-12-04T12:00:00.000Z",\
                "priority":"medium"}
                """
        )
    }

    @Test func fullSessionHasEveryField() throws {
        var conversation = Samples.conversation(
            status: .closed,
            priority: .high,
            subject: "Bill \"42\"",
            tags: ["vip", "billing"]
        )
        conversation.assignment = Assignment(agentID: "agent123", agentName: "Jane Smith")
        #expect(
            try Samples.renderer().session(conversation).bodyText == """
                {"id":"\(Self.id)","userId":"user-1","agentId":"agent123","status":"closed",\
                "startedAt":"2024-12-04T12:00:00.000Z","endedAt":"2024-12-04T12:01:00.000Z",\
                "subject":"Bill \\"42\\"","priority":"high","tags":["vip","billing"]}
                """
        )
    }

    @Test func createdSessionHasNullsAndStatus201() throws {
        let response = try Samples.renderer().createdSession(Samples.conversation(subject: "Help"))
        #expect(response.head.status == .created)
        #expect(
            response.bodyText == """
                {"id":"\(Self.id)","userId":"user-1","agentId":null,"status":"active",\
                "startedAt":"2024-12-04T12:00:00.000Z","endedAt":null,"subject":"Help","priority":"medium"}
                """
        )
    }

    @Test func retriedCreateIsAnsweredAsItWasThen() throws {
        var conversation = Samples.conversation(status: .closed)
        conversation.assignment = Assignment(agentID: "agent123", agentName: "Jane Smith")
        let response = try Samples.renderer().createdSession(conversation).markingReplay(true)
        #expect(response.bodyText?.contains(#""agentId":null,"status":"active""#) == true)
        #expect(response.bodyText?.contains(#""endedAt":null"#) == true)
        #expect(response.head.field("Idempotent-Replayed") == "true")
    }

    @Test func assignedSessionHasANullEnd() throws {
        var conversation = Samples.conversation()
        conversation.assignment = Assignment(agentID: "agent123", agentName: "Jane Smith")
        let response = try Samples.renderer().assignedSession(conversation)
        #expect(response.head.status == .ok)
        #expect(
            response.bodyText == """
                {"id":"\(Self.id)","userId":"user-1","agentId":"agent123","status":"active",\
                "startedAt":"2024-12-04T12:00:00.000Z","endedAt":null,"priority":"medium"}
                """
        )
    }

    @Test(arguments: [
        (ConversationStatus.pending, "active"), (.active, "active"), (.closed, "closed"), (.archived, "closed"),
    ])
    func statusIsRenderedDown(status: ConversationStatus, shown: String) throws {
        let text = try Samples.renderer().session(Samples.conversation(status: status)).bodyText
        #expect(text?.contains("\"status\":\"\(shown)\"") == true)
    }

    @Test(arguments: [
        (ConversationPriority.low, "low"), (.medium, "medium"), (.high, "high"), (.urgent, "high"),
    ])
    func priorityIsRenderedDown(priority: ConversationPriority, shown: String) throws {
        let text = try Samples.renderer().session(Samples.conversation(priority: priority)).bodyText
        #expect(text?.contains("\"priority\":\"\(shown)\"") == true)
    }

    @Test func sessionsOfOtherDialectsGoByCanonicalIDs() throws {
        let text = try Samples.renderer().session(Samples.conversation(origin: .localPro)).bodyText
        #expect(text?.hasPrefix(#"{"id":"\#(Self.id)","userId":"01010101010101010202020202020202","#) == true)
    }

    @Test func listHasSessionsAndTotal() throws {
        let renderer = try Samples.renderer()
        #expect(renderer.sessionList([], total: 0).bodyText == #"{"sessions":[],"totalCount":0}"#)
        let one = try #require(renderer.session(Samples.conversation()).bodyText)
        #expect(
            renderer.sessionList([Samples.conversation()], total: 7).bodyText
                == #"{"sessions":[\#(one)],"totalCount":7}"#
        )
    }

    @Test(arguments: [(0.0, "0"), (90_000.0, "1.5"), (120_000.0, "2")])
    func statisticsAreInMinutes(milliseconds: Double, minutes: String) throws {
        let figures = ChatStatistics(totalSessions: 3, activeSessions: 2, averageResponse: milliseconds, messages: 9)
        #expect(
            try Samples.renderer().statistics(figures).bodyText == """
                {"totalSessions":3,"activeSessions":2,"averageResponseTime":\(minutes),"messagesExchanged":9}
                """
        )
    }
}
