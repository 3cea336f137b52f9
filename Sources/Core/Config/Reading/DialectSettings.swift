/// What a plugin's or a tenant's mapping says about a dialect: only what is written, nothing filled in.
struct DialectSettings {
    var mark: SourceMark
    var mode: DialectMode?
    /// Empty: none.
    var mount: String?
    var hosts: [String]?
    var hostsMark: SourceMark
    var auth: [PolicySettings]?
    var onClosed: ClosedConversationRule?
    var limits: LimitsSettings?
    var websocketAdmin: WebSocketAdminRule?
    var websocketAdminMark: SourceMark
    var sessionAuth: SessionAuthRule?
    var sessionAuthMark: SourceMark
    var welcome: String?
    var autoCreateAgents: Bool?
    var socketIOPath: String?
    var systemMessages: SystemMessagesRule?
    var pingInterval: Duration?
    var pingTimeout: Duration?
    /// From the policy, or from beside it.
    var firstContact: FirstContactMode?
    /// `auth` is written, though perhaps refused: no second complaint that it is missing.
    var mentionsAuth: Bool
}

/// Whose defaults are being read.
enum SettingsOwner {
    case plugin
    case tenant
}

extension ReadingContext {
    static let limitKeys = ["guest_write", "guest_read", "upload", "agent", "max_connections_per_address"]

    /// Reads the mapping under a dialect's name. Nil, and reported, when it is no mapping.
    func dialectSettings(_ entry: YAMLEntry, _ schema: DialectSchema, of owner: SettingsOwner) -> DialectSettings? {
        guard let reader = MappingReader(entry.value, "'\(entry.key)'", keys: schema.keys, in: self) else { return nil }
        var settings = DialectSettings(
            mark: entry.keyMark,
            mode: reader.choice("mode"),
            mount: mount(reader),
            hosts: reader.hosts("hosts"),
            hostsMark: reader.keyMark("hosts"),
            auth: reader.list("auth").map { policies($0, for: schema) },
            onClosed: reader.choice("on_closed"),
            limits: limits(reader),
            websocketAdmin: websocketAdmin(reader),
            websocketAdminMark: reader.valueMark("websocket_admin"),
            sessionAuth: reader.choice("session_auth"),
            sessionAuthMark: reader.valueMark("session_auth"),
            welcome: welcome(reader),
            autoCreateAgents: reader.flag("auto_create_agents"),
            socketIOPath: socketIOPath(reader),
            systemMessages: reader.choice("system_messages"),
            pingInterval: reader.duration("ping_interval", in: .seconds(1) ... .seconds(300)),
            pingTimeout: reader.duration("ping_timeout", in: .seconds(1) ... .seconds(300)),
            firstContact: reader.choice("first_contact"),
            mentionsAuth: reader.has("auth")
        )
        reader.refuseEmptyList("hosts")
        reader.refuseEmptyList("auth")
        mergeFirstContact(&settings, reader)
        if owner == .plugin { refuseOpenDefaults(&settings) }
        return settings
    }

    /// Open admin power has to be spelled out by the tenant that gives it away, not far from it.
    private func refuseOpenDefaults(_ settings: inout DialectSettings) {
        for policy in settings.auth ?? [] where policy.policy == .none {
            error(policy.mark, "policy 'none' must be written in the tenant's own file")
        }
        settings.auth?.removeAll { $0.policy == .none }
        if let rule = settings.websocketAdmin, rule != .token {
            error(settings.websocketAdminMark, "an open websocket_admin must be written in the tenant's own file")
            settings.websocketAdmin = nil
        }
    }

    /// `first_contact` may stand in the policy or beside it, not with two values.
    private func mergeFirstContact(_ settings: inout DialectSettings, _ reader: MappingReader) {
        guard let inner = settings.auth?.compactMap(\.firstContact).first else { return }
        if let outer = settings.firstContact, outer != inner {
            error(reader.valueMark("first_contact"), "'first_contact' differs from the one in the policy")
        }
        settings.firstContact = inner
    }

    /// `/` is no prefix at all, in place of the plugin's.
    private func mount(_ reader: MappingReader) -> String? {
        if case .scalar("/", _)? = reader.node("mount")?.content { return "" }
        return pathPrefix("mount", reader)
    }

    func pathPrefix(_ key: String, _ reader: MappingReader) -> String? {
        guard let text = reader.text(key) else { return nil }
        if ConfigForm.isPathPrefix(text) { return text }
        error(reader.valueMark(key), "'\(key)' must be a path such as /acme: a slash before, none at the end")
        return nil
    }

    private func socketIOPath(_ reader: MappingReader) -> String? {
        guard let text = reader.text("socketio_path") else { return nil }
        let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
        if ConfigForm.isPathPrefix(bare) { return bare + "/" }
        error(reader.valueMark("socketio_path"), "'socketio_path' must be a path such as /socket.io/")
        return nil
    }

    /// The one text that may have lines.
    private func welcome(_ reader: MappingReader) -> String? {
        guard let node = reader.node("welcome") else { return nil }
        guard case .scalar(let text, _) = node.content, !text.isEmpty, text.utf8.count <= 4096 else {
            error(node.mark, "'welcome' must be text of 1 to 4096 bytes")
            return nil
        }
        let isText = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
        guard isText else {
            error(node.mark, "'welcome' must not have control characters")
            return nil
        }
        return text
    }

    /// `token`, `open` or `{open: [CIDR, …]}`.
    private func websocketAdmin(_ reader: MappingReader) -> WebSocketAdminRule? {
        guard let node = reader.node("websocket_admin") else { return nil }
        if case .mapping = node.content {
            guard let inner = MappingReader(node, "'websocket_admin'", keys: ["open"], in: self) else { return nil }
            inner.require("open", in: "'websocket_admin'")
            inner.refuseEmptyList("open")
            return inner.addressBlocks("open").flatMap { $0.isEmpty ? nil : .openFrom($0) }
        }
        guard let text = text(node, "'websocket_admin'") else { return nil }
        switch text {
        case "token": return .token
        case "open": return .open
        default:
            error(node.mark, Wording.unknown("websocket_admin", text, among: ["token", "open"]))
            return nil
        }
    }

    /// `off`, or a mapping of classes.
    func limits(_ reader: MappingReader) -> LimitsSettings? {
        guard let node = reader.node("limits") else { return nil }
        if case .scalar("off", _) = node.content { return LimitsSettings(isOff: true) }
        if case .scalar = node.content {
            error(node.mark, "'limits' must be off or a mapping of classes")
            return nil
        }
        guard let inner = MappingReader(node, "'limits'", keys: Self.limitKeys, in: self) else { return nil }
        return LimitsSettings(
            guestWrite: inner.rate("guest_write"),
            guestRead: inner.rate("guest_read"),
            upload: inner.rate("upload"),
            agent: inner.rate("agent"),
            maxConnectionsPerAddress: connections(inner)
        )
    }

    private func connections(_ reader: MappingReader) -> LimitsSettings.Setting<Int>? {
        let key = "max_connections_per_address"
        guard let node = reader.node(key) else { return nil }
        if case .scalar("off", _) = node.content { return .off }
        return reader.integer(key, in: 1...1_000_000).map { .at($0) }
    }
}
