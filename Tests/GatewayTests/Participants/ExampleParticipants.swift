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

/// An agent in the example dialect.
final class ExampleDesk: Desk {
    let label = "example agent"
    private let client: TestClient
    private let http: HTTPConnection
    private let module: ModuleDesk

    init(_ client: TestClient) throws {
        self.client = client
        http = try HTTPConnection(client)
        module = try ModuleDesk(client)
    }

    func find(newest text: String) throws -> String {
        let list = try http.request("GET", "/example/threads", bearer: TestTenant.support).expecting(200).json
        for thread in try list.list("threads") where thread["last"]?.string == text {
            return try thread.text("thread")
        }
        throw Broken("no thread has '\(text)' as its last line")
    }

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
    func type(in id: String) throws { try module.type(in: canonicalID(id)) }
    func read(_ id: String) throws { try module.read(canonicalID(id)) }
    func close(_ id: String) throws { try module.close(canonicalID(id)) }

    /// Where the id is the dialect's own, the conversation is found by what was said last.
    private func canonicalID(_ id: String) throws -> String {
        guard EntityIDRange(hex: id) == nil, let last = try history(id).last else { return id }
        return try module.find(newest: last.text)
    }

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
