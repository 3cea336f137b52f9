extension Turn {
    /// Adds a message of a customer or an agent.
    mutating func send(_ request: SendMessage) throws -> Reply {
        let reach = Reach(reader: transaction, rules: rules)
        let stored = try reach.conversation(request.conversation, by: request.access)
        var conversation = stored
        conversation.tokenUsed = stored.tokenUsed || reach.isProven(request.access, stored)

        var statusChanged = false
        if !conversation.status.isOpen {
            guard reopens(stored, request.onClosed) else { throw Rejection(.closed, "Session is closed") }
            try reopen(&conversation)
            statusChanged = true
        }
        let author = named(request.author, in: stored)
        let message = try append(
            request.draft,
            by: author,
            to: &conversation,
            dialect: request.conversation.dialect
        )
        var assigned = false
        if request.author.kind == .agent {
            conversation.firstResponseAt = conversation.firstResponseAt ?? now
            if conversation.status == .pending {
                conversation.status = .active
                statusChanged = true
            }
            if request.assignsOnFirstReply, conversation.assignment == nil, !request.author.id.isEmpty {
                conversation.assignment = Assignment(agentID: request.author.id, agentName: request.author.name)
                assigned = true
            }
        }
        conversation.updatedAt = now
        try transaction.update(conversation, from: stored)
        let side = author.kind.side
        try record(.message(message), conversation, by: side)
        if assigned { try record(.assigned, conversation, by: side) }
        if statusChanged { try record(.status, conversation, by: side) }
        return .message(MessageReply(message: message, conversation: conversation, isReplay: false))
    }

    private func reopens(_ conversation: Conversation, _ policy: ClosedPolicy) -> Bool {
        switch policy {
        case .reject: false
        case .reopen: true
        case .reopenUnlessArchived: conversation.status != .archived
        }
    }

    /// A customer whom the dialect knows by the conversation alone has the conversation's key and name.
    private func named(_ author: Author, in conversation: Conversation) -> Author {
        guard author.kind == .customer else { return author }
        var named = author
        if named.id.isEmpty { named.id = conversation.ownerKey }
        if named.name.isEmpty { named.name = conversation.contact.name }
        return named
    }

    /// Appends a draft and moves its author's watermark to it.
    mutating func append(
        _ draft: MessageDraft,
        by author: Author,
        to conversation: inout Conversation,
        dialect: DialectName
    ) throws -> Message {
        var attachments = draft.files
        if !draft.uploads.isEmpty {
            guard let uploads = try transaction.uploads(draft.uploads, conversation: conversation.row) else {
                throw Rejection.invalid("attachments", "attachments must name unused uploads of this session")
            }
            attachments += uploads
        }
        let message = try transaction.append(
            Message(
                conversation: conversation.row,
                number: 0,
                peopleNumber: 0,
                customerNumber: 0,
                id: .none,
                author: author,
                text: draft.text,
                imageURL: draft.imageURL,
                attachments: attachments,
                dialect: dialect,
                createdAt: now
            ),
            to: &conversation
        )
        if let side = author.kind.side {
            try advance(side, to: message.number, othersRead: othersCount(at: message, side: side), in: &conversation)
        }
        return message
    }

    /// Opens a closed conversation again.
    func reopen(_ conversation: inout Conversation) throws {
        conversation.status = .active
        conversation.endedAt = nil
        conversation.updatedAt = now
    }
}
