import Core

/// A LocalPro guest.
final class LocalProGuest: Customer {
    let label = "localpro"
    let sessionID: String
    private let client: TestClient
    private let http: HTTPConnection
    private let name: String

    init(_ client: TestClient, _ name: String) throws {
        self.client = client
        self.name = name
        sessionID = "session-\(name)"
        http = try HTTPConnection(client)
    }

    private var path: String { "/api/live-chat/sessions/\(sessionID)" }

    /// No id of any dialect.
    var displayName: String { "Ms \(name)" }

    /// Begins the session alone; the answer has its token.
    @discardableResult
    func create() throws -> Answer {
        let user = #"{"name":\#(displayName.quoted),"email":"customer@people.test"}"#
        let body = #"{"sessionId":\#(sessionID.quoted),"user":\#(user)}"#
        return try http.request("POST", "/api/live-chat/sessions", json: body)
    }

    func begin(_ text: String) throws {
        try create().expecting(201)
        guard try send(text) == 201 else { throw Broken("the first message was refused") }
    }

    func send(_ text: String) throws -> Int {
        try http.request("POST", path + "/messages", json: #"{"content":\#(text.quoted)}"#).status
    }

    /// A page of 100, which is the longest there is, after the other.
    func messages() throws -> [JSONValue] {
        var found: [JSONValue] = []
        for page in 1... {
            let answer = try http.request("GET", path + "/messages?limit=100&page=\(page)").expecting(200).json
            found += try answer.list("data")
            if try page >= answer.number("pages") { break }
        }
        return found
    }

    func history() throws -> [Line] {
        try messages().map(LocalProFrames.line).filter { $0.who != .system }
    }

    func session() throws -> JSONValue { try http.request("GET", path).expecting(200).json.value("data") }

    func isClosed() throws -> Bool { ["closed", "archived"].contains(try session().text("status")) }

    func feed() throws -> any LiveFeed { try socket() }

    func socket() throws -> FrameFeed {
        let feed = try LocalProFrames.feed(client, "/ws/live-chat?sessionId=\(sessionID)", bearer: nil)
        return feed
    }

    func type() throws -> Bool {
        try http.request("POST", path + "/typing", json: #"{"isTyping":true}"#).expecting(200)
        return true
    }

    func end(_ body: String = "{}") throws -> Answer { try http.request("PATCH", path + "/end", json: body) }

    func rate(_ score: Int, _ feedback: String) throws -> Answer {
        try http.request("POST", path + "/rate", json: #"{"score":\#(score),"feedback":\#(feedback.quoted)}"#)
    }
}

/// LocalPro's agents.
final class LocalProDesk: Desk {
    let label = "localpro admin"
    let client: TestClient
    private let http: HTTPConnection
    private var sockets: [String: FrameFeed] = [:]

    init(_ client: TestClient) throws {
        self.client = client
        http = try HTTPConnection(client)
    }

    func request(_ method: String, _ path: String, _ json: String? = nil, by token: String = TestTenant.support) throws
        -> Answer
    {
        try http.request(method, "/api/admin/live-chat" + path, bearer: token, json: json)
    }

    func sessions(_ query: String = "") throws -> JSONValue {
        try request("GET", "/sessions?limit=100" + query).expecting(200).json
    }

    func find(newest text: String) throws -> String {
        for session in try sessions().list("data") where try session.text("lastMessage.content") == text {
            return try session.text("sessionId")
        }
        throw Broken("no session has '\(text)' as its last message")
    }

    func session(_ id: String) throws -> JSONValue {
        for session in try sessions().list("data") where try session.text("sessionId") == id { return session }
        throw Broken("no session is called \(id)")
    }

    /// Looking at it reads it.
    func detail(_ id: String) throws -> JSONValue {
        try request("GET", "/sessions/\(id)").expecting(200).json.value("data")
    }

    func history(_ id: String) throws -> [Line] {
        try detail(id).list("messages").map(LocalProFrames.line).filter { $0.who != .system }
    }

    func send(_ text: String, to id: String) throws -> Int {
        try request("POST", "/sessions/\(id)/reply", #"{"content":\#(text.quoted)}"#).status
    }

    func feed(_ id: String) throws -> any LiveFeed {
        let feed = try LocalProFrames.feed(client, "/ws/live-chat?admin=true", bearer: TestTenant.support, only: id)
        try feed.socket.send(#"{"type":"subscribe_session","sessionId":\#(id.quoted)}"#)
        guard try feed.socket.text().contains(#""subscribed""#) else { throw Broken("not subscribed") }
        sockets[id] = feed
        return feed
    }

    func type(in id: String) throws {
        try sockets[id]?.socket.send(#"{"type":"typing","isTyping":true,"sessionId":\#(id.quoted)}"#)
    }

    func read(_ id: String) throws { _ = try detail(id) }

    func update(_ id: String, _ json: String) throws {
        try request("PATCH", "/sessions/\(id)/status", json).expecting(200)
    }

    func close(_ id: String) throws { try update(id, #"{"status":"closed"}"#) }

    func isClosed(_ id: String) throws -> Bool { ["closed", "archived"].contains(try session(id).text("status")) }
}

/// What LocalPro's frames and objects mean.
enum LocalProFrames {
    static func line(_ message: JSONValue) throws -> Line {
        Line(try Who(message.text("type")), try message.text("content"))
    }

    /// Opens a socket; `only` leaves out what other sessions do.
    static func feed(_ client: TestClient, _ path: String, bearer: String?, only: String? = nil) throws -> FrameFeed {
        let socket = try WebSocketClient(client, path, bearer: bearer)
        guard socket.status == 101, try socket.text().contains("connection_established") else {
            throw Broken("no socket: \(socket.status)")
        }
        return FrameFeed(socket) { frame in
            if let only, let id = frame["sessionId"]?.string, id != only { return nil }
            return try seen(frame)
        }
    }

    private static func seen(_ frame: JSONValue) throws -> Seen? {
        switch try frame.text("type") {
        case "user_message", "agent_message": return .message(try line(try frame.value("message")))
        case "user_typing": return .typing(.customer, try frame.flag("isTyping"))
        case "agent_typing": return .typing(.agent, try frame.flag("isTyping"))
        case "session_status_changed":
            return ["closed", "archived"].contains(try frame.text("status")) ? .ended : .changed
        case "read_receipt": return .read(by: try Who(frame.text("readBy")))
        default: return nil
        }
    }
}
