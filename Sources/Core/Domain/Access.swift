/// An agent as a request or socket has proven to be one.
package struct AgentIdentity: Sendable, Equatable, Hashable {
    package let id: String
    package let firstName: String
    package let lastName: String
    package let email: String
    package let avatar: String?
    package let role: AgentRole

    package init(id: String, firstName: String, lastName: String, email: String, avatar: String?, role: AgentRole) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.avatar = avatar
        self.role = role
    }

    package var displayName: String {
        switch (firstName.isEmpty, lastName.isEmpty) {
        case (false, false): firstName + " " + lastName
        case (false, true): firstName
        case (true, false): lastName
        case (true, true): id
        }
    }
}

/// A customer whom a token names.
package struct CustomerIdentity: Sendable, Equatable {
    package let key: String
    package let name: String?
    package let email: String?

    package init(key: String, name: String?, email: String?) {
        self.key = key
        self.name = name
        self.email = email
    }
}

/// By what right an operation reaches a conversation. Judged in the turn, against what is stored then.
package enum Access: Sendable, Equatable {
    /// An agent of the tenant reaches every conversation.
    case agent(AgentIdentity)
    /// An agent's side that nobody has authenticated (rooms without tokens): conversations born there only.
    case namelessAgent(DialectName)
    /// Whoever knows the session id (LocalPro guests), with the session token where one was sent.
    case bearerOfID(DialectName, token: SessionTokenProof?)
    /// A customer known by key in a dialect (client id, token subject).
    case customer(DialectName, key: String)
    /// SupportZen live: the e-mail must be the chat's or its person's present one.
    case contactEmail(DialectName, email: String)
    /// SupportZen client: the digest must be the one pinned for the e-mail's user, or computed from its token.
    case emailDigest(DialectName, EmailCredential)

    /// For whom it speaks.
    package var side: Side {
        switch self {
        case .agent, .namelessAgent: .agents
        case .bearerOfID, .customer, .contactEmail, .emailDigest: .customer
        }
    }
}

/// A session token that a client sent: whether it is the right one is known only with the conversation.
package struct SessionTokenProof: Sendable, Equatable {
    package let token: String

    package init(token: String) {
        self.token = token
    }
}

/// An e-mail and the HMAC over it.
package struct EmailCredential: Sendable, Equatable {
    /// Exactly as it was sent: the digest is over these bytes.
    package let email: String
    /// The 32 bytes of the hex digest.
    package let digest: [UInt8]

    package init(email: String, digest: [UInt8]) {
        self.email = email
        self.digest = digest
    }

    /// The form under which the user is found.
    package var normalizedEmail: String { EmailForm.folded(email) }
}

/// How an operation names its conversation.
package struct ConversationName: Sendable, Hashable {
    /// The dialect whose ids these are.
    package let dialect: DialectName
    /// The id as the client sent it, decoded once.
    package let id: String
    /// Restricts the kind: ids do not cross between chat and ticket endpoints.
    package let kind: ConversationKind?

    package init(dialect: DialectName, id: String, kind: ConversationKind? = nil) {
        self.dialect = dialect
        self.id = id
        self.kind = kind
    }

    package static func == (one: ConversationName, other: ConversationName) -> Bool {
        one.kind == other.kind && one.id.isExactly(other.id) && one.dialect == other.dialect
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(dialect)
        hasher.combine(ExactString(id))
    }
}
