import Core

/// What a guest sends over its socket.
extension LocalProGuestSocket {
    /// The socket's session; a frame that names another one is refused.
    private func own(_ sessionID: String?, _ socket: LiveSocket) throws -> Conversation {
        guard let conversation = try socket.tenant.reads.conversation(row: conversation),
            sessionID == nil || sessionID == conversation.localProID
        else { throw Rejection.unknownConversation }
        return conversation
    }

    func signal(_ isTyping: Bool, _ sessionID: String?, _ socket: LiveSocket) throws {
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

    func read(_ message: EntityIDRange, _ sessionID: String?, _ socket: LiveSocket) throws {
        let conversation = try own(sessionID, socket)
        let token = isProven ? SessionToken.make(conversation: conversation.id, secret: settings.secret) : nil
        let mark = MarkRead(
            conversation: conversation.localProName,
            access: .bearerOfID(.localPro, token: token.map(SessionTokenProof.init)),
            side: .customer,
            extent: .upTo(message),
            refusesUnknown: true
        )
        try store(mark, socket)
    }

    func subscribe(_ sessionID: String, _ socket: LiveSocket) throws {
        throw Rejection(.forbidden, "Only agents subscribe to sessions")
    }

    func unsubscribe(_ sessionID: String, _ socket: LiveSocket) throws {
        try subscribe(sessionID, socket)
    }
}
