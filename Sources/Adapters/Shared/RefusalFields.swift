import Core

/// What every dialect tells of a refusal beside its own body.
extension ResponseHead {
    /// The header fields that it calls for: `Allow`, `Retry-After`, `RateLimit-…`, `WWW-Authenticate`.
    mutating func addFields(of rejection: Rejection) {
        if rejection.reason == .unauthenticated { add("WWW-Authenticate", "Bearer") }
        if let allow = rejection.allow { add("Allow", allow) }
        if let seconds = rejection.retryAfter { add("Retry-After", String(seconds)) }
        guard rejection.reason == .rateLimited else { return }
        if let limit = rejection.limit { add("RateLimit-Limit", String(limit)) }
        add("RateLimit-Remaining", "0")
        if let reset = rejection.reset { add("RateLimit-Reset", String(reset)) }
    }
}

extension Rejection {
    /// The message. An unexpected failure says nothing but where the log has it.
    func text(requestID: String?) -> String {
        guard reason == .internalFailure, let requestID else { return message }
        return "\(message) (request \(requestID))"
    }
}
