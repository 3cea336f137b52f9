import Core

/// Errors as the document has them: `{"success": false, "message": …}`, with more keys outside strict.
enum LocalProErrors {
    static func response(_ rejection: Rejection, mode: DialectMode, requestID: String?) -> Response {
        var response = Response.json(status(rejection.reason), capacity: 192) { json in
            json.field("success", false)
            // One sentence for every missing or invalid token, as the document has it.
            let isTokenless = rejection.reason == .unauthenticated
            json.field("message", (isTokenless ? LocalProDialect.unauthorized : rejection).text(requestID: requestID))
            guard mode != .strict else { return }
            json.field("code", rejection.code)
            json.optional("field", rejection.field)
            json.optional("requestId", requestID)
        }
        response.head.addFields(of: rejection)
        return response
    }

    /// The status of each reason: the document's table, and where it is silent the usual ones.
    static func status(_ reason: Rejection.Reason) -> HTTPStatus {
        switch reason {
        case .malformed, .alreadyExists, .deleted, .closed, .alreadyClosed, .alreadyAssigned, .fileTooLarge,
            .tooManyFiles, .unsupportedFile:
            .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .unknownRoute, .unknownConversation, .unknownAgent, .unknownAttachment: .notFound
        case .wrongMethod: .methodNotAllowed
        case .tooLarge: .contentTooLarge
        case .unsupportedContentType: .unsupportedMediaType
        case .idempotencyMismatch: .unprocessableContent
        case .timedOut: .requestTimeout
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalFailure: .internalServerError
        }
    }
}
