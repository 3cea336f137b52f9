import Core

/// Errors over REST: `{"message": …}`, with more keys outside strict.
enum RoomsErrors {
    static func response(_ rejection: Rejection, mode: DialectMode, requestID: String?) -> Response {
        var response = Response.json(status(rejection.reason), capacity: 128) { json in
            json.field("message", text(rejection, requestID: requestID))
            guard mode != .strict else { return }
            json.field("code", rejection.code)
            json.optional("field", rejection.field)
            json.optional("requestId", requestID)
        }
        addFields(of: rejection, to: &response.head)
        return response
    }

    /// The status of each reason: the document's lists, and where they are silent the usual ones.
    static func status(_ reason: Rejection.Reason) -> HTTPStatus {
        switch reason {
        case .malformed, .deleted, .tooManyFiles: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .unknownRoute, .unknownConversation, .unknownAgent, .unknownAttachment: .notFound
        case .wrongMethod: .methodNotAllowed
        case .alreadyExists, .closed, .alreadyClosed, .alreadyAssigned: .conflict
        case .tooLarge, .fileTooLarge: .contentTooLarge
        case .unsupportedFile, .unsupportedContentType: .unsupportedMediaType
        case .idempotencyMismatch: .unprocessableContent
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalFailure: .internalServerError
        }
    }

    /// An unexpected failure says nothing but where the log has it.
    private static func text(_ rejection: Rejection, requestID: String?) -> String {
        guard rejection.reason == .internalFailure, let requestID else { return rejection.message }
        return "\(rejection.message) (request \(requestID))"
    }

    static func addFields(of rejection: Rejection, to head: inout ResponseHead) {
        if rejection.reason == .unauthenticated { head.add("WWW-Authenticate", "Bearer") }
        if let allow = rejection.allow { head.add("Allow", allow) }
        if let seconds = rejection.retryAfter { head.add("Retry-After", String(seconds)) }
        guard rejection.reason == .rateLimited else { return }
        if let limit = rejection.limit { head.add("RateLimit-Limit", String(limit)) }
        head.add("RateLimit-Remaining", "0")
        if let reset = rejection.reset { head.add("RateLimit-Reset", String(reset)) }
    }
}
