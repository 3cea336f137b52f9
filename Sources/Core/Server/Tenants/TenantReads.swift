/// Reading a tenant's chats on its lane: what the store has, with what is not written yet counted in.
package struct TenantReads {
    package let reader: any ChatReader
    private let rules: TurnRules
    private let delivered: DeliveredBoard

    init(reader: any ChatReader, rules: TurnRules, delivered: DeliveredBoard) {
        self.reader = reader
        self.rules = rules
        self.delivered = delivered
    }

    /// The named conversation, if the caller may have it.
    package func conversation(_ name: ConversationName, by access: Access) throws -> Conversation {
        var conversation = try Reach(reader: reader, rules: rules).conversation(name, by: access)
        delivered.overlay(&conversation)
        return conversation
    }

    package func conversation(row: Int64) throws -> Conversation? {
        guard var conversation = try reader.conversation(row: row) else { return nil }
        delivered.overlay(&conversation)
        return conversation
    }

    /// Whether the token that came along is the conversation's and has not been presented before.
    package func isFirstPresentation(_ access: Access, _ conversation: Conversation) -> Bool {
        !conversation.tokenUsed && Reach(reader: reader, rules: rules).isProven(access, conversation)
    }

    /// A page of all messages, ascending; page 1 is the oldest, or with `fromNewest` the newest.
    package func page(
        of conversation: Conversation,
        page: Int,
        limit: Int,
        fromNewest: Bool = false
    ) throws -> [Message] {
        guard let numbers = Self.pageNumbers(of: conversation, page: page, limit: limit, fromNewest: fromNewest) else {
            return []
        }
        return try reader.messages(of: conversation.row, numbers: numbers)
    }

    /// The numbers of the messages on a page; nil when it lies past the end.
    package static func pageNumbers(
        of conversation: Conversation,
        page: Int,
        limit: Int,
        fromNewest: Bool = false
    ) -> ClosedRange<Int64>? {
        window(
            from: conversation.firstNumber,
            through: conversation.messageCount,
            page: page,
            limit: limit,
            fromNewest: fromNewest
        )
    }

    /// A page of people's messages, ascending.
    package func peoplePage(of conversation: Conversation, page: Int, limit: Int) throws -> [Message] {
        guard
            let numbers = Self.window(
                from: try reader.firstPeopleNumber(of: conversation),
                through: conversation.peopleCount,
                page: page,
                limit: limit,
                fromNewest: false
            )
        else { return [] }
        return try reader.messages(of: conversation.row, peopleNumbers: numbers)
    }

    /// The messages behind one that the client names, ascending, at most `limit`; nil when it is not this conversation's.
    package func messages(
        of conversation: Conversation,
        after id: EntityIDRange,
        limit: Int
    ) throws -> [Message]? {
        guard let anchor = try reader.message(id), anchor.conversation == conversation.row else { return nil }
        let last = min(anchor.number + Int64(limit), conversation.messageCount)
        guard last > anchor.number else { return [] }
        return try reader.messages(of: conversation.row, numbers: anchor.number + 1...last)
    }

    /// The numbers of one page; nil when it lies past the end.
    static func window(
        from first: Int64,
        through last: Int64,
        page: Int,
        limit: Int,
        fromNewest: Bool
    ) -> ClosedRange<Int64>? {
        guard last >= first, page >= 1, limit >= 1 else { return nil }
        let skipped = Int64(page - 1).multipliedReportingOverflow(by: Int64(limit))
        guard !skipped.overflow, skipped.partialValue <= last - first else { return nil }
        if fromNewest {
            let upper = last - skipped.partialValue
            return max(first, upper - Int64(limit) + 1)...upper
        }
        let lower = first + skipped.partialValue
        return lower...min(last, lower + Int64(limit) - 1)
    }
}
