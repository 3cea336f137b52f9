import Core

/// What a guest sends over its socket.
extension LocalProGuestSocket {
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
            case .subscribe, .unsubscribe:
                throw Rejection(.forbidden, "Only agents subscribe to sessions")
            }
        } catch {
            guard throttle.allowsFrame(now: now) else { return }
            socket.send(frames: LocalProAnswer.error(error, socket.tenant))
        }
    }

    /// The socket's session; a frame that names another one is refused.
    private func own(_ sessionID: String?, _ socket: LiveSocket) throws -> Conversation {
        guard let conversation = try socket.tenant.reads.conversation(row: conversation),
            sessionID == nil || sessionID == conversation.localProID
        else { throw Rejection.unknownConversation }
        return conversation
    }

    private func signal(_ isTyping: Bool, _ sessionID: String?, _ socket: LiveSocket) throws {
        let conversation = try own(sessionID, socket)
        socket.tenant.signalTyping(
            TypingSignal(
                conversation: conversation,
                side: .customer,
                dialect: .localPro,
                userID: conversation.personID.hex,
                isTyping: isTyping,
                at: socket.tenant.clock.nowUnixMilliseconds,
                socket: socket.id
            )
        )
    }

    private func read(_ message: EntityIDRange, _ sessionID: String?, _ socket: LiveSocket) throws {
        let conversation = try own(sessionID, socket)
        let token = isProven ? SessionToken.make(conversation: conversation.id, secret: settings.secret) : nil
        let mark = MarkRead(
            conversation: conversation.localProName,
            access: .bearerOfID(.localPro, token: token.map(SessionTokenProof.init)),
            side: .customer,
            extent: .upTo(message),
            refusesUnknown: true
        )
        guard outstanding.begin() else { throw Rejection.unavailable }
        let operation = Operation(.read(mark), at: socket.tenant.clock.nowUnixMilliseconds)
        socket.tenant.perform(operation) { [weak self] reply in self?.finished(reply) }
    }

    private func finished(_ reply: Reply) {
        let pongs = outstanding.end()
        guard let socket else { return }
        if case .rejected(let rejection) = reply { socket.send(frames: LocalProAnswer.error(rejection.message)) }
        for _ in 0..<pongs { socket.send(frames: LocalProAnswer.pong) }
    }
}
