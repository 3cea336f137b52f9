import Core

/// A guest's messages: send, read, say that one is being written.
extension LocalProDialect {
    /// `POST /api/live-chat/sessions/{sessionId}/messages`.
    func sendMessage(_ request: RequestContext) throws -> Outcome {
        let input = try LocalProMessageInput(request, settings)
        let name = sessionName(request)
        let access = guestAccess(request)
        let key = try idempotencyKey(request) { input.digest(into: &$0) }
        // The author as agents are shown it; the turn decides whether there is such a session.
        let conversation = try request.tenant.reads.conversation(name, by: access)
        let author = Author(kind: .customer, id: conversation.ownerKey, name: conversation.contact.name)
        let sending = SendMessage(
            conversation: name,
            access: access,
            author: author,
            draft: input.draft(request.tenant.ids),
            onClosed: settings.onClosed
        )
        let renderer = LocalProRenderer(settings, for: .guest, request)
        return .perform(Operation(.send(sending), at: request.now, idempotency: key)) { reply in
            guard case .message(let sent) = reply else { throw Rejection.internalFailure }
            return renderer.sent(sent, "Message sent successfully", at: .sent)
        }
    }

    /// `GET /api/live-chat/sessions/{sessionId}/messages`. What is shown is the state before this fetch, which marks the
    /// agents' messages delivered.
    func listMessages(_ request: RequestContext) throws -> Outcome {
        let window = try LocalProMessageWindow(request.query(), hasExtensions: settings.hasExtensions)
        let renderer = LocalProRenderer(settings, for: .guest, request)
        return try answerGuest(request) { conversation in
            let reads = request.tenant.reads
            let marks = try LocalProReadMarks(conversation, reads.reader)
            let found = try window.read(conversation, reads)
            if let newest = found.messages.max(by: { $0.number < $1.number }) {
                request.tenant.markDelivered(conversation, .customer, upTo: newest.number)
            }
            return renderer.messages(found, of: conversation, marks: marks, window.paging)
        }
    }

    /// `POST /api/live-chat/sessions/{sessionId}/typing`. What is said too often is dropped.
    func signalTyping(_ request: RequestContext) throws -> Outcome {
        guard let isTyping = try LocalProFields(request.jsonObject()).bool("isTyping") else {
            throw Rejection.invalid("isTyping", "isTyping is required")
        }
        return try answerGuest(request) { conversation in
            let tenant = request.tenant
            let lane = LocalProLane.of(tenant)
            if lane.allowsTyping(in: conversation.row, now: tenant.clock.nowMonotonicMilliseconds) {
                tenant.signalTyping(
                    TypingSignal(
                        conversation: conversation,
                        side: .customer,
                        dialect: .localPro,
                        userID: conversation.personID.hex,
                        isTyping: isTyping,
                        at: request.now,
                        socket: 0
                    )
                )
            }
            return .localProDone("Typing indicator sent")
        }
    }
}

/// Which messages a guest asks for: a page from the oldest or (compat) the newest, or what follows one (compat).
struct LocalProMessageWindow {
    /// What was found, in the order it is shown, and how many there are in all.
    struct Found {
        var messages: [Message]
        var total: Int
    }

    let paging: LocalProPaging
    private let isDescending: Bool
    private let after: EntityIDRange?

    init(_ query: QueryItems, hasExtensions: Bool) throws(Rejection) {
        paging = try LocalProPaging(query, defaultLimit: 50)
        guard hasExtensions else {
            isDescending = false
            after = nil
            return
        }
        switch query.first("order").nonEmpty {
        case nil, "asc": isDescending = false
        case "desc": isDescending = true
        default: throw .invalid("order", "order must be asc or desc")
        }
        guard let id = query.first("after").nonEmpty else {
            after = nil
            return
        }
        guard let range = EntityIDRange(hex: id) else { throw Self.unknownAfter }
        guard !isDescending, paging.page == 1 else {
            throw .invalid("after", "after goes with neither page nor order=desc")
        }
        after = range
    }

    private static let unknownAfter = Rejection.invalid("after", "after must be the _id of a message of this session")

    func read(_ conversation: Conversation, _ reads: TenantReads) throws -> Found {
        if let after {
            guard let anchor = try reads.reader.message(after), anchor.conversation == conversation.row,
                let messages = try reads.messages(of: conversation, after: after, limit: paging.limit)
            else { throw Self.unknownAfter }
            return Found(messages: messages, total: Int(conversation.messageCount - anchor.number))
        }
        let messages = try reads.page(
            of: conversation,
            page: paging.page,
            limit: paging.limit,
            fromNewest: isDescending
        )
        return Found(messages: isDescending ? messages.reversed() : messages, total: conversation.visibleCount)
    }
}

extension LocalProRenderer {
    /// The answer to a send or reply.
    func sent(_ sent: MessageReply, _ message: String, at place: MessagePlace) -> Response {
        let response = Response.localPro(.created, message) {
            self.message(
                sent.message,
                at: place,
                sessionID: sent.conversation.localProID,
                marks: LocalProReadMarks(sent.conversation),
                to: &$0
            )
        }
        return response.markingReplay(sent.isReplay)
    }

    /// A page of messages.
    func messages(
        _ found: LocalProMessageWindow.Found,
        of conversation: Conversation,
        marks: LocalProReadMarks,
        _ paging: LocalProPaging
    ) -> Response {
        let sessionID = conversation.localProID
        return .json(capacity: 256 + found.messages.count * 320) { json in
            json.field("success", true)
            json.paging(paging, count: found.messages.count, total: found.total)
            json.array("data") { json in
                for message in found.messages {
                    json.object { self.message(message, at: .listed, sessionID: sessionID, marks: marks, to: &$0) }
                }
            }
        }
    }
}
