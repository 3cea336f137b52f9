import Core
import Testing

/// What a store must let go: what has expired, and people of whom nothing is left.
enum ForgettingContract {
    static func expiry(_ harness: StoreHarness) throws {
        for _ in 1...600 { try harness.write { _ = try $0.log(Sample.event(1, 7)) } }
        try harness.write { transaction in
            for (number, time) in [(1, 10), (2, 20), (3, 10), (4, 5)] as [(Int64, Int64)] {
                try transaction.enqueueWebhook(
                    WebhookDraft(
                        endpoint: "e\(number)",
                        id: Sample.id(Int(number)),
                        event: number,
                        conversation: 7,
                        body: [],
                        at: time
                    )
                )
            }
        }
        let due = try harness.reader.dueWebhooks(at: 100, limit: 9)
        for delivery in due.prefix(2) {
            try harness.write { try $0.buryWebhook(row: delivery.row, attempts: 1, error: "gone") }
        }
        func sweep() throws -> SweepResult {
            let sweep = Sweep(
                uploadsExpiredBefore: 0,
                idempotencyExpiredBefore: 0,
                messagesOlderThan: nil,
                deadWebhooksOlderThan: 15,
                waitingWebhooksOlderThan: 8,
                eventsKept: 100,
                limit: 100
            )
            return try harness.write { try $0.sweep(sweep) }
        }
        func firstEvent() throws -> Int64? { try harness.reader.events(after: 0, limit: 1).first?.number }
        #expect(try sweep().hasMore)
        #expect(try firstEvent() == 101)
        #expect(try harness.reader.deadWebhooks(limit: 9).map(\.event) == [2])
        #expect(try harness.reader.dueWebhooks(at: 100, limit: 9).map(\.event) == [3])
        while try sweep().hasMore {}
        // A row may hold 256 events, so that many more than asked for stay.
        #expect(try firstEvent() == 245)
        #expect(try harness.reader.events(after: 598, limit: 9).map(\.number) == [599, 600])
        #expect(try harness.write { try $0.log(Sample.event(1, 7)) } == 601)
    }

    static func people(_ harness: StoreHarness) throws {
        func identity(_ key: String, email: String) throws -> Identity {
            try harness.write { try $0.upsertIdentity(Sample.identity(.localPro, key, email: email)) }
        }
        let alone = try identity("alone", email: "alone@b.c")
        let shared = try identity("shared", email: "both@b.c")
        let other = try identity("other", email: "both@b.c")
        var pinned = try identity("pinned", email: "pinned@b.c")
        pinned.pin = [1]
        let proven = pinned
        try harness.write { try $0.update(proven) }
        var conversations: [Conversation] = []
        for (index, owner) in [alone, alone, shared, other, pinned].enumerated() {
            conversations.append(try harness.conversation(index + 1) { $0.identity = owner.row })
        }
        func delete(_ index: Int) throws { _ = try harness.write { try $0.delete(conversations[index]) } }
        try delete(0)
        #expect(try harness.reader.identity(row: alone.row) == alone)
        try delete(1)
        #expect(try harness.reader.identity(row: alone.row) == nil)
        #expect(try harness.reader.person(alone.person) == nil)
        try delete(2)
        #expect(try harness.reader.identity(row: shared.row) == nil)
        #expect(try harness.reader.person(shared.person) != nil)
        #expect(try harness.reader.identity(row: other.row) == other)
        try delete(4)
        #expect(try harness.reader.identity(row: pinned.row)?.pin == [1])
    }
}
