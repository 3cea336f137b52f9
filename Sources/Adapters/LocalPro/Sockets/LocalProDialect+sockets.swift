import Core

/// Who gets a WebSocket. What the document's clients can be told is a close code, so a refused one is opened and closed.
extension LocalProDialect {
    /// `GET /ws/live-chat`.
    func openSocket(_ request: RequestContext) throws -> Outcome {
        guard let query = request.head.queryItems() else {
            // What cannot be decoded says nothing.
            return refuse(.missingParameters)
        }
        let after = settings.hasExtensions ? query.first("after").nonEmpty : nil
        let credential = LocalProSocketCredential(request.head, query)
        let lane = LocalProLane.of(request.tenant)
        let place = lane.place(base: request.publicBase, prefix: request.prefix)
        if query.first("admin") == "true" {
            return try openAgent(request, query, credential, after: after, place: place)
        }
        return try openGuest(request, query, credential, after: after, place: place)
    }

    private func openGuest(
        _ request: RequestContext,
        _ query: QueryItems,
        _ credential: LocalProSocketCredential,
        after: String?,
        place: UInt16
    ) throws -> Outcome {
        guard let id = query.first("sessionId"), !id.isEmpty else { return refuse(.missingParameters) }
        let name = ConversationName(dialect: .localPro, id: id)
        let access = Access.bearerOfID(.localPro, token: credential.token.map(SessionTokenProof.init))
        let reads = request.tenant.reads
        do {
            let conversation = try reads.conversation(name, by: access)
            let session = LocalProGuestSocket(
                settings,
                conversation: conversation.row,
                place: place,
                isProven: credential.token.map {
                    SessionToken.matches($0, conversation: conversation.id, secret: settings.secret)
                } ?? false,
                opening: LocalProGuestSocket.Opening(
                    after: after,
                    presentation: reads.isFirstPresentation(access, conversation)
                        ? PresentToken(conversation: name, access: access) : nil
                )
            )
            return accept(session, credential)
        } catch let rejection as Rejection {
            switch rejection.reason {
            case .unknownConversation:
                try request.tenant.takeProbe(request.client, limits: request.limits)
                return refuse(.unknownSession)
            case .unauthenticated: return refuse(.unauthorized)
            default: throw rejection
            }
        }
    }

    private func openAgent(
        _ request: RequestContext,
        _ query: QueryItems,
        _ credential: LocalProSocketCredential,
        after: String?,
        place: UInt16
    ) throws -> Outcome {
        let userID = query.first("userId").nonEmpty
        let agent: AgentIdentity
        var expiresAt: Int64?
        switch try party(of: credential, request) {
        case .agent(let known, let end):
            expiresAt = end
            guard userID?.isExactly(known.id) ?? true else { return refuse(.foreignUser) }
            agent = known
        case .other where !settings.websocketAdmin.isOpen(to: request.client):
            return refuse(.noAgent)
        case .nobody where !settings.websocketAdmin.isOpen(to: request.client):
            return refuse(.unauthorized)
        case .other, .nobody:
            guard (userID ?? "").utf8.count <= LocalProSizes.agentID else { return refuse(.foreignUser) }
            agent = openAgentIdentity(userID ?? "")
        }
        let session = LocalProAgentSocket(settings, agent, place: place, after: after, expiresAt: expiresAt)
        return accept(session, credential)
    }

    private enum Party {
        case agent(AgentIdentity, expiresAt: Int64?)
        case other
        case nobody
    }

    private func party(of credential: LocalProSocketCredential, _ request: RequestContext) throws -> Party {
        guard let token = credential.token else { return .nobody }
        do {
            let (agent, expiresAt) = try authenticate(token, request)
            return agent.map { .agent($0, expiresAt: expiresAt) } ?? .other
        } catch let rejection as Rejection where rejection.reason == .unauthenticated {
            return .nobody
        }
    }

    /// Where the operator has left the socket open, an agent is who it says.
    private func openAgentIdentity(_ id: String) -> AgentIdentity {
        settings.roster.agent(id)
            ?? AgentIdentity(id: id, firstName: "", lastName: "", email: "", avatar: nil, role: .support)
    }

    private func accept(_ session: any SocketSession, _ credential: LocalProSocketCredential) -> Outcome {
        .webSocket(
            WebSocketOpening(
                session: session,
                subprotocol: credential.subprotocol,
                maxMessageBytes: LocalProSizes.frame
            )
        )
    }

    private func refuse(_ refusal: LocalProRefusedSocket) -> Outcome {
        .webSocket(WebSocketOpening(session: refusal, maxMessageBytes: LocalProSizes.frame))
    }
}

/// The token of an upgrade: from `Authorization`, else from `Sec-WebSocket-Protocol: bearer, <token>`, else from
/// `?token=`.
struct LocalProSocketCredential {
    let token: String?
    /// What to answer the client's protocols with.
    let subprotocol: String?

    init(_ head: RequestHead, _ query: QueryItems) {
        let named = WebSocketUpgradeRequest(head).bearerToken
        subprotocol = named == nil ? nil : WebSocketHandshake.bearerProtocol
        token = head.bearerToken ?? named ?? query.first("token").nonEmpty
    }
}

/// A socket that is told why it may not stay.
final class LocalProRefusedSocket: SocketSession, Sendable {
    static let missingParameters = LocalProRefusedSocket(4400, "sessionId or admin is required")
    static let unauthorized = LocalProRefusedSocket(4401, "No token, authorization denied")
    static let foreignUser = LocalProRefusedSocket(4403, "userId is not the token's")
    static let noAgent = LocalProRefusedSocket(4403, "Access denied")
    static let unknownSession = LocalProRefusedSocket(4404, "Session not found")

    private let code: UInt16
    private let reason: String

    private init(_ code: UInt16, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    func opened(_ socket: LiveSocket) { socket.close(code: code, reason: reason) }
    func received(_ message: [UInt8], kind: WebSocketMessageKind, from socket: LiveSocket) {}
    func closed(_ socket: LiveSocket) {}
}
