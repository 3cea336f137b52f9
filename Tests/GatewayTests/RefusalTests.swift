import Core
import Testing

/// Customers reach what was born in their dialect and is theirs, whatever they know about the rest.
struct RefusalTests {
    private let gateway: TestGateway
    private let client: TestClient
    /// Conversations of one and the same name in every dialect, by the customer's label: their canonical ids.
    private let ids: [String: String]
    private let customers: [any Customer]

    init() throws {
        gateway = try TestGateway()
        client = gateway.client()
        let module = try ModuleDesk(client)
        var ids: [String: String] = [:]
        var customers: [any Customer] = []
        for make in Participants.customers {
            let customer = try make(client, "everybody")
            try customer.begin("born in \(customer.label)")
            ids[customer.label] = try module.find(newest: "born in \(customer.label)")
            customers.append(customer)
        }
        self.ids = ids
        self.customers = customers
    }

    /// The names under which a conversation might be asked for.
    private func names(_ except: String) -> [String] {
        ids.filter { $0.key != except }.values.flatMap { [$0, "chat-" + $0, String($0.prefix(24))] }
            + ["TKT-001", "session-everybody", "everybody"]
    }

    @Test func localProGuests() throws {
        for id in names("localpro") where id != "session-everybody" {
            let path = "/api/live-chat/sessions/\(id)"
            #expect(try client.get(path).status == 404, "\(id)")
            #expect(try client.get(path + "/messages").status == 404)
            #expect(try client.send("POST", path + "/messages", #"{"content":"in"}"#).status == 404)
            #expect(try client.send("PATCH", path + "/end", "{}").status == 404)
            #expect(try client.send("POST", path + "/rate", #"{"score":1}"#).status == 404)
            #expect(try client.send("POST", path + "/typing", #"{"isTyping":true}"#).status == 404)
            let socket = try WebSocketClient(client, "/ws/live-chat?sessionId=\(id)")
            #expect(try socket.next().closeCode == 4404)
        }
        // A guest cannot take over an id that stands for a conversation born elsewhere.
        let hex = try #require(ids["chat-module"])
        let body = #"{"sessionId":"\#(hex)","user":{"name":"A","email":"customer@people.test"}}"#
        #expect(try client.send("POST", "/api/live-chat/sessions", body).status == 400)
    }

    @Test func backendsOfSupportZen() throws {
        for id in names("supportzen-live") {
            let path = "/api/client/live/chat/\(id)?email=customer@people.test"
            #expect(try client.get(path, bearer: TestTenant.zenSecret).status == 404, "\(id)")
            let values = [("chat_id", id), ("email", "customer@people.test"), ("message", "in")]
            let answer = try HTTPConnection(client).form(
                "/api/client/live/chat",
                values,
                bearer: TestTenant.zenSecret
            )
            #expect(answer.status == 404, "\(id)")
        }
    }

    @Test func appsOfSupportZen() throws {
        let app = try #require(customers.compactMap { $0 as? ZenApp }.first)
        let own = try #require(ids["supportzen-client chat"])
        let chats = names("supportzen-client chat").filter { $0 != "chat-" + own }
        for id in chats {
            let chat = "/api/client/live/chat/\(id)?email=\(app.email)"
            #expect(try client.get(chat, bearer: app.bearer).status == 404, "\(id)")
            let body = #"{"chat_id":"\#(id)","email":"\#(app.email)","message":"in"}"#
            #expect(try client.send("POST", "/api/client/live/chat", body, bearer: app.bearer).status == 404)
            let ticket = #"{"ticket_id":"\#(id)","email":"\#(app.email)","message":"in"}"#
            let answer = try client.send("POST", "/api/client/ticket/append", ticket, bearer: app.bearer)
            // The ticket is the same person's; everything else is not there.
            #expect(answer.status == (id == "TKT-001" ? 200 : 404), "\(id)")
        }
        // Nor does the right e-mail with somebody else's digest.
        let stranger = EmailHMAC.bearer(authToken: "another", email: app.email)
        let path = "/api/client/live/chat/chat-\(own)?email=\(app.email)"
        #expect(try client.get(path, bearer: stranger).status == 401)
    }

    @Test func clientsOfRooms() throws {
        let http = try HTTPConnection(client)
        let shown = try RoomsFrames.sessions(over: http, bearer: nil).map { try $0.text("clientId") }
        #expect(shown == ["everybody"])
        let socket = try SocketIOClient(client)
        for id in names("rooms") where id != "everybody" {
            let history = try client.get("/rooms/api/chat/history/\(id)").expecting(200).json
            #expect(try history.number("total") == 0, "\(id)")
            #expect(try client.send("PUT", "/rooms/api/chat/close/\(id)").status == 404)
            #expect(try client.send("PUT", "/rooms/api/chat/read/\(id)", #"{"sender":"admin"}"#).status == 200)
            for role in ["client", "admin"] {
                #expect(try RoomsFrames.send("in", as: role, to: id, over: socket) == 404)
            }
        }
        let hex = try #require(ids["localpro"])
        #expect(try client.send("POST", "/rooms/api/chat/initialize", #"{"clientId":"\#(hex)"}"#).status == 409)
        let desk = try LocalProDesk(client)
        #expect(try desk.session("session-everybody").number("unreadCount") == 1)
    }

    @Test func usersOfTheChatModule() throws {
        let token = TestTenant.token("everybody")
        let list = try client.get("/api/chat/sessions", bearer: token).expecting(200).json
        #expect(try list.list("sessions").map { try $0.text("id") } == [ids["chat-module"]])
        for (label, id) in ids where label != "chat-module" {
            let path = "/api/chat/sessions/\(id)"
            #expect(try client.get(path, bearer: token).status == 403, "\(label)")
            #expect(try client.get(path + "/messages", bearer: token).status == 403)
            let body = #"{"content":"in"}"#
            #expect(try client.send("POST", path + "/messages", body, bearer: token).status == 403)
            #expect(try client.send("PUT", path + "/close", bearer: token).status == 403)
            #expect(try client.send("PUT", path + "/read", #"{"messageIds":["x"]}"#, bearer: token).status == 403)
            #expect(try WebSocketClient(client, "/ws/chat/\(id)", bearer: token).status == 403)
        }
    }

    @Test func guestsOfTheExample() throws {
        for (label, id) in ids where label != "example" {
            #expect(try client.get("/example/threads/\(id)/lines").status == 403, "\(label)")
            #expect(try client.send("POST", "/example/threads/\(id)/lines", #"{"text":"in"}"#).status == 403)
            #expect(try WebSocketClient(client, "/example/threads/\(id)/live").status == 403)
        }
    }

    /// After all those attempts nobody has said a word more.
    @Test func whatWasRefusedLeftNothing() throws {
        try localProGuests()
        try backendsOfSupportZen()
        try clientsOfRooms()
        try usersOfTheChatModule()
        try guestsOfTheExample()
        for customer in customers {
            #expect(try customer.history() == [Line(.customer, "born in \(customer.label)")], "\(customer.label)")
            #expect(try !customer.isClosed())
        }
    }
}
