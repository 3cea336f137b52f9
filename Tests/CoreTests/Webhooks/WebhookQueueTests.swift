import Testing

@testable import Core

/// What turns queue for endpoints.
struct WebhookQueueTests {
    private static let url = "https://brand.example/hook"

    private func bench(_ webhooks: [WebhookConfiguration]) throws -> WebhookTenantBench {
        try WebhookTenantBench(webhooks, clock: ManualClock())
    }

    /// The bodies that wait, in order, with the queue emptied.
    private func drain(_ bench: WebhookTenantBench, _ endpoint: String = Self.url) throws -> [String] {
        var bodies: [String] = []
        while let next = try bench.waiting().first(where: { $0.endpoint == endpoint }) {
            bodies.append(String(decoding: next.body, as: UTF8.self))
            try bench.perform(.webhook(.delivered(row: next.row, event: 0)))
        }
        return bodies
    }

    private func types(_ bodies: [String]) throws -> [String] {
        try bodies.map { try #require(JSONDocument(parsing: Array($0.utf8)).root["type"]?.string) }
    }

    @Test func aNewChatIsToldWithItsFirstMessage() throws {
        let bench = try bench([.test(Self.url)])
        try bench.create(1)
        let bodies = try drain(bench)
        #expect(try types(bodies) == ["conversation.created", "message.created"])
        let customer =
            #""customer":{"id":"PERSON","key":"user-1","name":"Jo","email":"jo@example.com","phone":null,"#
            + #""assurance":"shared-secret"}"#
        let conversation =
            #"{"id":"00000000000000070000000000000001","externalId":"chat-00000000000000070000000000000001","#
            + #""dialect":"supportzen-live","kind":"chat","status":"pending","priority":"medium","department":"general","#
            + #""tags":[],"subject":null,"# + customer + #","assignedAgent":null,"rating":null,"messageCount":1,"#
            + #""createdAt":"2024-12-04T12:00:00.000Z","updatedAt":"2024-12-04T12:00:00.000Z","endedAt":null}"#
        let message =
            #"{"id":"MESSAGE","number":1,"dialect":"supportzen-live","#
            + #""sender":{"type":"customer","id":"user-1","name":"Jo"},"content":"Hello","imageUrl":null,"#
            + #""attachments":[],"delivery":"pending","createdAt":"2024-12-04T12:00:00.000Z"}"#
        let data = try #require(try JSONDocument(parsing: Array(bodies[1].utf8)).root["data"])
        let person = try #require(data["conversation"]?["customer"]?["id"]?.string)
        let messageID = try #require(data["message"]?["id"]?.string)
        #expect(EntityIDRange(hex: messageID) != nil)
        #expect(
            bodies[1].replacing(person, with: "PERSON").replacing(messageID, with: "MESSAGE")
                == #"{"type":"message.created","timestamp":"2024-12-04T12:00:00.000Z","data":{"tenant":"acme","conversation":"#
                + conversation + #","message":"# + message + "}}"
        )
    }

    @Test func everythingThatHappensHasItsName() throws {
        let bench = try bench([.test(Self.url)])
        let chat = try bench.create(1)
        let name = ConversationName(dialect: chat.origin, id: chat.externalID)
        let access = Access.agent(WebhookTenantBench.agent)
        _ = try drain(bench)
        try bench.answer(chat)
        #expect(try types(drain(bench)) == ["message.created", "conversation.updated"])
        try bench.perform(.update(UpdateConversation(conversation: name, access: access, priority: .urgent)))
        #expect(try types(drain(bench)) == ["conversation.updated"])
        try bench.perform(
            .read(MarkRead(conversation: name, access: access, side: .customer, extent: .all))
        )
        let read = try drain(bench)
        #expect(try types(read) == ["message.read"])
        #expect(read[0].hasSuffix(#","readBy":"customer"}}"#))
        #expect(read[0].contains(#""delivery":"read""#))
        try bench.perform(.close(CloseConversation(conversation: name, access: access, rating: 5)))
        #expect(try types(drain(bench)) == ["conversation.closed", "rating.created"])
        try bench.perform(.update(UpdateConversation(conversation: name, access: access, status: .active)))
        #expect(try types(drain(bench)) == ["conversation.updated"])
        try bench.perform(.delete(DeleteConversation(conversation: name, access: access)))
        #expect(try drain(bench).isEmpty)
    }

