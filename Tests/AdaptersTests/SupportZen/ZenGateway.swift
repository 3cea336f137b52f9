import Synchronization
import Testing

@testable import Adapters
@testable import Core

/// A server with tenants that speak the SupportZen dialects, on a port of its own; gone with the last reference.
final class ZenGateway {
    /// An answer as a client got it.
    struct Answer {
        let status: Int
        let head: ReceivedResponseHead
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }

        var json: JSONValue {
            get throws { try JSONDocument(parsing: bytes).root }
        }

        func data(_ key: String) throws -> String { try #require(try json["data"]?[key]?.string) }
    }

    private struct Broken: Error {}

    static let secret = "first-secret"
    static let agent = AgentIdentity(
        id: "agent1",
        firstName: "Jane",
        lastName: "Smith",
        email: "jane@example.com",
        avatar: nil,
        role: .support
    )

    private let server: GatewayServer
    private let manager: TenantManager
    private let directory: String
    let port: UInt16
    let log = MemorySink()

    init(_ tenants: [TenantConfiguration] = [.zen()]) throws {
        directory = try Files.makeTemporaryDirectory(prefix: "zen")
        server = try GatewayServer(
            GatewayServer.Parts(log: Log(level: .warning, format: .text, sink: log), lanes: 2, writers: 2)
        )
        manager = TenantManager(
            server: server,
            dataFolder: directory,
            durability: .normal,
            committed: { _ in },
            makeSnapshot: { try Self.snapshot($0, $1) }
        )
        #expect(manager.apply(tenants).isEmpty)
        let socket = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        port = try Sockets.localPort(socket)
        server.listen(Listener(socket, role: .tenants))
    }

    deinit {
        manager.closeAll()
        server.stop()
        try? Files.removeTree(directory)
    }

    private static func snapshot(_ configuration: TenantConfiguration, _ secret: [UInt8]) throws -> TenantSnapshot {
        let types: [any Dialect.Type] = [SupportZenLiveDialect.self, SupportZenClientDialect.self]
        var dialects: [any Dialect] = []
        var table = RouteTable()
        for entry in configuration.dialects {
            let type = try #require(types.first { $0.name == entry.dialect })
            let dialect = try type.init(
                DialectSetup(
                    tenant: configuration,
                    configuration: entry,
                    authenticator: try Authenticator(policies: entry.auth, agents: []),
                    roster: Roster([]),
                    secret: secret
                )
            )
            table.add(dialect.routes, dialect: dialects.count, mount: entry.mount, hosts: entry.hosts)
            dialects.append(dialect)
        }
        #expect(table.collisions().isEmpty)
        let rules = TurnRules(
            tenant: configuration.id,
            roster: Roster([]),
            sessionAuth: .guarded,
            autoCreateAgents: false,
            secret: secret,
            webhooks: []
        )
        return TenantSnapshot(
            configuration: configuration,
            dialects: dialects,
            routes: table,
            rules: rules,
            secret: secret
        )
    }

    // MARK: - Requests

    /// One request on a connection of its own.
    func request(
        _ method: String,
        _ path: String,
        bearer: String? = nil,
        type: String? = nil,
        fields: [(String, String)] = [],
        body: [UInt8] = [],
        host: String = "zen.example"
    ) throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
        if let bearer { head += "Authorization: Bearer \(bearer)\r\n" }
        if let type { head += "Content-Type: \(type)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(body.count)\r\n\r\n"
        return try ZenClient(port: port).exchange(Array(head.utf8) + body, isHead: method == "HEAD")
    }

