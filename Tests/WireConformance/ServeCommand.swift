import Core

/// `wire-conformance serve`: the daemon's server without tenants, until it is told to end.
enum ServeCommand {
    static func run(listen: String) -> Int32 {
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]) else {
            StandardStreams.error("wire-conformance serve: --listen wants HOST:PORT\n")
            return 2
        }
        let host = String(listen[..<colon])
        do throws(SystemError) {
            try serve(host: host, port: port)
            return 0
        } catch {
            StandardStreams.error("wire-conformance serve: \(error)\n")
            return 1
        }
    }

    private static func serve(host: String, port: UInt16) throws(SystemError) {
        try SignalWaiter.blockSignals()
        _ = try ResourceLimits.raiseOpenFiles()
        let descriptor = try Sockets.listenTCP(host: host, port: port)
        let bound = try Sockets.localPort(descriptor)

        var parts = GatewayServer.Parts(log: Log(level: .warning, format: .text), lanes: 2, writers: 1)
        // Room for the largest echo and what waits before it.
        parts.settings.outputLimit = 2 * EchoService.maxMessageBytes + (1 << 20)
        let server = try GatewayServer(parts)
        let service = try EchoService(clock: parts.clock, random: parts.random)
        server.listen(Listener(descriptor, role: .bare, service: service))
        StandardStreams.out("ready \(host):\(bound)\n")

        let ended = BlockingQueue<Bool>()
        let waiter = try SignalWaiter.start { signal in
            guard signal != .reload else { return true }
            _ = ended.push(true)
            return false
        }
        _ = ended.pop()
        waiter.join()
        server.drain(milliseconds: 1000)
        service.stop()
        server.stop()
    }
}
