import Core

/// Requests on the Socket.IO path.
extension RoomsHub {
    /// A handshake, a poll or an upgrade.
    func get(_ call: EngineCall, _ exchange: any EngineExchange) -> Outcome {
        do throws(EngineIOFailure) {
            switch try request(call) {
            case .open(.polling): return openPolling(call, exchange)
            case .open(.webSocket): return .webSocket(opening(RoomsSocket(opening: call.client, in: self), call))
            case .poll(let sid): return try poll(sid, exchange)
            case .probe(let sid): return .webSocket(opening(RoomsSocket(probing: try session(sid)), call))
            case .post: throw .badRequest
            }
        } catch {
            return .respond(EngineErrors.response(error, mode: rules.mode))
        }
    }

    /// The head of a POST has come.
    func postBegins(_ call: EngineCall, _ exchange: any EngineExchange, isBinary: Bool) {
        guard case .post(let sid)? = try? request(call), let session = sessions[sid] else { return }
        session.postBegins(exchange, isBinary: isBinary)
    }

    /// The body of a POST has come.
    func post(_ call: EngineCall, _ exchange: any EngineExchange, body: [UInt8]) -> Response {
        do throws(EngineIOFailure) {
            guard case .post(let sid) = try request(call) else { throw .badRequest }
            return try session(sid).post(exchange, body)
        } catch {
            return EngineErrors.response(error, mode: rules.mode)
        }
    }

    private func request(_ call: EngineCall) throws(EngineIOFailure) -> EngineIORequest {
        try call.handshake.request(
            transportOf: { sessions[$0]?.engine.transport },
            isAllowed: { call.isAllowed }
        )
    }

    private func session(_ sid: String) throws(EngineIOFailure) -> RoomsSession {
        guard let session = sessions[sid] else { throw .unknownSession }
        return session
    }

    private func openPolling(_ call: EngineCall, _ exchange: any EngineExchange) -> Outcome {
        guard !isCrowded(call.client.address) else {
            return .respond(EngineErrors.response(Rejection(.rateLimited, "Too many sessions", retryAfter: 5)))
        }
        return makeSession(.polling, call.client).open(answering: exchange)
    }

    private func poll(_ sid: String, _ exchange: any EngineExchange) throws(EngineIOFailure) -> Outcome {
        try session(sid).poll(exchange)
    }

    /// Engine.IO has a heartbeat of its own.
    private func opening(_ socket: RoomsSocket, _ call: EngineCall) -> WebSocketOpening {
        WebSocketOpening(
            session: socket,
            subprotocol: call.subprotocol,
            maxMessageBytes: rules.engine.maxPayload,
            pingMilliseconds: nil,
            silenceMilliseconds: nil
        )
    }
}
