import Core

/// What a tenant's configuration settles for this dialect: made once, shared by handlers and connections.
final class RoomsRules: Sendable {
    let configuration: DialectConfiguration
    /// The roster as it was configured: its tokens open connections.
    let agents: [AgentConfiguration]
    let mode: DialectMode
    let access: RoomsAccess
    let authenticator: Authenticator
    let onClosed: ClosedPolicy
    let limits: LimitsConfiguration
    /// The text of one message, in bytes.
    let maximumText: Int
    /// Where Socket.IO lives, without the slash at its end.
    let socketPath: String
    let engine: EngineIOSettings
    let socketIO = SocketIOSettings()
    let renderer: RoomsRenderer

    init(_ setup: DialectSetup) throws(DialectSetupError) {
        configuration = setup.configuration
        agents = setup.tenant.agents
        mode = configuration.mode
        access = try RoomsAccess(configuration)
        authenticator = setup.authenticator
        onClosed = configuration.onClosed == .reject ? .reject : .reopen
        limits = configuration.limits
        maximumText = setup.tenant.sizes.message
        let options = configuration.options
        socketPath = String(options.socketIOPath.reversed().drop { $0 == "/" }.reversed())
        guard socketPath.hasPrefix("/") else {
            throw DialectSetupError("rooms: socketio_path must begin with a slash and name at least one segment")
        }
        engine = EngineIOSettings(
            pingInterval: options.pingInterval.wholeMilliseconds,
            pingTimeout: options.pingTimeout.wholeMilliseconds,
            maxPayload: min(1_000_000, setup.tenant.sizes.jsonBody)
        )
        renderer = RoomsRenderer(mode: mode, showsSystemTexts: options.systemMessages == .asSupport)
    }

    /// Whether what the document does not have may be added.
    var hasExtensions: Bool { mode != .strict }

    /// Whether connections made under other rules may live on under these, but for those of agents who have changed.
    func continues(_ earlier: RoomsRules) -> Bool {
        let (now, before) = (configuration, earlier.configuration)
        return now.auth == before.auth && now.hosts == before.hosts && now.mode == before.mode
            && now.options == before.options
    }
}
