import Core
import Testing

/// Two brands with the same customers, ids, secrets and agents: nothing crosses.
struct IsolationTests {
    private static let brands = ["acme", "globex"]
    private let gateway: TestGateway

    init() throws {
        gateway = try TestGateway(Self.brands.map { TestTenant.yaml($0) })
    }

    @Test func everyConversationStaysAtHome() throws {
        var rows: [String: [[any Customer]]] = [:]
        for brand in Self.brands {
            let client = gateway.client(brand)
            let customers = try Participants.customers.map { try $0(client, "same-name") }
            for customer in customers { try customer.begin("\(customer.label) of \(brand)") }
            rows[brand] = [customers]
        }
        for brand in Self.brands {
            let client = gateway.client(brand)
            for customer in rows[brand]?.joined() ?? [[]].joined() {
                #expect(try customer.history() == [Line(.customer, "\(customer.label) of \(brand)")])
            }
            let sessions = try LocalProDesk(client).sessions()
            #expect(try sessions.number("total") == 7)
            let texts = try sessions.list("data").map { try $0.text("lastMessage.content") }
            #expect(texts.allSatisfy { $0.hasSuffix(" of \(brand)") })
            #expect(try ModuleDesk(client).sessions().number("totalCount") == 7)
            #expect(try RoomsDesk(client).sessions().count == 7)
            #expect(try gateway.stored(ModuleDesk(client).find(newest: "rooms of \(brand)"), tenant: brand).count == 1)
        }
    }

    /// Ids of one brand are unknown in the other, to its agents as well.
    @Test func idsDoNotCross() throws {
        let (home, other) = (gateway.client("acme"), gateway.client("globex"))
        let user = try ModuleUser(home, "same-name")
        try user.begin("at home")
        #expect(try other.get("/api/chat/sessions/\(user.sessionID)", bearer: TestTenant.admin).status == 404)
        #expect(try other.get("/api/chat/sessions/\(user.sessionID)", bearer: user.token).status == 404)
        let path = "/api/admin/live-chat/sessions/\(user.sessionID)"
        #expect(try other.get(path, bearer: TestTenant.support).status == 404)
        #expect(try WebSocketClient(other, "/ws/chat/\(user.sessionID)", bearer: user.token).status == 404)
    }

    /// Session tokens and signed links are each brand's own, although both have the same secrets in their files.
    @Test func tokensAndLinksDoNotCross() throws {
        var tokens: [String: String] = [:]
        for brand in Self.brands {
            let guest = try LocalProGuest(gateway.client(brand), "same-guest")
            tokens[brand] = try guest.create().expecting(201).json.text("data.sessionToken")
        }
        let home = try #require(tokens["acme"])
        let foreign = try #require(tokens["globex"])
        #expect(home != foreign)
        let path = "/api/live-chat/sessions/session-same-guest"
        let client = gateway.client("acme")
        #expect(try client.get(path, bearer: home).status == 200)
        #expect(try client.get(path, bearer: foreign).status == 401)

        let backend = try ZenBackend(client, "same-name")
        try backend.begin("look")
        let files = [(field: "attachments[0]", name: "a.txt", bytes: Array("plain text\n".utf8))]
        let desk = try ModuleDesk(client)
        let id = try desk.find(newest: "look")
        let sent = try desk.http.form(
            "/api/chat/sessions/\(id)/messages",
            [("content", "here")],
            files: files,
            bearer: TestTenant.admin
        )
        let url = try #require(try sent.expecting(201).json.list("attachments").first).text("url")
        let link = String(url.dropFirst("http://acme.test".count))
        #expect(try client.get(link).status == 200)
        #expect([401, 404].contains(try gateway.client("globex").get(link).status))
    }

    /// A socket hears its own brand alone.
    @Test func socketsHearTheirOwnBrand() throws {
        let desk = try LocalProDesk(gateway.client("acme"))
        let feed = try LocalProFrames.feed(desk.client, "/ws/live-chat?admin=true", bearer: TestTenant.support)
        let room = try RoomsFeed(gateway.client("acme"), "same-name", token: nil)
        for brand in ["globex", "acme"] {
            let guest = try RoomsGuest(gateway.client(brand), "same-name")
            try guest.begin("said at \(brand)")
        }
        let spoken = Line(.customer, "said at acme")
        #expect(try feed.lines(1) == [spoken])
        #expect(try room.lines(1) == [spoken])
    }

    /// The same retry key in two brands is two requests; tickets are counted in each.
    @Test func keysAndCountersDoNotCross() throws {
        for brand in Self.brands {
            let http = try HTTPConnection(gateway.client(brand))
            let body = #"{"subject":"\#(brand)"}"#
            let token = TestTenant.token("same-name")
            let key = [("Idempotency-Key", "same-key")]
            let first = try http.request("POST", "/api/chat/sessions", bearer: token, json: body, fields: key)
            #expect(try first.expecting(201).json.text("subject") == brand)
            let app = try ZenApp(gateway.client(brand), "same-name", .ticket)
            try app.begin("ticket")
            #expect(app.id == "TKT-001")
        }
    }
}
