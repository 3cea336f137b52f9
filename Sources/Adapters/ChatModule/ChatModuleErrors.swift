import Core

/// Errors as the document has them: `{"success": false, "message": …, "error": {"code", "message"}}`.
enum ChatModuleErrors {
    static func response(_ rejection: Rejection, requestID: String?) -> Response {
        let message = text(rejection, requestID: requestID)
        var response = Response.json(status(rejection.reason)) { json in
            json.field("success", false)
            json.field("message", message)
            json.object("error") { error in
                error.field("code", rejection.code)
                error.field("message", message)
            }
        }
        addFields(of: rejection, to: &response.head)
        return response
    }

    /// The status of each reason, from the document's error lists where it names one.
    static func status(_ reason: Rejection.Reason) -> HTTPStatus {
        switch reason {
        case .malformed, .fileTooLarge, .tooManyFiles, .unsupportedFile: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .unknownRoute, .unknownConversation, .unknownAgent, .unknownAttachment, .deleted: .notFound
        case .wrongMethod: .methodNotAllowed
        case .alreadyExists, .closed, .alreadyClosed, .alreadyAssigned, .idempotencyMismatch: .conflict
        case .tooLarge: .contentTooLarge
        case .unsupportedContentType: .unsupportedMediaType
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

    private static func addFields(of rejection: Rejection, to head: inout ResponseHead) {
        if rejection.reason == .unauthenticated { head.add("WWW-Authenticate", "Bearer") }
        if let allow = rejection.allow { head.add("Allow", allow) }
        if let seconds = rejection.retryAfter { head.add("Retry-After", String(seconds)) }
        guard rejection.reason == .rateLimited else { return }
        if let limit = rejection.limit { head.add("RateLimit-Limit", String(limit)) }
        head.add("RateLimit-Remaining", "0")
        if let reset = rejection.reset { head.add("RateLimit-Reset", String(reset)) }
    }
}
