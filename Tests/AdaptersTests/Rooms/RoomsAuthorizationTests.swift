import Testing

@testable import Adapters
@testable import Core

/// Tokens and origins over HTTP, under each base policy.
struct RoomsAuthorizationTests {
    private static let body = #"{"clientId":"user123"}"#

    private static func begin(_ server: RoomsServer, in dialect: DialectName) throws -> String {
        let create = CreateConversation(
            dialect: dialect,
            access: .namelessAgent(dialect),
            id: EntityID(high: 0xabc, low: 0xdef),
            externalID: "elsewhere-1",
            collision: .never,
            ownerKey: "elsewhere-1",
            assurance: .none,
            contact: Contact(name: "", email: ""),
            status: .pending
        )
        guard case .created(let created) = try server.perform(.create(create)) else { throw RoomsServer.Broken() }
        return created.conversation.id.hex
    }

    @Test func whatWasBornElsewhereIsForAgents() throws {
        let server = try RoomsServer()
        let id = try Self.begin(server, in: .localPro)
        #expect(try server.request("GET", "/api/chat/sessions").text == "[]")
        let all = try server.request("GET", "/api/chat/sessions", bearer: "jane-token").value()
        #expect(all.array?.map { $0["clientId"]?.string } == [id])
        #expect(try server.request("PUT", "/api/chat/close/\(id)").status == 404)
        #expect(try server.request("GET", "/api/chat/history/\(id)").value()["total"]?.int == 0)
        let seen = try server.request(
            "POST",
            "/api/chat/initialize",
            #"{"clientId":"\#(id)"}"#,
            bearer: "jane-token"
        )
        #expect(seen.text == #"{"session":{"clientId":"\#(id)","status":"active"},"messages":[]}"#)
        #expect(try server.request("PUT", "/api/chat/close/\(id)", bearer: "jane-token").status == 200)
    }

    @Test func adminOnly() throws {
        let server = try RoomsServer(RoomsFixture.configuration(.adminOnly, mode: .strict))
        #expect(try server.request("POST", "/api/chat/initialize", Self.body).status == 200)
        let refused = try server.request("GET", "/api/chat/sessions")
        #expect(refused.status == 401)
        #expect(refused.head.field("WWW-Authenticate") == "Bearer")
        #expect(refused.text == #"{"message":"A token is required"}"#)
        let client = try RoomsFixture.token("user123")
        #expect(try server.request("GET", "/api/chat/sessions", bearer: client).status == 403)
        #expect(try server.request("GET", "/api/chat/sessions", bearer: "jane-token").status == 200)
        #expect(try server.request("GET", "/api/chat/sessions", bearer: "nonsense").status == 401)
        let admin = #"{"sender":"admin"}"#
        #expect(try server.request("PUT", "/api/chat/read/user123", admin).status == 401)
        #expect(try server.request("PUT", "/api/chat/read/user123", admin, bearer: "jane-token").status == 200)
        #expect(try server.request("PUT", "/api/chat/read/user123", #"{"sender":"client"}"#).status == 200)
        #expect(try server.request("PUT", "/api/chat/close/user123").status == 200)
    }

