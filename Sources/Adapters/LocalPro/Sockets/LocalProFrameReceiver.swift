import Core

/// What guests' and agents' sockets do alike with the frames of their clients: bound them, answer pings, tell of what
/// is wrong, and wait for receipts to be stored.
protocol LocalProFrameReceiver: SocketSession {
    var socket: LiveSocket? { get }
    var throttle: LocalProThrottle { get set }
    var outstanding: LocalProOutstanding { get set }

    func signal(_ isTyping: Bool, _ sessionID: String?, _ socket: LiveSocket) throws
    func read(_ message: EntityIDRange, _ sessionID: String?, _ socket: LiveSocket) throws
    func subscribe(_ sessionID: String, _ socket: LiveSocket) throws
    func unsubscribe(_ sessionID: String, _ socket: LiveSocket) throws
}

extension LocalProFrameReceiver {
    func received(_ message: [UInt8], kind: WebSocketMessageKind, from socket: LiveSocket) {
        let now = socket.tenant.clock.nowMonotonicMilliseconds
        do {
            let frame = try LocalProFrame(message, kind: kind)
            if case .typing(let isTyping, let sessionID) = frame {
                if throttle.allowsTyping(now: now) { try signal(isTyping, sessionID, socket) }
                return
            }
            guard throttle.allowsFrame(now: now) else { return }
            switch frame {
            case .typing: return
            case .ping: if outstanding.answersNow() { socket.send(frames: LocalProAnswer.pong) }
            case .readReceipt(let message, let sessionID): try read(message, sessionID, socket)
            case .subscribe(let sessionID): try subscribe(sessionID, socket)
            case .unsubscribe(let sessionID): try unsubscribe(sessionID, socket)
            }
        } catch {
            guard throttle.allowsFrame(now: now) else { return }
            socket.send(frames: LocalProAnswer.error(error, socket.tenant))
        }
    }

    /// Stores a receipt. Pings that come meanwhile are answered after it, so that a pong tells that it is stored.
    func store(_ mark: MarkRead, _ socket: LiveSocket) throws {
        guard outstanding.begin() else { throw Rejection.unavailable }
        let operation = Operation(.read(mark), at: socket.tenant.clock.nowUnixMilliseconds)
        socket.tenant.perform(operation) { [weak self] reply in self?.stored(reply) }
    }

    private func stored(_ reply: Reply) {
        let pongs = outstanding.end()
        guard let socket else { return }
        if case .rejected(let rejection) = reply { socket.send(frames: LocalProAnswer.error(rejection.message)) }
        for _ in 0..<pongs { socket.send(frames: LocalProAnswer.pong) }
    }
}
