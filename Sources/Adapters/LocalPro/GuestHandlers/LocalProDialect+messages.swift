import Core

/// A guest's messages: send, read, say that one is being written.
extension LocalProDialect {
    /// `POST /api/live-chat/sessions/{sessionId}/messages`.
    func sendMessage(_ request: RequestContext) throws -> Outcome {
        let input = try LocalProMessageInput(request, settings)
        let name = sessionName(request)
        let access = guestAccess(request)
        let key = try idempotencyKey(request) { input.digest(into: &$0) }
        // Who that is, and whether there is such a session, the turn knows.
        let author = Author(kind: .customer, id: "", name: "")
        let sending = SendMessage(
            conversation: name,
            access: access,
            author: author,
            draft: input.draft,
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
            let lane = LocalProLane.of(request.tenant)
            let key = window.cacheKey(conversation)
            if let key, let page = lane.pages[key] {
                request.markDelivered(conversation, .customer, upTo: key.last)
                let count = Int(key.last - key.first + 1)
                return .localProPage(page, count: count, total: conversation.visibleCount, window.paging)
            }
            let marks = try ReadMarks(conversation, reads.reader)
            let found = try window.read(conversation, reads)
            if let newest = found.messages.max(by: { $0.number < $1.number }) {
                request.markDelivered(conversation, .customer, upTo: newest.number)
            }
            let page = renderer.messages(found.messages, of: conversation, marks: marks)
            if let key, !found.messages.contains(where: \.hasFiles) { lane.pages.keep(page, for: key) }
            return .localProPage(page, count: found.messages.count, total: found.total, window.paging)
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
    private let hasExtensions: Bool
    private let after: EntityIDRange?

    init(_ query: QueryItems, hasExtensions: Bool) throws(Rejection) {
        paging = try LocalProPaging(query, defaultLimit: 50)
        self.hasExtensions = hasExtensions
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

    /// What tells the page from others; nil where it may not be kept.
    func cacheKey(_ conversation: Conversation) -> LocalProPageCache.Key? {
        guard after == nil, !conversation.hasReadExceptions,
            let numbers = TenantReads.pageNumbers(
                of: conversation,
                page: paging.page,
                limit: paging.limit,
                fromNewest: isDescending
            )
        else { return nil }
        // Reading behind the page changes nothing in it.
        func within(_ number: Int64) -> Int64 { min(max(number, numbers.lowerBound - 1), numbers.upperBound) }
        return LocalProPageCache.Key(
            conversation: conversation.row,
            first: numbers.lowerBound,
            last: numbers.upperBound,
            isDescending: isDescending,
            hasExtensions: hasExtensions,
            customerRead: within(conversation.customer.read),
            agentsRead: within(conversation.agents.read)
        )
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
                // Nobody has read what is sent just now, also when a retry asks again.
                marks: .none,
                to: &$0
            )
        }
        return response.markingReplay(sent.isReplay)
    }

    /// A page of messages, as a JSON array.
    func messages(_ messages: [Message], of conversation: Conversation, marks: ReadMarks) -> [UInt8] {
        let sessionID = conversation.localProID
        var json = JSONWriter(capacity: 256 + messages.count * 320)
        json.array { json in
            for message in messages {
                json.object { self.message(message, at: .listed, sessionID: sessionID, marks: marks, to: &$0) }
            }
        }
        return json.bytes
    }
}

extension Response {
    /// A page of messages that was encoded already.
    static func localProPage(_ page: [UInt8], count: Int, total: Int, _ paging: LocalProPaging) -> Response {
        .json(capacity: page.count + 128) { json in
            json.field("success", true)
            json.paging(paging, count: count, total: total)
            json.raw("data", page)
        }
    }
}

extension Message {
    /// Whether files or a link came with it.
    var hasFiles: Bool { !attachments.isEmpty || imageURL != nil }
}
