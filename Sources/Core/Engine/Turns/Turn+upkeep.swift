/// What operators and the daemon itself write.
extension Turn {
    /// Stores uploads under a conversation until a message names them or they expire.
    mutating func keepUploads(_ request: KeepUploads) throws -> Reply {
        let reach = Reach(reader: transaction, rules: rules)
        let stored = try reach.conversation(request.conversation, by: request.access)
        guard stored.status.isOpen else { throw Rejection(.closed, "Session is closed") }
        try transaction.keepUploads(request.files, conversation: stored.row, expiresAt: request.expiresAt)
        var conversation = stored
        if !stored.tokenUsed, reach.isProven(request.access, stored) {
            conversation.tokenUsed = true
            try transaction.update(conversation, from: stored)
        }
        return .uploads(request.files, conversation)
    }

    mutating func user(_ command: UserCommand) throws -> Reply {
        switch command {
        case .provision(let dialect, let email, let authToken):
            let key = EmailForm.folded(email)
            var identity = try transaction.upsertIdentity(
                IdentityDraft(
                    dialect: dialect,
                    key: key,
                    personID: ids.next(),
                    contact: Contact(name: "", email: email),
                    account: AccountFacts(),
                    assurance: .hmac,
                    at: now
                )
            )
            identity.authToken = authToken
            identity.assurance = .hmac
            identity.isFlagged = false
            try transaction.update(identity)
            try transaction.recordAudit(at: now, action: "user.provision", subject: key)
        case .resetPin(let dialect, let email):
            let key = EmailForm.folded(email)
            guard var identity = try transaction.identity(dialect: dialect, key: key) else {
                throw Rejection.invalid("email", "No such user")
            }
            identity.pin = nil
            try transaction.update(identity)
            try transaction.recordAudit(at: now, action: "user.reset-pin", subject: key)
        }
        return .done
    }

    mutating func token(_ command: TokenCommand) throws -> Reply {
        switch command {
        case .mint(let token):
            try transaction.insert(token)
            try transaction.recordAudit(at: now, action: "token.mint", subject: token.agentID)
        case .revoke(let digest):
            guard try transaction.deleteToken(digest: digest) else {
                throw Rejection.invalid("token", "No such token")
            }
            try transaction.recordAudit(at: now, action: "token.revoke", subject: "")
        }
        return .done
    }

    mutating func webhook(_ command: WebhookCommand) throws -> Reply {
        switch command {
        case .delivered(let row, let event):
            try transaction.removeWebhook(row: row)
            try confirmDelivery(of: event)
        case .failed(let row, let attempts, let next, let error):
            try transaction.rescheduleWebhook(row: row, attempts: attempts, at: next, error: error)
        case .dead(let row, let attempts, let error):
            try transaction.buryWebhook(row: row, attempts: attempts, error: error)
        case .replay(let endpoint, let row):
            let count = try transaction.replayWebhooks(endpoint: endpoint, row: row, now: now)
            try transaction.recordAudit(at: now, action: "webhook.replay", subject: endpoint ?? "all")
            return .counted(count)
        }
        return .done
    }
}
