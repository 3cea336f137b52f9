import Adapters
import Core
import Testing

/// The table of facts, held against what each dialect really shows: every fact is written in some dialect, and looked for
/// in everything that the readers of another receive.
struct CoverageTests {
    /// By which texts a fact is recognised, whatever the form.
    private static let signs: [CanonicalFact: [String]] = [
        .kind: ["\"kind\":", "TKT-"],
        .subject: ["\"subject\":"],
        .status: ["\"status\":", "\"open\":"],
        .priority: ["\"priority\":"],
        .department: ["\"billing\""],
        .tags: ["sign-tag"],
        .assignment: ["boss1"],
        .notes: ["sign-note"],
        .rating: ["sign-feedback"],
        .systemMessages: ["A support agent will be with you shortly."],
        .author: ["\"sender\":", "\"type\":\"user\"", "\"by\":"],
        .attachments: ["picture.png"],
        .imageLink: ["https://elsewhere.test/sign.png"],
        .readState: ["\"isRead\":", "\"read\":"],
        .deliveredState: ["\"delivery\":", "\"delivered\""],
        .unreadCount: ["\"unread\":", "\"unreadCount\":"],
        .typing: ["typing\""],
        .customerName: ["Ms sign-name"],
        .customerEmail: ["@people.test"],
        .assurance: ["\"assurance\":"],
        .times: [":00.000Z", ":00Z"],
    ]

    /// What cannot be written so that this dialect's readers might see it: they have nothing but their own chats.
    private static let unreachable: [DialectName: Set<CanonicalFact>] = [
        .supportZenLive: [.systemMessages, .imageLink, .assignment, .notes, .rating],
        .supportZenClient: [.systemMessages],
    ]

    /// Everything that one dialect's customers and agents are shown of conversations that say all there is to say.
    private struct Scene {
        let transcript = Transcript()
        private let gateway: TestGateway
        private let plain: TestClient
        private let recorded: TestClient
        private let manager: LocalProDesk

        init(_ births: [Birth], _ desk: Participants.DeskMaker?) throws {
            let clock = SteppedClock()
            gateway = try TestGateway(clock: clock)
            plain = gateway.client()
            var recorded = plain
            recorded.transcript = transcript
            self.recorded = recorded
            manager = try LocalProDesk(plain)
            // The dialect's own conversations, and for agents one of each kind.
            for birth in desk == nil ? births : Birth.allCases {
                let isOwn = births.contains(birth)
                let customer = try Participants.customers[birth.rawValue](isOwn ? recorded : plain, "sign-name")
                try play(customer, desk)
            }
        }

