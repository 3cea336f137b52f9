import Core
import Testing

@testable import Adapters

/// Values that the tests of this folder share. All times are around 2024-12-04T12:00:00Z.
enum ChatModuleSamples {
    static let noon: Int64 = 1_733_313_600_000
    static let sessionID = EntityID(high: 0x0011_2233_4455_6677, low: 0x8899_aabb_ccdd_eeff)
    static let messageID = EntityID(high: 0xa0a1_a2a3_a4a5_a6a7, low: 0xa8a9_aaab_acad_aeaf)
    static let fileID = EntityID(high: 0xf0f1_f2f3_f4f5_f6f7, low: 0xf8f9_fafb_fcfd_feff)
    static let personID = EntityID(high: 0x0101_0101_0101_0101, low: 0x0202_0202_0202_0202)
    static let place = ChatModulePlace(base: nil, prefix: "")

    static func setup(
        mode: DialectMode = .compat,
        mount: String? = nil,
        onClosed: ClosedConversationRule? = nil,
        systemMessages: SystemMessagesRule = .hidden
    ) throws -> DialectSetup {
        var options = DialectOptions()
        options.systemMessages = systemMessages
        let configuration = DialectConfiguration(
            dialect: .chatModule,
            mode: mode,
            mount: mount,
            auth: [.agentToken],
            onClosed: onClosed,
            options: options
        )
        return DialectSetup(
            tenant: TenantConfiguration(id: "acme", name: "Acme", dialects: [configuration]),
            configuration: configuration,
            authenticator: try Authenticator(policies: [.agentToken], agents: []),
            roster: Roster([]),
            secret: Array(repeating: 7, count: 32)
        )
    }

    static func settings(
        mode: DialectMode = .compat,
        mount: String? = nil,
        systemMessages: SystemMessagesRule = .hidden
    ) throws -> ChatModuleSettings {
        ChatModuleSettings(try setup(mode: mode, mount: mount, systemMessages: systemMessages))
    }

    static func renderer(
        mount: String? = nil,
        systemMessages: SystemMessagesRule = .hidden
    ) throws -> ChatModuleRenderer {
        ChatModuleRenderer(settings: try settings(mount: mount, systemMessages: systemMessages))
    }

    /// A session of `user-1`; born elsewhere it has a foreign key and id.
    static func conversation(
        origin: DialectName = .chatModule,
        status: ConversationStatus = .active,
        priority: ConversationPriority = .medium,
        subject: String? = nil,
        tags: [String] = []
    ) -> Conversation {
        var conversation = Conversation(
            row: 1,
            id: sessionID,
            kind: .chat,
            origin: origin,
            externalID: origin == .chatModule ? sessionID.hex : "guest-session-1",
            identity: 1,
            personID: personID,
            ownerKey: origin == .chatModule ? "user-1" : "guest-session-1",
            assurance: .token,
            contact: Contact(name: "Ursula", email: "ursula@example.com"),
            source: Origin(),
            subject: subject,
            status: status,
            priority: priority,
            department: "general",
            tags: tags,
            createdAt: noon
        )
        if !status.isOpen { conversation.endedAt = noon + 60_000 }
        return conversation
    }

    static func message(
        _ kind: AuthorKind = .customer,
        number: Int64 = 1,
        peopleNumber: Int64? = nil,
        text: String = "Hello",
        imageURL: String? = nil,
        attachments: [Core.Attachment] = []
    ) -> Message {
        let author: Author =
            switch kind {
            case .customer: Author(kind: .customer, id: "user-1", name: "Ursula")
            case .agent: Author(kind: .agent, id: "agent123", name: "Jane Smith")
            case .system: .system
            }
        return Message(
            conversation: 1,
            number: number,
            peopleNumber: peopleNumber ?? number,
            customerNumber: number,
            id: messageID,
            author: author,
            text: text,
            imageURL: imageURL,
            attachments: attachments,
            dialect: .chatModule,
            createdAt: noon + 1_234
        )
    }

    static func attachment(width: Int? = nil, height: Int? = nil, duration: Double? = nil) -> Core.Attachment {
        Core.Attachment(
            id: fileID,
            hash: Array(repeating: 1, count: 32),
            name: "photo \"1\".png",
            mediaType: "image/png",
            size: 1234,
            width: width,
            height: height,
            duration: duration
        )
    }

    static func query(_ text: String) throws -> QueryItems {
        let bytes = Array(text.utf8)
        let items = QueryItems(bytes.span)
        return try #require(items)
    }

    static func json(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8)).root
    }
}

extension Response {
    /// The body as text; nil for files and for none.
    var bodyText: String? {
        if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
}
