import Core
import Testing

/// Turns and their undoing, and everything that is written beside conversations and messages.
enum TransactionContract {
    static func undo(_ harness: StoreHarness) throws {
        let conversation = try harness.conversation(1)
        try harness.send(Sample.message(1), to: conversation.row)
        let reader = harness.reader
        let before = try #require(try reader.conversation(row: conversation.row))
        let rejection = Rejection(.closed, "no")
        let writes: [(any ChatTransaction) throws -> Void] = [
            { _ in },
            { try StoreHarness.send(Sample.message(100), to: conversation.row, in: $0) },
            { transaction in
                try StoreHarness.send(Sample.message(101), to: conversation.row, in: transaction)
                try StoreHarness.send(Sample.message(102), to: conversation.row, in: transaction)
                _ = try transaction.nextTicketNumber()
                try StoreHarness.send(Sample.message(103), to: conversation.row, in: transaction)
            },
            { transaction in
                let old = try StoreHarness.present(conversation.row, in: transaction)
                var new = old
                new.status = .closed
                new.contact.name = "Nobody"
                try transaction.update(new, from: old)
                try StoreHarness.send(Sample.message(104), to: conversation.row, in: transaction)
            },
            { transaction in
                try StoreHarness.send(Sample.message(105), to: conversation.row, in: transaction)
                let present = try StoreHarness.present(conversation.row, in: transaction)
                _ = try transaction.delete(present)
            },
            { _ = try $0.insert(Sample.conversation(2)) },
            { _ = try $0.upsertIdentity(Sample.identity(.rooms, "k", email: "a@b")) },
            { transaction in
                try transaction.insert(
                    IdempotencyRow(
                        scope: [9],
                        content: [],
                        conversation: 1,
                        messageNumber: 1,
                        wasNew: true,
                        expiresAt: .max
                    )
                )
                try transaction.enqueueWebhook(
                    WebhookDraft(endpoint: "e", id: Sample.id(1), event: 1, conversation: 1, body: [], at: 0)
                )
                var message = Sample.message(106)
                message.attachments = [Sample.attachment(6)]
                try StoreHarness.send(message, to: conversation.row, in: transaction)
            },
        ]
        for write in writes {
            try harness.writer.begin()
            #expect(throws: TurnFailure.self) {
                try harness.turn { transaction in
                    try write(transaction)
                    throw rejection
                }
            }
            #expect(harness.writer.isTransactionOpen)
            // The turns after it stand, and number as if it had not been.
            try harness.turn { transaction in
                #expect(try transaction.lastEvent() == 1)
                #expect(try transaction.conversation(row: conversation.row) == before)
                try transaction.recordAudit(at: 1, action: "test", subject: "undo")
            }
            try harness.writer.commit()
            #expect(try reader.conversation(row: conversation.row) == before)
            #expect(try reader.messages(of: conversation.row, numbers: 1...100).count == 1)
            #expect(try reader.statusCounts() == StatusCounts(pending: 1))
            #expect(try reader.statistics().messages == 1)
            #expect(try reader.conversations(ConversationFilter(search: "customer"), page: .first).total == 1)
            #expect(try reader.conversations(ConversationFilter(search: "nobody"), page: .first).total == 0)
            #expect(try reader.lastEvent() == 1)
            #expect(try reader.identity(dialect: .rooms, key: "k") == nil)
            #expect(try reader.nextWebhookDue() == nil)
            #expect(try !reader.isReferenced(hash: Sample.attachment(6).hash))
        }
        #expect(try harness.write { try $0.nextTicketNumber() } == 1)
        #expect(try harness.write { try $0.idempotencyRow(scope: [9], now: 0) } == nil)
        // A whole transaction.
        try harness.writer.begin()
        try harness.turn { _ = try $0.insert(Sample.conversation(3)) }
        harness.writer.rollback()
        #expect(!harness.writer.isTransactionOpen)
        #expect(try reader.statusCounts() == StatusCounts(pending: 1))
        #expect(throws: TurnFailure.self) { try harness.turn { _ in } }
        try harness.writer.reopen()
        try harness.send(Sample.message(7), to: conversation.row)
        #expect(try reader.lastEvent() == 2)
        #expect(harness.writer.logPages > 0)
        try harness.writer.checkpoint(truncating: true)
        #expect(harness.writer.logPages == 0)
    }

    static func identities(_ harness: StoreHarness) throws {
        let first = try harness.write { try $0.upsertIdentity(Sample.identity(.localPro, "1", email: "A@B.c ")) }
        let second = try harness.write { try $0.upsertIdentity(Sample.identity(.rooms, "1", email: "a@b.C")) }
        #expect(first.row != second.row)
        #expect(first.person == second.person)
        #expect(try harness.reader.identity(dialect: .rooms, key: "1") == second)
        #expect(try harness.reader.identity(row: first.row) == first)
        #expect(try harness.reader.identity(dialect: .rooms, key: "2") == nil)
        #expect(try harness.reader.person(first.person)?.email == "A@B.c ")
        // Without an e-mail everybody is somebody else.
        let third = try harness.write { try $0.upsertIdentity(Sample.identity(.rooms, "3", email: "")) }
        let fourth = try harness.write { try $0.upsertIdentity(Sample.identity(.rooms, "4", email: "")) }
        #expect(third.person != fourth.person)
        // A changed e-mail leaves a shared person to the others, and moves one's own along.
        let moved = try harness.write { try $0.upsertIdentity(Sample.identity(.rooms, "1", email: "new@b")) }
        #expect(moved.row == second.row)
        #expect(moved.person != first.person)
        let again = try harness.write {
            try $0.upsertIdentity(Sample.identity(.rooms, "1", email: "newer@b", name: "N"))
        }
        #expect(again.person == moved.person)
        #expect(try harness.reader.person(again.person)?.email == "newer@b")
        #expect(try harness.reader.person(again.person)?.name == "N")
        let joined = try harness.write { try $0.upsertIdentity(Sample.identity(.rooms, "3", email: "newer@b")) }
        #expect(joined.person == moved.person)
        // What is left out stays; facts are taken over; assurance only rises here.
        var draft = Sample.identity(.rooms, "1", email: "", name: "")
        draft.account = AccountFacts(planID: 1.5, accountCreatedAt: 7)
        draft.assurance = .hmac
        let kept = try harness.write { try $0.upsertIdentity(draft) }
        #expect(kept.email == "newer@b")
        #expect(kept.name == "N")
        #expect(kept.account == draft.account)
        #expect(kept.assurance == .hmac)
        var pinned = kept
        pinned.pin = [1, 2]
        pinned.authToken = "token"
        pinned.isFlagged = true
        pinned.assurance = .none
        let stored = pinned
        try harness.write { try $0.update(stored) }
        #expect(try harness.reader.identity(row: kept.row) == stored)
    }

    static func events(_ harness: StoreHarness) throws {
        #expect(try harness.reader.lastEvent() == 0)
        let numbers = try harness.write { transaction in
            try (1...5).map { try transaction.log(Sample.event($0, 7, Int64($0))) }
        }
        #expect(numbers == [1, 2, 3, 4, 5])
        var expected = Sample.event(4, 7, 4)
        expected.number = 4
        #expect(try harness.reader.events(after: 3, limit: 1) == [expected])
        #expect(try harness.reader.events(after: 0, limit: 100).map(\.number) == numbers)
        #expect(try harness.reader.events(after: 5, limit: 100).isEmpty)
        let epoch = try harness.reader.epoch()
        let secret = try harness.reader.secret()
        #expect(secret.count == 32)
        #expect(try harness.write { [try $0.nextTicketNumber(), try $0.nextTicketNumber()] } == [1, 2])
        // All of it outlives the connection.
        try harness.writer.reopen()
        try harness.store.prepare()
        #expect(try harness.write { try $0.log(Sample.event(1, 1)) } == 6)
        #expect(try harness.write { try $0.nextTicketNumber() } == 3)
        let reader = try harness.store.makeReader()
        #expect(try reader.epoch() == epoch)
        #expect(try reader.secret() == secret)
    }

    /// However many turns a transaction has and however some of them end, events are read from any number on.
    static func eventsOfManyTurns(_ harness: StoreHarness) throws {
        var expected: [LoggedEvent] = []
        for turns in [1, 3, 600, 2] {
            try harness.writer.begin()
            for turn in 1...turns {
                var event = Sample.event(turn % 8, Int64(turn), .max - Int64(turn))
                event.at = -Int64(turn)
                try? harness.turn { transaction in
                    _ = try transaction.log(event)
                    throw Rejection(.closed, "no")
                }
                event.number = try harness.turn { try $0.log(event) }
                expected.append(event)
                let seen = try harness.turn { try $0.events(after: event.number - 2, limit: 5) }
                #expect(seen == expected.suffix(2))
            }
            try harness.writer.commit()
        }
        #expect(expected.map(\.number) == Array(1...606))
        let reader = harness.reader
        for start in [-1, 0, 1, 3, 4, 5, 259, 260, 261, 603, 604, 605] as [Int64] {
            for limit in [1, 2, 256, 257, 1_000] {
                let rest = expected.drop { $0.number <= start }.prefix(limit)
                #expect(try reader.events(after: start, limit: limit) == Array(rest))
            }
            #expect(try reader.events(after: start, limit: 0).isEmpty)
        }
        #expect(try reader.events(after: 606, limit: 10).isEmpty)
        #expect(try reader.events(after: .max, limit: 10).isEmpty)
        // What is lost with its transaction is not there, and its numbers are given again.
        try harness.writer.begin()
        #expect(try harness.turn { try $0.log(Sample.event(1, 1)) } == 607)
        harness.writer.rollback()
        #expect(try reader.lastEvent() == 606)
        #expect(try harness.write { try $0.log(Sample.event(1, 1)) } == 607)
    }

    static func webhooks(_ harness: StoreHarness) throws {
        let reader = harness.reader
        #expect(try reader.nextWebhookDue() == nil)
        try harness.write { transaction in
            for (event, endpoint) in [(1, "b"), (2, "a"), (3, "b"), (4, "a")] as [(Int64, String)] {
                try transaction.enqueueWebhook(
                    WebhookDraft(
                        endpoint: endpoint,
                        id: Sample.id(Int(event)),
                        event: event,
                        conversation: event % 2,
                        body: [7],
                        at: event * 10
                    )
                )
            }
        }
        #expect(try reader.nextWebhookDue() == 10)
        #expect(try reader.dueWebhooks(at: 9, limit: 9).isEmpty)
        let due = try reader.dueWebhooks(at: 100, limit: 9)
        #expect(due.map(\.event) == [1, 2])
        #expect(due.map(\.endpoint) == ["b", "a"])
        #expect(due[0].body == [7])
        #expect(due[0].createdAt == 10)
        #expect(try reader.dueWebhooks(at: 100, limit: 1).map(\.event) == [1])
        // A delivery that waits holds back those behind it at its endpoint, not others.
        try harness.write { try $0.rescheduleWebhook(row: due[0].row, attempts: 1, at: 500, error: "503") }
        #expect(try reader.dueWebhooks(at: 100, limit: 9).map(\.event) == [2])
        #expect(try reader.nextWebhookDue() == 20)
        let retried = try #require(try reader.dueWebhooks(at: 500, limit: 9).first)
        #expect(retried.attempts == 1)
        #expect(retried.lastError == "503")
        try harness.write { try $0.buryWebhook(row: due[0].row, attempts: 2, error: "gone") }
        try harness.write { try $0.removeWebhook(row: due[1].row) }
        #expect(try reader.dueWebhooks(at: 100, limit: 9).map(\.event) == [3, 4])
        #expect(try reader.deadWebhooks(limit: 9).map(\.lastError) == ["gone"])
        #expect(try harness.write { try $0.replayWebhooks(endpoint: "a", row: nil, now: 600) } == 0)
        #expect(try harness.write { try $0.replayWebhooks(endpoint: "b", row: due[0].row, now: 600) } == 1)
        #expect(try reader.deadWebhooks(limit: 9).isEmpty)
        #expect(try reader.dueWebhooks(at: 600, limit: 9).map(\.event) == [1, 4])
        // What is deleted takes with it what waits of it, and what was given up.
        let conversation = try harness.conversation(1)
        try harness.write { transaction in
            for event in 10...12 as ClosedRange<Int64> {
                try transaction.enqueueWebhook(
                    WebhookDraft(
                        endpoint: "c",
                        id: Sample.id(Int(event)),
                        event: event,
                        conversation: event == 11 ? 99 : conversation.row,
                        body: [8],
                        at: 0
                    )
                )
            }
        }
        let first = try #require(try reader.dueWebhooks(at: 600, limit: 9).first { $0.endpoint == "c" })
        try harness.write { try $0.buryWebhook(row: first.row, attempts: 2, error: "gone") }
        _ = try harness.write { try $0.delete(conversation) }
        #expect(try reader.deadWebhooks(limit: 9).isEmpty)
        #expect(try reader.dueWebhooks(at: 600, limit: 9).map(\.event) == [4, 11])
    }

    static func idempotency(_ harness: StoreHarness) throws {
        let row = IdempotencyRow(
            scope: [1, 2, 3],
            content: [4],
            conversation: 5,
            messageNumber: 6,
            wasNew: true,
            expiresAt: 100
        )
        try harness.write { try $0.insert(row) }
        #expect(try harness.write { try $0.idempotencyRow(scope: row.scope, now: 99) } == row)
        #expect(try harness.write { try $0.idempotencyRow(scope: row.scope, now: 100) } == nil)
        #expect(try harness.write { try $0.idempotencyRow(scope: [1, 2], now: 0) } == nil)
        var later = row
        later.expiresAt = 300
        later.wasNew = false
        let next = later
        try harness.write { try $0.insert(next) }
        #expect(try harness.write { try $0.idempotencyRow(scope: row.scope, now: 200) } == next)
    }

    static func details(_ harness: StoreHarness) throws {
        let reader = harness.reader
        let note = Note(content: "c", addedBy: "a", addedByName: "n", addedAt: 3)
        let stored = try harness.write { transaction in
            [try transaction.insert(note, into: 1), try transaction.insert(note, into: 1)]
        }
        #expect(stored[0].row != stored[1].row)
        #expect(try reader.notes(of: 1) == stored)
        #expect(try reader.notes(of: 2).isEmpty)

        try harness.write { transaction in
            try transaction.addReadExceptions([5, 3, 5, 9], conversation: 1, side: .agents)
            try transaction.addReadExceptions([4], conversation: 1, side: .customer)
        }
        #expect(try reader.readExceptions(of: 1, side: .agents) == [3, 5, 9])
        try harness.write { try $0.clearReadExceptions(upTo: 5, conversation: 1, side: .agents) }
        #expect(try reader.readExceptions(of: 1, side: .agents) == [9])
        #expect(try reader.readExceptions(of: 1, side: .customer) == [4])

        let token = StoredToken(
            digest: [1, 2],
            agentID: "x",
            role: .superAdmin,
            name: "N",
            createdAt: 1,
            expiresAt: nil
        )
        try harness.write { try $0.insert(token) }
        #expect(throws: TurnFailure.self) { try harness.write { try $0.insert(token) } }
        #expect(try reader.storedToken(digest: [1, 2]) == token)
        #expect(try reader.storedTokens() == [token])
        #expect(try harness.write { try $0.deleteToken(digest: [1, 2]) })
        #expect(try !harness.write { try $0.deleteToken(digest: [1, 2]) })
        #expect(try reader.storedToken(digest: [1, 2]) == nil)
    }
}
