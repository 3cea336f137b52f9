extension Turn {
    /// Begins a conversation, or answers with the one that its id names already.
    mutating func create(_ request: CreateConversation) throws -> Reply {
        if let externalID = request.externalID, request.collision != .never {
            if try transaction.isTombstone(dialect: request.dialect, id: externalID) {
                throw Rejection(.deleted, "Session no longer exists", field: "sessionId")
            }
            let name = ConversationName(dialect: request.dialect, id: externalID)
            if let existing = try transaction.conversation(name) { return try meet(existing, request) }
        }
        let identity = try admit(request)
        let stored = try insertConversation(request, identity)
        var conversation = stored
        let welcome = try request.welcome.map { draft in
            try append(draft, by: .system, to: &conversation, dialect: request.dialect)
        }
        let first = try request.first.map { draft in
            let author = Author(kind: .customer, id: request.ownerKey, name: request.contact.name)
            return try append(draft, by: author, to: &conversation, dialect: request.dialect)
        }
        try transaction.update(conversation, from: stored)
        // Told once the opening messages are counted.
        try record(.created, conversation, by: .customer)
        if let first { try record(.message(first), conversation, by: .customer) }
        return .created(
            CreatedReply(conversation: conversation, welcome: welcome, first: first, isNew: true, isReplay: false)
        )
    }

    /// The id exists: its owner gets the conversation, in rooms active again; anybody else is refused.
    private mutating func meet(_ existing: Conversation, _ request: CreateConversation) throws -> Reply {
        guard existing.origin == request.dialect else {
            throw Rejection(.alreadyExists, "Session already exists", field: "sessionId")
        }
        var conversation = existing
        switch request.collision {
        case .sameContactReturns:
            guard existing.ownerKey.isExactly(request.ownerKey) else {
                throw Rejection(.alreadyExists, "Session already exists", field: "sessionId")
            }
        case .reopens:
            if !existing.status.isOpen {
                try reopen(&conversation)
                try transaction.update(conversation, from: existing)
                try record(.status, conversation, by: .customer)
            }
        case .never:
            break
        }
        let opening = try transaction.messages(of: existing.row, numbers: 1...1).first
        let welcome = opening?.author.kind == .system ? opening : nil
        return .created(
            CreatedReply(conversation: conversation, welcome: welcome, first: nil, isNew: false, isReplay: false)
        )
    }

    /// The identity that will own the conversation, judged by its digest where the dialect has one.
    private mutating func admit(_ request: CreateConversation) throws -> Identity {
        var draft = IdentityDraft(
            dialect: request.dialect,
            key: request.ownerKey,
            personID: ids.next(),
            contact: request.contact,
            account: request.account,
            assurance: request.assurance,
            at: now
        )
        guard case .emailDigest(let dialect, let credential) = request.access else {
            return try transaction.upsertIdentity(draft)
        }
        let known = try transaction.identity(dialect: dialect, key: credential.normalizedEmail)
        if let known, known.pin != nil || known.authToken != nil {
            guard EmailProof.isValid(credential, for: known) else { throw EmailProof.refusal }
            draft.assurance = known.assurance
            return try transaction.upsertIdentity(draft)
        }
        guard request.firstContact != .provisionedOnly else { throw EmailProof.refusal }
        draft.assurance = .firstContact
        var identity = try transaction.upsertIdentity(draft)
        identity.pin = EmailHMAC.pin(of: credential.digest)
        identity.assurance = .firstContact
        identity.isFlagged = request.firstContact == .flag
        try transaction.update(identity)
        return identity
    }

    private mutating func insertConversation(
        _ request: CreateConversation,
        _ identity: Identity
    ) throws -> Conversation {
        let externalID =
            if let id = request.externalID { id } else { ticketID(try transaction.nextTicketNumber()) }
        let conversation = Conversation(
            row: 0,
            id: request.id,
            kind: request.kind,
            origin: request.dialect,
            externalID: externalID,
            identity: identity.row,
            personID: identity.person,
            ownerKey: request.ownerKey,
            assurance: identity.assurance,
            contact: request.contact,
            source: request.source,
            subject: request.subject,
            status: request.status,
            priority: request.priority,
            department: request.department,
            tags: request.tags,
            createdAt: now
        )
        do throws(StoreError) {
            return try transaction.insert(conversation)
        } catch {
            guard error.kind == .constraint else { throw error }
            throw Rejection(.alreadyExists, "Session already exists", field: "sessionId")
        }
    }

    /// `TKT-001`, growing past 999.
    private func ticketID(_ number: Int64) -> String {
        let digits = String(number)
        return "TKT-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}
