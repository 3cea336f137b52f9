import Core

/// A guest's session: begin, look, end, rate.
extension LocalProDialect {
    /// `POST /api/live-chat/sessions`. The first who uses an id has it; the same guest gets it again.
    func createSession(_ request: RequestContext) throws -> Outcome {
        let input = try LocalProSessionInput(request.jsonObject(), requiresID: !settings.hasExtensions)
        let key = try idempotencyKey(request) { input.digest(into: &$0) }
        let id = request.tenant.ids.next()
        let echo = request.origin(pageURL: input.pageURL)
        let creation = CreateConversation(
            dialect: .localPro,
            access: guestAccess(request),
            id: id,
            externalID: input.sessionID ?? "session-" + id.hex,
            collision: input.sessionID == nil ? .never : .sameContactReturns,
            ownerKey: EmailForm.folded(input.email),
            assurance: .none,
            contact: Contact(name: input.name, email: input.email, phone: input.phone),
            source: echo,
            status: .pending,
            welcome: MessageDraft(text: settings.welcome(name: input.name))
        )
        let renderer = LocalProRenderer(settings, for: .guest, request)
        return .perform(Operation(.create(creation), at: request.now, idempotency: key)) { reply in
            guard case .created(let created) = reply else { throw Rejection.internalFailure }
            return renderer.created(created, echo: echo).markingReplay(created.isReplay)
        }
    }

    /// `GET /api/live-chat/sessions/{sessionId}`.
    func getSession(_ request: RequestContext) throws -> Outcome {
        let renderer = LocalProRenderer(settings, for: .guest, request)
        return try answerGuest(request) { conversation in
            renderer.session(conversation, marks: try ReadMarks(conversation, request.tenant.reads.reader))
        }
    }

    /// `PATCH /api/live-chat/sessions/{sessionId}/end`.
    func endSession(_ request: RequestContext) throws -> Outcome {
        let fields = LocalProFields(try request.jsonObject(allowsEmpty: true))
        let score = try fields.score("rating")
        let feedback = try fields.feedback()
        guard score != nil || feedback == nil else {
            throw Rejection.invalid("rating", "rating is required when feedback is given")
        }
        let closing = CloseConversation(
            conversation: sessionName(request),
            access: guestAccess(request),
            rating: score,
            feedback: feedback
        )
        return .perform(Operation(.close(closing), at: request.now)) { reply in
            guard case .conversation(let conversation, _) = reply else { throw Rejection.internalFailure }
            return .localPro(.ok, "Chat session ended") {
                $0.field("sessionId", conversation.localProID)
                $0.field("status", conversation.status.name)
                $0.optionalTime("endedAt", conversation.endedAt)
            }
        }
    }

    /// `POST /api/live-chat/sessions/{sessionId}/rate`.
    func rateSession(_ request: RequestContext) throws -> Outcome {
        let fields = LocalProFields(try request.jsonObject())
        guard let score = try fields.score("score") else { throw Rejection.invalid("score", "score is required") }
        let rating = RateConversation(
            conversation: sessionName(request),
            access: guestAccess(request),
            score: score,
            feedback: try fields.feedback()
        )
        let renderer = LocalProRenderer(settings, for: .guest, request)
        return .perform(Operation(.rate(rating), at: request.now)) { reply in
            guard case .conversation(let conversation, _) = reply, let rating = conversation.rating else {
                throw Rejection.internalFailure
            }
            return .localPro(.ok, "Thank you for your feedback!") { json in
                json.object("rating") { renderer.rating(rating, to: &$0) }
            }
        }
    }
}

extension LocalProRenderer {
    /// The answer to a creation. The token is handed out only while nobody has used it; hardened does not hand it to
    /// somebody who only repeats an id.
    func created(_ created: CreatedReply, echo: Origin) -> Response {
        let conversation = created.conversation
        let marks = ReadMarks(conversation)
        let mayHaveToken =
            settings.hasExtensions && !conversation.tokenUsed && (settings.mode != .hardened || created.isNew)
        let status: HTTPStatus = created.isNew ? .created : .ok
        return .localPro(status, "Chat session created successfully", capacity: 1024) { json in
            json.object("session") {
                session(conversation, at: .created, marks: marks, SessionExtras(echo: echo), to: &$0)
            }
            if let welcome = created.welcome {
                json.object("welcomeMessage") {
                    self.welcome(welcome, sessionID: conversation.localProID, marks: marks, to: &$0)
                }
            }
            if mayHaveToken {
                let token = SessionToken.make(conversation: conversation.id, secret: settings.secret)
                json.field("sessionToken", token)
            }
        }
    }

    /// A session alone.
    func session(_ conversation: Conversation, marks: ReadMarks) -> Response {
        .localPro { session(conversation, at: .guest, marks: marks, to: &$0) }
    }
}

extension Response {
    /// A success: `{"success": true, "message": …, "data": {…}}`.
    static func localPro(
        _ status: HTTPStatus = .ok,
        _ message: String? = nil,
        capacity: Int = 512,
        _ data: (inout JSONWriter) -> Void
    ) -> Response {
        .json(status, capacity: capacity) { json in
            json.field("success", true)
            json.optional("message", message)
            json.object("data", data)
        }
    }

    /// A success that has nothing to show.
    static func localProDone(_ message: String) -> Response {
        .json { json in
            json.field("success", true)
            json.field("message", message)
        }
    }
}
