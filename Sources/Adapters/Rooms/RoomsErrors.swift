import Core

/// Errors over REST: `{"message": …}`, with more keys outside strict.
enum RoomsErrors {
    static func response(_ rejection: Rejection, mode: DialectMode, requestID: String?) -> Response {
        var response = Response.json(status(rejection.reason), capacity: 128) { json in
            json.field("message", rejection.text(requestID: requestID))
            guard mode != .strict else { return }
            json.field("code", rejection.code)
            // Of what the core calls a session, the id is the client's here.
            json.optional("field", rejection.field == "sessionId" ? "clientId" : rejection.field)
            json.optional("requestId", requestID)
        }
        response.head.addFields(of: rejection)
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
        case .timedOut: .requestTimeout
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalFailure: .internalServerError
        }
    }
}