        private func play(_ customer: any Customer, _ makeDesk: Participants.DeskMaker?) throws {
            try customer.begin("hello from \(customer.label)")
            let finder = try ModuleDesk(plain)
            let id = try finder.find(newest: "hello from \(customer.label)")
            let name = (customer as? LocalProGuest)?.sessionID ?? id
            try manager.update(name, #"{"priority":"urgent","department":"billing","tags":["sign-tag"]}"#)
            try manager.request("PATCH", "/sessions/\(name)/assign", #"{"agentId":"boss1"}"#).expecting(200)
            try manager.request("POST", "/sessions/\(name)/notes", #"{"content":"sign-note"}"#).expecting(201)
            try (customer as? LocalProGuest)?.rate(5, "sign-feedback").expecting(200)
            if let app = customer as? ZenApp {
                try app.send("a link", link: "https://elsewhere.test/sign.png").expecting(200)
            }
            let path = "/api/chat/sessions/\(id)/messages"
            let files = [(field: "attachments[0]", name: "picture.png", bytes: AttachmentTravelTests.picture)]
            try finder.http.form(path, [("content", "")], files: files, bearer: TestTenant.admin).expecting(201)

            let desk = try makeDesk?(recorded)
            let ownID = try desk.map { desk in try Self.id(of: customer, id, at: desk) }
            let customersFeed = try customer.feed()
            let desksFeed = try ownID.flatMap { try desk?.feed($0) }
            if try customer.type() { try (desksFeed as? FrameFeed)?.await(.typing(.customer, true)) }
            try finder.type(in: id)
            try manager.update(name, #"{"status":"closed"}"#)
            try customersFeed.await(.ended)
            try desksFeed?.await(.ended)
            try manager.update(name, #"{"status":"active"}"#)
            try look(customer, desk, ownID)
        }

        /// The name of a conversation at a desk that lists what its dialect calls by names of its own.
        private static func id(of customer: any Customer, _ id: String, at desk: any Desk) throws -> String {
            switch (customer, desk) {
            case (let guest as LocalProGuest, is LocalProDesk): guest.sessionID
            case (let guest as RoomsGuest, is RoomsDesk): guest.clientID
            case (let guest as ExampleGuest, is ExampleDesk): guest.thread
            default: id
            }
        }

        /// Asks for everything there is to be asked for.
        private func look(_ customer: any Customer, _ desk: (any Desk)?, _ id: String?) throws {
            _ = try customer.history()
            _ = try customer.isClosed()
            if let app = customer as? ZenApp { _ = try app.tickets() }
            guard let desk, let id else { return }
            _ = try desk.history(id)
            _ = try desk.history(id)
            _ = try desk.isClosed(id)
            if let desk = desk as? ModuleDesk { _ = try desk.sessions() }
        }
    }

    private static func scene(_ name: DialectName) throws -> Scene {
        switch name {
        case .localPro: try Scene([.localPro], { try LocalProDesk($0) })
        case .supportZenLive: try Scene([.zenBackend], nil)
        case .supportZenClient: try Scene([.zenChat, .zenTicket], nil)
        case .rooms: try Scene([.rooms], { try RoomsDesk($0) })
        case .chatModule: try Scene([.module], { try ModuleDesk($0) })
        default: throw Broken("no scene for \(name)")
        }
    }

    @Test(arguments: Catalog.dialects.map { $0.name })
    func theTableTellsTheTruth(name: DialectName) throws {
        let type = try #require(Catalog.dialects.first { $0.name == name })
        let shown = try Self.scene(name).transcript.text
        for entry in type.coverage {
            guard let signs = Self.signs[entry.fact], Self.unreachable[name]?.contains(entry.fact) != true else {
                continue
            }
            let isShown = signs.contains { shown.contains($0) }
            #expect(isShown == (entry.degree != .notShown), "\(name): \(entry.fact) is said to be \(entry.degree)")
        }
    }

    /// `exact` means every value has a form of its own, `approximate` that some share one.
    @Test func degreesOfStatusPriorityAndTime() throws {
        let gateway = try TestGateway(clock: SteppedClock())
        let client = gateway.client()
        let guest = try LocalProGuest(client, "degrees")
        try guest.begin("degrees")
        let (desk, module, rooms) = (try LocalProDesk(client), try ModuleDesk(client), try RoomsDesk(client))
        let id = try module.find(newest: "degrees")
        var statuses: [DialectName: Set<String>] = [:]
        var priorities: [DialectName: Set<String>] = [:]
        for status in ConversationStatus.allCases {
            try desk.update(guest.sessionID, #"{"status":"\#(status.name)"}"#)
            statuses[.localPro, default: []].insert(try desk.session(guest.sessionID).text("status"))
            statuses[.chatModule, default: []].insert(try module.session(id).text("status"))
            statuses[.rooms, default: []].insert(try rooms.isClosed(id) ? "closed" : "active")
        }
        for priority in ConversationPriority.allCases {
            try desk.update(guest.sessionID, #"{"priority":"\#(priority.name)"}"#)
            priorities[.localPro, default: []].insert(try desk.session(guest.sessionID).text("priority"))
            priorities[.chatModule, default: []].insert(try module.session(id).text("priority"))
        }
        for type in Catalog.dialects {
            if let forms = statuses[type.name] {
                #expect((forms.count == 4) == (type.degree(.status) == .exact), "\(type.name)")
            }
            if let forms = priorities[type.name] {
                #expect((forms.count == 4) == (type.degree(.priority) == .exact), "\(type.name)")
            }
        }
        #expect(try module.messages(id).first?.text("timestamp").hasSuffix(".000Z") == true)
        #expect(try rooms.messages(id).first?.text("createdAt").hasSuffix(":00Z") == true)
    }
}

extension Dialect {
    fileprivate static func degree(_ fact: CanonicalFact) -> FactCoverage.Degree? {
        coverage.first { $0.fact == fact }?.degree
    }
}
