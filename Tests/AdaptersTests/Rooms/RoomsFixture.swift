import Core

@testable import Adapters

/// Configurations for the tests of rooms.
enum RoomsFixture {
    static let key = "0123456789abcdef0123456789abcdef"
    static let agent = AgentConfiguration(
        id: "agent123",
        firstName: "Jane",
        lastName: "Smith",
        email: "jane@example.com",
        role: .support,
        token: Secret("jane-token")
    )

    /// The policies of a tenant with this base: tokens of agents and JWTs are read besides.
    static func configuration(
        _ base: AuthPolicyConfiguration = .none,
        mode: DialectMode = .compat,
        onClosed: ClosedConversationRule? = nil,
        limits: LimitsConfiguration = LimitsConfiguration(),
        mount: String? = nil,
        change: (inout DialectOptions) -> Void = { _ in }
    ) -> DialectConfiguration {
        var options = DialectOptions()
        change(&options)
        let key = JWTKeyConfiguration(algorithm: .hs256, key: Secret(key))
        return DialectConfiguration(
            dialect: .rooms,
            mode: mode,
            mount: mount,
            auth: [base, .agentToken, .jwt(JWTConfiguration(keys: [key], leeway: .zero))],
            onClosed: onClosed,
            limits: limits,
            options: options
        )
    }

    static func tenant(_ configuration: DialectConfiguration) -> TenantConfiguration {
        TenantConfiguration(
            id: "rooms",
            name: "Rooms",
            hosts: ["rooms.localhost"],
            pathPrefix: "/rooms",
            origins: ["https://rooms.example"],
            agents: [agent],
            dialects: [configuration]
        )
    }

    static func setup(_ configuration: DialectConfiguration) throws -> DialectSetup {
        let tenant = tenant(configuration)
        return DialectSetup(
            tenant: tenant,
            configuration: configuration,
            authenticator: try Authenticator(policies: configuration.auth, agents: tenant.agents),
            roster: Roster(tenant.agents.map(AgentIdentity.init)),
            secret: Array("tenant secret".utf8)
        )
    }

    static func rules(_ configuration: DialectConfiguration = configuration()) throws -> RoomsRules {
        try RoomsRules(setup(configuration))
    }

    /// A client's token.
    static func token(_ subject: String, expiry: Double? = nil, role: String? = "user") throws -> String {
        let minter = try JWTMinter(algorithm: .hs256, key: Array(key.utf8))
        let claims = JWTClaims(subject: subject, role: role, name: nil, email: nil, expiry: expiry)
        return try minter.mint(claims, rules: JWTRules(), issuedAt: 1_700_000_000)
    }

    // MARK: Values

    static let time: Int64 = 1_741_608_000_000

    static func conversation(origin: DialectName = .rooms, status: ConversationStatus = .active) -> Conversation {
        var conversation = Conversation(
            row: 1,
            id: EntityID(high: 0xaaaa, low: 0xbbbb),
            kind: .chat,
            origin: origin,
            externalID: origin == .rooms ? "user123" : "elsewhere",
            identity: 1,
            personID: EntityID(high: 1, low: 1),
            ownerKey: "user123",
            assurance: .none,
            contact: Contact(name: "", email: ""),
            source: Origin(),
            subject: nil,
            status: status,
            priority: .medium,
            department: "general",
            tags: [],
            createdAt: time
        )
        conversation.messageCount = 3
        conversation.peopleCount = 2
        conversation.customerCount = 1
        return conversation
    }

    static func message(_ number: Int64, _ kind: AuthorKind, _ text: String) -> Message {
        let author: Author =
            switch kind {
            case .customer: Author(kind: .customer, id: "user123", name: "user123")
            case .agent: Author(kind: .agent, id: "agent123", name: "Jane Smith")
            case .system: .system
            }
        return Message(
            conversation: 1,
            number: number,
            peopleNumber: number,
            customerNumber: 1,
            id: EntityID(high: 0x0102_0304_0506_0708, low: UInt64(number) << 32),
            author: author,
            text: text,
            dialect: .rooms,
            createdAt: time
        )
    }
}

extension Response {
    var text: String {
        if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }
}
