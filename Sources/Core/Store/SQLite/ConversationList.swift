/// The SQL of one filtered list or search. Lists of the same shape, whatever the values, share their statements.
struct ConversationList {
    private let filter: ConversationFilter
    /// One bit per status that is shown.
    private let statuses: Int
    private let needle: String?
    private let trigrams: String?

    private static let everyStatus = 0b1111
    private static let everything = "1"

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

    /// Whether the index of trigrams can narrow the search down.
    var isIndexed: Bool { trigrams != nil }

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

    /// Counts what passes the filter: one sum over the facets, or, of one customer's conversations, their number.
    var countSQL: String {
        guard isCountedByFacets else {
            return "SELECT count(*) FROM conversation AS c INDEXED BY \(index) WHERE \(conditions)"
        }
        return "SELECT coalesce(sum(c.conversations), 0) FROM facet AS c WHERE \(facetConditions)"
    }

    /// Facets know nothing of customers.
    var isCountedByFacets: Bool { filter.identity == nil }

    /// A page of the rows that pass the filter, in order.
    var rowsSQL: String {
        var source = "FROM conversation AS c INDEXED BY \(index)"
        if filter.order == .activity { source += " CROSS JOIN progress AS p ON p.conversation = c.row" }
        return "SELECT c.row \(source) WHERE \(conditions) ORDER BY \(order), c.row DESC LIMIT ? OFFSET ?"
    }

    private var order: String {
        switch filter.order {
        case .agentsList: "c.list_key DESC"
        // The index has the second; within it the time decides.
        case .activity: "c.active_second DESC, p.active_at DESC"
        case .newest: "c.created_at DESC"
        }
    }

    /// A search's matches behind a row, ascending, each with its place in the order; asks for the needle before all
    /// that `bindConditions` binds.
    var scanSQL: String { searchSQL("FROM search AS s", "s.row > ? AND instr(s.text, ?) > 0") }

    /// The same through the index of trigrams, from the first row on; asks for the trigrams before the needle.
    var indexedSQL: String {
        searchSQL(
            "FROM search_index AS f CROSS JOIN search AS s",
            "f.search_index MATCH ? AND s.row = f.rowid AND instr(s.text, ?) > 0"
        ) + " ORDER BY f.rowid"
    }

    /// The wide rows are not visited unless the filter or the order asks for what only they have.
    private func searchSQL(_ tables: String, _ matching: String) -> String {
        let conditions = conditions
        let key =
            switch filter.order {
            case .agentsList: "s.list_key"
            case .activity: "p.active_at"
            case .newest: "c.created_at"
            }
        var source = tables
        if conditions != Self.everything || filter.order == .newest {
            source += " CROSS JOIN conversation AS c ON c.row = s.row"
        }
        if filter.order == .activity { source += " CROSS JOIN progress AS p ON p.conversation = s.row" }
        return "SELECT s.row, \(key) \(source) WHERE \(matching) AND \(conditions)"
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

    private var conditions: String { conditions(unassigned: "c.agent IS NULL") }

    /// The same of the facets, which have an empty name for no agent.
    private var facetConditions: String { conditions(unassigned: "c.agent = ''") }

    private func conditions(unassigned: String) -> String {
        var text = Self.everything
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
        case .unassigned: text += " AND \(unassigned)"
        case nil: break
        }
        if filter.origin != nil { text += " AND c.origin = ?" }
        if filter.identity != nil { text += " AND c.identity = ?" }
        if filter.kind != nil { text += " AND c.kind = ?" }
        return text
    }

    /// Binds a search's needle, and before it its trigrams.
    func bindIndexed(to statement: SQLiteStatement) {
        statement.bind(trigrams)
        statement.bind(needle)
        bindConditions(to: statement)
    }

    /// Binds a search's needle, and before it the row behind which it begins.
    func bindScan(after row: Int64, to statement: SQLiteStatement) {
        statement.bind(row)
        statement.bind(needle)
        bindConditions(to: statement)
    }

    /// Binds what the filter compares with.
    func bindConditions(to statement: SQLiteStatement) {
        if let priority = filter.priority { statement.bind(priority.rawValue) }
        if let department = filter.department { statement.bind(department) }
        if case .id(let agent) = filter.agent { statement.bind(agent) }
        if let origin = filter.origin { statement.bind(origin.rawValue) }
        if let identity = filter.identity { statement.bind(identity) }
        if let kind = filter.kind { statement.bind(kind.rawValue) }
    }
}
