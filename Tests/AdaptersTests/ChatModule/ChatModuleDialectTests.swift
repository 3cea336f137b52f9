import Core
import Testing

@testable import Adapters

/// What the dialect declares: routes, roles, coverage, settings.
struct ChatModuleDialectTests {
    private typealias Samples = ChatModuleSamples

    @Test func routesAreTheDocuments() throws {
        let dialect = try ChatModuleDialect(try Samples.setup())
        let routes = dialect.routes.map { "\($0.method.name ?? "") \($0.pattern)" }
        #expect(
            routes == [
                "GET /api/chat/sessions",
                "POST /api/chat/sessions",
                "GET /api/chat/sessions/{sessionId}",
                "PUT /api/chat/sessions/{sessionId}/close",
                "PUT /api/chat/sessions/{sessionId}/assign",
                "GET /api/chat/stats",
                "GET /api/chat/sessions/{sessionId}/messages",
                "POST /api/chat/sessions/{sessionId}/messages",
                "PUT /api/chat/sessions/{sessionId}/read",
                "GET /api/chat/attachments/{attachmentId}",
                "POST /api/chat/sessions/{sessionId}/typing",
                "GET /ws/chat/{sessionId}",
            ]
        )
        var table = RouteTable()
        table.add(dialect.routes, dialect: 0, mount: nil, hosts: nil)
        #expect(table.collisions().isEmpty)
    }

    @Test func everyFactIsCoveredOnce() {
        let facts = ChatModuleDialect.coverage.map(\.fact)
        #expect(facts.count == CanonicalFact.allCases.count)
        #expect(Set(facts) == Set(CanonicalFact.allCases))
    }

    @Test func rejectionsHaveTheDocumentsBody() throws {
        let response = try ChatModuleDialect(try Samples.setup()).render(.unknownConversation, for: nil)
        #expect(response.head.status == .notFound)
        #expect(
            response.bodyText == """
                {"success":false,"message":"Session not found",\
                "error":{"code":"unknown-conversation","message":"Session not found"}}
                """
        )
    }

    @Test func usersReachTheirOwnAndAgentsAll() throws {
        let user = CustomerIdentity(key: "user-1", name: nil, email: nil)
        let party = try #require(ChatModuleParty(Caller(.customer(user), .guestRead)))
        #expect(party.side == .customer)
        #expect(party.access == .customer(.chatModule, key: "user-1"))
        #expect(party.author == Author(kind: .customer, id: "user-1", name: "user-1"))
        let jane = AgentIdentity(
            id: "agent123",
            firstName: "Jane",
            lastName: "Smith",
            email: "jane@acme.example",
            avatar: nil,
            role: .support
        )
        let agent = try #require(ChatModuleParty(Caller(.agent(jane), .agent)))
        #expect(agent.side == .agents)
        #expect(agent.access == .agent(jane))
        #expect(agent.author == Author(kind: .agent, id: "agent123", name: "Jane Smith"))
        #expect(ChatModuleParty(Caller(.anonymous, .guestRead)) == nil)
        #expect(ChatModuleParty(Caller(.backend("app"), .agent)) == nil)
    }

    @Test func settingsFollowTheConfiguration() throws {
        #expect(ChatModuleSettings(try Samples.setup()).onClosed == .reject)
        #expect(ChatModuleSettings(try Samples.setup(onClosed: .reopen)).onClosed == .reopen)
        #expect(!ChatModuleSettings(try Samples.setup(mode: .strict)).hasExtensions)
        #expect(ChatModuleSettings(try Samples.setup(mode: .compat)).hasExtensions)
        #expect(ChatModuleSettings(try Samples.setup(mode: .hardened)).hasExtensions)
    }
}
