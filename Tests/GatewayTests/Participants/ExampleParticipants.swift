import Core

/// A guest of the example dialect.
final class ExampleGuest: Customer {
    let label = "example"
    let thread: String
    private let client: TestClient
    private let http: HTTPConnection

    init(_ client: TestClient, _ name: String) throws {
        self.client = client
        thread = name
        http = try HTTPConnection(client)
    }

    private var path: String { "/example/threads/\(thread)" }

    func begin(_ text: String) throws {
        try http.request("PUT", path).expecting(201)
        guard try send(text) == 201 else { throw Broken("the first line was refused") }
    }

    func send(_ text: String) throws -> Int {
        try http.request("POST", path + "/lines", json: #"{"text":\#(text.quoted)}"#).status
    }

    func shown() throws -> JSONValue { try http.request("GET", path + "/lines").expecting(200).json }
    func history() throws -> [Line] { try ExampleLines.people(shown()) }
    func isClosed() throws -> Bool { try !shown().flag("open") }
    func feed() throws -> any LiveFeed { try ExampleLines.feed(client, thread, bearer: nil) }
    func type() throws -> Bool { false }
}

/// An agent in the example dialect, which has no list: ids are found through another one.
final class ExampleDesk: Desk {
    let label = "example agent"
    private let client: TestClient
    private let http: HTTPConnection
    private let finder: ModuleDesk

    init(_ client: TestClient) throws {
        self.client = client
        http = try HTTPConnection(client)
        finder = try ModuleDesk(client)
    }

    func find(newest text: String) throws -> String { try finder.find(newest: text) }

    func thread(_ id: String) throws -> JSONValue {
        try http.request("GET", "/example/threads/\(id)/lines", bearer: TestTenant.support).expecting(200).json
    }

    func history(_ id: String) throws -> [Line] { try ExampleLines.people(thread(id)) }

    func send(_ text: String, to id: String) throws -> Int {
        let path = "/example/threads/\(id)/lines"
        return try http.request("POST", path, bearer: TestTenant.support, json: #"{"text":\#(text.quoted)}"#).status
    }

    func feed(_ id: String) throws -> any LiveFeed {
        try ExampleLines.feed(client, id, bearer: TestTenant.support)
    }

    // What the dialect has no word for is said in another one.
    func type(in id: String) throws { try finder.type(in: id) }
    func read(_ id: String) throws { try finder.read(id) }
    func close(_ id: String) throws { try finder.close(id) }

    func isClosed(_ id: String) throws -> Bool { try !thread(id).flag("open") }
}

/// What the example's objects mean.
enum ExampleLines {
    static func line(_ line: JSONValue) throws -> Line { Line(try Who(line.text("by")), try line.text("text")) }

    static func people(_ thread: JSONValue) throws -> [Line] {
        try thread.list("lines").map(line).filter { $0.who != .system }
    }

    static func feed(_ client: TestClient, _ id: String, bearer: String?) throws -> FrameFeed {
        let socket = try WebSocketClient(client, "/example/threads/\(id)/live", bearer: bearer)
        guard socket.status == 101 else { throw Broken("no socket: \(socket.status)") }
        return FrameFeed(socket) { frame in
            if frame["text"] != nil { return .message(try line(frame)) }
            if let isTyping = frame["typing"]?.bool { return .typing(try Who(frame.text("by")), isTyping) }
            return try frame.flag("open") ? .changed : .ended
        }
    }
}
