extension Turn {
    /// The original answer of a request that was executed before; nil when this is the first.
    func replay() throws -> Reply? {
        guard let key = operation.idempotency,
            let row = try transaction.idempotencyRow(scope: key.scope, now: now)
        else { return nil }
        guard row.content == key.content else {
            throw Rejection(
                .idempotencyMismatch,
                "Idempotency-Key was used for a different request",
                field: "Idempotency-Key"
            )
        }
        guard let conversation = try transaction.conversation(row: row.conversation) else { return nil }
        switch operation.action {
        case .create(let create): return .created(try recreate(row, conversation, create))
        case .send(let send):
            // Who may not send any more is not told again what was answered then.
            _ = try Reach(reader: transaction, rules: rules).conversation(send.conversation, by: send.access)
            guard let message = try message(row.messageNumber, of: conversation) else { return nil }
            return .message(MessageReply(message: message, conversation: conversation, isReplay: true))
        case .note:
            guard let note = try transaction.notes(of: conversation.row).first(where: { $0.row == row.messageNumber })
            else { return nil }
            return .note(note, conversation, isReplay: true)
        default: return nil
        }
    }

    /// The answer to a creation again: the conversation as it was then, whatever has become of it since.
    private func recreate(
        _ row: IdempotencyRow,
        _ conversation: Conversation,
        _ create: CreateConversation
    ) throws -> CreatedReply {
        let opening = try message(1, of: conversation)
        let isWelcome = opening?.author.kind == .system
        var answered = conversation
        // One that was found closed was opened again.
        if row.wasNew || create.collision == .reopens { answered.status = create.status }
        if row.wasNew {
            answered.priority = create.priority
            answered.department = create.department
            answered.tags = create.tags
            answered.assignment = nil
            answered.rating = nil
            answered.endedAt = nil
            answered.firstResponseAt = nil
            answered.updatedAt = conversation.createdAt
            answered.messageCount = row.messageNumber > 0 ? row.messageNumber : isWelcome ? 1 : 0
            answered.peopleCount = row.messageNumber > 0 ? 1 : 0
            answered.customerCount = answered.peopleCount
            answered.firstNumber = 1
            (answered.customer, answered.agents) = (Watermark(), Watermark())
        }
        return CreatedReply(
            conversation: answered,
            welcome: isWelcome ? opening : nil,
            first: row.messageNumber > 0 ? try message(row.messageNumber, of: conversation) : nil,
            isNew: row.wasNew,
            isReplay: true
        )
    }

    private func message(_ number: Int64, of conversation: Conversation) throws -> Message? {
        guard number > 0 else { return nil }
        return try transaction.messages(of: conversation.row, numbers: number...number).first
    }

    /// Remembers what a request with a key made, in the turn that made it.
    func remember(_ reply: Reply) throws {
        guard let key = operation.idempotency else { return }
        let row: IdempotencyRow
        switch reply {
        case .created(let created):
            row = idempotencyRow(key, created.conversation, created.first?.number ?? 0, wasNew: created.isNew)
        case .message(let sent):
            row = idempotencyRow(key, sent.conversation, sent.message.number, wasNew: true)
        case .note(let note, let conversation, _):
            row = idempotencyRow(key, conversation, note.row, wasNew: true)
        default: return
        }
        try transaction.insert(row)
    }

    private func idempotencyRow(
        _ key: IdempotencyKey,
        _ conversation: Conversation,
        _ number: Int64,
        wasNew: Bool
    ) -> IdempotencyRow {
        IdempotencyRow(
            scope: key.scope,
            content: key.content,
            conversation: conversation.row,
            messageNumber: number,
            wasNew: wasNew,
            expiresAt: key.expiresAt
        )
    }
}
