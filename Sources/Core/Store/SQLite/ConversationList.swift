/// The SQL of one filtered list. Lists of the same shape, whatever the values, share their statements.
struct ConversationList {
    private let filter: ConversationFilter
    /// One bit per status that is shown.
    private let statuses: Int
    private let needle: String?
    private let trigrams: String?

    private static let everyStatus = 0b1111

    /// Nil when nothing can pass the filter.
    init?(_ filter: ConversationFilter) {
        self.filter = filter
        let shown = filter.statuses ?? Set(ConversationStatus.allCases)
        statuses = shown.reduce(0) { $0 | 1 << $1.rawValue }
        if let search = filter.search, !search.isEmpty {
            guard let needle = SearchText.needle(search) else { return nil }
            self.needle = needle
            trigrams = SearchText.trigramQuery(needle)
        } else {
            needle = nil
            trigrams = nil
        }
        if statuses == 0 { return nil }
    }

    var isSearch: Bool { needle != nil }

    /// Whether nothing but the status is asked for: then the total is among the counters.
    var isOfStatusesOnly: Bool {
        filter.priority == nil && filter.department == nil && filter.agent == nil && needle == nil
            && filter.origin == nil && filter.identity == nil && filter.kind == nil
    }

    func total(in counts: StatusCounts) -> Int {
        let all = [counts.pending, counts.active, counts.closed, counts.archived]
        return all.indices.reduce(0) { statuses & 1 << $1 == 0 ? $0 : $0 + all[$1] }
    }

    /// Tells lists of different SQL apart.
    var shape: Int {
        var shape = statuses
        for present in [
            filter.priority != nil, filter.department != nil, filter.agent != nil, filter.agent == .unassigned,
            filter.origin != nil, filter.identity != nil, filter.kind != nil, needle != nil, trigrams != nil,
            filter.order == .activity, filter.order == .newest,
        ] {
            shape = shape << 1 | (present ? 1 : 0)
        }
        return shape
    }

    /// Counts what passes the filter, from an index alone.
    var countSQL: String { "SELECT count(*) \(source)" }

    /// The rows of what passes the filter, in order; a page of them unless it is a search, whose matches are all
    /// gathered once to be counted as well.
    var rowsSQL: String {
        let key =
            switch filter.order {
            case .agentsList: "list_key"
            case .activity: "active_at"
            case .newest: "created_at"
            }
        return "SELECT c.row \(source) ORDER BY c.\(key) DESC, c.row DESC" + (isSearch ? "" : " LIMIT ? OFFSET ?")
    }

    private var source: String {
        let conditions = conditions
        switch (needle, trigrams) {
        case (_, .some):
            return """
                FROM search_index AS f CROSS JOIN search AS s CROSS JOIN conversation AS c
                WHERE f.search_index MATCH ? AND s.row = f.rowid AND instr(s.text, ?) > 0 AND c.row = s.row\(conditions)
                """
        case (.some, nil):
            return """
                FROM search AS s CROSS JOIN conversation AS c
                WHERE instr(s.text, ?) > 0 AND c.row = s.row\(conditions)
                """
        case (nil, nil):
            return "FROM conversation AS c INDEXED BY \(index) WHERE 1\(conditions)"
        }
    }

    /// The index whose leading column is asked for and which has the order, or, where there is no such, the order's.
    private var index: String {
        if filter.identity != nil { return "conversation_identity" }
        switch filter.order {
        case .newest: return "conversation_newest"
        case .activity where filter.agent == nil && filter.department == nil && filter.priority == nil:
            return "conversation_activity"
        case .agentsList, .activity: break
        }
        if filter.agent != nil { return "conversation_agent" }
        if filter.department != nil { return "conversation_department" }
        if filter.priority != nil { return "conversation_priority" }
        return statuses.nonzeroBitCount == 1 ? "conversation_status" : "conversation_list"
    }

    private var conditions: String {
        var text = ""
        if statuses.nonzeroBitCount == 1 {
            text += " AND c.status = \(statuses.trailingZeroBitCount)"
        } else if statuses != Self.everyStatus {
            let numbers = (0...3).filter { statuses & 1 << $0 != 0 }.map(String.init).joined(separator: ", ")
            text += " AND c.status IN (\(numbers))"
        }
        if filter.priority != nil { text += " AND c.priority = ?" }
        if filter.department != nil { text += " AND c.department = ?" }
        switch filter.agent {
        case .id: text += " AND c.agent = ?"
        case .unassigned: text += " AND c.agent IS NULL"
        case nil: break
        }
        if filter.origin != nil { text += " AND c.origin = ?" }
        if filter.identity != nil { text += " AND c.identity = ?" }
        if filter.kind != nil { text += " AND c.kind = ?" }
        return text
    }

    /// Binds what `source` asks for.
    func bind(to statement: SQLiteStatement) {
        if let trigrams { statement.bind(trigrams) }
        if let needle { statement.bind(needle) }
        if let priority = filter.priority { statement.bind(priority.rawValue) }
        if let department = filter.department { statement.bind(department) }
        if case .id(let agent) = filter.agent { statement.bind(agent) }
        if let origin = filter.origin { statement.bind(origin.rawValue) }
        if let identity = filter.identity { statement.bind(identity) }
        if let kind = filter.kind { statement.bind(kind.rawValue) }
    }
}

/// Runs lists over one connection.
final class ConversationLists {
    private struct Statements {
        var count: SQLiteStatement
        var rows: SQLiteStatement
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
        list.bind(to: statements.rows)
        if list.isSearch {
            let rows = try statements.rows.all { $0.int64() }
            let start = min(page.offset, rows.count)
            let end = min(start + max(page.limit, 0), rows.count)
            return Page(items: Array(rows[start..<end]), total: rows.count)
        }
        statements.rows.bind(max(page.limit, 0))
        statements.rows.bind(page.offset)
        let rows = try statements.rows.all { $0.int64() }
        if list.isOfStatusesOnly { return Page(items: rows, total: list.total(in: try counts())) }
        if page.offset == 0, rows.count < page.limit { return Page(items: rows, total: rows.count) }
        list.bind(to: statements.count)
        return Page(items: rows, total: try statements.count.one { $0.int() } ?? 0)
    }

    /// How SQLite goes about a list: the lines of its plans for the rows and for the total.
    func plan(_ filter: ConversationFilter) throws(StoreError) -> [String] {
        guard let list = ConversationList(filter) else { return [] }
        var lines: [String] = []
        for sql in list.isSearch ? [list.rowsSQL] : [list.rowsSQL, list.countSQL] {
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
                connection.discard(old.count)
                connection.discard(old.rows)
            }
            statements.removeAll()
        }
        let made = Statements(
            count: connection.statement(list.countSQL),
            rows: connection.statement(list.rowsSQL)
        )
        statements[shape] = made
        return made
    }
}
