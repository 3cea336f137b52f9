import Testing

@testable import Core

/// Lists against a naive model, their plans, and searching.
@Suite("SQLite store: lists")
struct ConversationListTests {
    private static let departments = ["general", "sales", "billing"]

    private func conversation(_ index: Int) -> Conversation {
        var conversation = Sample.conversation(index)
        // Many births and activities in the same millisecond: the row decides then.
        conversation.createdAt = Sample.birth + Int64(index / 3)
        conversation.activeAt = Sample.birth + Int64((index * 7919) % 40)
        conversation.status = ConversationStatus.allCases[(index * 5 + index / 4) % 4]
        conversation.priority = ConversationPriority.allCases[(index / 2) % 4]
        conversation.department = Self.departments[index % 3]
        conversation.origin = [.localPro, .rooms, .chatModule][(index / 3) % 3]
        conversation.kind = index % 11 == 0 ? .ticket : .chat
        conversation.identity = Int64(index % 5)
        conversation.assignment = index % 3 == 0 ? nil : Assignment(agentID: "agent\(index % 4)", agentName: "A")
        return conversation
    }

    private static var filters: [ConversationFilter] {
        var filters: [ConversationFilter] = []
        let statuses: [Set<ConversationStatus>?] = [
            nil, [.active], [.pending, .active], [.closed, .archived], Set(ConversationStatus.allCases), [],
        ]
        for status in statuses {
            for bits in 0..<64 {
                filters.append(
                    ConversationFilter(
                        statuses: status,
                        priority: bits & 1 == 0 ? nil : .high,
                        department: bits & 2 == 0 ? nil : "sales",
                        agent: bits & 4 == 0 ? nil : bits & 1 == 0 ? .unassigned : .id("agent1"),
                        origin: bits & 8 == 0 ? nil : .rooms,
                        identity: bits & 16 == 0 ? nil : 3,
                        kind: bits & 32 == 0 ? nil : .chat
                    )
                )
            }
        }
        return filters.flatMap { filter in
            ([.agentsList, .activity, .newest] as [ConversationFilter.Order]).map { order in
                var ordered = filter
                ordered.order = order
                return ordered
            }
        }
    }

    private func model(_ all: [Conversation], _ filter: ConversationFilter) -> [Conversation] {
        let found = all.filter { conversation in
            if let statuses = filter.statuses, !statuses.contains(conversation.status) { return false }
            if let priority = filter.priority, priority != conversation.priority { return false }
            if let department = filter.department, department != conversation.department { return false }
            switch filter.agent {
            case .id(let agent): if conversation.assignment?.agentID != agent { return false }
            case .unassigned: if conversation.assignment != nil { return false }
            case nil: break
            }
            if let origin = filter.origin, origin != conversation.origin { return false }
            if let identity = filter.identity, identity != conversation.identity { return false }
            if let kind = filter.kind, kind != conversation.kind { return false }
            guard let search = filter.search?.lowercased() else { return true }
            return [conversation.contact.name, conversation.contact.email, conversation.externalID]
                .contains { search.isEmpty || $0.lowercased().contains(search) }
        }
        func key(_ conversation: Conversation) -> [Int64] {
            switch filter.order {
            case .agentsList:
                let isPending: Int64 = conversation.status == .pending ? 1 : 0
                let priority = Int64(conversation.priority.rawValue)
                return [isPending, priority, conversation.createdAt, conversation.row]
            case .activity: return [conversation.activeAt, conversation.row]
            case .newest: return [conversation.createdAt, conversation.row]
            }
        }
        return found.sorted { key($1).lexicographicallyPrecedes(key($0)) }
    }

