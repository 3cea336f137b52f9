/// Why something was refused, in terms every dialect can map to its own status and body.
package struct Rejection: Error, Sendable, Equatable {
    /// The stable reasons. A dialect's mapping switches over them, so a new one cannot be forgotten.
    package enum Reason: String, Sendable, CaseIterable {
        /// The request cannot be understood: a field is missing, of the wrong type or out of range.
        case malformed
        /// No credential, or one that is not valid.
        case unauthenticated
        /// The credential is valid and does not reach this.
        case forbidden
        case unknownRoute = "unknown-route"
        case wrongMethod = "wrong-method"
        case unknownConversation = "unknown-conversation"
        case unknownAgent = "unknown-agent"
        case unknownAttachment = "unknown-attachment"
        /// The id is taken by somebody else.
        case alreadyExists = "already-exists"
        /// The id belonged to a conversation that was deleted, and stays unusable.
        case deleted
        /// The conversation takes no messages.
        case closed
        case alreadyClosed = "already-closed"
        case alreadyAssigned = "already-assigned"
        case tooLarge = "too-large"
        case fileTooLarge = "file-too-large"
        case tooManyFiles = "too-many-files"
        case unsupportedFile = "unsupported-file"
        case unsupportedContentType = "unsupported-content-type"
        /// The rest of the request did not come in time.
        case timedOut = "timed-out"
        /// The same idempotency key came with other content.
        case idempotencyMismatch = "idempotency-mismatch"
        case rateLimited = "rate-limited"
        /// The store or its queue cannot take it now; the same request may be tried again.
        case unavailable
        case internalFailure = "internal-failure"
    }

    package let reason: Reason
    /// What is shown to the client.
    package let message: String
    /// The offending field, where there is one.
    package let field: String?
    /// Seconds after which trying again makes sense.
    package let retryAfter: Int?
    /// The methods a path does have (`wrongMethod`).
    package let allow: String?
    /// The bucket's size and the seconds until it is full (`rateLimited`).
    package let limit: Int?
    package let reset: Int?

    package init(
        _ reason: Reason,
        _ message: String,
        field: String? = nil,
        retryAfter: Int? = nil,
        allow: String? = nil,
        limit: Int? = nil,
        reset: Int? = nil
    ) {
        self.reason = reason
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
        self.allow = allow
        self.limit = limit
        self.reset = reset
    }

    /// The code that logs and JSON bodies carry.
    package var code: String { reason.rawValue }

    /// Whether the same request can succeed later without a change.
    package var isRetryable: Bool { reason == .unavailable || reason == .rateLimited }

    /// A field that is missing or not as it must be.
    package static func invalid(_ field: String, _ message: String) -> Rejection {
        Rejection(.malformed, message, field: field)
    }

    package static let unknownConversation = Rejection(.unknownConversation, "Session not found")
    package static let unavailable = Rejection(.unavailable, "Service temporarily unavailable", retryAfter: 1)
    package static let internalFailure = Rejection(.internalFailure, "Internal server error")
}
