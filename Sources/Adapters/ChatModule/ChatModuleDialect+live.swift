import Core

/// What happens live: typing, and the sockets that are told.
extension ChatModuleDialect {
    /// Clients have nothing to say over the socket.
    private static let maximumClientMessage = 64 << 10

    /// `POST /api/chat/sessions/{sessionId}/typing`. Nothing is stored; more signals than people make are dropped.
    func signalTyping(_ request: RequestContext) throws -> Outcome {
        let isTyping = try request.jsonObject().requiredFlag("isTyping")
        let party = try party(request)
        let conversation = try conversation(request, for: party)
        let tenant = request.tenant
        let now = tenant.clock.nowMonotonicNanoseconds
        if tenant.chatModule.takeTyping(request.caller.scope, now: now) {
            tenant.signalTyping(
                TypingSignal(
                    conversation: conversation,
                    side: party.side,
                    dialect: .chatModule,
                    userID: party.id,
                    isTyping: isTyping,
                    at: request.now,
                    socket: 0
                )
            )
        }
        return .respond(Response(.noContent))
    }

    /// `GET /ws/chat/{sessionId}`: judged before the upgrade. `?after=<messageId>` resumes, except in strict.
    func openSocket(_ request: RequestContext) throws -> Outcome {
        let party = try party(request)
        let conversation = try conversation(request, for: party)
        let reader = request.tenant.reads.reader
        var resumption: ChatModuleSocket.Resumption?
        if settings.hasExtensions, let after = try request.query().first("after") {
            let anchor = try cursor("after", after, in: conversation, reader)
            resumption = ChatModuleSocket.Resumption(number: anchor.number)
        }
        let socket = ChatModuleSocket(
            party,
            conversation,
            at: ChatModulePlace(request),
            frames: frames,
            resuming: resumption,
            expiresAt: try tokenEnd(request)
        )
        return .webSocket(
            WebSocketOpening(
                session: socket,
                maxMessageBytes: Self.maximumClientMessage
            )
        )
    }

    /// When the credential ends, and the socket with it.
    private func tokenEnd(_ request: RequestContext) throws -> Int64? {
        guard let token = try socketToken(request) else { return nil }
        let reader = request.tenant.reads.reader
        return try authenticator.authenticate(token, reader: reader, now: request.now)?.expiresAt
    }
}
