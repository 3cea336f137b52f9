import Core

/// A user of the Chat module.
final class ModuleUser: Customer {
    let label = "chat-module"
    private(set) var sessionID = ""
    let token: String
    private let client: TestClient
    private let http: HTTPConnection

    init(_ client: TestClient, _ name: String) throws {
        self.client = client
        token = TestTenant.token(name)
        http = try HTTPConnection(client)
    }

    func create(_ body: String = "{}") throws -> JSONValue {
        let session = try http.request("POST", "/api/chat/sessions", bearer: token, json: body).expecting(201).json
        sessionID = try session.text("id")
        return session
    }

    func begin(_ text: String) throws {
        _ = try create()
        guard try send(text) == 201 else { throw Broken("the first message was refused") }
    }

    func send(_ text: String) throws -> Int {
        try ModuleFrames.send(text, to: sessionID, over: http, bearer: token).status
    }

    func messages() throws -> [JSONValue] { try ModuleFrames.messages(sessionID, over: http, bearer: token) }
    func history() throws -> [Line] { try messages().map(ModuleFrames.line) }

    func session() throws -> JSONValue {
        try http.request("GET", "/api/chat/sessions/\(sessionID)", bearer: token).expecting(200).json
    }

    func isClosed() throws -> Bool { try session().text("status") == "closed" }
    func feed() throws -> any LiveFeed { try ModuleFrames.feed(client, sessionID, bearer: token) }

    func type() throws -> Bool {
        try ModuleFrames.type(in: sessionID, over: http, bearer: token)
        return true
    }

    func read(_ ids: [String]) throws {
        try ModuleFrames.read(ids, in: sessionID, over: http, bearer: token)
    }

    func close() throws -> Int {
        try http.request("PUT", "/api/chat/sessions/\(sessionID)/close", bearer: token).status
    }
}

/// The Chat module's support.
final class ModuleDesk: Desk {
    let label = "chat-module support"
    let client: TestClient
    let http: HTTPConnection
    /// Its own agent, so that its typing is not taken for that of another dialect's agent.
    private let token = TestTenant.admin

    init(_ client: TestClient) throws {
        self.client = client
        http = try HTTPConnection(client)
    }

    func sessions(_ query: String = "") throws -> JSONValue {
        try http.request("GET", "/api/chat/sessions?limit=100" + query, bearer: token).expecting(200).json
    }

    func find(newest text: String) throws -> String {
        for session in try sessions().list("sessions") {
            let id = try session.text("id")
            let path = "/api/chat/sessions/\(id)/messages?limit=1"
            let messages = try http.request("GET", path, bearer: token).expecting(200).json.list("messages")
            if try messages.last?.text("content") == text { return id }
        }
        throw Broken("no session has '\(text)' as its last message")
    }

    func session(_ id: String) throws -> JSONValue {
        try http.request("GET", "/api/chat/sessions/\(id)", bearer: token).expecting(200).json
    }

    func messages(_ id: String) throws -> [JSONValue] { try ModuleFrames.messages(id, over: http, bearer: token) }
    func history(_ id: String) throws -> [Line] { try messages(id).map(ModuleFrames.line) }

    func send(_ text: String, to id: String) throws -> Int {
        try ModuleFrames.send(text, to: id, over: http, bearer: token).status
    }

    func feed(_ id: String) throws -> any LiveFeed { try ModuleFrames.feed(client, id, bearer: token) }
    func type(in id: String) throws { try ModuleFrames.type(in: id, over: http, bearer: token) }

    func read(_ id: String) throws {
        let ids = try messages(id).map { try $0.text("id") }
        try read(ids, in: id)
    }

    func read(_ ids: [String], in id: String) throws {
        try ModuleFrames.read(ids, in: id, over: http, bearer: token)
    }

    func close(_ id: String) throws { try request("PUT", id, "close").expecting(200) }

    func request(_ method: String, _ id: String, _ action: String, _ json: String? = nil) throws -> Answer {
        try http.request(method, "/api/chat/sessions/\(id)/\(action)", bearer: token, json: json)
    }

    func isClosed(_ id: String) throws -> Bool { try session(id).text("status") == "closed" }
}

/// What the Chat module's objects mean, and how they are asked for.
enum ModuleFrames {
    static func line(_ message: JSONValue) throws -> Line {
        Line(try Who(message.text("sender")), try message.text("content"))
    }

    /// All messages, oldest first, by walking back through the windows.
    static func messages(_ id: String, over http: HTTPConnection, bearer: String) throws -> [JSONValue] {
        var found: [JSONValue] = []
        while true {
            let before = try found.first.map { "&before=\(try $0.text("id"))" } ?? ""
            let path = "/api/chat/sessions/\(id)/messages?limit=100" + before
            let answer = try http.request("GET", path, bearer: bearer).expecting(200).json
            found = try answer.list("messages") + found
            if try !answer.flag("hasMore") { return found }
        }
    }

    static func send(_ text: String, to id: String, over http: HTTPConnection, bearer: String) throws -> Answer {
        let path = "/api/chat/sessions/\(id)/messages"
        return try http.request("POST", path, bearer: bearer, json: #"{"content":\#(text.quoted)}"#)
    }

    static func type(in id: String, over http: HTTPConnection, bearer: String) throws {
        let path = "/api/chat/sessions/\(id)/typing"
        try http.request("POST", path, bearer: bearer, json: #"{"isTyping":true}"#).expecting(204)
    }

    static func read(_ ids: [String], in id: String, over http: HTTPConnection, bearer: String) throws {
        let list = ids.map(\.quoted).joined(separator: ",")
        let path = "/api/chat/sessions/\(id)/read"
        try http.request("PUT", path, bearer: bearer, json: #"{"messageIds":[\#(list)]}"#).expecting(204)
    }

    static func feed(_ client: TestClient, _ id: String, bearer: String) throws -> FrameFeed {
        let socket = try WebSocketClient(client, "/ws/chat/\(id)", bearer: bearer)
        guard socket.status == 101 else { throw Broken("no socket: \(socket.status)") }
        return FrameFeed(socket) { frame in
            let data = try frame.value("data")
            switch try frame.text("type") {
            case "message": return .message(try line(data))
            case "session_update": return try data.text("status") == "closed" ? .ended : .changed
            case "typing":
                // Users and agents are told apart by their ids.
                let isAgent = ["agent123", "boss1", "support"].contains(try data.text("userId"))
                return .typing(isAgent ? .agent : .customer, try data.flag("isTyping"))
            default: return nil
            }
        }
    }
}
