import Core
import Testing

@testable import Adapters

/// Values that the tests of this folder share: the people and the moments of the document's examples.
enum LocalProSamples {
    /// 2024-12-04T12:00:00Z.
    static let noon: Int64 = 1_733_313_600_000
    static let minute: Int64 = 60_000
    static let sessionID = EntityID(high: 0x0011_2233_4455_6677, low: 0x8899_aabb_ccdd_eeff)
    static let messageID = EntityID(high: 0xa0a1_a2a3_a4a5_a6a7, low: 0xa8a9_aaab_acad_aeaf)
    static let fileID = EntityID(high: 0xf0f1_f2f3_f4f5_f6f7, low: 0xf8f9_fafb_fcfd_feff)
    static let personID = EntityID(high: 0x0101_0101_0101_0101, low: 0x0202_0202_0202_0202)
    static let secret = [UInt8](repeating: 7, count: 32)
    static let links = LocalProLinks(base: "http://chat.example", prefix: "", expiresAt: noon + 86_400_000)
    static let jane = AgentConfiguration(
        id: "agent123",
        firstName: "Jane",
        lastName: "Smith",
        email: "jane@company.com",
        role: .support,
        token: Secret("jane-token")
    )

    static func setup(
        mode: DialectMode = .compat,
        mount: String? = nil,
        onClosed: ClosedConversationRule? = nil,
        _ change: (inout DialectOptions) -> Void = { _ in }
    ) throws -> DialectSetup {
        var options = DialectOptions()
        change(&options)
        let configuration = DialectConfiguration(
            dialect: .localPro,
            mode: mode,
            mount: mount,
            auth: [.agentToken],
            onClosed: onClosed,
            options: options
        )
        return DialectSetup(
            tenant: TenantConfiguration(id: "acme", name: "Acme", agents: [jane], dialects: [configuration]),
            configuration: configuration,
            authenticator: try Authenticator(policies: [.agentToken], agents: [jane]),
            roster: Roster([AgentIdentity(jane)]),
            secret: secret
        )
    }

    static func settings(_ mode: DialectMode = .strict, mount: String? = nil) throws -> LocalProSettings {
        try LocalProSettings(setup(mode: mode, mount: mount))
    }

    static func renderer(
        _ mode: DialectMode = .strict,
        for audience: LocalProRenderer.Audience = .guest,
        mount: String? = nil
    ) throws -> LocalProRenderer {
        LocalProRenderer(try settings(mode, mount: mount), for: audience, links: links)
    }

    /// John Doe's session; `change` makes of it what a test needs.
    static func conversation(
        origin: DialectName = .localPro,
        _ change: (inout Conversation) -> Void = { _ in }
    ) -> Conversation {
        var conversation = Conversation(
            row: 1,
            id: sessionID,
            kind: .chat,
            origin: origin,
            externalID: "session-123",
            identity: 1,
            personID: personID,
            ownerKey: "john@example.com",
            assurance: .none,
            contact: Contact(name: "John Doe", email: "john@example.com", phone: "+1234567890"),
            source: Origin(userAgent: "Mozilla/5.0...", address: "192.168.1.1", pageURL: "https://example.com"),
            subject: nil,
            status: .pending,
            priority: .medium,
            department: "general",
            tags: [],
            createdAt: noon
        )
        conversation.messageCount = 1
        change(&conversation)
        return conversation
    }

    static func message(
        _ kind: AuthorKind = .customer,
        _ text: String = "Hello, I need help",
        number: Int64 = 2,
        imageURL: String? = nil,
        files: [Core.Attachment] = []
    ) -> Message {
        let author: Author =
            switch kind {
            case .customer: Author(kind: .customer, id: "john@example.com", name: "John Doe")
            case .agent: Author(kind: .agent, id: "agent123", name: "Jane Smith")
            case .system: .system
            }
        return Message(
            conversation: 1,
            number: number,
            peopleNumber: number - 1,
            customerNumber: number - 1,
            id: messageID,
            author: author,
            text: text,
            imageURL: imageURL,
            attachments: files,
            dialect: .localPro,
            createdAt: noon + minute
        )
    }

    static let picture = Core.Attachment(
        id: fileID,
        hash: [UInt8](repeating: 1, count: 32),
        name: "screenshot.png",
        mediaType: "image/png",
        size: 245_678,
        width: 640,
        height: 480
    )

    /// A head as it comes from a client.
    static func head(_ text: String) throws -> RequestHead {
        var parser = HTTPRequestParser()
        var offset = 0
        guard case .head(let head) = parser.parse(Array(text.utf8).span, from: &offset) else {
            throw Rejection(.malformed, "not a head")
        }
        return head
    }

    static func query(_ text: String) throws -> QueryItems {
        guard let items = QueryItems(Array(text.utf8).span) else { throw Rejection(.malformed, "not a query") }
        return items
    }

    static func json(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8)).root
    }
}

/// What a response says.
func localProText(_ response: Response) -> String {
    guard case .bytes(let bytes) = response.body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
}

/// What a text frame of less than 64 KiB holds.
func localProPayload(_ frame: [UInt8]?) -> String? {
    guard let frame, frame.count > 1, frame[0] == 0x81 else { return nil }
    return String(decoding: frame.dropFirst(frame[1] < 126 ? 2 : 4), as: UTF8.self)
}

/// JSON without the white space of an example.
func localProCompact(_ example: String) throws -> String {
    var writer = JSONWriter()
    writer.value(try LocalProSamples.json(example))
    return String(decoding: writer.bytes, as: UTF8.self)
}
