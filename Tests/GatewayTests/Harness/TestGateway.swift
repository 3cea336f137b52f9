import Core
import Testing

@testable import gatewayd

/// The program as it is assembled, with one dialect more, on a port and in a folder of its own; gone with the last
/// reference.
final class TestGateway {
    let port: UInt16
    let log = MemorySink()
    private let server: GatewayServer
    private let manager: TenantManager
    private let folder: String

    /// Reads its configuration from files, as the daemon does. `tenants` are their contents.
    init(_ tenants: [String] = [TestTenant.yaml()], clock: any Clock = SystemClock()) throws {
        folder = try Files.makeTemporaryDirectory(prefix: "gateway-")
        try Self.write(folder, tenants)
        let dialects = TestCatalog.dialects
        let loaded = Assembly.load(folder, environment: [:], dialects: dialects)
        let problems = loaded.diagnostics + Assembly.routeProblems(loaded, dialects: dialects)
        guard !problems.contains(where: \.isError) else { throw Broken("\(problems)") }

        var parts = GatewayServer.Parts(log: Log(level: .warning, format: .text, sink: log), lanes: 2, writers: 2)
        parts.clock = clock
        server = try GatewayServer(parts)
        manager = TenantManager(
            server: server,
            dataFolder: folder + "/data",
            durability: .normal,
            committed: { _ in },
            makeSnapshot: { try Assembly.snapshot($0, secret: $1, dialects: dialects) }
        )
        #expect(manager.apply(loaded.configuration.tenants).isEmpty)
        let socket = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        port = try Sockets.localPort(socket)
        server.listen(Listener(socket, role: .tenants))
    }

    deinit {
        manager.closeAll()
        server.stop()
        // A folder that stays behind fails no test.
        _ = try? Files.removeTree(folder)
    }

    private static func write(_ folder: String, _ tenants: [String]) throws {
        try Files.makeDirectory(folder + "/tenants")
        try Files.makeDirectory(folder + "/data")
        let plugins = "plugins:\n" + TestCatalog.dialects.map { "  \($0.name): {}\n" }.joined()
        try Files.replaceContents(of: folder + "/plugins.yaml", with: Array(plugins.utf8).span)
        for (index, tenant) in tenants.enumerated() {
            try Files.replaceContents(of: folder + "/tenants/\(index).yaml", with: Array(tenant.utf8).span)
        }
    }

    /// A client of a tenant's host.
    func client(_ tenant: String = "acme") -> TestClient { TestClient(port: port, host: tenant + ".test") }

    /// All messages of a conversation, as the store has them.
    func stored(_ id: String, tenant: String = "acme") throws -> [Message] {
        let reader = try #require(manager.store(of: tenant)).makeReader()
        let name = ConversationName(dialect: .chatModule, id: id)
        let conversation = try #require(try reader.conversation(name))
        guard conversation.messageCount > 0 else { return [] }
        return try reader.messages(of: conversation.row, numbers: 1...conversation.messageCount)
    }

    /// What the log has of failures.
    var complaints: [String] { log.lines }
}

/// A brand that speaks everything.
enum TestTenant {
    static let support = "jane-token"
    static let admin = "ann-token"
    static let zenSecret = "zen-secret"
    static let jwtKey = "0123456789abcdef0123456789abcdef"

    static func yaml(_ id: String = "acme", chatModule: String = "compat") -> String {
        """
        tenant: \(id)
        name: \(id)
        hosts: [\(id).test]
        path_prefix: /\(id)
        limits: off
        agents:
          - { id: agent123, first_name: Jane, last_name: Smith, email: jane@brand.test, role: support, token: \(support) }
          - { id: boss1, first_name: Ann, last_name: Lee, email: ann@brand.test, role: admin, token: \(admin) }
        dialects:
          localpro:
            auth:
              - { policy: agent-token }
              - { policy: jwt, algorithm: HS256, key: \(jwtKey), subject_claim: sub, role_claim: role }
          supportzen-live: { auth: [{ policy: shared-secret, secrets: { app: \(zenSecret) } }] }
          supportzen-client: { auth: [{ policy: hmac-email, first_contact: trust }] }
          chat-module:
            mode: \(chatModule)
            auth:
              - { policy: jwt, algorithm: HS256, key: \(jwtKey), subject_claim: sub, role_claim: role }
              - { policy: agent-token }
          rooms: { mount: /rooms, auth: [{ policy: none }, { policy: agent-token }] }
          example: {}
        """
    }

    /// A token of the Chat module and of LocalPro, with the second in which it ends.
    static func token(_ subject: String, role: String = "user", expiry: Int64? = nil) -> String {
        let head = Base64.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8), .url)
        let end = expiry.map { #","exp":\#($0)"# } ?? ""
        let body = Base64.encode(Array(#"{"sub":"\#(subject)","role":"\#(role)"\#(end)}"#.utf8), .url)
        let signature = HMACKey(Array(jwtKey.utf8)).authenticate(Array("\(head).\(body)".utf8))
        return "\(head).\(body).\(Base64.encode(signature, .url))"
    }
}
