/// A conversation as a row of its table: which columns, in which order, bound and read.
enum ConversationColumns {
    /// Read in this order by `read`.
    static let all = """
        row, id, kind, origin, external_id, identity, person, owner_key, assurance, name, email, phone, \
        user_agent, address, referrer, page_url, subject, status, priority, department, tags, created_at, \
        agent, agent_name, rating, feedback, rated_at, ended_at, first_response_at, updated_at, active_at, \
        message_count, people_count, customer_count, first_number, \
        customer_delivered, customer_read, customer_others, agents_delivered, agents_read, agents_others, \
        token_used, has_exceptions
        """

    /// All of them, of the conversations that a condition to follow names.
    static let select = "SELECT \(all) FROM conversation CROSS JOIN progress ON progress.conversation = row"

    static func read(_ row: SQLiteStatement) -> Conversation {
        var conversation = Conversation(
            row: row.int64(),
            id: row.id(),
            kind: ConversationKind(rawValue: row.int()) ?? .chat,
            origin: row.dialect(),
            externalID: row.text(),
            identity: row.int64(),
            personID: row.id(),
            ownerKey: row.text(),
            assurance: Assurance(rawValue: row.int()) ?? .none,
            contact: Contact(name: row.text(), email: row.text(), phone: row.optionalText()),
            source: Origin(
                userAgent: row.optionalText(),
                address: row.optionalText(),
                referrer: row.optionalText(),
                pageURL: row.optionalText()
            ),
            subject: row.optionalText(),
            status: ConversationStatus(rawValue: row.int()) ?? .pending,
            priority: ConversationPriority(rawValue: row.int()) ?? .medium,
            department: row.text(),
            tags: TagList.decode(row.text()),
            createdAt: row.int64()
        )
        let agent = row.optionalText()
        let agentName = row.optionalText()
        conversation.assignment = agent.map { Assignment(agentID: $0, agentName: agentName ?? "") }
        let score = row.optionalInt()
        let feedback = row.optionalText()
        let ratedAt = row.optionalInt64()
        conversation.rating = score.map { Rating(score: $0, feedback: feedback, ratedAt: ratedAt ?? 0) }
        conversation.endedAt = row.optionalInt64()
        conversation.firstResponseAt = row.optionalInt64()
        conversation.updatedAt = row.int64()
        conversation.activeAt = row.int64()
        conversation.messageCount = row.int64()
        conversation.peopleCount = row.int64()
        conversation.customerCount = row.int64()
        conversation.firstNumber = row.int64()
        conversation.customer = Watermark(delivered: row.int64(), read: row.int64(), othersRead: row.int64())
        conversation.agents = Watermark(delivered: row.int64(), read: row.int64(), othersRead: row.int64())
        conversation.tokenUsed = row.bool()
        conversation.hasReadExceptions = row.bool()
        return conversation
    }

    /// What never changes after birth; bound by `bindBirth`.
    static let birth = "id, kind, origin, external_id, created_at, oldest_at"

    static func bindBirth(_ conversation: Conversation, to statement: SQLiteStatement) {
        statement.bind(conversation.id)
        statement.bind(conversation.kind.rawValue)
        statement.bind(conversation.origin.rawValue)
        statement.bind(conversation.externalID)
        statement.bind(conversation.createdAt)
        statement.bind(conversation.createdAt)
    }

    /// What people change, and what follows from it; bound by `bindFacts`.
    static let facts = """
        identity, person, owner_key, assurance, name, email, phone, user_agent, address, referrer, page_url, subject, \
        status, priority, department, tags, agent, agent_name, rating, feedback, rated_at, ended_at, \
        first_response_at, active_second, list_key, email_key
        """

