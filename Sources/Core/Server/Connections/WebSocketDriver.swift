/// A WebSocket on its connection: frames in and out, heartbeat, closing handshake.
final class WebSocketDriver {
    let id: UInt64
    let client: PeerAddress
    let connection: Connection
    /// What the messages mean; gone once it was told that the socket is.
    private var session: Session?
    private var receiver: WebSocketReceiver
    private var closing = WebSocketCloseState()
    private var lastHeard: Int64
    private var nextPing: Int64
    private let pingMilliseconds: Int32
    private let silenceMilliseconds: Int32

    /// A dialect's session, or a bare program's reaction.
    private enum Session {
        case live(any SocketSession, TenantLane, DialectName)
        case bare(BareSocket)
    }

    init(_ connection: Connection, _ opening: WebSocketOpening, _ context: RequestContext, id: UInt64) {
        self.connection = connection
        self.id = id
        client = context.client
        session = .live(opening.session, context.tenant, type(of: context.dialect).name)
        receiver = WebSocketReceiver(maxMessageBytes: opening.maxMessageBytes)
        pingMilliseconds = Int32(clamping: opening.pingMilliseconds ?? 0)
        silenceMilliseconds = Int32(clamping: opening.silenceMilliseconds ?? 0)
        lastHeard = connection.lane.now
        nextPing = lastHeard + Int64(pingMilliseconds)
    }

    init(_ connection: Connection, bare: BareSocket) {
        self.connection = connection
        id = connection.token
        client = connection.peer
        session = .bare(bare)
        receiver = WebSocketReceiver(maxMessageBytes: bare.maxMessageBytes)
        pingMilliseconds = 0
        silenceMilliseconds = 0
        lastHeard = connection.lane.now
        nextPing = lastHeard + Int64(pingMilliseconds)
    }

    var agentID: String? {
        guard case .live(let session, _, _) = session else { return nil }
        return session.agentID
    }

    /// The upgrade was answered.
    func opened() {
        armHeartbeat()
        switch session {
        case nil: return
        case .live(let session, let tenant, let dialect):
            tenant.sockets[id] = (socket(tenant), dialect)
            session.opened(socket(tenant))
        case .bare(let bare):
            bare.opened(BareSocketHandle(lane: connection.lane.handle, connection: connection.token))
        }
    }

    private func socket(_ tenant: TenantLane) -> LiveSocket { LiveSocket(driver: self, tenant: tenant) }

    // MARK: - Input

    func take(_ input: Span<UInt8>) {
        lastHeard = connection.lane.now
        var offset = 0
        while true {
            switch receiver.next(input, at: &offset) {
            case .needMore: return
            case .message(let kind, let bytes):
                guard closing.isOpen else { continue }
                deliver(kind, bytes)
            case .ping(let payload):
                guard closing.isOpen else { continue }
                var frame: [UInt8] = []
                WebSocketFrameWriter.appendPong(payload.span, into: &frame)
                connection.send(frame)
            case .pong: continue
            case .close(let code, _):
                carryOut(closing.receivedClose(code: code))
                ended()
            case .violation(let code, let reason):
                carryOut(closing.receivedViolation(code: code, reason: reason))
                ended()
            }
            guard connection.phase == .upgraded else { return }
        }
    }

    private func deliver(_ kind: WebSocketMessageKind, _ bytes: [UInt8]) {
        switch session {
        case nil: return
        case .live(let session, let tenant, _): session.received(bytes, kind: kind, from: socket(tenant))
        case .bare(let bare):
            let frames = bare.received(kind, bytes)
            if !frames.isEmpty { send(frames: frames) }
        }
    }

    // MARK: - Output

    func send(frames: [UInt8]) {
        guard closing.isOpen else { return }
        connection.send(frames)
        guard connection.isOverloaded else { return }
        // It reads more slowly than things happen: it may come back and ask for what it missed.
        close(code: WebSocketCloseCode.tryAgainLater, reason: "too slow")
    }

    func close(code: UInt16, reason: String) {
        carryOut(closing.close(code: code, reason: reason))
        ended()
        guard connection.phase == .upgraded else { return }
        connection.setDeadline(connection.lane.settings.closeTimeout)
    }

    private func carryOut(_ action: WebSocketCloseState.Action) {
        switch action {
        case .nothing: return
        case .sendClose(let code, let reason): sendClose(code, reason)
        case .sendCloseThenDisconnect(let code, let reason):
            sendClose(code, reason)
            connection.finish()
        case .disconnect: connection.finish()
        }
    }

    private func sendClose(_ code: UInt16?, _ reason: String) {
        var frame: [UInt8] = []
        WebSocketFrameWriter.appendClose(code: code, reason: reason, into: &frame)
        connection.send(frame)
    }

    // MARK: - Heartbeat and end

    /// The next ping, or the end of patience with a peer that was last heard of then: whichever comes first.
    private func armHeartbeat() {
        var next = Int64.max
        if pingMilliseconds > 0 { next = nextPing }
        if silenceMilliseconds > 0 { next = min(next, lastHeard + Int64(silenceMilliseconds)) }
        guard next < .max else {
            connection.clearDeadline()
            return
        }
        connection.setDeadline(max(1, next - connection.lane.now))
    }

    /// Patience has run out: for a pong, or for the client's close frame.
    func timedOut() {
        guard closing.isOpen else {
            carryOut(closing.timedOut())
            connection.close()
            return
        }
        let now = connection.lane.now
        if silenceMilliseconds > 0, now - lastHeard >= Int64(silenceMilliseconds) {
            close(code: WebSocketCloseCode.goingAway, reason: "no sign of life")
            return
        }
        if pingMilliseconds > 0, now >= nextPing {
            nextPing = now + Int64(pingMilliseconds)
            var frame: [UInt8] = []
            WebSocketFrameWriter.appendPing([UInt8]().span, into: &frame)
            connection.send(frame)
        }
        armHeartbeat()
    }

    /// The TCP connection is gone.
    func transportEnded() {
        closing.transportEnded()
        ended()
    }

    /// Tells the session, once, and forgets its subscriptions.
    private func ended() {
        let session = self.session
        self.session = nil
        switch session {
        case nil: return
        case .live(let session, let tenant, _):
            tenant.sockets[id] = nil
            session.closed(socket(tenant))
            if let subscriber = session as? any EventSubscriber { tenant.hub.remove(subscriber) }
        case .bare(let bare): bare.closed()
        }
    }
}
