import Core

/// The envelope of both SupportZen documents: `{"status", "message", "data", "error"}`.
enum ZenEnvelope {
    /// A success; `data` writes the members of its object.
    static func success(
        _ message: String,
        capacity: Int = 256,
        _ data: (inout JSONWriter) -> Void
    ) -> Response {
        Response.json(bytes: body(message, capacity: capacity, data))
    }

    /// The bytes of a success.
    static func body(_ message: String, capacity: Int, _ data: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(capacity: capacity)
        json.object {
            $0.field("status", "success")
            $0.field("message", message)
            $0.object("data") { data(&$0) }
            $0.null("error")
        }
        return json.bytes
    }

    /// A refusal in the same envelope; `error` is a stable code.
    static func failure(_ rejection: Rejection, for request: RequestContext?) -> Response {
        var response = Response.json(status(of: rejection.reason)) {
            $0.field("status", "error")
            $0.field("message", message(of: rejection, for: request))
            $0.null("data")
            $0.field("error", rejection.code)
        }
        response.head.addFields(of: rejection)
        return response
    }

    /// The status of each reason. The documents list no errors: these are the usual ones.
    static func status(of reason: Rejection.Reason) -> HTTPStatus {
        switch reason {
        case .malformed: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .unknownRoute, .unknownConversation, .unknownAgent, .unknownAttachment, .deleted: .notFound
        case .wrongMethod: .methodNotAllowed
        case .alreadyExists, .closed, .alreadyClosed, .alreadyAssigned: .conflict
        case .tooLarge, .fileTooLarge, .tooManyFiles: .contentTooLarge
        case .unsupportedFile, .unsupportedContentType: .unsupportedMediaType
        case .idempotencyMismatch: .unprocessableContent
        case .timedOut: .requestTimeout
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalFailure: .internalServerError
        }
    }

    /// The core speaks of sessions; here there are chats and tickets. An unexpected failure says nothing but where
    /// the log has it.
    private static func message(of rejection: Rejection, for request: RequestContext?) -> String {
        let thing = request?.route.contains("/ticket/") == true ? "Ticket" : "Chat"
        switch rejection.reason {
        case .unknownConversation, .deleted: return "\(thing) not found"
        case .closed: return "\(thing) is closed"
        default: return rejection.text(requestID: request?.requestID)
        }
    }
}
