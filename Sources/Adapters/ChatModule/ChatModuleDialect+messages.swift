import Core

/// Messages: list, send, mark as read.
extension ChatModuleDialect {
    /// How many messages one request may name as read.
    private static let receiptLimit = 1000

    /// A message or attachment as this dialect renders its id; nil for anything else, which is then unknown.
    static func entity(_ id: String) -> EntityIDRange? {
        id.utf8.count == 32 ? EntityIDRange(hex: id) : nil
    }

    /// `GET /api/chat/sessions/{sessionId}/messages`: a window, ascending. What it shows counts as delivered to the
    /// caller's side afterwards; the answer has the state before.
    func listMessages(_ request: RequestContext) throws -> Outcome {
        let query = try request.query()
        let limit = try query.positiveNumber("limit", default: 50, atMost: 100)
        let before = query.first("before")
        let after = settings.hasExtensions ? query.first("after") : nil
        guard before == nil || after == nil else {
            throw Rejection.invalid("after", "before and after exclude each other")
        }
        let party = try party(request)
        let conversation = try conversation(request, for: party)
        let reader = request.tenant.reads.reader
        let window = try ChatModuleWindow(
            conversation,
            countsSystemTexts: settings.showsSystemTexts,
            reader: reader
        )
        let page: ChatModuleWindow.Page
        if let before {
            page = window.before(try cursor("before", before, in: conversation, reader), limit)
        } else if let after {
            page = window.after(try cursor("after", after, in: conversation, reader), limit)
        } else {
            page = window.newest(limit)
        }
        let messages = try window.messages(page, of: conversation, reader: reader)
        let answer = renderer.messageList(
            messages,
            try ChatModuleReceipts(conversation, reader: reader),
            total: window.total,
            hasMore: page.hasMore,
            at: ChatModulePlace(request),
            now: request.now
        )
        if let newest = messages.last { request.markDelivered(conversation, party.side, upTo: newest.number) }
        return .respond(answer)
    }

    /// The message that a cursor names, if it is this session's.
    func cursor(
        _ field: String,
        _ id: String,
        in conversation: Conversation,
        _ reader: any ChatReader
    ) throws -> Message {
        guard let entity = Self.entity(id), let message = try reader.message(entity),
            message.conversation == conversation.row
        else { throw Rejection.invalid(field, "\(field) must be the id of a message of this session") }
        return message
    }

    /// `POST /api/chat/sessions/{sessionId}/messages`, with or without files.
    func sendMessage(_ request: RequestContext) throws -> Outcome {
        let party = try party(request)
        let draft: ChatModuleMessageDraft =
            if case .form(let form) = request.body {
                try ChatModuleMessageDraft(form, settings: settings)
            } else {
                try ChatModuleMessageDraft(try request.jsonObject(), settings: settings)
            }
        let tenant = request.tenant
        let sniffer = FileSniffer(ids: tenant.ids, log: tenant.log)
        let allowed = FileTypes.chatModule.replaced(by: settings.uploads.types)
        let files = try draft.files.map { try sniffer.recognize($0, allowed: allowed) }
        let send = SendMessage(
            conversation: try sessionName(request),
            access: party.access,
            author: party.author,
            draft: MessageDraft(text: draft.content, files: files),
            onClosed: settings.onClosed
        )
        let operation = Operation(
            .send(send),
            at: request.now,
            idempotency: try retryKey(request, draft.digestible)
        )
        let place = ChatModulePlace(request)
        let now = request.now
        return .perform(operation) { reply in
            guard case .message(let sent) = reply else { throw Rejection.internalFailure }
            return renderer.sentMessage(sent.message, at: place, now: now).markingReplay(sent.isReplay)
        }
    }

    /// `PUT /api/chat/sessions/{sessionId}/read`: in strict just the named messages, otherwise everything up to the
    /// highest of them.
    func markRead(_ request: RequestContext) throws -> Outcome {
        let ids = try Self.messageIDs(try request.jsonObject())
        let party = try party(request)
        let read = MarkRead(
            conversation: try sessionName(request),
            access: party.access,
            side: party.side,
            extent: settings.mode == .strict ? .exactly(ids) : .upToHighest(ids)
        )
        return .perform(Operation(.read(read), at: request.now)) { reply in
            guard case .conversation = reply else { throw Rejection.internalFailure }
            return Response(.noContent)
        }
    }

    /// Ids that cannot be a message's are left out, as those of other sessions are in the turn.
    static func messageIDs(_ body: JSONValue) throws(Rejection) -> [EntityIDRange] {
        guard let value = body["messageIds"] else { throw .invalid("messageIds", "messageIds is required") }
        let wrongType = Rejection.invalid("messageIds", "messageIds must be an array of strings")
        guard let array = value.array else { throw wrongType }
        guard !array.isEmpty else { throw .invalid("messageIds", "messageIds must not be empty") }
        guard array.count <= receiptLimit else {
            throw .invalid("messageIds", "messageIds may name at most \(receiptLimit) messages")
        }
        var ids: [EntityIDRange] = []
        for element in array {
            guard let id = element.string else { throw wrongType }
            if let entity = entity(id) { ids.append(entity) }
        }
        return ids
    }
}
