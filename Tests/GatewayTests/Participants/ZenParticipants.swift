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
            ("email", "customer@people.test"), ("uuid", name), ("name", name), ("created_at", "1679223400"),
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
        let body = #"{"email":"\#(email)","name":\#(name.quoted),"created_at":1679223400,"message":\#(text.quoted)}"#
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
struct ZenReader {
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

/// Long polls, one after the other.
final class ZenFeed: LiveFeed {
    private let reader: ZenReader
    private let connection: HTTPConnection
    private var last: String
    private var waiting: [Seen] = []
    private var isOver = false

    init(_ reader: ZenReader) throws {
        self.reader = reader
        connection = try HTTPConnection(reader.client)
        guard let newest = try reader.read().list("messages").last else { throw Broken("a chat without messages") }
        last = try newest.text("messageId")
    }

    func next() throws -> Seen {
        while waiting.isEmpty {
            let data = try reader.read("&wait=25s&after=\(last)", over: connection)
            for message in try data.list("messages") {
                last = try message.text("messageId")
                waiting.append(.message(try ZenReader.line(message)))
            }
            if try data.text("status") == "closed", !isOver {
                isOver = true
                waiting.append(.ended)
            }
        }
        return waiting.removeFirst()
    }
}
