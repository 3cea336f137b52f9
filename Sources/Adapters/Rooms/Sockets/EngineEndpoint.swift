import Core

/// What a request on the Socket.IO path says, free of HTTP.
struct EngineCall {
    var handshake: EngineIOHandshake
    /// Whether its origin may open a session.
    var isAllowed: Bool
    var client: EngineClient
    /// The subprotocol to answer an upgrade with.
    var subprotocol: String?
}

/// What a session keeps of the request that opened it.
struct EngineClient {
    var address: PeerAddress
    /// A token that came with the request, for clients that put none into their CONNECT.
    var token: String?
    /// Whether the client is of those that an offset behind an event's arguments does no harm to.
    var takesOffsets: Bool
    /// Tells the dialect's rate limits from others'.
    var scope: Int
}

/// From HTTP requests on the Socket.IO path to the tenant's hub.
struct EngineEndpoint: Sendable {
    let rules: RoomsRules

    /// A handshake, a poll or an upgrade.
    func get(_ context: RequestContext) throws -> Outcome {
        context.tenant.rooms(rules).get(try call(context), context)
    }

    /// The head of a POST: from here on until its answer it is the only one of its session.
    func postBegins(_ context: RequestContext) throws -> Caller {
        let isBinary = context.head.field("content-type")?.lowercased() == "application/octet-stream"
        context.tenant.rooms(rules).postBegins(try call(context), context, isBinary: isBinary)
        return Caller(.anonymous, .unlimited)
    }

    /// The whole of a POST.
    func post(_ context: RequestContext) throws -> Outcome {
        let body: [UInt8] = if case .bytes(let bytes) = context.body { bytes } else { [] }
        return .respond(context.tenant.rooms(rules).post(try call(context), context, body: body))
    }

    private func call(_ context: RequestContext) throws(Rejection) -> EngineCall {
        let head = context.head
        let query = try context.query()
        let upgrade = WebSocketUpgradeRequest(head)
        let origins = context.tenant.snapshot.origins
        let offered = upgrade.bearerToken
        return EngineCall(
            handshake: EngineIOHandshake(
                version: query.last("EIO"),
                transport: query.last("transport"),
                sid: query.last("sid"),
                method: Self.method(head.method),
                isUpgrade: upgrade.asksForWebSocket
            ),
            isAllowed: origins.admitsUpgrade(origin: head.field("origin"), host: head.host, port: head.port),
            client: EngineClient(
                address: context.client,
                token: context.bearerToken ?? offered ?? query.last("token"),
                takesOffsets: Self.takesOffsets(head),
                scope: context.tenant.snapshot.dialects.firstIndex { $0 is RoomsDialect } ?? 0
            ),
            subprotocol: offered == nil ? nil : WebSocketHandshake.bearerProtocol
        )
    }

    private static func method(_ method: HTTPMethod) -> EngineIOMethod {
        switch method {
        case .get: .get
        case .post: .post
        default: .other
        }
    }

    /// The offset that recovery needs is one more argument of every event. JavaScript and Java listeners do not notice;
    /// those of Python and Dart would break. So it is for browsers, Node and Java alone, and for clients whose CONNECT
    /// has a `pid`. Node's WebSocket sends no `User-Agent`, but offers to compress.
    static func takesOffsets(_ head: RequestHead) -> Bool {
        guard let agent = head.field("user-agent") else { return head.fields.contains("sec-websocket-extensions") }
        return ["Mozilla/", "node", "okhttp/"].contains { agent.hasPrefix($0) }
    }
}
