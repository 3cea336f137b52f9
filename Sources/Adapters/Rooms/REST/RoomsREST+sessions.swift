import Core

/// Beginning, listing and closing sessions.
extension RoomsREST {
    /// `POST /initialize`: the session of a client id, made or active again, with its last messages.
    func initialize(_ context: RequestContext) throws -> Outcome {
        let clientID = try RoomsFields.clientID(try context.jsonObject()["clientId"])
        let party = RoomsParty(context.caller)
        let access = try rules.access.reach(party, clientID)
        if party.agent != nil, let foreign = try conversation(clientID, by: access, context),
            foreign.origin != .rooms
        {
            // Born elsewhere: an agent looks at it, there is nothing to begin.
            return .respond(try initialized(foreign, context))
        }
        let customer = party.customer
        let create = CreateConversation(
            dialect: .rooms,
            access: access,
            id: context.tenant.ids.next(),
            externalID: clientID,
            collision: .reopens,
            ownerKey: clientID,
            assurance: customer == nil || rules.access.base != .secured ? .none : .token,
            contact: Contact(name: customer?.name ?? "", email: customer?.email ?? ""),
            source: context.origin(),
            status: .active
        )
        let key = rules.hasExtensions ? try context.idempotencyKey(Array(clientID.utf8)) : nil
        let operation = Operation(.create(create), at: context.now, idempotency: key)
        return .perform(operation) { reply in
            guard case .created(let created) = reply else { throw Rejection.internalFailure }
            return try initialized(created.conversation, context).markingReplay(created.isReplay)
        }
    }

    private func initialized(_ conversation: Conversation, _ context: RequestContext) throws -> Response {
        let marks = try ReadMarks(conversation, context.tenant.reads.reader)
        return rules.renderer.initialized(conversation, try latest(of: conversation, context), marks: marks)
    }

    /// The last 50, ascending.
    private func latest(of conversation: Conversation, _ context: RequestContext) throws -> [Message] {
        let limit = Self.pageLimit
        if rules.renderer.showsSystemTexts {
            return try context.tenant.reads.page(of: conversation, page: 1, limit: limit, fromNewest: true)
        }
        let last = conversation.peopleCount
        guard last > 0 else { return [] }
        let numbers = max(1, last - Int64(limit) + 1)...last
        return try context.tenant.reads.reader.messages(of: conversation.row, peopleNumbers: numbers)
    }

    /// `GET /sessions`: active ones, newest activity first. Without a limit in the document, hence off the lane.
    func sessions(_ context: RequestContext) throws -> Outcome {
        let filter = ConversationFilter(
            statuses: [.pending, .active],
            origin: try rules.access.list(RoomsParty(context.caller)),
            order: .activity
        )
        let renderer = rules.renderer
        return .query { reader in
            var json = JSONWriter(capacity: 4096)
            try json.array { (list) throws in
                for page in 1...Self.maximumSessionPages {
                    let found = try reader.conversations(filter, page: PageRequest(page: page, limit: 1000))
                    for summary in found.items {
                        renderer.session(summary, marks: try ReadMarks(summary.conversation, reader), to: &list)
                    }
                    if found.items.count < 1000 { break }
                }
            }
            return .json(bytes: json.bytes)
        }
    }

    /// A list of more than 20,000 sessions is cut: no page shows it, and its bytes are held in memory.
    private static var maximumSessionPages: Int { 20 }

    /// `PUT /close/:clientId`. Closing twice is answered like closing once.
    func close(_ context: RequestContext) throws -> Outcome {
        let clientID = try pathClientID(context)
        let access = try rules.access.reach(RoomsParty(context.caller), clientID)
        guard try conversation(clientID, by: access, context) != nil else { throw Rejection.unknownConversation }
        let close = CloseConversation(conversation: Self.name(clientID), access: access)
        return .perform(Operation(.close(close), at: context.now)) { _ in
            RoomsRenderer.notice("Session closed successfully")
        }
    }
}
