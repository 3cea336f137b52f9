/// What the operator does to a SupportZen user.
package enum UserCommand: Sendable {
    case provision(dialect: DialectName, email: String, authToken: String)
    case resetPin(dialect: DialectName, email: String)
}

/// Opaque agent tokens: only their digests are stored.
package enum TokenCommand: Sendable {
    case mint(StoredToken)
    case revoke(digest: [UInt8])
}

/// A minted agent token as it is stored.
package struct StoredToken: Sendable, Equatable {
    package var digest: [UInt8]
    package var agentID: String
    package var role: AgentRole
    package var name: String
    package var createdAt: Int64
    package var expiresAt: Int64?

    package init(
        digest: [UInt8],
        agentID: String,
        role: AgentRole,
        name: String,
        createdAt: Int64,
        expiresAt: Int64?
    ) {
        self.digest = digest
        self.agentID = agentID
        self.role = role
        self.name = name
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// What became of webhook deliveries.
package enum WebhookCommand: Sendable {
    /// Answered with a 2xx: forget the row. The event tells which message has reached its receiver.
    case delivered(row: Int64, event: Int64)
    /// Try again at a time.
    case failed(row: Int64, attempts: Int, nextAttemptAt: Int64, error: String)
    /// Given up: kept among the dead letters.
    case dead(row: Int64, attempts: Int, error: String)
    /// Dead letters of an endpoint (or all) go back into the queue.
    case replay(endpoint: String?, row: Int64?)
}

/// Housekeeping: what has expired goes.
package struct Sweep: Sendable {
    package var uploadsExpiredBefore: Int64
    package var idempotencyExpiredBefore: Int64
    package var messagesOlderThan: Int64?
    package var deadWebhooksOlderThan: Int64
    /// Nobody sends them any more: their endpoint has left the configuration.
    package var waitingWebhooksOlderThan: Int64
    /// So many of the newest events stay: more than anybody who comes back is told.
    package var eventsKept: Int64
    /// Of each kind, at once.
    package var limit: Int

    package init(
        uploadsExpiredBefore: Int64,
        idempotencyExpiredBefore: Int64,
        messagesOlderThan: Int64?,
        deadWebhooksOlderThan: Int64,
        waitingWebhooksOlderThan: Int64,
        eventsKept: Int64,
        limit: Int
    ) {
        self.uploadsExpiredBefore = uploadsExpiredBefore
        self.idempotencyExpiredBefore = idempotencyExpiredBefore
        self.messagesOlderThan = messagesOlderThan
        self.deadWebhooksOlderThan = deadWebhooksOlderThan
        self.waitingWebhooksOlderThan = waitingWebhooksOlderThan
        self.eventsKept = eventsKept
        self.limit = limit
    }
}
