import Core

/// One session as agents see it, and what they answer.
extension LocalProDialect {
    /// Longer conversations are read on the reader thread.
    private static let lightMessages = 1000

    /// `GET /api/admin/live-chat/sessions/{sessionId}`. Looking at a session reads it: the agents' watermark moves to
    /// the newest message that is shown. What is shown is the state before.
    func sessionDetail(_ request: RequestContext) throws -> Outcome {
        let reads = request.tenant.reads
        let name = sessionName(request)
        let access = Access.agent(try agent(of: request))
        let conversation = try reads.conversation(name, by: access)
        let renderer = LocalProRenderer(settings, for: .agent, request)
        let newest = try reads.reader.messages(
            of: conversation.row,
            numbers: conversation.messageCount...conversation.messageCount
        ).first
        var reading: Operation?
        if let newest, newest.number > conversation.agents.read, request.head.method != .head {
            let mark = MarkRead(
                conversation: name,
                access: access,
                side: .agents,
                extent: .shown(upTo: EntityIDRange(newest.id))
            )
            reading = Operation(.read(mark), at: request.now)
        }
        guard conversation.visibleCount > Self.lightMessages else {
            let response = try renderer.detail(conversation, reads.reader)
            guard let reading else { return .respond(response) }
            return .perform(reading) { _ in response }
        }
        if let reading {
            // The answer does not wait for it: what it would show is the state before.
            let tenant = request.tenant
            tenant.perform(reading) { reply in
                guard case .rejected(let rejection) = reply, rejection.reason != .unknownConversation else { return }
                tenant.log.error("a read mark was not stored", .field("tenant", tenant.id), .error(rejection))
            }
        }
        return .query { reader in try renderer.detail(conversation, reader) }
    }

    /// `POST /api/admin/live-chat/sessions/{sessionId}/reply`.
    func reply(_ request: RequestContext) throws -> Outcome {
        let agent = try agent(of: request)
        let input = try LocalProMessageInput(request, settings)
        let key = try idempotencyKey(request) { input.digest(into: &$0) }
        let sending = SendMessage(
            conversation: sessionName(request),
            access: .agent(agent),
            author: Author(kind: .agent, id: agent.id, name: agent.displayName, avatar: agent.avatar),
            draft: input.draft,
            onClosed: settings.onClosed,
            assignsOnFirstReply: true
        )
        let renderer = LocalProRenderer(settings, for: .agent, request)
        return .perform(Operation(.send(sending), at: request.now, idempotency: key)) { reply in
            guard case .message(let sent) = reply else { throw Rejection.internalFailure }
            return renderer.sent(sent, "Reply sent successfully", at: .replied)
        }
    }
}

extension LocalProRenderer {
    /// A session with its notes and all messages.
    func detail(_ conversation: Conversation, _ reader: any ChatReader) throws -> Response {
        let marks = try ReadMarks(conversation, reader)
        let notes = try reader.notes(of: conversation.row)
        let messages =
            conversation.visibleCount > 0
            ? try reader.messages(
                of: conversation.row,
                numbers: conversation.firstNumber...conversation.messageCount
            ) : []
        let sessionID = conversation.localProID
        return .localPro(capacity: 1024 + messages.count * 384) { json in
            json.object("session") {
                session(
                    conversation,
                    at: .detail,
                    marks: marks,
                    SessionExtras(lastMessage: messages.last, notes: notes),
                    to: &$0
                )
            }
            json.array("messages") { json in
                for message in messages {
                    json.object { self.message(message, at: .detail, sessionID: sessionID, marks: marks, to: &$0) }
                }
            }
        }
    }
}