    static func bindFacts(_ conversation: Conversation, to statement: SQLiteStatement) {
        statement.bind(conversation.identity)
        statement.bind(conversation.personID)
        statement.bind(conversation.ownerKey)
        statement.bind(conversation.assurance.rawValue)
        statement.bind(conversation.contact.name)
        statement.bind(conversation.contact.email)
        statement.bind(conversation.contact.phone)
        statement.bind(conversation.source.userAgent)
        statement.bind(conversation.source.address)
        statement.bind(conversation.source.referrer)
        statement.bind(conversation.source.pageURL)
        statement.bind(conversation.subject)
        statement.bind(conversation.status.rawValue)
        statement.bind(conversation.priority.rawValue)
        statement.bind(conversation.department)
        statement.bind(TagList.encode(conversation.tags))
        statement.bind(conversation.assignment?.agentID)
        statement.bind(conversation.assignment?.agentName)
        statement.bind(conversation.rating?.score)
        statement.bind(conversation.rating?.feedback)
        statement.bind(conversation.rating?.ratedAt)
        statement.bind(conversation.endedAt)
        statement.bind(conversation.firstResponseAt)
        statement.bind(activeSecond(conversation))
        statement.bind(listKey(conversation))
        statement.bind(EmailKey.of(conversation.contact.email))
    }

    /// What messages and receipts move; bound by `bindProgress`.
    static let progress = """
        updated_at, active_at, message_count, people_count, customer_count, first_number, \
        customer_delivered, customer_read, customer_others, agents_delivered, agents_read, agents_others, \
        token_used, has_exceptions
        """

    static func bindProgress(_ conversation: Conversation, to statement: SQLiteStatement) {
        statement.bind(conversation.updatedAt)
        statement.bind(conversation.activeAt)
        statement.bind(conversation.messageCount)
        statement.bind(conversation.peopleCount)
        statement.bind(conversation.customerCount)
        statement.bind(conversation.firstNumber)
        statement.bind(conversation.customer.delivered)
        statement.bind(conversation.customer.read)
        statement.bind(conversation.customer.othersRead)
        statement.bind(conversation.agents.delivered)
        statement.bind(conversation.agents.read)
        statement.bind(conversation.agents.othersRead)
        statement.bind(conversation.tokenUsed)
        statement.bind(conversation.hasReadExceptions)
    }

    /// The second of activity: all that the index of activity tells.
    static func activeSecond(_ conversation: Conversation) -> Int64 { conversation.activeAt / 1000 }

    /// Whether two states of a conversation differ in what `progress` holds, and in nothing else.
    static func differOnlyInProgress(_ new: Conversation, _ old: Conversation) -> Bool {
        // What most often differs, before all of it is compared.
        guard new.status == old.status, new.firstResponseAt == old.firstResponseAt else { return false }
        var other = old
        other.updatedAt = new.updatedAt
        other.activeAt = new.activeAt
        other.messageCount = new.messageCount
        other.peopleCount = new.peopleCount
        other.customerCount = new.customerCount
        other.firstNumber = new.firstNumber
        other.customer = new.customer
        other.agents = new.agents
        other.tokenUsed = new.tokenUsed
        other.hasReadExceptions = new.hasReadExceptions
        return other == new
    }

    /// The agents' order in one number, highest first: pending, then priority, then birth. Milliseconds take 48 bits.
    static func listKey(_ conversation: Conversation) -> Int64 {
        let isPending: Int64 = conversation.status == .pending ? 1 : 0
        let time = min(max(conversation.createdAt, 0), 0xffff_ffff_ffff)
        return isPending << 50 | Int64(conversation.priority.rawValue) << 48 | time
    }
}

/// E-mails compare without case and surrounding space.
enum EmailKey {
    /// The form under which an e-mail is found; nil for none.
    static func of(_ email: String) -> String? {
        let normalized = EmailForm.folded(email)
        let bytes = normalized.utf8
        guard let first = bytes.first, let last = bytes.last else { return nil }
        guard isSpace(first) || isSpace(last) else { return normalized }
        guard let start = bytes.firstIndex(where: { !isSpace($0) }),
            let end = bytes.lastIndex(where: { !isSpace($0) })
        else { return nil }
        return String(normalized[start...end])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

/// Tags in one column: each as its length in bytes, a colon and its text, since a tag may hold any character.
enum TagList {
    static func encode(_ tags: [String]) -> String {
        var text = ""
        for tag in tags { text += "\(tag.utf8.count):\(tag)" }
        return text
    }

    static func decode(_ text: String) -> [String] {
        var tags: [String] = []
        var rest = text.utf8[...]
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            guard let length = Int(Substring(rest[..<colon])) else { break }
            let start = rest.index(after: colon)
            guard length >= 0, let end = rest.index(start, offsetBy: length, limitedBy: rest.endIndex) else { break }
            tags.append(String(Substring(rest[start..<end])))
            rest = rest[end...]
        }
        return tags
    }
}
