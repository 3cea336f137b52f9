/// An operation on its way to a tenant's writer.
package struct Submission: Sendable {
    /// Finds the waiting request again.
    package let ticket: UInt64
    package let operation: Operation
    /// Files to make durable before the commit.
    package let files: [StagedBlob]
    /// The tenant as it was when the request came.
    package let rules: TurnRules

    package init(ticket: UInt64, operation: Operation, files: [StagedBlob], rules: TurnRules) {
        self.ticket = ticket
        self.operation = operation
        self.files = files
        self.rules = rules
    }
}

/// What one transaction made of its submissions.
package struct BatchResult: Sendable {
    package var replies: [(ticket: UInt64, reply: Reply)] = []
    package var events: [ChatEvent] = []
    /// The commit failed and may turn out stored: the event log has to be asked.
    package var isInDoubt = false
}
