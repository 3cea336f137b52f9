/// Who reaches what. The same judgement serves turns (where it decides) and a lane's reads.
package struct Reach {
    private let reader: any ChatReader
    private let rules: TurnRules

    package init(reader: any ChatReader, rules: TurnRules) {
        self.reader = reader
        self.rules = rules
    }

    /// The named conversation, if the caller may have it; authentication that does not depend on the conversation
    /// (an e-mail's digest) is judged before its existence.
    package func conversation(_ name: ConversationName, by access: Access) throws -> Conversation {
        var digestOwner: Identity?
        if case .emailDigest(let dialect, let credential) = access {
            digestOwner = try authenticate(credential, dialect: dialect)
        }
        guard let conversation = try reader.conversation(name) else { throw Rejection.unknownConversation }
        try judge(conversation, access, digestOwner: digestOwner)
        return conversation
    }

    /// Whether the token that came along is the conversation's.
    package func isProven(_ access: Access, _ conversation: Conversation) -> Bool {
        guard case .bearerOfID(_, let proof) = access, let proof else { return false }
        return SessionToken.matches(proof.token, conversation: conversation.id, secret: rules.secret)
    }

    private func judge(_ conversation: Conversation, _ access: Access, digestOwner: Identity?) throws {
        switch access {
        case .agent:
            return
        case .namelessAgent(let dialect):
            guard conversation.origin == dialect else { throw Rejection.unknownConversation }
        case .bearerOfID(let dialect, _):
            guard conversation.origin == dialect else { throw Rejection.unknownConversation }
            try judgeToken(of: conversation, access)
        case .customer(let dialect, let key):
            guard conversation.origin == dialect, conversation.ownerKey.isExactly(key) else {
                throw Rejection(.forbidden, "You do not have permission to access this session")
            }
        case .contactEmail(let dialect, let email):
            guard conversation.origin == dialect else { throw Rejection.unknownConversation }
            let folded = EmailForm.folded(email)
            if EmailForm.folded(conversation.contact.email).isExactly(folded) { return }
            if let identity = try reader.identity(row: conversation.identity),
                EmailForm.folded(identity.email).isExactly(folded)
            {
                return
            }
            throw Rejection(.forbidden, "Email does not match this chat", field: "email")
        case .emailDigest(let dialect, _):
            guard conversation.origin == dialect, conversation.identity == digestOwner?.row else {
                throw Rejection.unknownConversation
            }
        }
    }

    private func judgeToken(of conversation: Conversation, _ access: Access) throws {
        switch rules.sessionAuth {
        case .open: return
        case .guarded where !conversation.tokenUsed: return
        case .guarded, .required:
            guard isProven(access, conversation) else {
                throw Rejection(.unauthenticated, "Session token required")
            }
        }
    }

    /// The user behind an e-mail's digest: computed where the token is known, else compared with the pin.
    package func authenticate(_ credential: EmailCredential, dialect: DialectName) throws -> Identity {
        guard let identity = try reader.identity(dialect: dialect, key: credential.normalizedEmail),
            EmailProof.isValid(credential, for: identity)
        else { throw EmailProof.refusal }
        return identity
    }
}