    @Test func anAssignmentThatMovesTheStatusIsOneUpdate() throws {
        let bench = try bench([.test(Self.url)])
        let chat = try bench.create(1)
        _ = try drain(bench)
        try bench.perform(
            .assign(
                AssignConversation(
                    conversation: ConversationName(dialect: chat.origin, id: chat.externalID),
                    access: .agent(WebhookTenantBench.agent),
                    agentID: "agent123",
                    agentName: "Jane"
                )
            )
        )
        let told = try drain(bench)
        #expect(try types(told) == ["conversation.updated"])
        #expect(told[0].contains(#""status":"active""#) && told[0].contains(#""assignedAgent":{"id":"agent123""#))
    }

    @Test func archivingAnEndedConversationIsNoSecondEnd() throws {
        let clock = ManualClock()
        let bench = try WebhookTenantBench([.test(Self.url)], clock: clock)
        let chat = try bench.create(1)
        let name = ConversationName(dialect: chat.origin, id: chat.externalID)
        let access = Access.agent(WebhookTenantBench.agent)
        try bench.perform(.close(CloseConversation(conversation: name, access: access)))
        _ = try drain(bench)
        clock.advance(milliseconds: 1)
        try bench.perform(.update(UpdateConversation(conversation: name, access: access, status: .archived)))
        #expect(try types(drain(bench)) == ["conversation.updated"])
    }

    @Test func endpointsGetWhatTheyAskedForOnce() throws {
        let other = "https://other.example/hook"
        let bench = try bench([
            .test(Self.url, events: ["message.created"]), .test(other), .test(other, events: ["message.created"]),
        ])
        try bench.create(1)
        #expect(try types(drain(bench)) == ["message.created"])
        #expect(try types(drain(bench, other)) == ["conversation.created", "message.created"])
    }

    @Test func aRefusedTurnTellsNobody() throws {
        let bench = try bench([.test(Self.url)])
        let chat = try bench.create(1)
        let name = ConversationName(dialect: chat.origin, id: chat.externalID)
        try bench.perform(.close(CloseConversation(conversation: name, access: .agent(WebhookTenantBench.agent))))
        _ = try drain(bench)
        #expect(throws: TurnFailure.self) { try bench.answer(chat) }
        #expect(try drain(bench).isEmpty)
    }

    @Test func anAnswerThatTheBackendHasTakenIsDelivered() throws {
        let bench = try bench([.test(Self.url)])
        let chat = try bench.create(1)
        _ = try drain(bench)
        let answer = try bench.answer(chat)
        let row = try #require(try bench.waiting().first)
        #expect(try bench.makeReader().conversation(row: chat.row)?.isDelivered(answer) == false)
        try bench.perform(.webhook(.delivered(row: row.row, event: row.event)))
        #expect(try bench.makeReader().conversation(row: chat.row)?.isDelivered(answer) == true)
        #expect(try bench.makeReader().conversation(row: chat.row)?.isRead(answer) == false)
    }

    @Test func elsewhereAWebhookDeliversNothingToTheCustomer() throws {
        let bench = try bench([.test(Self.url)])
        let chat = try bench.create(1, dialect: .localPro)
        _ = try drain(bench)
        let answer = try bench.answer(chat)
        let row = try #require(try bench.waiting().first)
        try bench.perform(.webhook(.delivered(row: row.row, event: row.event)))
        #expect(try bench.makeReader().conversation(row: chat.row)?.isDelivered(answer) == false)
    }
}
