import Core
import Testing

@testable import Adapters

/// Lists and details over a real store.
@Suite struct LocalProListTests {
    private typealias Samples = LocalProSamples

    @Test func listInStrictIsTheExample() throws {
        let store = try LocalProStore()
        _ = try store.create("session-100")
        _ = try store.create("session-123")
        try store.say("Hello, I need help", in: "session-123")
        let renderer = try Samples.renderer(for: .agent)
        let paging = try LocalProPaging(Samples.query("limit=1"), defaultLimit: 20)
        let response = try renderer.list(ConversationFilter(), paging, store.reader)
        let example = try localProCompact(
            """
            {"success": true, "count": 1, "total": 2, "page": 1, "pages": 2,
             "statusCounts": {"pending": 2, "active": 0, "closed": 0, "archived": 0},
             "data": [{
               "sessionId": "session-123", "user": {"name": "John Doe", "email": "john@example.com"},
               "status": "pending", "priority": "medium",
               "lastMessage": {"content": "Hello, I need help", "type": "user",
                               "timestamp": "2024-12-04T12:02:00.000Z"},
               "messageCount": 2, "unreadCount": 1, "createdAt": "2024-12-04T12:01:00.000Z"}]}
            """
        )
        #expect(localProText(response) == example)
    }

    @Test func detailInStrictIsTheExample() throws {
        let store = try LocalProStore()
        _ = try store.create("session-123")
        let question = try store.say("I need help", in: "session-123")
        let name = store.name("session-123")
        let jane = LocalProStore.agent
        try store.perform(
            .assign(AssignConversation(conversation: name, access: jane, agentID: "agent123", agentName: "Nobody"))
        )
        try store.perform(.note(AddNote(conversation: name, access: jane, content: "Premium")))
        let conversation = try store.conversation("session-123")
        let welcome = try #require(try store.reader.messages(of: conversation.row, numbers: 1...1).first)
        let response = try Samples.renderer(for: .agent).detail(conversation, store.reader)
        let example = try localProCompact(
            """
            {"success": true, "data": {
              "session": {
                "sessionId": "session-123", "user": {"name": "John Doe", "email": "john@example.com"},
                "status": "active", "priority": "medium", "department": "general",
                "assignedAgent": {"_id": "agent123", "firstName": "Jane", "lastName": "Smith",
                                  "email": "jane@company.com"},
                "notes": [{"content": "Premium", "addedBy": {"firstName": "Jane", "lastName": "Smith"},
                           "addedAt": "2024-12-04T12:03:00.000Z"}]
              },
              "messages": [
                {"_id": "\(welcome.id.shortHex)", "type": "system", "content": "Welcome!",
                 "createdAt": "2024-12-04T12:00:00.000Z"},
                {"_id": "\(question.id.shortHex)", "type": "user", "content": "I need help",
                 "createdAt": "2024-12-04T12:01:00.000Z"}
              ]}}
            """
        )
        #expect(localProText(response) == example)
    }

    @Test func historyInStrictIsTheExample() throws {
        let store = try LocalProStore()
        _ = try store.create("session-100")
        let closing = CloseConversation(
            conversation: store.name("session-100"),
            access: .bearerOfID(.localPro, token: nil),
            rating: 4,
            feedback: "fine"
        )
        try store.perform(.close(closing))
        _ = try store.create("session-123")
        let paging = try LocalProPaging(Samples.query(""), defaultLimit: 20)
        let found = try store.reader.history(email: "John@Example.com", page: paging.request)
        let response = try Samples.renderer(for: .agent).history(found, paging, store.reader)
        let example = try localProCompact(
            """
            {"success": true, "count": 2, "total": 2, "page": 1, "pages": 1, "data": [
              {"sessionId": "session-123", "status": "pending", "messageCount": 1,
               "createdAt": "2024-12-04T12:02:00.000Z"},
              {"sessionId": "session-100", "status": "closed", "messageCount": 1, "rating": {"score": 4},
               "createdAt": "2024-12-04T12:00:00.000Z", "endedAt": "2024-12-04T12:01:00.000Z"}]}
            """
        )
        #expect(localProText(response) == example)
    }

    @Test func readMarksFollowBothSides() throws {
        let store = try LocalProStore()
        _ = try store.create("session-123")
        let first = try store.say("one", in: "session-123")
        var marks = ReadMarks(try store.conversation("session-123"))
        #expect(!marks.isRead(first))
        #expect(marks.delivery(first) == "pending")
        #expect(marks.unreadByAgents == 1)

        let second = try store.say("two", in: "session-123")
        let name = store.name("session-123")
        let exact = MarkRead(
            conversation: name,
            access: LocalProStore.agent,
            side: .agents,
            extent: .exactly([EntityIDRange(second.id)])
        )
        try store.perform(.read(exact))
        marks = try ReadMarks(try store.conversation("session-123"), store.reader)
        #expect(!marks.isRead(first))
        #expect(marks.isRead(second))
        #expect(marks.unreadByAgents == 1)

        let answer = try store.say("hi", in: "session-123", by: .agent)
        marks = try ReadMarks(try store.conversation("session-123"), store.reader)
        #expect(marks.isRead(first))
        #expect(marks.unreadByAgents == 0)
        #expect(!marks.isRead(answer))
        var conversation = try store.conversation("session-123")
        conversation.customer.delivered = answer.number
        #expect(ReadMarks(conversation).delivery(answer) == "delivered")
        #expect(ReadMarks(conversation).delivery(first) == "read")
    }

    @Test(arguments: [
        "order=up", "after=7", "after=a0a1a2a3a4a5a6a7a8a9aaab&order=desc", "after=a0a1a2a3a4a5a6a7a8a9aaab&page=2",
    ])
    func refusedWindows(query: String) throws {
        let items = try Samples.query(query)
        #expect(throws: Rejection.self) { try LocalProMessageWindow(items, hasExtensions: true) }
        // The document has neither: strict looks at neither.
        _ = try LocalProMessageWindow(items, hasExtensions: false)
    }
}