    /// A form with text fields and files.
    func form(
        _ path: String,
        _ values: [(String, String)],
        files: [(field: String, name: String, type: String?, bytes: [UInt8])] = [],
        bearer: String? = ZenGateway.secret,
        fields: [(String, String)] = [],
        host: String = "zen.example"
    ) throws -> Answer {
        let boundary = "----zen7MA4YWxkTrZu0gW"
        var body: [UInt8] = []
        for (name, value) in values {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        for file in files {
            let disposition = "Content-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\"\r\n"
            let type = file.type.map { "Content-Type: \($0)\r\n" } ?? ""
            body += Array("--\(boundary)\r\n\(disposition)\(type)\r\n".utf8) + file.bytes + Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return try request(
            "POST",
            path,
            bearer: bearer,
            type: "multipart/form-data; boundary=\(boundary)",
            fields: fields,
            body: body,
            host: host
        )
    }

    func post(
        _ path: String,
        _ json: String,
        bearer: String?,
        fields: [(String, String)] = [],
        host: String = "zen.example"
    ) throws -> Answer {
        try request(
            "POST",
            path,
            bearer: bearer,
            type: "application/json",
            fields: fields,
            body: Array(json.utf8),
            host: host
        )
    }

    // MARK: - The other side

    /// Performs an operation as an agent's dialect would.
    @discardableResult
    func perform(_ action: Operation.Action, tenant: String = "zen") throws -> Reply {
        let replies = BlockingQueue<Reply>()
        let lane = try #require(manager.lane(of: tenant))
        lane.post { lane in
            guard let tenant = lane.tenants[tenant] else { return }
            let operation = Operation(action, at: tenant.clock.nowUnixMilliseconds)
            tenant.perform(operation) { _ = replies.push($0) }
        }
        guard case .element(let reply) = replies.pop(timeoutMilliseconds: 10_000) else { throw Broken() }
        return reply
    }

    /// An agent's answer; returns its id as the dialects show it.
    @discardableResult
    func answer(
        _ dialect: DialectName,
        _ id: String,
        _ text: String,
        files: [Core.Attachment] = [],
        tenant: String = "zen"
    ) throws -> String {
        let reply = try perform(
            .send(
                SendMessage(
                    conversation: ConversationName(dialect: dialect, id: id),
                    access: .agent(Self.agent),
                    author: Author(kind: .agent, id: "agent1", name: "Jane Smith"),
                    draft: MessageDraft(text: text, files: files),
                    onClosed: .reject
                )
            ),
            tenant: tenant
        )
        guard case .message(let sent) = reply else { throw Broken() }
        return "msg-" + sent.message.id.hex
    }

    /// Whether a read waits for news of a conversation.
    func hasSubscribers(_ row: Int64, tenant: String = "zen") throws -> Bool {
        let lane = try #require(manager.lane(of: tenant))
        return server.onLane(lane) { $0.tenants[tenant]?.hub.hasSubscribers(of: row) ?? false } ?? false
    }

    func close(_ dialect: DialectName, _ id: String) throws {
        let name = ConversationName(dialect: dialect, id: id)
        try perform(.close(CloseConversation(conversation: name, access: .agent(Self.agent))))
    }

    /// What the store has of a conversation, with the marks that are not written yet.
    func conversation(_ dialect: DialectName, _ id: String, tenant: String = "zen") throws -> Conversation {
        let lane = try #require(manager.lane(of: tenant))
        let found = server.onLane(lane) { lane in
            try? lane.tenants[tenant]?.reads.conversation(
                ConversationName(dialect: dialect, id: id),
                by: .agent(Self.agent)
            )
        }
        return try #require(found ?? nil)
    }

    func identity(_ dialect: DialectName, _ key: String, tenant: String = "zen") throws -> Identity? {
        try #require(manager.store(of: tenant)).makeReader().identity(dialect: dialect, key: key)
    }
}

extension TenantConfiguration {
    /// A tenant with one or both of the dialects, on the host `<id>.example`.
    static func zen(
        _ id: String = "zen",
        live: DialectMode? = .compat,
        client: DialectMode? = .compat,
        secrets: [String] = [ZenGateway.secret, "second-secret"],
        firstContact: FirstContactMode = .trust,
        onClosed: ClosedConversationRule? = nil,
        limits: LimitsConfiguration = LimitsConfiguration(),
        origins: [String] = [],
        pathPrefix: String? = nil
    ) -> TenantConfiguration {
        var dialects: [DialectConfiguration] = []
        if let client {
            var options = DialectOptions()
            options.firstContact = firstContact
            dialects.append(
                DialectConfiguration(
                    dialect: .supportZenClient,
                    mode: client,
                    auth: [.hmacEmail(firstContact: firstContact)],
                    onClosed: onClosed,
                    limits: limits,
                    options: options
                )
            )
        }
        if let live {
            let named = secrets.enumerated().map { NamedSecret(name: "app\($0.offset)", secret: Secret($0.element)) }
            dialects.append(
                DialectConfiguration(
                    dialect: .supportZenLive,
                    mode: live,
                    auth: [.sharedSecret(named)],
                    onClosed: onClosed,
                    limits: limits
                )
            )
        }
        return TenantConfiguration(
            id: id,
            name: id,
            hosts: ["\(id).example"],
            pathPrefix: pathPrefix,
            origins: origins,
            dialects: dialects,
            limits: limits
        )
    }
}

/// Small pictures.
enum ZenPictures {
    /// A PNG of one pixel.
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 12] + Array("IDAT".utf8)
        + [0x08, 0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0]
        + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
}
