import Core

/// One run of the daemon: start, serve until a signal says otherwise, stop in order.
final class Daemon {
    private let options: DaemonOptions
    private let log: Log
    private let signals = SignalQueue()

    init(_ arguments: Arguments) throws {
        options = try DaemonOptions(arguments)
        log = options.log
    }

    func run() throws -> Int32 {
        let configuration = try loadConfiguration()
        try prepareProcess()
        try Files.makeDirectory(options.data, permissions: 0o750)
        guard let lock = try DataFolderLock.taken(options.data) else {
            throw Failure("another gatewayd is using '\(options.data)'; stop it or pass another --data")
        }
        defer { lock.release() }

        let listeners = try Listeners(options)
        var parts = GatewayServer.Parts(log: log, lanes: options.lanes, writers: max(2, options.lanes))
        parts.settings = options.settings
        let server = try GatewayServer(parts)
        let webhooks = WebhookService(server: server)
        let manager = TenantManager(
            server: server,
            dataFolder: options.data,
            durability: options.durability,
            committed: { webhooks.wake($0) },
            makeSnapshot: Assembly.snapshot
        )
        manager.apply(configuration.tenants)
        try webhooks.serve(manager)

        let admin = try AdminService(directory: server.directory, dataFolder: options.data, random: server.random)
        try admin.announce(port: listeners.adminPort, host: options.admin.host)
        listeners.open(on: server, admin: admin)
        let watcher = try watchSignals()
        admin.setReady(true)
        if let https = listeners.httpsName { log.info("serving TLS", .field("address", https)) }
        StandardStreams.out(
            "ready http=\(listeners.httpName) admin=\(listeners.adminName) tenants=\(manager.configurations.count)\n"
        )
        serve(manager, webhooks, listeners)
        admin.setReady(false)
        stop(server, manager, webhooks)
        admin.withdraw()
        _ = watcher
        return 0
    }

    private func prepareProcess() throws {
        _ = try ResourceLimits.raiseOpenFiles()
        if !Allocator.limitArenas() || !Allocator.keepFreed(bytes: 8 << 20) {
            log.warning("the allocator could not be set up")
        }
        if !SQLiteLibrary.configure() { log.warning("SQLite could not be set up") }
    }

    /// Everything that is wrong is said at once; nothing is served from a configuration with errors.
    private func loadConfiguration() throws -> DaemonConfiguration {
        let result = Assembly.load(options.config, environment: options.environment)
        let diagnostics = result.diagnostics + Assembly.routeProblems(result)
        if diagnostics.contains(where: \.isError) {
            for diagnostic in diagnostics { StandardStreams.error("\(diagnostic)\n") }
            throw Failure("the configuration has errors; 'gatewayd check' lists them")
        }
        for diagnostic in diagnostics { log.warning("configuration", .field("problem", "\(diagnostic)")) }
        if !options.isLoopbackOnly, !options.allowsDefaultSecrets, diagnostics.contains(where: \.isDefaultSecret) {
            throw Failure(
                "secrets are still their defaults and a listener is not on loopback;"
                    + " set them, or pass --allow-default-secrets"
            )
        }
        return result.configuration
    }

    private func watchSignals() throws -> LoopThread {
        let signals = signals
        return try SignalWaiter.start { signal in
            signals.take(signal)
            return true
        }
    }

    private func serve(_ manager: TenantManager, _ webhooks: WebhookService, _ listeners: Listeners) {
        while signals.next() == .reload {
            do { try listeners.renewCertificate() } catch {
                log.error("the TLS certificate stays as it was", .error(error))
            }
            reload(manager, webhooks)
        }
    }

    /// Reads the tenants again. A file that is broken keeps its tenant as it was, and says so.
    private func reload(_ manager: TenantManager, _ webhooks: WebhookService) {
        let current = manager.configurations
        let result = Assembly.load(options.config, environment: ProcessEnvironment.snapshot(), running: current)
        let wanted = ReloadPlan(result, current: current, routeProblems: Assembly.routeProblems(result))
        for diagnostic in wanted.diagnostics {
            log.write(diagnostic.isError ? .error : .warning, "configuration", [.field("problem", "\(diagnostic)")])
        }
        if !options.isLoopbackOnly, !options.allowsDefaultSecrets, wanted.diagnostics.contains(where: \.isDefaultSecret)
        {
            log.error("reload refused: secrets are still their defaults and a listener is not on loopback")
            return
        }
        let staying = Set(wanted.tenants.map(\.id))
        webhooks.release(manager.configurations.map(\.id).filter { !staying.contains($0) })
        let failed = manager.apply(wanted.tenants)
        do { try webhooks.serve(manager) } catch {
            log.error("webhooks could not be served", .error(error))
        }
        log.info(
            "configuration reloaded",
            .field("tenants", manager.configurations.count),
            .field("kept", wanted.kept.joined(separator: " ")),
            .field("failed", failed.joined(separator: " "))
        )
    }

    /// Takes nothing new, finishes requests, closes sockets, commits and checkpoints, ends.
    private func stop(_ server: GatewayServer, _ manager: TenantManager, _ webhooks: WebhookService) {
        log.info("draining")
        server.drain(milliseconds: options.drainMilliseconds)
        webhooks.stop()
        manager.closeAll()
        server.stop()
        log.info("stopped")
        log.flush(milliseconds: 1000)
    }
}
