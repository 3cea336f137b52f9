import Core
import Testing

/// Messages: numbered, paged, with files, and cut by retention.
enum MessageContract {
    static func numbers(_ harness: StoreHarness) throws {
        let conversation = try harness.conversation(1)
        let kinds: [AuthorKind] = [.system, .customer, .agent, .customer, .system, .customer]
        var sent: [Message] = []
        for (index, kind) in kinds.enumerated() {
            var message = Sample.message(index, kind)
            message.imageURL = index == 2 ? "https://example.org/x.png" : nil
            message.author.avatar = index == 2 ? "a.png" : nil
            message.text = index == 3 ? "" : "zero \u{0} quote ' \u{1F600}"
            sent.append(try harness.send(message, to: conversation.row))
        }
        #expect(sent.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(sent.map(\.peopleNumber) == [0, 1, 2, 3, 3, 4])
        #expect(sent.map(\.customerNumber) == [0, 1, 1, 2, 2, 3])
        let reader = harness.reader
        #expect(try reader.messages(of: conversation.row, numbers: 1...6) == sent)
        #expect(try reader.messages(of: conversation.row, numbers: 3...100) == Array(sent[2...]))
        #expect(try reader.messages(of: conversation.row, numbers: -5...1) == [sent[0]])
        #expect(try reader.messages(of: 777, numbers: 1...6).isEmpty)
        #expect(try reader.message(EntityIDRange(sent[4].id)) == sent[4])
        let short = try #require(EntityIDRange(hex: sent[4].id.shortHex))
        #expect(try reader.message(short) == sent[4])
        #expect(try reader.message(EntityIDRange(Sample.id(5))) == nil)
        #expect(try reader.lastMessage(of: conversation.row, people: false) == sent[5])
        try harness.send(Sample.message(50, .system), to: conversation.row)
        #expect(try reader.lastMessage(of: conversation.row, people: false)?.number == 7)
        #expect(try reader.lastMessage(of: conversation.row, people: true) == sent[5])
        let stored = try #require(try reader.conversation(row: conversation.row))
        #expect([stored.messageCount, stored.peopleCount, stored.customerCount] == [7, 4, 3])
        #expect(stored.activeAt == Sample.birth + 50)
        // Ids are the store's to give, whatever was asked for.
        #expect(Set(sent.map(\.id)).isDisjoint(with: (0...50).map { Sample.message($0).id }))
    }

