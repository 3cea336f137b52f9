import Core

/// A dialect as small as one can be: threads of lines, and one socket a thread.
///
/// A guest owns a thread by knowing its name; whoever brings an agent's token reaches every conversation of the tenant.
struct ExampleDialect: Dialect {
    static let name = DialectName("example")
    static let version = "1"

    private let authenticator: Authenticator
    private let onClosed: ClosedPolicy
    private let frames = ExampleFrames()

    init(_ setup: DialectSetup) throws(DialectSetupError) {
        authenticator = setup.authenticator
        onClosed = setup.configuration.onClosed == .reopen ? .reopen : .reject
    }

    var routes: [Route] {
        [
            Route(
                .get,
                "/example/threads",
                audience: "agent",
                authorize: { try agent($0) },
                handle: { try listThreads($0) }
            ),
            Route(
                .put,
                "/example/threads/{thread}",
                audience: "guest, agent",
                authorize: { try caller($0, .guestWrite) },
                handle: { begin($0) }
            ),
            Route(
                .get,
                "/example/threads/{thread}/lines",
                audience: "guest, agent",
                authorize: { try caller($0, .guestRead) },
                handle: { try list($0) }
            ),
            Route(
                .post,
                "/example/threads/{thread}/lines",
                body: .collected,
                audience: "guest, agent",
                authorize: { try caller($0, .guestWrite) },
                handle: { try write($0) }
            ),
            Route(
                .get,
                "/example/threads/{thread}/live",
                audience: "guest, agent",
                authorize: { try caller($0, .guestRead) },
                handle: { try follow($0) }
            ),
        ]
    }

    func render(_ rejection: Rejection, for request: RequestContext?) -> Response {
        .json(Self.status(rejection.reason)) { $0.field("error", rejection.code) }
    }

    private static func status(_ reason: Rejection.Reason) -> HTTPStatus {
        switch reason {
        case .malformed, .deleted, .tooManyFiles: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .unknownRoute, .unknownConversation, .unknownAgent, .unknownAttachment: .notFound
        case .wrongMethod: .methodNotAllowed
        case .alreadyExists, .closed, .alreadyClosed, .alreadyAssigned, .idempotencyMismatch: .conflict
        case .tooLarge, .fileTooLarge: .contentTooLarge
        case .timedOut: .requestTimeout
        case .unsupportedFile, .unsupportedContentType: .unsupportedMediaType
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalFailure: .internalServerError
        }
    }

    // MARK: Who calls

    private func caller(_ request: RequestContext, _ rateClass: RateClass) throws -> Caller {
        guard let token = request.bearerToken else { return Caller(.anonymous, rateClass) }
        let party = try authenticator.identify(token, reader: request.tenant.reads.reader, now: request.now)
        guard case .agent(let agent)? = party else { throw Rejection(.unauthenticated, "Unknown token") }
        return Caller(.agent(agent), .agent)
    }

    private func agent(_ request: RequestContext) throws -> Caller {
        let caller = try caller(request, .agent)
        guard caller.agent != nil else { throw Rejection(.unauthenticated, "A token is required") }
        return caller
    }

    private func thread(_ request: RequestContext) -> String { request.parameters.first ?? "" }

    private func access(_ request: RequestContext) -> Access {
        if let agent = request.caller.agent { return .agent(agent) }
        return .customer(Self.name, key: thread(request))
    }

    private func conversationName(_ request: RequestContext) -> ConversationName {
        ConversationName(dialect: Self.name, id: thread(request))
    }

    // MARK: Endpoints

    /// `GET …/threads`: the names of the last hundred. What was born elsewhere goes by the core's id.
    private func listThreads(_ request: RequestContext) throws -> Outcome {
        let filter = ConversationFilter(order: .activity)
        let found = try request.tenant.reads.reader.conversations(filter, page: PageRequest(page: 1, limit: 100))
        return .respond(Self.threads(found.items))
    }

    /// The body of `GET …/threads`.
    static func threads(_ summaries: [ConversationSummary]) -> Response {
        .json { json in
            json.array("threads") { list in
                for summary in summaries {
                    let conversation = summary.conversation
                    list.object {
                        $0.field("thread", conversation.origin == name ? conversation.externalID : conversation.id.hex)
                        $0.optional("last", summary.lastMessage?.text)
                    }
                }
            }
        }
    }

    /// `PUT …/threads/{thread}`: begins a thread, or finds it.
    private func begin(_ request: RequestContext) -> Outcome {
        let create = CreateConversation(
            dialect: Self.name,
            access: access(request),
            id: request.tenant.ids.next(),
            externalID: thread(request),
            collision: .sameContactReturns,
            ownerKey: thread(request),
            assurance: .none,
            contact: Contact(name: thread(request), email: ""),
            status: .pending
        )
        return .perform(Operation(.create(create), at: request.now)) { reply in
            guard case .created(let created) = reply else { throw Rejection.internalFailure }
            return Response(created.isNew ? .created : .ok)
        }
    }

    /// `GET …/lines`: all of them, oldest first.
    private func list(_ request: RequestContext) throws -> Outcome {
        let reads = request.tenant.reads
        let conversation = try reads.conversation(conversationName(request), by: access(request))
        let count = Int(conversation.messageCount)
        let messages = try reads.page(of: conversation, page: 1, limit: max(1, count))
        if let newest = messages.last {
            let side: Side = request.caller.agent == nil ? .customer : .agents
            request.tenant.markDelivered(conversation, side, upTo: newest.number)
        }
        return .respond(Self.lines(messages, of: conversation))
    }

    /// The body of `GET …/lines`.
    static func lines(_ messages: [Message], of conversation: Conversation) -> Response {
        .json { json in
            json.field("open", conversation.status.isOpen)
            json.array("lines") { list in
                for message in messages { list.object { ExampleFrames.line(message, to: &$0) } }
            }
        }
    }

    /// `POST …/lines`: `{"text": …}`.
    private func write(_ request: RequestContext) throws -> Outcome {
        guard let text = try request.jsonObject()["text"]?.string, !text.isEmpty else {
            throw Rejection.invalid("text", "text is required")
        }
        let author = request.caller.agent.map { Author(kind: .agent, id: $0.id, name: $0.displayName) }
        let send = SendMessage(
            conversation: conversationName(request),
            access: access(request),
            author: author ?? Author(kind: .customer, id: "", name: ""),
            draft: MessageDraft(text: text),
            onClosed: onClosed
        )
        return .perform(Operation(.send(send), at: request.now)) { reply in
            guard case .message(let sent) = reply else { throw Rejection.internalFailure }
            return .json(.created) { $0.field("number", Int(sent.message.number)) }
        }
    }

    /// `GET …/live`: the socket.
    private func follow(_ request: RequestContext) throws -> Outcome {
        let conversation = try request.tenant.reads.conversation(conversationName(request), by: access(request))
        return .webSocket(WebSocketOpening(session: ExampleSocket(conversation.row, frames)))
    }
}
