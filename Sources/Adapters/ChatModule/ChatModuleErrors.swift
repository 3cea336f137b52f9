import Core

/// Errors as the document has them: `{"success": false, "message": …, "error": {"code", "message"}}`.
enum ChatModuleErrors {
    static func response(_ rejection: Rejection, requestID: String?) -> Response {
        let message = rejection.text(requestID: requestID)
        var response = Response.json(status(rejection.reason)) { json in
            json.field("success", false)
            json.field("message", message)
            json.object("error") { error in
                error.field("code", rejection.code)
                error.field("message", message)
            }
        }
        response.head.addFields(of: rejection)
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
        case .timedOut: .requestTimeout
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalFailure: .internalServerError
        }
    }
}