    /// Several blocks of rows, of conversations that take turns, read in every range; ids are never given twice, not
    /// even after the newest message has gone.
    static func blocks(_ harness: StoreHarness) throws {
        let rows = try (0..<3).map { try harness.conversation($0).row }
        var sent: [Int64: [Message]] = [:]
        try harness.write { transaction in
            for index in 0..<300 {
                let row = rows[index % 7 % 3]
                let kind: AuthorKind = index % 5 == 0 ? .system : .customer
                sent[row, default: []].append(
                    try StoreHarness.send(Sample.message(index, kind), to: row, in: transaction)
                )
            }
        }
        for row in rows {
            let all = try #require(sent[row])
            #expect(all.count > 70)
            for low in stride(from: Int64(1), through: Int64(all.count), by: 7) {
                for high in [low, low + 1, low + 30, low + 64, Int64(all.count)] where high >= low {
                    let found = try harness.reader.messages(of: row, numbers: low...high)
                    #expect(found == all.filter { (low...high).contains($0.number) })
                    let people = try harness.reader.messages(of: row, peopleNumbers: low...high)
                    #expect(
                        people == all.filter { $0.author.kind != .system && (low...high).contains($0.peopleNumber) }
                    )
                }
            }
            for message in all {
                #expect(try harness.reader.message(EntityIDRange(message.id)) == message)
                let other = EntityID(high: message.id.high, low: message.id.low ^ 1)
                #expect(try harness.reader.message(EntityIDRange(other)) == nil)
            }
        }
        let everyID = Set(sent.values.joined().map(\.id))
        #expect(everyID.count == 300)
        let last = try #require(try harness.reader.conversation(row: rows[299 % 7 % 3]))
        _ = try harness.write { try $0.delete(last) }
        #expect(try harness.reader.messages(of: last.row, numbers: 1...1000).isEmpty)
        let next = try harness.send(Sample.message(500), to: rows[rows[0] == last.row ? 1 : 0])
        #expect(!everyID.contains(next.id))
    }

    /// A turn that fails takes its messages back, also where they completed a block, and the next ones follow on.
    static func undoneBlocks(_ harness: StoreHarness) throws {
        let row = try harness.conversation(1).row
        for before in [29, 31, 62, 64, 94] {
            let stored = Int(try #require(try harness.reader.conversation(row: row)).messageCount)
            for index in stored..<before { try harness.send(Sample.message(index), to: row) }
            try harness.writer.begin()
            let kept = try harness.turn { try StoreHarness.send(Sample.message(900), to: row, in: $0) }
            #expect(throws: TurnFailure.self) {
                try harness.turn { transaction in
                    for index in 0..<3 { try StoreHarness.send(Sample.message(index), to: row, in: transaction) }
                    throw Rejection.unknownConversation
                }
            }
            let after = try harness.turn { try StoreHarness.send(Sample.message(901), to: row, in: $0) }
            try harness.writer.commit()
            let numbers = try harness.reader.messages(of: row, numbers: 1...1000)
            #expect(numbers.map(\.number) == Array(1...Int64(before + 2)))
            #expect(Array(numbers.suffix(2)) == [kept, after])
        }
    }

    /// Against a model, with system texts in every arrangement and with a front that retention has cut.
    static func people(_ harness: StoreHarness) throws {
        for (index, pattern) in ["", "p", "s", "spspssp", "sssssp", "pppppp", "pssssspsssssp", "sspp"].enumerated() {
            let conversation = try harness.conversation(index)
            var sent: [Message] = []
            try harness.write { transaction in
                for (place, kind) in pattern.enumerated() {
                    let time = Sample.birth + Int64(place)
                    let number = index * 100 + place
                    let message = Sample.message(number, kind == "s" ? .system : .agent, at: time)
                    sent.append(try StoreHarness.send(message, to: conversation.row, in: transaction))
                }
            }
            for cut in 0...pattern.count {
                if cut > 0 {
                    let sweep = Sweep(
                        uploadsExpiredBefore: 0,
                        idempotencyExpiredBefore: 0,
                        messagesOlderThan: Sample.birth + Int64(cut),
                        deadWebhooksOlderThan: 0,
                        waitingWebhooksOlderThan: 0,
                        eventsKept: 100,
                        limit: 100
                    )
                    _ = try harness.write { try $0.sweep(sweep) }
                }
                let left = sent.dropFirst(cut).filter { $0.author.kind != .system }
                for low in Int64(-1)...Int64(pattern.count + 1) {
                    for high in low...Int64(pattern.count + 1) {
                        let found = try harness.reader.messages(of: conversation.row, peopleNumbers: low...high)
                        #expect(found == left.filter { (low...high).contains($0.peopleNumber) })
                    }
                }
            }
        }
    }

    static func attachments(_ harness: StoreHarness) throws {
        let conversation = try harness.conversation(1)
        var sent: [Message] = []
        for index in 0..<6 {
            var message = Sample.message(index)
            if index % 2 == 1 { message.attachments = (0..<index).map { Sample.attachment(index * 10 + $0) } }
            sent.append(try harness.send(message, to: conversation.row))
        }
        #expect(try harness.reader.messages(of: conversation.row, numbers: 1...6) == sent)
        #expect(try harness.reader.messages(of: conversation.row, numbers: 3...5) == Array(sent[2...4]))
        #expect(try harness.reader.messages(of: conversation.row, peopleNumbers: 2...2) == [sent[1]])
        #expect(try harness.reader.message(EntityIDRange(sent[3].id)) == sent[3])
        let found = try #require(try harness.reader.attachment(EntityIDRange(Sample.attachment(52).id)))
        #expect(found.attachment == Sample.attachment(52))
        #expect(found.conversation == conversation.row)
        #expect(found.messageNumber == 6)
        #expect(try harness.reader.isReferenced(hash: Sample.attachment(52).hash))
        #expect(try harness.writer.isReferenced(hash: Sample.attachment(52).hash))
        #expect(try !harness.reader.isReferenced(hash: [1, 2, 3]))
    }

    static func uploads(_ harness: StoreHarness) throws {
        let conversation = try harness.conversation(1)
        let other = try harness.conversation(2)
        let files = [Sample.attachment(1), Sample.attachment(2)]
        try harness.write { try $0.keepUploads(files, conversation: conversation.row, expiresAt: 1_000) }
        let found = try #require(try harness.reader.attachment(EntityIDRange(files[0].id)))
        #expect(found.messageNumber == nil)
        try harness.write { transaction throws in
            let ids = [files[1].id, files[0].id]
            #expect(try transaction.uploads(ids, conversation: conversation.row) == [files[1], files[0]])
            #expect(try transaction.uploads(ids, conversation: other.row) == nil)
            #expect(try transaction.uploads([files[0].id, Sample.id(3)], conversation: conversation.row) == nil)
            #expect(try transaction.uploads([files[0].id, files[0].id], conversation: conversation.row) == nil)
            #expect(try transaction.uploads([], conversation: conversation.row) == [])
        }
        var message = Sample.message(1)
        message.attachments = [files[1], Sample.attachment(3)]
        try harness.send(message, to: conversation.row)
        #expect(
            try harness.reader.messages(of: conversation.row, numbers: 1...1).first?.attachments == message.attachments
        )
        try harness.write { transaction throws in
            #expect(try transaction.uploads([files[1].id], conversation: conversation.row) == nil)
        }
        // A used file, or another conversation's, is refused, and nothing of the turn stays.
        var again = Sample.message(2)
        again.attachments = [files[1]]
        #expect(throws: TurnFailure.self) { try harness.send(again, to: conversation.row) }
        again.attachments = [files[0]]
        #expect(throws: TurnFailure.self) { try harness.send(again, to: other.row) }
        #expect(try harness.reader.messages(of: conversation.row, numbers: 1...9).count == 1)
        #expect(try harness.reader.messages(of: other.row, numbers: 1...9).isEmpty)
    }

    static func sweeping(_ harness: StoreHarness) throws {
        let conversation = try harness.conversation(1)
        let quiet = try harness.conversation(2)
        try harness.write { transaction in
            for index in 0..<10 {
                var message = Sample.message(index, at: Sample.birth + Int64(index) * 10)
                message.attachments = index == 0 ? [Sample.attachment(1)] : []
                try StoreHarness.send(message, to: conversation.row, in: transaction)
            }
            try transaction.keepUploads([Sample.attachment(2)], conversation: conversation.row, expiresAt: 100)
            try transaction.keepUploads([Sample.attachment(3)], conversation: conversation.row, expiresAt: 200)
            for index in 0..<5 {
                try transaction.insert(
                    IdempotencyRow(
                        scope: [UInt8(index)],
                        content: [],
                        conversation: conversation.row,
                        messageNumber: 0,
                        wasNew: false,
                        expiresAt: Int64(index)
                    )
                )
            }
        }
        func sweep(_ time: Int64?, limit: Int) throws -> SweepResult {
            let sweep = Sweep(
                uploadsExpiredBefore: 150,
                idempotencyExpiredBefore: 3,
                messagesOlderThan: time,
                deadWebhooksOlderThan: 0,
                waitingWebhooksOlderThan: 0,
                eventsKept: 100,
                limit: limit
            )
            return try harness.write { try $0.sweep(sweep) }
        }
        let first = try sweep(Sample.birth + 45, limit: 3)
        #expect(first.hasMore)
        #expect(Set(first.releasedHashes) == [Sample.attachment(1).hash, Sample.attachment(2).hash])
        #expect(try numbersLeft(harness, conversation.row) == Array(4...10))
        let cut = try #require(try harness.reader.conversation(row: conversation.row))
        #expect(cut.firstNumber == 4)
        // What is gone needs no reading any more.
        #expect(cut.agents == Watermark(delivered: 3, read: 3, othersRead: 3))
        #expect(cut.customer.read >= 3)
        #expect(cut.unreadByAgents == 7)
        #expect(try harness.reader.firstPeopleNumber(of: cut) == 4)
        let second = try sweep(Sample.birth + 45, limit: 100)
        #expect(!second.hasMore)
        #expect(second.releasedHashes.isEmpty)
        #expect(try numbersLeft(harness, conversation.row) == Array(6...10))
        #expect(try harness.write { try $0.idempotencyRow(scope: [2], now: 0) } == nil)
        #expect(try harness.write { try $0.idempotencyRow(scope: [3], now: 0) } != nil)
        // Emptied and written to again, it is found again when its time comes.
        _ = try sweep(Sample.birth + 1_000, limit: 100)
        #expect(try numbersLeft(harness, conversation.row).isEmpty)
        try harness.send(Sample.message(20, at: Sample.birth + 2_000), to: conversation.row)
        try harness.send(Sample.message(21, at: Sample.birth + 2_001), to: quiet.row)
        #expect(try harness.reader.conversation(row: conversation.row)?.messageCount == 11)
        _ = try sweep(Sample.birth + 1_500, limit: 100)
        #expect(try numbersLeft(harness, conversation.row) == [11])
        #expect(try numbersLeft(harness, quiet.row) == [1])
        _ = try sweep(Sample.birth + 3_000, limit: 100)
        #expect(try numbersLeft(harness, conversation.row).isEmpty)
        #expect(try numbersLeft(harness, quiet.row).isEmpty)
        #expect(try harness.reader.statistics().messages == 12)
    }

    private static func numbersLeft(_ harness: StoreHarness, _ row: Int64) throws -> [Int64] {
        try harness.reader.messages(of: row, numbers: 1...1_000).map(\.number)
    }
}
