import Core

/// Who calls, judged from the head alone, and by what right sessions are reached.
extension LocalProDialect {
    /// The document's words for a missing and for an invalid token.
    static let unauthorized = Rejection(.unauthenticated, "No token, authorization denied")

    // MARK: - Agents

    /// Anybody whose token says support, admin or super_admin.
    func agentCaller(_ request: RequestContext) throws -> Caller {
        guard let token = request.bearerToken else { throw Self.unauthorized }
        guard let agent = try identify(token, request) else {
            throw Rejection(.forbidden, "Access denied. Insufficient permissions")
        }
        return Caller(.agent(agent), .agent)
    }

    /// Only those who may delete.
    func administrator(_ request: RequestContext) throws -> Caller {
        let caller = try agentCaller(request)
        guard let agent = caller.agent, agent.role != .support else {
            throw Rejection(.forbidden, "Access denied. Admin role required")
        }
        return caller
    }

    /// The agent behind a token; nil when the token is valid and not an agent's.
    func identify(_ token: String, _ request: RequestContext) throws -> AgentIdentity? {
        try authenticate(token, request).agent
    }

    /// The same, with the time from which on the token is void.
    func authenticate(_ token: String, _ request: RequestContext) throws -> (agent: AgentIdentity?, expiresAt: Int64?) {
        do {
            let reader = request.tenant.reads.reader
            guard let found = try settings.authenticator.authenticate(token, reader: reader, now: request.now) else {
                throw Self.unauthorized
            }
            guard case .agent(let agent) = found.party else { return (nil, nil) }
            return (agent, found.expiresAt)
        } catch let rejection as Rejection where rejection.reason == .unauthenticated {
            throw Self.unauthorized
        }
    }

    /// The agent that a route of agents was authorised for.
    func agent(of request: RequestContext) throws(Rejection) -> AgentIdentity {
        guard let agent = request.caller.agent else { throw Self.unauthorized }
        return agent
    }

    // MARK: - Guests

    /// Whoever sends a message. Files are taken in only for a session that the caller reaches; the turn judges again.
    func guestSender(_ request: RequestContext) throws -> Caller {
        if MultipartBoundary.isFormData(request.head) {
            _ = try request.tenant.reads.conversation(sessionName(request), by: guestAccess(request))
        }
        return Caller(.anonymous, .guestWrite)
    }

    /// The right of a guest: the session's id, and the token where one was sent.
    func guestAccess(_ request: RequestContext) -> Access {
        .bearerOfID(.localPro, token: request.bearerToken.map(SessionTokenProof.init))
    }

    /// The session that the path names.
    func sessionName(_ request: RequestContext) -> ConversationName {
        ConversationName(dialect: .localPro, id: request.parameters.first ?? "")
    }

    /// Answers a guest's read. A token that comes for the first time is noted before the answer, since from then on
    /// the session may require it.
    func answerGuest(
        _ request: RequestContext,
        _ answer: @escaping (Conversation) throws -> Response
    ) throws -> Outcome {
        let name = sessionName(request)
        let access = guestAccess(request)
        let conversation = try request.tenant.reads.conversation(name, by: access)
        guard request.tenant.reads.isFirstPresentation(access, conversation) else {
            return .respond(try answer(conversation))
        }
        let presentation = PresentToken(conversation: name, access: access)
        return .perform(Operation(.presentToken(presentation), at: request.now)) { _ in try answer(conversation) }
    }

    // MARK: - Retries

    /// Recognises a retry by its key; strict knows no such field.
    func idempotencyKey(
        _ request: RequestContext,
        _ content: (inout JSONWriter) -> Void
    ) throws(Rejection) -> IdempotencyKey? {
        guard settings.hasExtensions, request.head.fields.contains("idempotency-key") else { return nil }
        var json = JSONWriter()
        json.object { content(&$0) }
        return try request.idempotencyKey(json.bytes)
    }
}
