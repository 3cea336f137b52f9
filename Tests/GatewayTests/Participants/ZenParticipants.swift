import Core

/// A customer of SupportZen live, through the brand's backend.
final class ZenBackend: Customer {
    let label = "supportzen-live"
    private(set) var chatID = ""
    private var oldest: JSONValue?
    private let client: TestClient
    private let http: HTTPConnection
    private let name: String

    init(_ client: TestClient, _ name: String) throws {
        self.client = client
        self.name = name
        http = try HTTPConnection(client)
    }

    func begin(_ text: String) throws {
        let values = [
            ("email", "customer@people.test"), ("uuid", name), ("name", "Ms \(name)"), ("created_at", "1679223400"),
            ("message", text),
        ]
        let answer = try http.form("/api/client/live/create", values, bearer: TestTenant.zenSecret)
        chatID = try answer.expecting(200).json.text("data.chatId")
    }

    func send(_ text: String) throws -> Int { try send(text, image: nil).status }

    func send(_ text: String, image: [UInt8]?) throws -> Answer {
        try http.form(
            "/api/client/live/chat",
            [("chat_id", chatID), ("email", "customer@people.test"), ("message", text)],
            files: image.map { [("image", "picture.png", $0)] } ?? [],
            bearer: TestTenant.zenSecret
        )
    }

    var reading: ZenReader {
        ZenReader(
            client: client,
            path: "/api/client/live/chat/\(chatID)?email=customer@people.test",
            bearer: TestTenant.zenSecret
        )
    }

    func messages() throws -> [JSONValue] {
        guard let first = try oldest ?? reading.read().list("messages").first else { return [] }
        oldest = first
        return try reading.messages(from: first)
    }

    func history() throws -> [Line] { try messages().map(ZenReader.line) }
    func isClosed() throws -> Bool { try reading.read().text("status") == "closed" }
    func feed() throws -> any LiveFeed { try ZenFeed(reading) }
    func type() throws -> Bool { false }
}

/// A customer of SupportZen client, with a chat or a ticket.
final class ZenApp: Customer {
    let label: String
    private(set) var id = ""
    private var oldest: JSONValue?
    let email: String
    private let kind: ConversationKind
    private let client: TestClient
    private let http: HTTPConnection
    private let name: String

    init(_ client: TestClient, _ name: String, _ kind: ConversationKind) throws {
        self.client = client
        self.name = name
        self.kind = kind
        label = kind == .ticket ? "supportzen-client ticket" : "supportzen-client chat"
        email = "\(name)@people.test"
        http = try HTTPConnection(client)
    }

    var bearer: String { EmailHMAC.bearer(authToken: "token of \(name)", email: email) }

    func begin(_ text: String) throws {
        let path = kind == .ticket ? "/api/client/ticket/create" : "/api/client/live/create"
        let body = #"{"email":"\#(email)","name":"Ms \#(name)","created_at":1679223400,"message":\#(text.quoted)}"#
        let data = try http.request("POST", path, bearer: bearer, json: body).expecting(200).json.value("data")
        id = try data.text(kind == .ticket ? "ticketId" : "chatId")
    }

    func send(_ text: String) throws -> Int { try send(text, link: nil).status }

    func send(_ text: String, link: String?) throws -> Answer {
        let path = kind == .ticket ? "/api/client/ticket/append" : "/api/client/live/chat"
        let key = kind == .ticket ? "ticket_id" : "chat_id"
        let more = link.map { #","image_url":\#($0.quoted)"# } ?? ""
        let body = #"{"\#(key)":"\#(id)","email":"\#(email)","message":\#(text.quoted)\#(more)}"#
        return try http.request("POST", path, bearer: bearer, json: body)
    }

    var reading: ZenReader {
        let folder = kind == .ticket ? "ticket" : "live/chat"
        return ZenReader(client: client, path: "/api/client/\(folder)/\(id)?email=\(email)", bearer: bearer)
    }

    func messages() throws -> [JSONValue] {
        guard let first = try oldest ?? reading.read().list("messages").first else { return [] }
        oldest = first
        return try reading.messages(from: first)
    }

    func history() throws -> [Line] { try messages().map(ZenReader.line) }
    func isClosed() throws -> Bool { try reading.read().text("status") == "closed" }
    func feed() throws -> any LiveFeed { try ZenFeed(reading) }
    func type() throws -> Bool { false }

    func tickets() throws -> [JSONValue] {
        let path = "/api/client/ticket/list?email=\(email)"
        return try http.request("GET", path, bearer: bearer).expecting(200).json.list("data.tickets")
    }
}

/// The read that both SupportZen dialects have.
struct ZenReader: Sendable {
    let client: TestClient
    let path: String
    let bearer: String

    func read(_ more: String = "", over connection: HTTPConnection? = nil) throws -> JSONValue {
        let connection = try connection ?? HTTPConnection(client)
        return try connection.request("GET", path + more, bearer: bearer).expecting(200).json.value("data")
    }

    static func line(_ message: JSONValue) throws -> Line {
        Line(try Who(message.text("sender")), try message.text("message"))
    }

    /// All messages from one on, by walking forward: at most 500 come at once.
    func messages(from oldest: JSONValue) throws -> [JSONValue] {
        var found = [oldest]
        let connection = try HTTPConnection(client)
        while let last = try found.last?.text("messageId") {
            let more = try read("&after=\(last)", over: connection).list("messages")
            if more.isEmpty { break }
            found += more
        }
        return found
    }
}

/// Long polls, one after the other, on a thread that ends with the chat or with the server.
final class ZenFeed: LiveFeed {
    private let seen = BlockingQueue<Seen>()

    init(_ reader: ZenReader) throws {
        guard let newest = try reader.read().list("messages").last else { throw Broken("a chat without messages") }
        let last = try newest.text("messageId")
        let seen = seen
        _ = try LoopThread.start(name: "long-poll") { Self.poll(reader, after: last, seen) }
    }

    deinit { seen.close() }

    private static func poll(_ reader: ZenReader, after newest: String, _ seen: BlockingQueue<Seen>) {
        do {
            let connection = try HTTPConnection(reader.client)
            var last = newest
            while true {
                let data = try reader.read("&wait=5s&after=\(last)", over: connection)
                for message in try data.list("messages") {
                    last = try message.text("messageId")
                    // Refused once nobody listens any more.
                    guard seen.push(.message(try ZenReader.line(message))) else { return }
                }
                guard try data.text("status") == "open" else { break }
            }
            _ = seen.push(.ended)
        } catch {
            seen.close()
        }
    }

    func next() throws -> Seen {
        guard case .element(let seen) = seen.pop(timeoutMilliseconds: 30_000) else { throw Broken("no news of a chat") }
        return seen
    }
}
