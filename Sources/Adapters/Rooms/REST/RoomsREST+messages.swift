import Core

/// Reading messages and marking them read.
extension RoomsREST {
    /// `GET /history/:clientId?page=1&limit=50`: ascending, page 1 the oldest.
    func history(_ context: RequestContext) throws -> Outcome {
        let clientID = try pathClientID(context)
        let query = try context.query()
        let page = try query.positiveNumber("page", default: 1)
        let limit = try query.positiveNumber("limit", default: Self.pageLimit, atMost: Self.maximumLimit)
        let party = RoomsParty(context.caller)
        let access = try rules.access.reach(party, clientID)
        guard let conversation = try conversation(clientID, by: access, context) else {
            return .respond(RoomsRenderer.emptyHistory(page: page))
        }
        let reads = context.tenant.reads
        let messages =
            rules.renderer.showsSystemTexts
            ? try reads.page(of: conversation, page: page, limit: limit)
            : try reads.peoplePage(of: conversation, page: page, limit: limit)
        if let side = rules.access.side(of: party), let last = messages.last {
            context.markDelivered(conversation, side, upTo: last.number)
        }
        let marks = try ReadMarks(conversation, reads.reader)
        let first = try reads.reader.firstPeopleNumber(of: conversation)
        let total = rules.renderer.total(of: conversation, firstPeopleNumber: first)
        return .respond(rules.renderer.history(messages, marks: marks, total: total, page: page, limit: limit))
    }

    /// `PUT /read/:clientId`: the sender is the reader, the other side's messages become read.
    func read(_ context: RequestContext) throws -> Outcome {
        let clientID = try pathClientID(context)
        let sender = try RoomsFields.sender(try context.jsonObject()["sender"])
        let party = RoomsParty(context.caller)
        let access = try rules.access.act(party, as: sender, in: clientID)
        guard try conversation(clientID, by: access, context) != nil else { return .respond(Self.marked) }
        let read = MarkRead(
            conversation: Self.name(clientID),
            access: access,
            side: sender.side,
            extent: .all
        )
        return .perform(Operation(.read(read), at: context.now)) { _ in Self.marked }
    }

    private static var marked: Response { RoomsRenderer.notice("Messages marked as read") }
}
