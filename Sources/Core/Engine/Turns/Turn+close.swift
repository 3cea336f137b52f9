extension Turn {
    /// Ends a conversation. An ended one keeps its first end; an archived one changes in nothing.
    mutating func close(_ request: CloseConversation) throws -> Reply {
        let reach = Reach(reader: transaction, rules: rules)
        let stored = try reach.conversation(request.conversation, by: request.access)
        if !stored.status.isOpen, request.refusesTwice {
            throw Rejection(.alreadyClosed, "Session is already closed")
        }
        guard stored.status != .archived else { return .conversation(stored, changed: false) }
        var conversation = stored
        conversation.tokenUsed = stored.tokenUsed || reach.isProven(request.access, stored)
        let changed = stored.status != .closed
        if changed {
            conversation.status = .closed
            conversation.endedAt = now
        }
        if let score = request.rating {
            conversation.rating = Rating(score: score, feedback: request.feedback, ratedAt: now)
        }
        guard conversation != stored else { return .conversation(stored, changed: false) }
        conversation.updatedAt = now
        try transaction.update(conversation, from: stored)
        if changed { try record(.status, conversation, by: request.access.side) }
        if request.rating != nil { try record(.rated, conversation, by: request.access.side) }
        return .conversation(conversation, changed: changed)
    }

    /// A customer's verdict, also after the end; the last one wins.
    mutating func rate(_ request: RateConversation) throws -> Reply {
        let reach = Reach(reader: transaction, rules: rules)
        let stored = try reach.conversation(request.conversation, by: request.access)
        var conversation = stored
        conversation.tokenUsed = stored.tokenUsed || reach.isProven(request.access, stored)
        conversation.rating = Rating(score: request.score, feedback: request.feedback, ratedAt: now)
        conversation.updatedAt = now
        try transaction.update(conversation, from: stored)
        try record(.rated, conversation, by: request.access.side)
        return .conversation(conversation, changed: true)
    }

    /// Notes that a session's token has been presented.
    mutating func presentToken(_ request: PresentToken) throws -> Reply {
        let reach = Reach(reader: transaction, rules: rules)
        let stored = try reach.conversation(request.conversation, by: request.access)
        guard !stored.tokenUsed, reach.isProven(request.access, stored) else {
            return .conversation(stored, changed: false)
        }
        var conversation = stored
        conversation.tokenUsed = true
        try transaction.update(conversation, from: stored)
        return .conversation(conversation, changed: true)
    }
}
