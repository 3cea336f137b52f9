import Testing

@testable import Core

@Suite struct BestMatchesTests {
    @Test(arguments: [0, 1, 3, 50, 700, 5000, Int.max])
    func keepWhatSortingWould(_ limit: Int) {
        var matches = BestMatches(limit: limit)
        var all: [(key: Int64, row: Int64)] = []
        var state: UInt64 = 7
        for row in 1...4000 as ClosedRange<Int64> {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let key = Int64(state >> 33) % 97
            matches.add(row: row, key: key)
            all.append((key, row))
        }
        #expect(matches.count == 4000)
        let sorted = all.sorted { $0.key == $1.key ? $0.row > $1.row : $0.key > $1.key }
        #expect(matches.best() == sorted.prefix(limit).map(\.row))
    }

    /// More than a sample's matches: the search goes on without the index, and misses and doubles nothing.
    @Test func searchesThatMatchMuch() throws {
        let harness = try StoreHarness()
        _ = try harness.write { transaction in
            for index in 0..<3500 {
                var draft = Sample.conversation(index)
                draft.contact.name = index < 1500 || index % 3 == 0 ? "Needle" : "Hay"
                draft.contact.email = ""
                _ = try transaction.insert(draft)
            }
        }
        let filter = ConversationFilter(search: "needle")
        let page = try harness.reader.conversations(filter, page: PageRequest(page: 3, limit: 40))
        let expected = (0..<3500).filter { $0 < 1500 || $0 % 3 == 0 }.reversed().map { "session-\($0)" }
        #expect(page.total == expected.count)
        #expect(page.items.map(\.conversation.externalID) == Array(expected[80..<120]))
    }
}
