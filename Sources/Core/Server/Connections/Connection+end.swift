/// How a connection ends, or goes on at another lane.
extension Connection {
    /// Closes once everything queued is written.
    func finish() {
        guard phase != .closed, phase != .lingering else { return }
        phase = .finishing
        guard hasOutput else { return linger() }
        // Nothing more is awaited from the client but that it reads, for which writing has its own patience.
        clearDeadline()
        markDirty()
    }

    /// Says that nothing more comes and waits for the client to do the same: closing at once, with bytes of the client
    /// unread, would reset the connection and could destroy the last answer on its way.
    func linger() {
        if transport?.announceEnd() == true {
            markDirty()
            return
        }
        if peerFinished {
            close()
            return
        }
        phase = .lingering
        do { try Sockets.shutdownWrite(descriptor) } catch {
            close()
            return
        }
        setInterest(reading: true)
        setDeadline(lane.settings.lingerTimeout)
    }

    func close() {
        guard phase != .closed else { return }
        phase = .closed
        if let timer { lane.cancel(timer) }
        timer = nil
        endAdmission()
        output.removeAll()
        http?.abandon()
        http = nil
        let socket = self.socket
        self.socket = nil
        socket?.transportEnded()
        lane.closed(self)
    }

    /// The server is going: idle connections close now, others with their next answer.
    func drain() {
        switch phase {
        case .reading where http?.isIdle == true && held.isEmpty: finish()
        case .upgraded: socket?.close(code: WebSocketCloseCode.goingAway, reason: "server is shutting down")
        default:
            http?.drain()
            // Who waits for something to happen is told to come back; who waits for a write gets its answer.
            guard phase == .working, let http, http.cancelled != nil, let context = http.exchange?.context else {
                return
            }
            http.clientLeft()
            respond(context.render(Rejection.unavailable))
        }
    }

    /// Hands the descriptor and everything that was read to another lane.
    func move() {
        guard let http, let destination = http.destination, let head = http.movingHead else { return }
        if let timer { lane.cancel(timer) }
        timer = nil
        phase = .closed
        endAdmission()
        lane.unwatch(self)
        let handed = HandedConnection(
            descriptor: descriptor.move(),
            peer: peer,
            listener: listener,
            parser: http.parser,
            head: head,
            unread: held,
            peerFinished: peerFinished,
            stream: takeStream()
        )
        destination.send(.adopt(handed))
    }

    private func takeStream() -> TLSStream? {
        guard let transport = transport.take() else { return nil }
        return transport.takeStream()
    }
}
