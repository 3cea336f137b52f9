extension Turn {
    /// Moves a side's read watermark, or reads single messages above it.
    mutating func markRead(_ request: MarkRead) throws -> Reply {
        let reach = Reach(reader: transaction, rules: rules)
        let stored = try reach.conversation(request.conversation, by: request.access)
        var conversation = stored
        conversation.tokenUsed = stored.tokenUsed || reach.isProven(request.access, stored)
        var newest: Message?
        switch request.extent {
        case .all:
            if stored.messageCount > 0 {
                newest = try transaction.messages(of: stored.row, numbers: stored.messageCount...stored.messageCount)
                    .first
            }
        case .shown(let id):
            newest = try message(id, in: stored)
        case .upTo(let id):
            newest = try message(id, in: stored)
            if newest == nil, request.refusesUnknown {
                throw Rejection.invalid("messageId", "Unknown messageId")
            }
        case .upToHighest(let ids):
            newest = try ids.compactMap { try message($0, in: stored) }
                .filter { $0.author.kind.side != request.side }
                .max { $0.number < $1.number }
        case .exactly(let ids):
            return try markReadExactly(ids, request, stored)
        }
        guard let newest, newest.number > stored.watermark(of: request.side).read else {
            if conversation != stored { try transaction.update(conversation, from: stored) }
            return .conversation(conversation, changed: false)
        }
        try advance(
            request.side,
            to: newest.number,
            othersRead: othersCount(at: newest, side: request.side),
            in: &conversation
        )
        try transaction.update(conversation, from: stored)
        guard let told = try told(newest, request, stored) else { return .conversation(conversation, changed: false) }
        try record(
            .read(side: request.side, upTo: told.number, message: told.id),
            conversation,
            by: request.side
        )
        return .conversation(conversation, changed: true)
    }

    /// The message that others are told was read. Who names one has meant it; whoever reads what there is has read the
    /// other side's newest message, or nothing that anybody waits to hear of.
    private func told(_ newest: Message, _ request: MarkRead, _ stored: Conversation) throws -> Message? {
        switch request.extent {
        case .upTo, .upToHighest, .exactly: return newest
        case .all, .shown: break
        }
        let other = request.side.opposite
        if newest.author.kind.side == other { return newest }
        // A few system texts or own messages may stand behind it.
        var end = newest.number
        let known = stored.watermark(of: request.side).read
        while end > known {
            let start = max(known + 1, end - 31)
            let found = try transaction.messages(of: stored.row, numbers: start...end)
            if let last = found.last(where: { $0.author.kind.side == other }) { return last }
            end = start - 1
        }
        return nil
    }

    /// Single messages of the other side become read, and the watermark stays where it is.
    private mutating func markReadExactly(
        _ ids: [EntityIDRange],
        _ request: MarkRead,
        _ stored: Conversation
    ) throws -> Reply {
        let side = request.side
        let known = Set(try transaction.readExceptions(of: stored.row, side: side))
        let chosen = try ids.compactMap { try message($0, in: stored) }
            .filter { $0.author.kind.side == side.opposite && $0.number > stored.watermark(of: side).read }
        let fresh = chosen.filter { !known.contains($0.number) }
        guard let newest = fresh.max(by: { $0.number < $1.number }) else {
            return .conversation(stored, changed: false)
        }
        var conversation = stored
        conversation.hasReadExceptions = true
        try transaction.addReadExceptions(Set(fresh.map(\.number)).sorted(), conversation: stored.row, side: side)
        try transaction.update(conversation, from: stored)
        var lastTold: Int64 = 0
        for message in fresh.sorted(by: { $0.number < $1.number }) where message.number > lastTold {
            lastTold = message.number
            try record(
                .read(side: side, upTo: message.number, message: message.id),
                conversation,
                by: side
            )
        }
        return .conversation(conversation, changed: newest.number > 0)
    }

    /// A message by id, if it is this conversation's.
    private func message(_ id: EntityIDRange, in conversation: Conversation) throws -> Message? {
        guard let message = try transaction.message(id), message.conversation == conversation.row else { return nil }
        return message
    }

    /// How many messages of the other side there are up to and including one.
    func othersCount(at message: Message, side: Side) -> Int64 {
        switch side {
        case .customer: message.peopleNumber - message.customerNumber
        case .agents: message.customerNumber
        }
    }

    /// Moves a read watermark forward, the delivered one with it, and drops exceptions it has passed.
    func advance(_ side: Side, to number: Int64, othersRead: Int64, in conversation: inout Conversation) throws {
        var mark = conversation.watermark(of: side)
        guard number > mark.read else { return }
        mark.read = number
        mark.delivered = max(mark.delivered, number)
        mark.othersRead = othersRead
        switch side {
        case .customer: conversation.customer = mark
        case .agents: conversation.agents = mark
        }
        if conversation.hasReadExceptions {
            try transaction.clearReadExceptions(upTo: number, conversation: conversation.row, side: side)
        }
    }

    /// Delivered marks that lanes have gathered since the last transaction.
    mutating func recordDelivered(_ marks: [DeliveredMark]) throws -> Reply {
        for mark in marks {
            guard let stored = try transaction.conversation(row: mark.conversation) else { continue }
            var conversation = stored
            let number = min(mark.number, stored.messageCount)
            switch mark.side {
            case .customer: conversation.customer.delivered = max(stored.customer.delivered, number)
            case .agents: conversation.agents.delivered = max(stored.agents.delivered, number)
            }
            if conversation != stored { try transaction.update(conversation, from: stored) }
        }
        return .done
    }
}
