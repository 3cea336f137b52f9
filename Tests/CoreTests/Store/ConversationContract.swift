import Core
import Testing

/// Conversations: stored and found, counted and deleted.
enum ConversationContract {
    static func roundTrip(_ harness: StoreHarness) throws {
        var draft = Sample.conversation(1)
        draft.kind = .ticket
        draft.origin = .supportZenClient
        draft.contact = Contact(name: "Jürgen \u{1F600}", email: "J@x", phone: "+49 1")
        draft.source = Origin(userAgent: "ua", address: nil, referrer: "r", pageURL: "p")
        draft.subject = ""
        draft.status = .closed
        draft.priority = .urgent
        draft.department = "sales"
        draft.tags = ["a:b", "", "ümlaut", "2:x"]
        draft.assignment = Assignment(agentID: "agent1", agentName: "Jane")
        draft.rating = Rating(score: 4, feedback: nil, ratedAt: 9)
        draft.updatedAt = 11
        draft.endedAt = 12
        draft.firstResponseAt = 13
        draft.activeAt = 14
        draft.customer = Watermark(delivered: 1, read: 2, othersRead: 3)
        draft.agents = Watermark(delivered: 4, read: 5, othersRead: 6)
        draft.tokenUsed = true
        draft.hasReadExceptions = true
        let stored = try harness.write { try $0.insert(draft) }
        draft.row = stored.row
        #expect(stored == draft)
        #expect(try harness.reader.conversation(row: stored.row) == draft)

        // Every kind of update is read back: counts alone, times, and everything.
        var present = stored
        let changes: [(inout Conversation) -> Void] = [
            { $0.agents = Watermark(delivered: 9, read: 9, othersRead: 9) },
            {
                $0.activeAt = 99
                $0.messageCount = 3
                $0.peopleCount = 2
                $0.customerCount = 1
            },
            {
                $0.tags = []
                $0.assignment = nil
                $0.rating = nil
                $0.endedAt = nil
                $0.status = .active
            },
            {
                $0.contact = Contact(name: "", email: "", phone: nil)
                $0.tokenUsed = false
            },
            {
                $0.firstNumber = 2
                $0.updatedAt = 100
                $0.hasReadExceptions = false
            },
            { _ in },
        ]
        for change in changes {
            let old = present
            change(&present)
            let new = present
            try harness.write { try $0.update(new, from: old) }
            #expect(try harness.reader.conversation(row: stored.row) == new)
        }
        #expect(try harness.reader.conversation(row: 12_345) == nil)
    }

    static func names(_ harness: StoreHarness) throws {
        let conversation = try harness.conversation(1)
        let reader = harness.reader
        func find(_ dialect: DialectName, _ id: String, _ kind: ConversationKind? = nil) throws -> Int64? {
            try reader.conversation(ConversationName(dialect: dialect, id: id, kind: kind))?.row
        }
        #expect(try find(.localPro, "session-1") == conversation.row)
        #expect(try find(.localPro, "session-1", .chat) == conversation.row)
        #expect(try find(.localPro, "session-1", .ticket) == nil)
        #expect(try find(.localPro, "SESSION-1") == nil)
        #expect(try find(.rooms, "session-1") == nil)
        // The derived form leads to it from every dialect but its own.
        let hex = conversation.id.hex
        #expect(try find(.chatModule, hex) == conversation.row)
        #expect(try find(.rooms, hex) == conversation.row)
        #expect(try find(.supportZenLive, "chat-" + hex) == conversation.row)
        #expect(try find(.chatModule, "chat-" + hex) == nil)
        #expect(try find(.localPro, hex) == nil)
        #expect(try find(.rooms, hex.uppercased()) == nil)
        #expect(try find(.rooms, String(hex.dropLast(8))) == nil)
        #expect(try find(.rooms, "") == nil)
    }

