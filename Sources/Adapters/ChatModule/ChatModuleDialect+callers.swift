import Core

/// Who may call what, judged from the request's head.
extension ChatModuleDialect {
    /// Anybody with a valid token; users draw from the named bucket, agents from theirs.
    func caller(_ request: RequestContext, user rateClass: RateClass) throws -> Caller {
        try caller(request, token: request.bearerToken, user: rateClass)
    }

    private func caller(_ request: RequestContext, token: String?, user rateClass: RateClass) throws -> Caller {
        guard let token else { throw Rejection(.unauthenticated, "Authentication required") }
        let party = try authenticator.identify(token, reader: request.tenant.reads.reader, now: request.now)
        switch party {
        case .customer(let customer): return Caller(.customer(customer), rateClass)
        case .agent(let agent): return Caller(.agent(agent), rateClass == .unlimited ? .unlimited : .agent)
        case .roleless, .unknownRole, .backend:
            throw Rejection(.forbidden, "The token's role may not use this chat")
        case nil: throw Rejection(.unauthenticated, "Invalid or expired token")
        }
    }

    /// Support and admins.
    func agent(_ request: RequestContext, to purpose: String) throws -> Caller {
        let caller = try caller(request, user: .guestRead)
        guard caller.agent != nil else { throw Self.missingPermission(purpose) }
        return caller
    }

    /// Admins alone.
    func admin(_ request: RequestContext, to purpose: String) throws -> Caller {
        let caller = try agent(request, to: purpose)
        guard let agent = caller.agent, agent.role != .support else { throw Self.missingPermission(purpose) }
        return caller
    }

    private static func missingPermission(_ purpose: String) -> Rejection {
        Rejection(.forbidden, "You do not have permission to \(purpose)")
    }

    /// Whoever sends a message. Files are let in only for a session that the caller reaches; the turn judges again.
    func sender(_ request: RequestContext) throws -> Caller {
        let isMultipart = MultipartBoundary.isFormData(request.head)
        let caller = try caller(request, user: isMultipart ? .upload : .guestWrite)
        if isMultipart, let party = ChatModuleParty(caller) { _ = try conversation(request, for: party) }
        return caller
    }

    /// Typing stands outside the request limits; its own bucket is looked at when it is told.
    func typist(_ request: RequestContext) throws -> Caller {
        try caller(request, user: .unlimited)
    }

    /// A socket's token may also come as a subprotocol or in the query, for browsers can send no header.
    func listener(_ request: RequestContext) throws -> Caller {
        try caller(request, token: try socketToken(request), user: .guestRead)
    }

    /// In this order: `Authorization`, `Sec-WebSocket-Protocol: bearer, <token>`, `?token=`.
    func socketToken(_ request: RequestContext) throws -> String? {
        if let token = request.bearerToken { return token }
        if let token = Self.offeredToken(request.head) { return token }
        return try request.query().first("token").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The token behind `bearer` in the offered subprotocols.
    static func offeredToken(_ head: RequestHead) -> String? {
        WebSocketUpgradeRequest(head).bearerToken
    }

    /// The caller once `authorize` has let it pass.
    func party(_ request: RequestContext) throws(Rejection) -> ChatModuleParty {
        guard let party = ChatModuleParty(request.caller) else {
            throw Rejection(.unauthenticated, "Authentication required")
        }
        return party
    }

    /// The session that the path names.
    func sessionName(_ request: RequestContext) throws(Rejection) -> ConversationName {
        guard let id = request.parameters.first, !id.isEmpty, id.utf8.count <= 256 else {
            throw .unknownConversation
        }
        return ConversationName(dialect: .chatModule, id: id)
    }

    /// The session that the path names, as it stands now, if the caller may have it.
    func conversation(_ request: RequestContext, for party: ChatModuleParty) throws -> Conversation {
        try request.tenant.reads.conversation(try sessionName(request), by: party.access)
    }
}
