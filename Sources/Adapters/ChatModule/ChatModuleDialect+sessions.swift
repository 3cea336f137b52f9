import Core

/// Sessions: list, get, create, close, assign; and the statistics over them.
extension ChatModuleDialect {
    /// `GET /api/chat/sessions`: a user's own, or for agents all of the tenant, newest first.
    func listSessions(_ request: RequestContext) throws -> Outcome {
        let query = try request.query()
        let statuses = try Self.statuses(query.first("status"))
        let page = PageRequest(
            page: try query.positiveNumber("page", default: 1),
            limit: try query.positiveNumber("limit", default: 20, atMost: 100)
        )
        var filter = ConversationFilter(statuses: statuses, order: .newest)
        let reader = request.tenant.reads.reader
        if case .user(let user) = try party(request) {
            guard let identity = try reader.identity(dialect: .chatModule, key: user.key) else {
                return .respond(renderer.sessionList([], total: 0))
            }
            filter.origin = .chatModule
            filter.identity = identity.row
        }
        let found = try reader.conversations(filter, page: page)
        return .respond(renderer.sessionList(found.items.map(\.conversation), total: found.total))
    }

    /// What a status of the document stands for; nil for all.
    private static func statuses(_ name: String?) throws(Rejection) -> Set<ConversationStatus>? {
        switch name {
        case nil: nil
        case "active": [.pending, .active]
        case "closed": [.closed, .archived]
        default: throw .invalid("status", "status must be active or closed")
        }
    }

    /// `GET /api/chat/sessions/{sessionId}`.
    func getSession(_ request: RequestContext) throws -> Outcome {
        let conversation = try conversation(request, for: try party(request))
        return .respond(renderer.session(conversation))
    }

    /// `POST /api/chat/sessions`.
    func createSession(_ request: RequestContext) throws -> Outcome {
        let party = try party(request)
        let body = try request.jsonObject(allowsEmpty: true)
        let draft = try ChatModuleSessionDraft(body, maximumText: settings.sizes.message)
        let userID = draft.userID ?? party.id
        if case .user(let user) = party, !userID.isExactly(user.key) {
            throw Rejection(.forbidden, "You may create sessions for yourself only", field: "userId")
        }
        let id = request.tenant.ids.next()
        let create = CreateConversation(
            dialect: .chatModule,
            access: party.access,
            id: id,
            externalID: id.hex,
            collision: .never,
            ownerKey: userID,
            assurance: .token,
            contact: try contact(of: userID, party, request),
            subject: draft.subject,
            status: .active,
            priority: draft.priority,
            tags: draft.tags
        )
        let operation = Operation(
            .create(create),
            at: request.now,
            idempotency: try retryKey(request, draft.digestible(userID: userID))
        )
        return .perform(operation) { reply in
            guard case .created(let created) = reply else { throw Rejection.internalFailure }
            return renderer.createdSession(created.conversation).markingReplay(created.isReplay)
        }
    }

    /// What is known of the session's user: what the token says of its bearer, else what was known before. The name
    /// falls back to the id, as other dialects show it.
    private func contact(of userID: String, _ party: ChatModuleParty, _ request: RequestContext) throws -> Contact {
        var claimed: CustomerIdentity?
        if case .user(let user) = party { claimed = user }
        let known = try request.tenant.reads.reader.identity(dialect: .chatModule, key: userID)
        let names = [claimed?.name, known?.name, userID]
        return Contact(
            name: names.compactMap(\.self).first { !$0.isEmpty } ?? userID,
            email: claimed?.email ?? known?.email ?? ""
        )
    }

    /// The key of a request that may be a retry. The document knows no such thing, so strict does not look.
    func retryKey(_ request: RequestContext, _ content: [UInt8]) throws(Rejection) -> IdempotencyKey? {
        settings.hasExtensions ? try request.idempotencyKey(content) : nil
    }

    /// `PUT /api/chat/sessions/{sessionId}/close`.
    func closeSession(_ request: RequestContext) throws -> Outcome {
        let close = CloseConversation(
            conversation: try sessionName(request),
            access: try party(request).access,
            refusesTwice: true
        )
        return .perform(Operation(.close(close), at: request.now)) { reply in
            guard case .conversation(let conversation, _) = reply else { throw Rejection.internalFailure }
            return renderer.session(conversation)
        }
    }

    /// `PUT /api/chat/sessions/{sessionId}/assign`. The roster decides who is an agent, whatever another dialect of
    /// the tenant would make of an unknown one.
    func assignSession(_ request: RequestContext) throws -> Outcome {
        let agentID = try request.jsonObject().requiredText("agentId")
        let party = try party(request)
        if roster.agent(agentID) == nil {
            _ = try conversation(request, for: party)
            throw Rejection(.unknownAgent, "Agent not found", field: "agentId")
        }
        let assign = AssignConversation(
            conversation: try sessionName(request),
            access: party.access,
            agentID: agentID,
            agentName: nil,
            refusesAssigned: true
        )
        return .perform(Operation(.assign(assign), at: request.now)) { reply in
            guard case .conversation(let conversation, _) = reply else { throw Rejection.internalFailure }
            return renderer.assignedSession(conversation)
        }
    }

    /// `GET /api/chat/stats`.
    func getStatistics(_ request: RequestContext) throws -> Outcome {
        .respond(renderer.statistics(try request.tenant.reads.reader.statistics()))
    }
}
