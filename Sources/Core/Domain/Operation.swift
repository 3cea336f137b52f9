/// One write that a tenant's writer executes as a turn. Plain values only: an operation is decoded on a lane
/// and executed on another thread.
package struct Operation: Sendable {
    package var action: Action
    /// When the request was taken, Unix milliseconds.
    package var at: Int64
    /// Recognises a retry of the same request.
    package var idempotency: IdempotencyKey?

    package init(_ action: Action, at: Int64, idempotency: IdempotencyKey? = nil) {
        self.action = action
        self.at = at
        self.idempotency = idempotency
    }

    /// Everything that can be written. Indirect: an operation changes hands several times, and is large.
    package indirect enum Action: Sendable {
        case create(CreateConversation)
        case send(SendMessage)
        case close(CloseConversation)
        case rate(RateConversation)
        case read(MarkRead)
        case assign(AssignConversation)
        case transfer(TransferConversation)
        case update(UpdateConversation)
        case note(AddNote)
        case delete(DeleteConversation)
        case presentToken(PresentToken)
        case keepUploads(KeepUploads)
        case delivered([DeliveredMark])
        case user(UserCommand)
        case token(TokenCommand)
        case webhook(WebhookCommand)
        case sweep(Sweep)
    }
}

/// What makes two requests the same one.
package struct IdempotencyKey: Sendable, Equatable {
    /// Digest of tenant-wide scope: dialect, caller, route and the client's key.
    package let scope: [UInt8]
    /// Digest of the decoded content.
    package let content: [UInt8]
    /// From when on the key is forgotten, Unix milliseconds.
    package let expiresAt: Int64

    package init(scope: [UInt8], content: [UInt8], expiresAt: Int64) {
        self.scope = scope
        self.content = content
        self.expiresAt = expiresAt
    }
}
