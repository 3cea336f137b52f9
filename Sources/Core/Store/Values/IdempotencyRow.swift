/// What a remembered request answered: rows, rendered again for a retry.
package struct IdempotencyRow: Sendable, Equatable {
    package var scope: [UInt8]
    package var content: [UInt8]
    package var conversation: Int64
    /// The number of the message it made; 0 for none.
    package var messageNumber: Int64
    package var wasNew: Bool
    package var expiresAt: Int64

    package init(
        scope: [UInt8],
        content: [UInt8],
        conversation: Int64,
        messageNumber: Int64,
        wasNew: Bool,
        expiresAt: Int64
    ) {
        self.scope = scope
        self.content = content
        self.conversation = conversation
        self.messageNumber = messageNumber
        self.wasNew = wasNew
        self.expiresAt = expiresAt
    }
}
