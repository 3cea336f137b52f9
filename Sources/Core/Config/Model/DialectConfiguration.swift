/// One dialect of one tenant, every value settled.
package struct DialectConfiguration: Sendable, Equatable {
    package let dialect: DialectName
    package let mode: DialectMode
    /// A prefix before this dialect's HTTP paths, inside the tenant's own; nil: none.
    package let mount: String?
    /// The hosts it answers on, a part of the tenant's; nil: wherever the tenant is reached.
    package let hosts: [String]?
    package let auth: [AuthPolicyConfiguration]
    /// Nil: what the dialect does by itself.
    package let onClosed: ClosedConversationRule?
    package let limits: LimitsConfiguration
    package let options: DialectOptions

    package init(
        dialect: DialectName,
        mode: DialectMode = .compat,
        mount: String? = nil,
        hosts: [String]? = nil,
        auth: [AuthPolicyConfiguration],
        onClosed: ClosedConversationRule? = nil,
        limits: LimitsConfiguration = LimitsConfiguration(),
        options: DialectOptions = DialectOptions()
    ) {
        self.dialect = dialect
        self.mode = mode
        self.mount = mount
        self.hosts = hosts
        self.auth = auth
        self.onClosed = onClosed
        self.limits = limits
        self.options = options
    }
}

/// How literally a dialect takes its document.
package enum DialectMode: String, Sendable, CaseIterable {
    case strict
    case compat
    case hardened
}

/// What a message to a closed conversation does.
package enum ClosedConversationRule: String, Sendable, CaseIterable {
    case reject
    case reopen
}

/// The options of single dialects; a dialect reads its own and ignores the others, which have their defaults.
package struct DialectOptions: Sendable, Equatable {
    /// LocalPro: who may open the admin WebSocket.
    package var websocketAdmin = WebSocketAdminRule.token
    /// LocalPro: whether a session asks for its token.
    package var sessionAuth = SessionAuthRule.guarded
    /// LocalPro: the first message of a session, `{name}` standing for the customer; nil: the document's text.
    package var welcome: String?
    /// LocalPro: whether assigning to an unknown agent makes one.
    package var autoCreateAgents = false
    /// Rooms: where Socket.IO lives, with a slash at both ends; `mount` does not stand before it.
    package var socketIOPath = "/socket.io/"
    /// Rooms, Chat module: what becomes of system messages.
    package var systemMessages = SystemMessagesRule.hidden
    /// Rooms: Engine.IO's heartbeat.
    package var pingInterval = Duration.seconds(25)
    package var pingTimeout = Duration.seconds(20)
    /// SupportZen client: what becomes of a person nobody has provisioned.
    package var firstContact = FirstContactMode.trust

    package init() {}
}

/// LocalPro's `websocket_admin`.
package enum WebSocketAdminRule: Sendable, Equatable {
    case token
    /// Anybody who says `admin=true`: the document's own dashboard.
    case open
    /// Anybody from these addresses; others need a token.
    case openFrom([AddressBlock])

    /// Whether a connection from this address is an admin's without a token.
    package func isOpen(to address: PeerAddress) -> Bool {
        switch self {
        case .token: false
        case .open: true
        case .openFrom(let ranges): ranges.contains { $0.contains(address) }
        }
    }
}

/// LocalPro's `session_auth`.
package enum SessionAuthRule: String, Sendable, CaseIterable {
    case open
    /// From its first use on, a session's token is required.
    case guarded = "guard"
    case required
}

/// How a dialect without system messages shows them.
package enum SystemMessagesRule: String, Sendable, CaseIterable {
    case hidden
    case asSupport = "as_support"
}
