import Core

/// A rooms client.
final class RoomsGuest: Customer {
    let label = "rooms"
    let clientID: String
    private let client: TestClient
    private let http: HTTPConnection
    private var socket: SocketIOClient?

    init(_ client: TestClient, _ name: String) throws {
        self.client = client
        clientID = name
        http = try HTTPConnection(client)
    }

    /// Sends from this one; it has joined no room.
    private func sender() throws -> SocketIOClient {
        if let socket { return socket }
        let made = try SocketIOClient(client)
        socket = made
        return made
    }

    func initialize() throws -> JSONValue {
        let body = #"{"clientId":\#(clientID.quoted)}"#
        return try http.request("POST", "/rooms/api/chat/initialize", json: body).expecting(200).json
    }

    func begin(_ text: String) throws {
        _ = try initialize()
        guard try send(text) == 200 else { throw Broken("the first message was refused") }
    }

    func send(_ text: String) throws -> Int { try send(text, as: "client") }

    func send(_ text: String, as role: String) throws -> Int {
        try RoomsFrames.send(text, as: role, to: clientID, over: sender())
    }

    func history() throws -> [Line] {
        try RoomsFrames.messages(clientID, over: http, bearer: nil).map(RoomsFrames.line)
    }

    func isClosed() throws -> Bool {
        try !RoomsFrames.sessions(over: http, bearer: nil).contains { try $0.text("clientId") == clientID }
    }

    func feed() throws -> any LiveFeed { try RoomsFeed(client, clientID, token: nil) }

    func type() throws -> Bool {
        try sender().emit("typing", #"{"clientId":\#(clientID.quoted),"isTyping":true,"sender":"client"}"#)
        return true
    }

    func read(as role: String) throws {
        let body = #"{"sender":"\#(role)"}"#
        try http.request("PUT", "/rooms/api/chat/read/\(clientID)", json: body).expecting(200)
    }

    func close() throws -> Int { try http.request("PUT", "/rooms/api/chat/close/\(clientID)").status }
}

/// The admin of rooms, with an agent's token.
final class RoomsDesk: Desk {
    let label = "rooms admin"
    private let client: TestClient
    private let http: HTTPConnection
    private let sender: SocketIOClient

    init(_ client: TestClient) throws {
        self.client = client
        http = try HTTPConnection(client)
        sender = try SocketIOClient(client, token: TestTenant.support)
    }

    func sessions() throws -> [JSONValue] { try RoomsFrames.sessions(over: http, bearer: TestTenant.support) }

    func find(newest text: String) throws -> String {
        for session in try sessions() where session["lastMessage"]?["message"]?.string == text {
            return try session.text("clientId")
        }
        throw Broken("no room has '\(text)' as its last message")
    }

    func messages(_ id: String) throws -> [JSONValue] {
        try RoomsFrames.messages(id, over: http, bearer: TestTenant.support)
    }

    func history(_ id: String) throws -> [Line] { try messages(id).map(RoomsFrames.line) }

    func send(_ text: String, to id: String) throws -> Int {
        try RoomsFrames.send(text, as: "admin", to: id, over: sender)
    }

    func feed(_ id: String) throws -> any LiveFeed { try RoomsFeed(client, id, token: TestTenant.support) }

    func type(in id: String) throws {
        try sender.emit("typing", #"{"clientId":\#(id.quoted),"isTyping":true,"sender":"admin"}"#)
    }

    func read(_ id: String) throws {
        let path = "/rooms/api/chat/read/\(id)"
        try http.request("PUT", path, bearer: TestTenant.support, json: #"{"sender":"admin"}"#).expecting(200)
    }

    func close(_ id: String) throws {
        try http.request("PUT", "/rooms/api/chat/close/\(id)", bearer: TestTenant.support).expecting(200)
    }

    func isClosed(_ id: String) throws -> Bool { try !sessions().contains { try $0.text("clientId") == id } }
}

/// A socket in one room.
final class RoomsFeed: LiveFeed {
    private let socket: SocketIOClient

    init(_ client: TestClient, _ id: String, token: String?) throws {
        socket = try SocketIOClient(client, token: token)
        guard try socket.emit("join", id.quoted).flag("ok") else { throw Broken("not joined") }
    }

    func next() throws -> Seen {
        while true {
            let event = try socket.event().list()
            guard event.count >= 2, let name = event[0].string else { throw Broken("an event without arguments") }
            let argument = event[1]
            switch name {
            case "new-message": return .message(try RoomsFrames.line(argument))
            case "typing": return .typing(try Who(argument.text("sender")), try argument.flag("isTyping"))
            case "session-closed": return .ended
            case "message-read": return .read(by: try Who(argument.text("sender")))
            default: continue
            }
        }
    }
}

/// What rooms' objects mean, and how they are asked for.
enum RoomsFrames {
    static func line(_ message: JSONValue) throws -> Line {
        Line(try Who(message.text("sender")), try message.text("message"))
    }

    static func sessions(over http: HTTPConnection, bearer: String?) throws -> [JSONValue] {
        try http.request("GET", "/rooms/api/chat/sessions", bearer: bearer).expecting(200).json.list()
    }

    static func messages(_ id: String, over http: HTTPConnection, bearer: String?) throws -> [JSONValue] {
        var found: [JSONValue] = []
        for page in 1... {
            let path = "/rooms/api/chat/history/\(id)?limit=100&page=\(page)"
            let answer = try http.request("GET", path, bearer: bearer).expecting(200).json
            found += try answer.list("messages")
            if try page >= answer.number("totalPages") { break }
        }
        return found
    }

    /// Sends and waits for the acknowledgement: 200, or 404 when it is refused.
    static func send(_ text: String, as role: String, to id: String, over socket: SocketIOClient) throws -> Int {
        let argument = #"{"clientId":\#(id.quoted),"message":\#(text.quoted),"sender":"\#(role)"}"#
        return try socket.emit("send-message", argument).flag("ok") ? 200 : 404
    }
}
