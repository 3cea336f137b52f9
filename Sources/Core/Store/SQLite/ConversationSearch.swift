/// One search on its way: what matches is counted, and of it the page's rows are kept.
///
/// The index of trigrams finds few among many quickly, but is slower than looking at every text where a good part of
/// them matches. Its rows ascend, so a search that turns out to be such a one goes on from there without it.
struct ConversationSearch {
    /// So many matches must have been seen before their density is judged.
    private static let sampleSize = 1000
    /// The index is left when more than one row in so many matches.
    private static let densityLimit: Int64 = 4

    private let list: ConversationList
    private let page: PageRequest
    private var matches: BestMatches
    private var lastRow: Int64 = 0

    init(list: ConversationList, page: PageRequest) {
        self.list = list
        self.page = page
        let (end, overflows) = page.offset.addingReportingOverflow(max(page.limit, 0))
        matches = BestMatches(limit: overflows ? Int.max : end)
    }

    mutating func run(indexed: SQLiteStatement, scan: SQLiteStatement) throws(StoreError) -> Page<Int64> {
        if list.isIndexed {
            if try !gatherIndexed(indexed) { try gatherAll(scan) }
        } else {
            try gatherAll(scan)
        }
        let total = matches.count
        let rows = matches.best()
        return Page(items: Array(rows.dropFirst(page.offset).prefix(max(page.limit, 0))), total: total)
    }

    /// False when it has stopped because too much matches.
    private mutating func gatherIndexed(_ statement: SQLiteStatement) throws(StoreError) -> Bool {
        list.bindIndexed(to: statement)
        defer { statement.reset() }
        while try statement.step() {
            lastRow = statement.int64()
            matches.add(row: lastRow, key: statement.int64())
            if matches.count % Self.sampleSize == 0, Int64(matches.count) * Self.densityLimit > lastRow { return false }
        }
        return true
    }

    private mutating func gatherAll(_ statement: SQLiteStatement) throws(StoreError) {
        list.bindScan(after: lastRow, to: statement)
        defer { statement.reset() }
        while try statement.step() {
            let row = statement.int64()
            matches.add(row: row, key: statement.int64())
        }
    }
}

/// Counts matches and keeps the best of them: highest key first, of equal ones the highest row.
struct BestMatches {
    private struct Match {
        var key: Int64
        var row: Int64

        static func comesFirst(_ left: Match, _ right: Match) -> Bool {
            left.key == right.key ? left.row > right.row : left.key > right.key
        }
    }

    /// How many have been added.
    private(set) var count = 0
    private let limit: Int
    /// Sorting begins when so many are kept, so that each costs little.
    private let room: Int
    private var kept: [Match] = []
    /// The worst that is worth keeping, once there are enough.
    private var threshold: Match?

    init(limit: Int) {
        self.limit = limit
        let (double, overflows) = limit.multipliedReportingOverflow(by: 2)
        room = overflows ? Int.max : max(double, 1024)
    }

    mutating func add(row: Int64, key: Int64) {
        count += 1
        let match = Match(key: key, row: row)
        if let threshold, !Match.comesFirst(match, threshold) { return }
        kept.append(match)
        if kept.count >= room { cut() }
    }

    /// The rows of the best, in order.
    mutating func best() -> [Int64] {
        cut()
        return kept.map(\.row)
    }

    private mutating func cut() {
        kept.sort(by: Match.comesFirst)
        guard kept.count >= limit else { return }
        kept.removeLast(kept.count - limit)
        threshold = kept.last
    }
}
