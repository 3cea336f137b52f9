import Core

/// Errors on the Socket.IO path: `{"code", "message"}`, with the codes of Engine.IO.
enum EngineErrors {
    private static let oldProtocol = "Unsupported protocol version: EIO=4 is needed (socket.io-client 3 or later)"

    /// Whether a request came to the Socket.IO path.
    static func isEnginePath(_ head: RequestHead, prefix: String, _ socketPath: String) -> Bool {
        let bytes = head.bytes.span
        let wanted = Array((prefix + socketPath).utf8)
        var path = head.path
        if path.count == wanted.count + 1, bytes[path.upperBound - 1] == UInt8(ascii: "/") {
            path = path.lowerBound..<path.upperBound - 1
        }
        return path.count == wanted.count && bytes.extracting(path).equals(wanted.span)
    }

    /// A failure as the Node server answers it; outside strict an old client is told what it needs.
    static func response(_ failure: EngineIOFailure, mode: DialectMode) -> Response {
        guard failure == .unsupportedProtocolVersion, mode != .strict else {
            return .json(HTTPStatus(UInt16(failure.status)), bytes: failure.body)
        }
        return body(HTTPStatus(UInt16(failure.status)), failure, oldProtocol)
    }

    /// What the server refuses before Engine.IO is asked.
    static func response(_ rejection: Rejection) -> Response {
        let failure: EngineIOFailure =
            switch rejection.reason {
            case .forbidden: .forbidden
            case .wrongMethod: .badHandshakeMethod
            default: .badRequest
            }
        let isKnown = rejection.reason == .forbidden || rejection.reason == .wrongMethod
        var response = body(
            RoomsErrors.status(rejection.reason),
            failure,
            isKnown ? "\(failure.message)" : rejection.message
        )
        response.head.addFields(of: rejection)
        return response
    }

    private static func body(_ status: HTTPStatus, _ failure: EngineIOFailure, _ message: String) -> Response {
        .json(status, capacity: 128) { json in
            json.field("code", Int(failure.rawValue))
            json.field("message", message)
        }
    }
}

/// The answers of the polling transport.
enum EngineAnswers {
    private static let pollType = HTTPFieldBlock([
        HTTPField("Content-Type", "text/plain; charset=UTF-8"),
        HTTPField("Cache-Control", "no-store"),
        HTTPField("X-Content-Type-Options", "nosniff"),
    ])
    private static let postType = HTTPFieldBlock([
        HTTPField("Content-Type", "text/html"),
        HTTPField("Cache-Control", "no-store"),
        HTTPField("X-Content-Type-Options", "nosniff"),
    ])

    static func poll(_ payload: [UInt8]) -> Response {
        Response(ResponseHead(.ok, block: pollType), body: .bytes(payload))
    }

    static let posted = Response(ResponseHead(.ok, block: postType), body: .bytes(Array("ok".utf8)))

    static func refused(_ refusal: EngineIORefusal, mode: DialectMode) -> Response {
        switch refusal {
        case .failure(let failure): EngineErrors.response(failure, mode: mode)
        case .tooLarge: Response(.contentTooLarge)
        }
    }
}