    static func takenIDs(_ harness: StoreHarness) throws {
        let first = try harness.conversation(1)
        func kind(_ change: (inout Conversation) -> Void) -> StoreError.Kind? {
            do {
                _ = try harness.conversation(2, change)
                return nil
            } catch TurnFailure.store(let error) {
                return error.kind
            } catch {
                return .other
            }
        }
        #expect(kind { $0.externalID = "session-1" } == .constraint)
        #expect(kind { $0.id = first.id } == .constraint)
        #expect(
            kind {
                $0.origin = .rooms
                $0.externalID = first.id.hex
            } == .constraint
        )
        #expect(
            kind {
                $0.origin = .supportZenLive
                $0.externalID = "chat-" + first.id.hex
            } == .constraint
        )
        // The same id in another dialect is another conversation's.
        #expect(
            kind {
                $0.origin = .rooms
                $0.externalID = "session-1"
            } == nil
        )
        #expect(try harness.reader.statusCounts().pending == 2)
        // A server may give a conversation the hex of its own core id.
        _ = try harness.conversation(3) { $0.externalID = $0.id.hex }
    }

    static func tombstones(_ harness: StoreHarness) throws {
        let conversation = try harness.conversation(1)
        let other = try harness.conversation(2)
        var message = Sample.message(1)
        message.attachments = [Sample.attachment(1, content: 1), Sample.attachment(2, content: 2)]
        try harness.send(message, to: conversation.row)
        var shared = Sample.message(2)
        shared.attachments = [Sample.attachment(3, content: 2)]
        try harness.send(shared, to: other.row)
        let released = try harness.write { transaction in
            try transaction.keepUploads(
                [Sample.attachment(4, content: 4)],
                conversation: conversation.row,
                expiresAt: 5
            )
            _ = try transaction.insert(
                Note(content: "n", addedBy: "a", addedByName: "A", addedAt: 1),
                into: conversation.row
            )
            try transaction.addReadExceptions([1], conversation: conversation.row, side: .agents)
            try transaction.insert(
                IdempotencyRow(
                    scope: [1],
                    content: [2],
                    conversation: conversation.row,
                    messageNumber: 1,
                    wasNew: true,
                    expiresAt: .max
                )
            )
            let present = try StoreHarness.present(conversation.row, in: transaction)
            return try transaction.delete(present)
        }
        // A content that another message names stays.
        #expect(Set(released) == [[UInt8](repeating: 1, count: 32), [UInt8](repeating: 4, count: 32)])
        let reader = harness.reader
        #expect(try reader.conversation(row: conversation.row) == nil)
        #expect(try reader.conversation(ConversationName(dialect: .localPro, id: "session-1")) == nil)
        #expect(try reader.isTombstone(dialect: .localPro, id: "session-1"))
        #expect(try reader.isTombstone(dialect: .rooms, id: conversation.id.hex))
        #expect(try reader.isTombstone(dialect: .supportZenLive, id: "chat-" + conversation.id.hex))
        #expect(try !reader.isTombstone(dialect: .rooms, id: "session-1"))
        #expect(try !reader.isTombstone(dialect: .localPro, id: "session-2"))
        #expect(try !reader.isTombstone(dialect: .rooms, id: other.id.hex))
        #expect(try reader.messages(of: conversation.row, numbers: 1...10).isEmpty)
        #expect(try reader.notes(of: conversation.row).isEmpty)
        #expect(try reader.readExceptions(of: conversation.row, side: .agents).isEmpty)
        #expect(try reader.attachment(EntityIDRange(Sample.attachment(4).id)) == nil)
        #expect(try reader.conversations(ConversationFilter(search: "session-1"), page: .first).total == 0)
        #expect(try harness.write { try $0.idempotencyRow(scope: [1], now: 0) } == nil)
        #expect(throws: TurnFailure.self) { try harness.conversation(9) { $0.externalID = "session-1" } }
        #expect(throws: TurnFailure.self) { try harness.conversation(9) { $0.id = conversation.id } }
        // Rows are never given twice: the event log speaks of them for ever.
        #expect(try harness.conversation(10).row > other.row)
    }

    static func counters(_ harness: StoreHarness) throws {
        var conversation = try harness.conversation(1)
        _ = try harness.conversation(2) { $0.status = .archived }
        try harness.send(Sample.message(1), to: conversation.row)
        try harness.send(Sample.message(2, .system), to: conversation.row)
        try harness.send(Sample.message(3, .agent), to: conversation.row)
        #expect(try harness.reader.statusCounts() == StatusCounts(pending: 1, archived: 1))
        #expect(try harness.reader.statistics().messages == 2)
        conversation = try #require(try harness.reader.conversation(row: conversation.row))
        let old = conversation
        conversation.status = .active
        conversation.firstResponseAt = conversation.createdAt + 500
        let new = conversation
        try harness.writer.begin()
        try harness.turn { transaction in
            try transaction.update(new, from: old)
            // The transaction sees its own counts, others only what is committed.
            #expect(try transaction.statusCounts().active == 1)
            #expect(try transaction.statistics().averageResponse == 500)
        }
        #expect(try harness.reader.statusCounts().active == 0)
        try harness.writer.commit()
        let statistics = try harness.reader.statistics()
        #expect(
            statistics == ChatStatistics(totalSessions: 2, activeSessions: 1, averageResponse: 500, messages: 2)
        )
        _ = try harness.write { try $0.delete(new) }
        #expect(try harness.reader.statusCounts() == StatusCounts(archived: 1))
        #expect(
            try harness.reader.statistics()
                == ChatStatistics(totalSessions: 1, activeSessions: 0, averageResponse: 0, messages: 0)
        )
    }

    static func analytics(_ harness: StoreHarness) throws {
        let day: Int64 = 86_400_000
        let start = 19_000 * day
        #expect(try harness.reader.analytics(from: start, until: start + day) == Analytics())
        for index in 0..<4 {
            _ = try harness.conversation(index) { conversation in
                conversation.createdAt = start + Int64(index) * day / 2
                conversation.messageCount = Int64(index)
                conversation.status = index == 1 ? .closed : index == 2 ? .archived : .active
                conversation.assignment = index == 0 ? nil : Assignment(agentID: index == 3 ? "b" : "a", agentName: "")
                if index > 0 { conversation.rating = Rating(score: index, feedback: nil, ratedAt: 0) }
                if index > 1 { conversation.firstResponseAt = conversation.createdAt + Int64(index) * 100 }
            }
        }
        // Half open: the conversation born at the end is not in it.
        let analytics = try harness.reader.analytics(from: start, until: start + 3 * day / 2)
        #expect(analytics.totalSessions == 3)
        #expect(analytics.closedSessions == 2)
        #expect(analytics.averageMessages == 1)
        #expect(analytics.averageRating == 1.5)
        #expect(analytics.averageResponse == 200)
        #expect(analytics.minimumResponse == 200)
        #expect(analytics.maximumResponse == 200)
        #expect(analytics.days == [.init(date: "2022-01-08", count: 2), .init(date: "2022-01-09", count: 1)])
        #expect(analytics.agents == [.init(id: "a", sessionsHandled: 2, averageRating: 1.5)])
    }

    static func ownership(_ harness: StoreHarness) throws {
        for index in 1...5 {
            _ = try harness.conversation(index) { conversation in
                conversation.identity = index == 5 ? 2 : 1
                conversation.status = index % 2 == 0 ? .closed : .active
                conversation.contact.email = index == 3 ? " SAME@x.Org\t" : "same@X.org"
                if index == 4 { conversation.contact.email = "" }
            }
        }
        let owned = try harness.reader.conversations(ownedBy: 1, page: PageRequest(page: 1, limit: 3))
        #expect(owned.items.map(\.externalID) == ["session-3", "session-1", "session-4"])
        #expect(owned.total == 4)
        let history = try harness.reader.history(email: "Same@x.org ", page: PageRequest(page: 2, limit: 2))
        #expect(history.items.map(\.externalID) == ["session-2", "session-1"])
        #expect(history.total == 4)
        #expect(try harness.reader.history(email: " ", page: .first).total == 0)
    }
}

extension PageRequest {
    static let first = PageRequest(page: 1, limit: 20)
}
