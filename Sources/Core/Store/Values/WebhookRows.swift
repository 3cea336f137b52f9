/// An event on its way to an endpoint.
package struct WebhookDraft: Sendable {
    package var endpoint: String
    package var id: EntityID
    package var event: Int64
    /// The row of the conversation that it tells of.
    package var conversation: Int64
    /// The body as it is sent, every time the same.
    package var body: [UInt8]
    package var at: Int64

    package init(endpoint: String, id: EntityID, event: Int64, conversation: Int64, body: [UInt8], at: Int64) {
        self.endpoint = endpoint
        self.id = id
        self.event = event
        self.conversation = conversation
        self.body = body
        self.at = at
    }
}

package struct WebhookDelivery: Sendable {
    package var row: Int64
    package var endpoint: String
    package var id: EntityID
    package var event: Int64
    package var body: [UInt8]
    package var createdAt: Int64
    package var attempts: Int
    package var nextAttemptAt: Int64
    package var lastError: String?

    package init(
        row: Int64,
        endpoint: String,
        id: EntityID,
        event: Int64,
        body: [UInt8],
        createdAt: Int64,
        attempts: Int,
        nextAttemptAt: Int64,
        lastError: String?
    ) {
        self.row = row
        self.endpoint = endpoint
        self.id = id
        self.event = event
        self.body = body
        self.createdAt = createdAt
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastError = lastError
    }
}
