import Testing

@testable import Adapters
@testable import Core

/// The document's endpoints over HTTP.
struct RoomsRESTTests {
    private static let strict = RoomsFixture.configuration(mode: .strict)

    private static func send(_ server: RoomsServer, _ text: String, as kind: AuthorKind = .customer) throws {
        let send = SendMessage(
            conversation: RoomsREST.name("user123"),
            access: .namelessAgent(.rooms),
            author: Author(kind: kind, id: "", name: ""),
            draft: MessageDraft(text: text),
            onClosed: .reopen
        )
        guard case .message = try server.perform(.send(send)) else { throw RoomsServer.Broken() }
    }

    private static func begin(_ server: RoomsServer, _ clientID: String = "user123") throws {
        let answer = try server.request("POST", "/api/chat/initialize", #"{"clientId":"\#(clientID)"}"#)
        #expect(answer.status == 200)
    }

    @Test func initializeIsOneSessionPerClient() throws {
        let server = try RoomsServer(Self.strict)
        let fresh = try server.request("POST", "/api/chat/initialize", #"{"clientId":"user123"}"#)
        #expect(fresh.status == 200)
        #expect(fresh.text == #"{"session":{"clientId":"user123","status":"active"},"messages":[]}"#)
        for number in 1...60 { try Self.send(server, "m\(number)") }
        let again = try server.request("POST", "/api/chat/initialize", #"{"clientId":"user123"}"#)
        let texts = try again.value()["messages"]?.array?.map { $0["message"]?.string ?? "" } ?? []
        #expect(texts == (11...60).map { "m\($0)" })
        let keys = try again.value()["messages"]?.array?.first { _ in true }?.object?.map(\.key)
        #expect(keys == ["message", "sender", "createdAt"])
    }

    @Test(
        arguments: [
            ("", "A JSON body is required"), ("{", "Invalid JSON"), ("[]", "The body must be a JSON object"),
            ("{}", "clientId is required"), (#"{"clientId":null}"#, "clientId is required"),
            (#"{"clientId":""}"#, "clientId is required"), (#"{"clientId":5}"#, "clientId must be a string"),
        ]
    )
    func initializeRefuses(_ body: String, _ message: String) throws {
        let server = try RoomsServer(Self.strict)
        let answer = try server.request("POST", "/api/chat/initialize", body)
        #expect(answer.status == 400)
        #expect(try answer.value()["message"]?.string?.hasPrefix(message) == true)
        #expect(try answer.value().count == 1)
    }

    @Test func initializeAfterCloseIsActiveAgain() throws {
        let server = try RoomsServer()
        try Self.begin(server)
        try Self.send(server, "Hello")
        #expect(try server.request("PUT", "/api/chat/close/user123").status == 200)
        let again = try server.request("POST", "/api/chat/initialize", #"{"clientId":"user123"}"#)
        #expect(try again.value()["session"]?["status"]?.string == "active")
        #expect(try again.value()["messages"]?.count == 1)
    }

    @Test func aRepeatedKeyIsAReplay() throws {
        let server = try RoomsServer()
        let fields = ["Idempotency-Key: k1"]
        let body = #"{"clientId":"user123"}"#
        let first = try server.request("POST", "/api/chat/initialize", body, fields: fields)
        #expect(first.head.field("Idempotent-Replayed") == nil)
        let second = try server.request("POST", "/api/chat/initialize", body, fields: fields)
        #expect(second.head.field("Idempotent-Replayed") == "true")
        #expect(second.text == first.text)
        let other = try server.request("POST", "/api/chat/initialize", #"{"clientId":"u2"}"#, fields: fields)
        #expect(other.status == 422)
    }

    @Test func sessionsAreActiveAndNewestFirst() throws {
        let server = try RoomsServer(Self.strict)
        #expect(try server.request("GET", "/api/chat/sessions").text == "[]")
        for id in ["user456", "gone", "user123"] { try Self.begin(server, id) }
        try Self.send(server, "Hello")
        #expect(try server.request("PUT", "/api/chat/close/gone").status == 200)
        let list = try server.request("GET", "/api/chat/sessions")
        #expect(list.status == 200)
        let sessions = try #require(try list.value().array.map(Array.init))
        #expect(sessions.map { $0["clientId"]?.string } == ["user123", "user456"])
        #expect(sessions[0]["lastMessage"]?["message"]?.string == "Hello")
        #expect(sessions[0]["lastMessage"]?.object?.map(\.key) == ["message", "createdAt"])
        #expect(sessions[1]["lastMessage"]?.isNull == true)
        #expect(sessions[0].object?.map(\.key) == ["clientId", "status", "lastMessage"])
    }

    @Test func historyPages() throws {
        let server = try RoomsServer(Self.strict)
        try Self.begin(server)
        for number in 1...5 { try Self.send(server, "m\(number)") }
        try Self.send(server, "a system text", as: .system)
        func page(_ query: String) throws -> (texts: [String], value: JSONValue) {
            let value = try server.request("GET", "/api/chat/history/user123" + query).value()
            return (value["messages"]?.array?.map { $0["message"]?.string ?? "" } ?? [], value)
        }
        let all = try page("")
        #expect(all.texts == ["m1", "m2", "m3", "m4", "m5"])
        #expect(all.value.object?.map(\.key) == ["messages", "total", "page", "totalPages"])
        #expect(all.value["total"]?.int == 5)
        #expect(all.value["totalPages"]?.int == 1)
        #expect(try page("?page=2&limit=2").texts == ["m3", "m4"])
        #expect(try page("?page=3&limit=2").texts == ["m5"])
        #expect(try page("?page=4&limit=2").texts.isEmpty)
        #expect(try page("?page=2&limit=2").value["totalPages"]?.int == 3)
        #expect(try page("?limit=5000").texts.count == 5)
        #expect(try page("?page=99999999999999999999").texts.isEmpty)
        let nobody = try server.request("GET", "/api/chat/history/nobody?page=2")
        #expect(nobody.status == 200)
        #expect(nobody.text == #"{"messages":[],"total":0,"page":2,"totalPages":0}"#)
    }

    @Test(arguments: ["page=0", "page=-1", "page=x", "page=", "limit=0", "limit=1.5", "limit=%2B1"])
    func historyRefuses(_ query: String) throws {
        let server = try RoomsServer()
        let answer = try server.request("GET", "/api/chat/history/user123?" + query)
        #expect(answer.status == 400)
        #expect(try answer.value()["field"]?.string == query.split(separator: "=").first.map(String.init))
    }

    @Test func readMarksTheOtherSide() throws {
        let server = try RoomsServer()
        try Self.begin(server)
        try Self.send(server, "Hello")
        let read = try server.request("PUT", "/api/chat/read/user123", #"{"sender":"admin"}"#)
        #expect(read.status == 200)
        #expect(read.text == #"{"message":"Messages marked as read"}"#)
        let history = try server.request("GET", "/api/chat/history/user123").value()
        #expect(history["messages"]?.array?.map { $0["read"]?.bool } == [true])
        let unread = try server.request("GET", "/api/chat/sessions").value().array?.map { $0["unread"]?.int }
        #expect(unread == [0])
        #expect(try server.request("PUT", "/api/chat/read/nobody", #"{"sender":"client"}"#).status == 200)
        for body in ["", "{}", #"{"sender":"robot"}"#, #"{"sender":1}"#] {
            #expect(try server.request("PUT", "/api/chat/read/user123", body).status == 400)
        }
    }

    @Test func closing() throws {
        let server = try RoomsServer(Self.strict)
        try Self.begin(server)
        for _ in 0..<2 {
            let closed = try server.request("PUT", "/api/chat/close/user123")
            #expect(closed.status == 200)
            #expect(closed.text == #"{"message":"Session closed successfully"}"#)
        }
        let unknown = try server.request("PUT", "/api/chat/close/nobody")
        #expect(unknown.status == 404)
        #expect(unknown.text == #"{"message":"Session not found"}"#)
    }

    @Test func idsAreDecodedOnce() throws {
        let server = try RoomsServer()
        try Self.begin(server, "a/b c%2F")
        #expect(try server.request("PUT", "/api/chat/close/a%2Fb%20c%252F").status == 200)
        let long = String(repeating: "x", count: 257)
        #expect(try server.request("GET", "/api/chat/history/\(long)").status == 400)
    }

    @Test func unknownPathsAndMethods() throws {
        let server = try RoomsServer(Self.strict)
        let path = try server.request("GET", "/api/chat/nothing")
        #expect(path.status == 404)
        #expect(path.text == #"{"message":"Not found"}"#)
        let method = try server.request("DELETE", "/api/chat/sessions")
        #expect(method.status == 405)
        #expect(method.head.field("Allow") == "GET, HEAD, OPTIONS")
        #expect(method.text == #"{"message":"Method not allowed"}"#)
        let engine = try server.request("DELETE", "/socket.io/")
        #expect(engine.status == 405)
        #expect(engine.text == #"{"code":2,"message":"Bad handshake method"}"#)
    }

    @Test func theMountAndTheTenantsPrefix() throws {
        let server = try RoomsServer(RoomsFixture.configuration(mount: "/desk"))
        let body = #"{"clientId":"user123"}"#
        #expect(try server.request("POST", "/desk/api/chat/initialize", body).status == 200)
        #expect(try server.request("POST", "/api/chat/initialize", body).status == 404)
        let prefixed = try server.request("POST", "/rooms/desk/api/chat/initialize", body, host: "elsewhere")
        #expect(prefixed.status == 200)
        let engine = try server.request("GET", "/rooms/socket.io/?EIO=4&transport=polling", host: "elsewhere")
        #expect(engine.text.hasPrefix(#"0{"sid":"#))
    }

    @Test func limitsAnswer429() throws {
        let limits = LimitsConfiguration(guestWrite: Rate(1, per: .seconds(900)))
        let server = try RoomsServer(RoomsFixture.configuration(mode: .strict, limits: limits))
        try Self.begin(server)
        let answer = try server.request("POST", "/api/chat/initialize", #"{"clientId":"user123"}"#)
        #expect(answer.status == 429)
        #expect(answer.head.field("Retry-After") != nil)
        #expect(answer.head.field("RateLimit-Limit") == "1")
        #expect(answer.text == #"{"message":"Too many requests, please try again later"}"#)
    }
}