    @Test func agreeWithAModel() throws {
        let harness = try StoreHarness()
        var all = try harness.write { transaction in
            try (0..<120).map { try transaction.insert(conversation($0)) }
        }
        // What changed after birth is in the indexes as well.
        try harness.write { transaction in
            for index in all.indices where index % 4 == 1 {
                let old = all[index]
                all[index].status = .active
                all[index].priority = .urgent
                all[index].assignment = Assignment(agentID: "agent1", agentName: "B")
                all[index].department = "sales"
                all[index].activeAt += 1_000
                try transaction.update(all[index], from: old)
            }
        }
        for filter in Self.filters {
            let expected = model(all, filter).map(\.row)
            for page in [
                PageRequest(page: 1, limit: 7), PageRequest(page: 2, limit: 7), PageRequest(page: 1, limit: 500),
            ] {
                let found = try harness.reader.conversations(filter, page: page)
                #expect(
                    found.items.map(\.conversation.row) == Array(expected.dropFirst(page.offset).prefix(page.limit))
                )
                #expect(found.total == expected.count)
            }
        }
        let far = try harness.reader.conversations(ConversationFilter(), page: PageRequest(page: .max, limit: 50))
        #expect(far.items.isEmpty)
        #expect(far.total == 120)
    }

    @Test func carryTheNewestMessages() throws {
        let harness = try StoreHarness()
        let rows = try (0..<4).map { try harness.conversation($0).row }
        for kind in [AuthorKind.customer, .system] {
            try harness.send(Sample.message(10 + kind.rawValue, kind), to: rows[1])
            try harness.send(Sample.message(20 + kind.rawValue, kind), to: rows[2])
        }
        try harness.send(Sample.message(30, .agent), to: rows[2])
        try harness.send(Sample.message(40, .system), to: rows[3])
        let page = try harness.reader.conversations(ConversationFilter(order: .newest), page: .first)
        let found = page.items.reversed().map { [$0.lastMessage?.number, $0.lastPeopleMessage?.number] }
        #expect(found == [[nil, nil], [2, 1], [3, 3], [1, nil]])
    }

    /// No list may read a whole table, and none but those of one identity may sort.
    @Test func areReadThroughIndexes() throws {
        let harness = try StoreHarness()
        let reader = try #require(harness.reader as? SQLiteReader)
        for filter in Self.filters {
            let plan = try reader.listPlan(filter)
            #expect(plan.isEmpty == (filter.statuses?.isEmpty ?? false))
            // The time of activity is looked up for the rows of one second at a time, which are then sorted.
            let byActivity: Set = [
                "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY",
            ]
            for line in plan where !line.hasPrefix("USE TEMP B-TREE") && !byActivity.contains(line) {
                #expect(line.contains("USING COVERING INDEX") || line.contains("USING INDEX"), "\(line) for \(filter)")
            }
            let usesFactsOnly = filter.priority != nil || filter.department != nil || filter.agent != nil
            if filter.identity == nil, filter.order != .activity || !usesFactsOnly {
                let lines = filter.order == .activity ? plan.filter { !byActivity.contains($0) } : plan
                #expect(lines.allSatisfy { $0.contains("COVERING") }, "\(plan) for \(filter)")
            }
        }
        for filter in Self.filters.prefix(80) {
            var search = filter
            search.search = "abc"
            let plan = try reader.listPlan(search).filter { !$0.hasPrefix("USE TEMP B-TREE") }
            for line in plan {
                let isIndexed = line.contains("VIRTUAL TABLE INDEX") || line.contains("USING INTEGER PRIMARY KEY")
                #expect(isIndexed, "\(plan)")
            }
        }
    }

    private static let people = [
        ("Ann O'Neil", "ann@example.org"),
        ("100% \"quoted\" name", "percent_underscore@x.y"),
        ("Jürgen Ärger", "j@müller.example"),
        ("ΣΊΣΥΦΟΣ", "greek@example.org"),
        ("李小龍", "lee@example.org"),
        ("AND OR NOT *", "a-b+c@example.org"),
        ("\u{1F600} smile", "emoji@example.org"),
        ("", ""),
        ("a\\b", "back\\slash@example.org"),
    ]

    @Test(arguments: [
        "ann", "ANN", "O'N", "'", "\"", "\"q", "uote", "\"quoted\"", "%", "100%", "_", "t_u", "t%u", "jürgen", "JÜRGEN",
        "ärg", "Ä", "müller", "σίσ", "李", "李小龍", "小龍", "and or not", "NOT *", "*", "a-b+c", "\u{1F600}",
        "\u{1F600} sm", "example.org", "@", "session-3", "SESSION", "n-1", "nobody here", "  ", "\\", "a\\b", "back\\s",
        "ann@example.orgx", "Ann O'Neilann@", "percent_underscore@x.y", "\u{1f}", "n\u{1f}a", "an\u{0}n", "\u{0}",
        "example.org\u{0}", "a* OR b", "text:ann", "NEAR(a b)",
    ])
    func findLiteralSubstrings(_ search: String) throws {
        let harness = try StoreHarness()
        let all = try harness.write { transaction in
            try Self.people.enumerated().map { index, person in
                var draft = Sample.conversation(index)
                draft.contact.name = person.0
                draft.contact.email = person.1
                return try transaction.insert(draft)
            }
        }
        let filter = ConversationFilter(search: search, order: .newest)
        let found = try harness.reader.conversations(filter, page: PageRequest(page: 1, limit: 100))
        #expect(found.items.map(\.conversation.row) == model(all, filter).map(\.row))
        #expect(found.total == found.items.count)
    }

    @Test func searchWithOtherFiltersAndPages() throws {
        let harness = try StoreHarness()
        var all = try harness.write { transaction in
            try (0..<60).map { index in
                var draft = conversation(index)
                draft.contact.name = index % 2 == 0 ? "Needle \(index)" : "Hay \(index)"
                return try transaction.insert(draft)
            }
        }
        // A changed name is found by the new one only.
        let old = all[4]
        all[4].contact.name = "Renamed"
        let new = all[4]
        try harness.write { try $0.update(new, from: old) }
        for search in ["needle", "ne", "renamed", "customer4"] {
            for base in Self.filters.filter({ $0.statuses?.isEmpty != true }) {
                var filter = base
                filter.search = search
                let page = PageRequest(page: 2, limit: 3)
                let found = try harness.reader.conversations(filter, page: page)
                let expected = model(all, filter).map(\.row)
                #expect(found.items.map(\.conversation.row) == Array(expected.dropFirst(3).prefix(3)))
                #expect(found.total == expected.count)
            }
        }
    }
}