    @Test func secured() throws {
        let server = try RoomsServer(RoomsFixture.configuration(.secured))
        let (own, other) = (try RoomsFixture.token("user123"), try RoomsFixture.token("user456"))
        for (path, method, body) in [
            ("initialize", "POST", Self.body), ("history/user123", "GET", ""), ("close/user123", "PUT", ""),
            ("read/user123", "PUT", #"{"sender":"client"}"#),
        ] {
            #expect(try server.request(method, "/api/chat/" + path, body).status == 401, "\(path)")
            #expect(try server.request(method, "/api/chat/" + path, body, bearer: other).status == 403, "\(path)")
            #expect(try server.request(method, "/api/chat/" + path, body, bearer: own).status == 200, "\(path)")
        }
        #expect(try server.request("GET", "/api/chat/sessions", bearer: own).status == 403)
        #expect(try server.request("GET", "/api/chat/sessions", bearer: "jane-token").status == 200)
        let asAdmin = try server.request("PUT", "/api/chat/read/user123", #"{"sender":"admin"}"#, bearer: own)
        #expect(asAdmin.status == 403)
    }

    @Test func aTokenThatMeansNothingDoesNoHarmWhereNoneIsNeeded() throws {
        let server = try RoomsServer()
        #expect(try server.request("POST", "/api/chat/initialize", Self.body, bearer: "whatever").status == 200)
    }

    @Test func originsOfPollingAndUpgrades() throws {
        let server = try RoomsServer()
        let polling = "/socket.io/?EIO=4&transport=polling"
        let foreign = try server.request("GET", polling, fields: ["Origin: https://evil.example"])
        #expect(foreign.status == 403)
        #expect(foreign.text == #"{"code":4,"message":"Forbidden"}"#)
        #expect(foreign.head.field("Access-Control-Allow-Origin") == nil)
        let listed = try server.request("GET", polling, fields: ["Origin: https://rooms.example"])
        #expect(listed.status == 200)
        #expect(listed.head.field("Access-Control-Allow-Origin") == "https://rooms.example")
        let same = try server.request("GET", polling, fields: ["Origin: http://rooms.localhost"])
        #expect(same.status == 200)
        let preflight = try server.request(
            "OPTIONS",
            polling,
            fields: ["Origin: https://rooms.example", "Access-Control-Request-Method: POST"]
        )
        #expect(preflight.status == 204)
        #expect(preflight.head.field("Access-Control-Allow-Methods")?.contains("POST") == true)
        let query = "EIO=4&transport=websocket"
        #expect(try server.upgrade(query, fields: ["Origin: https://evil.example"]).status == 403)
        #expect(try server.upgrade(query, fields: ["Origin: https://rooms.example"]).status == 101)
    }

    @Test func aConversationOverAWebSocket() throws {
        let server = try RoomsServer(RoomsFixture.configuration(.secured))
        let (status, _, connection) = try server.upgrade(
            "EIO=4&transport=websocket",
            fields: ["User-Agent: Mozilla/5.0"]
        )
        #expect(status == 101)
        #expect(try connection.next().hasPrefix(#"0{"sid":"#))
        try connection.send(#"40{"token":"jane-token"}"#)
        #expect(try connection.next().contains(#""pid":"#))
        try connection.send(#"420["join","user123"]"#)
        #expect(try connection.next() == #"430[{"ok":true,"clientId":"user123"}]"#)
        let own = try RoomsFixture.token("user123")
        #expect(try server.request("POST", "/api/chat/initialize", Self.body, bearer: own).status == 200)
        try connection.send(#"421["send-message",{"clientId":"user123","message":"Hello","sender":"admin"}]"#)
        #expect(try connection.next().hasPrefix(#"431[{"ok":true,"message":{"_id":"#))
        #expect(ReceivedMessage(try connection.next())?.text == "Hello")
        #expect(try server.request("PUT", "/api/chat/close/user123", bearer: own).status == 200)
        #expect(try connection.next().hasPrefix(#"42["session-closed",{"clientId":"user123""#))
        try connection.send("nonsense")
        #expect(try connection.next() == "closed 1002")
    }

    @Test func aTokenAmongTheSubprotocols() throws {
        let server = try RoomsServer(RoomsFixture.configuration(.secured))
        let (status, head, connection) = try server.upgrade(
            "EIO=4&transport=websocket",
            fields: ["Sec-WebSocket-Protocol: bearer, jane-token"]
        )
        #expect(status == 101)
        #expect(head.lowercased().contains("sec-websocket-protocol: bearer\r\n"))
        _ = try connection.next()
        try connection.send("40")
        #expect(try connection.next().hasPrefix(#"40{"sid":"#))
    }

    @Test func aLongPollOverHTTP() throws {
        let server = try RoomsServer()
        let opened = try server.request("GET", "/socket.io?EIO=4&transport=polling")
        let sid = try #require(try JSONDocument(parsing: Array(opened.text.utf8.dropFirst())).root["sid"]?.string)
        let path = "/socket.io/?EIO=4&transport=polling&sid=\(sid)"
        #expect(try server.request("POST", path, "40").text == "ok")
        #expect(try server.request("GET", path).text.hasPrefix(#"40{"sid":"#))
        #expect(try server.request("POST", path, "nonsense").status == 400)
        let gone = try server.request("GET", path)
        #expect(gone.status == 400)
        #expect(gone.text == #"{"code":1,"message":"Session ID unknown"}"#)
    }
}
