/// Runs lists and searches over one connection.
final class ConversationLists {
    /// A list's rows and their number, or a search's matches by the index and by looking at every text.
    private struct Statements {
        var first: SQLiteStatement
        var second: SQLiteStatement
    }

    /// More shapes than any tenant's dialects ask for; beyond it the kept statements are dropped.
    private static let maximumShapes = 64

    private let connection: SQLiteConnection
    private var statements: [Int: Statements] = [:]

    init(_ connection: SQLiteConnection) {
        self.connection = connection
    }

    /// The rows of one page and how many there are in all.
    func page(
        _ filter: ConversationFilter,
        _ page: PageRequest,
        counts: () throws(StoreError) -> StatusCounts
    ) throws(StoreError) -> Page<Int64> {
        guard let list = ConversationList(filter) else { return Page(items: [], total: 0) }
        let statements = prepared(list)
        if list.isSearch {
            var search = ConversationSearch(list: list, page: page)
            return try search.run(indexed: statements.first, scan: statements.second)
        }
        list.bindConditions(to: statements.first)
        statements.first.bind(max(page.limit, 0))
        statements.first.bind(page.offset)
        let rows = try statements.first.all { $0.int64() }
        if list.isOfStatusesOnly { return Page(items: rows, total: list.total(in: try counts())) }
        if page.offset == 0, rows.count < page.limit { return Page(items: rows, total: rows.count) }
        list.bindConditions(to: statements.second)
        return Page(items: rows, total: try statements.second.one { $0.int() } ?? 0)
    }

    /// How SQLite goes about a list: the lines of its plans for the rows and, where rows are counted, for the total.
    func plan(_ filter: ConversationFilter) throws(StoreError) -> [String] {
        guard let list = ConversationList(filter) else { return [] }
        var lines: [String] = []
        var queries = [list.isSearch ? (list.isIndexed ? list.indexedSQL : list.scanSQL) : list.rowsSQL]
        if !list.isSearch, !list.isCountedByFacets { queries.append(list.countSQL) }
        for sql in queries {
            let statement = connection.statement("EXPLAIN QUERY PLAN " + sql)
            defer { connection.discard(statement) }
            lines += try statement.all { row in
                _ = (row.int64(), row.int64(), row.int64())
                return row.text()
            }
        }
        return lines
    }

    private func prepared(_ list: ConversationList) -> Statements {
        let shape = list.shape
        if let known = statements[shape] { return known }
        if statements.count >= Self.maximumShapes {
            for old in statements.values {
                connection.discard(old.first)
                connection.discard(old.second)
            }
            statements.removeAll()
        }
        let made = Statements(
            first: connection.statement(list.isSearch ? list.indexedSQL : list.rowsSQL),
            second: connection.statement(list.isSearch ? list.scanSQL : list.countSQL)
        )
        statements[shape] = made
        return made
    }
}
