import Testing

@testable import Adapters
@testable import Core

/// A server with one tenant that speaks rooms, on a port of its own; gone with the last reference.
final class RoomsServer {
    /// An answer as a client got it.
    struct Answer {
        let status: Int
        let head: ReceivedResponseHead
        let text: String

        func value() throws -> JSONValue { try JSONDocument(parsing: Array(text.utf8)).root }
    }

    struct Broken: Error {}

    private let server: GatewayServer
    private let manager: TenantManager
    private let directory: String
    let port: UInt16

    init(_ configuration: DialectConfiguration = RoomsFixture.configuration()) throws {
        directory = try Files.makeTemporaryDirectory(prefix: "gatewayd-rooms-")
        server = try GatewayServer(
            GatewayServer.Parts(log: Log(level: .error, format: .text), lanes: 1, writers: 1)
        )
        manager = TenantManager(
            server: server,
            dataFolder: directory,
            durability: .normal,
            committed: { _ in },
            makeSnapshot: { try Self.snapshot($0, $1) }
        )
        #expect(manager.apply([RoomsFixture.tenant(configuration)]).isEmpty)
        let socket = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        port = try Sockets.localPort(socket)
        server.listen(Listener(socket, role: .tenants))
    }

    deinit {
        manager.closeAll()
        server.stop()
        // A left-over temporary directory fails no test.
        _ = try? Files.removeTree(directory)
    }

    private static func snapshot(_ tenant: TenantConfiguration, _ secret: [UInt8]) throws -> TenantSnapshot {
        let configuration = try #require(tenant.dialect(.rooms))
        let dialect = try RoomsDialect(RoomsFixture.setup(configuration))
        var table = RouteTable()
        table.add(dialect.routes, dialect: 0, mount: configuration.mount, hosts: configuration.hosts)
        #expect(table.collisions().isEmpty)
        let rules = TurnRules(
            tenant: tenant.id,
            roster: Roster(tenant.agents.map(AgentIdentity.init)),
            sessionAuth: .open,
            autoCreateAgents: false,
            secret: secret,
            webhooks: []
        )
        return TenantSnapshot(
            configuration: tenant,
            dialects: [dialect],
            routes: table,
            rules: rules,
            secret: secret
        )
    }

    /// Performs an operation as another dialect would.
    @discardableResult
    func perform(_ action: Operation.Action) throws -> Reply {
        let replies = BlockingQueue<Reply>()
        try #require(manager.lane(of: "rooms")).post { lane in
            guard let tenant = lane.tenants["rooms"] else { return }
            let operation = Operation(action, at: tenant.clock.nowUnixMilliseconds)
            tenant.perform(operation) { _ = replies.push($0) }
        }
        guard case .element(let reply) = replies.pop(timeoutMilliseconds: 10_000) else { throw Broken() }
        return reply
    }

    // MARK: Clients

    /// One request on a connection of its own.
    func request(
        _ method: String,
        _ path: String,
        _ body: String = "",
        bearer: String? = nil,
        fields: [String] = [],
        host: String = "rooms.localhost"
    ) throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
        if let bearer { head += "Authorization: Bearer \(bearer)\r\n" }
        for field in fields { head += field + "\r\n" }
        head += "Content-Length: \(body.utf8.count)\r\n\r\n"
        let socket = try connect()
        try Self.send(Array((head + body).utf8), socket)
        return try Self.receive(socket, isHead: method == "HEAD")
    }

    private func connect() throws -> FileDescriptor {
        try Sockets.connect(to: SocketAddress(.loopbackIPv4, port: port), timeoutMilliseconds: 30_000)
    }

    /// Asks for an upgrade; the head of the answer, and the connection behind it.
    func upgrade(
        _ query: String,
        fields: [String] = []
    ) throws -> (status: Int, head: String, connection: RoomsConnection) {
        var head = "GET /socket.io/?\(query) HTTP/1.1\r\nHost: rooms.localhost\r\nUpgrade: websocket\r\n"
        head += "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        for field in fields { head += field + "\r\n" }
        let socket = try connect()
        try Self.send(Array((head + "\r\n").utf8), socket)
        // Byte by byte, so that no frame is swallowed.
        var received: [UInt8] = []
        while !received.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard case .processed = socket.receive(appendingTo: &received, limit: 1) else { throw Broken() }
        }
        let text = String(decoding: received, as: UTF8.self)
        guard let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { throw Broken() }
        return (status, text, RoomsConnection(socket))
    }

    static func send(_ bytes: [UInt8], _ socket: borrowing FileDescriptor) throws {
        var sent = 0
        while sent < bytes.count {
            guard case .processed(let count) = socket.send(bytes.span.extracting(sent...)) else { throw Broken() }
            sent += count
        }
    }

    private static func receive(_ socket: borrowing FileDescriptor, isHead: Bool) throws -> Answer {
        var parser = HTTPResponseParser(limits: HTTPLimits(body: 32 << 20), requestWasHead: isHead)
        var head: ReceivedResponseHead?
        var body: [UInt8] = []
        while true {
            var piece: [UInt8] = []
            let isOpen: Bool
            switch socket.receive(appendingTo: &piece) {
            case .processed: isOpen = true
            case .endOfFile: isOpen = false
            case .wouldBlock, .failed: throw Broken()
            }
            var offset = 0
            reading: while true {
                switch isOpen ? parser.parse(piece.span, from: &offset) : parser.finish() {
                case .needMore: break reading
                case .head(let received): head = received
                case .body(let range): body += piece[range]
                case .end:
                    guard let head else { throw Broken() }
                    let text = String(decoding: body, as: UTF8.self)
                    return Answer(status: Int(head.status.code), head: head, text: text)
                case .violation: throw Broken()
                }
            }
        }
    }
}

/// The client's end of a WebSocket to a test server.
final class RoomsConnection {
    private let socket: FileDescriptor
    private var receiver = WebSocketReceiver(maxMessageBytes: 1 << 20, role: .client)
    private var waiting: [UInt8] = []

    init(_ socket: consuming FileDescriptor) {
        self.socket = socket
    }

    func send(_ text: String) throws {
        var frame: [UInt8] = []
        WebSocketFrameWriter.appendMasked(.text, Array(text.utf8).span, key: 0x0102_0304, into: &frame)
        try RoomsServer.send(frame, socket)
    }

    /// The next message; waits for it.
    func next() throws -> String {
        while true {
            var offset = 0
            let event = receiver.next(waiting.span, at: &offset)
            waiting.removeFirst(offset)
            switch event {
            case .message(_, let bytes): return String(decoding: bytes, as: UTF8.self)
            case .needMore:
                guard case .processed = socket.receive(appendingTo: &waiting) else { throw RoomsServer.Broken() }
            case .close(let code, _): return "closed \(code ?? 0)"
            case .ping, .pong: continue
            case .violation: throw RoomsServer.Broken()
            }
        }
    }
}
