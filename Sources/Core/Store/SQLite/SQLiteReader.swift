/// Reads through one connection. Calls of several statements read from one snapshot.
class SQLiteReader: ChatReader {
    let connection: SQLiteConnection
    let conversations: ConversationTable
    let messages: MessageTable
    let attachments: AttachmentTable
    let details: DetailTable
    let identities: IdentityTable
    let tokens: TokenTable
    let agents: AgentTable
    let eventLog: EventTable
    let webhooks: WebhookTable
    let tenant: TenantTable
    let counters: CounterTable
    private let lists: ConversationLists
    private let figures: AnalyticsQueries
    private let snapshotBegin: SQLiteStatement
    private let snapshotEnd: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        conversations = ConversationTable(connection)
        attachments = AttachmentTable(connection)
        details = DetailTable(connection)
        identities = IdentityTable(connection)
        tokens = TokenTable(connection)
        agents = AgentTable(connection)
        eventLog = EventTable(connection)
        webhooks = WebhookTable(connection)
        tenant = TenantTable(connection)
        messages = MessageTable(connection, attachments: attachments, tenant: tenant)
        counters = CounterTable(connection)
        lists = ConversationLists(connection)
        figures = AnalyticsQueries(connection)
        snapshotBegin = connection.statement("BEGIN")
        snapshotEnd = connection.statement("COMMIT")
    }

    /// Lets several statements see one state of the database.
    private func snapshot<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        if connection.isInTransaction { return try body() }
        try snapshotBegin.run()
        do {
            let result = try body()
            try snapshotEnd.run()
            return result
        } catch {
            // Nothing was written, so an end that fails as well loses nothing but the snapshot.
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    // MARK: Conversations

    func conversation(_ name: ConversationName) throws(StoreError) -> Conversation? {
        try conversations.find(name)
    }

    func conversation(row: Int64) throws(StoreError) -> Conversation? {
        try conversations.find(row: row)
    }

    func isTombstone(dialect: DialectName, id: String) throws(StoreError) -> Bool {
        try conversations.isTombstone(dialect: dialect, id: id)
    }

    func conversations(ownedBy identity: Int64, page: PageRequest) throws(StoreError) -> Page<Conversation> {
        try snapshot { () throws(StoreError) in try conversations.owned(by: identity, page: page) }
    }

    func history(email: String, page: PageRequest) throws(StoreError) -> Page<Conversation> {
        try snapshot { () throws(StoreError) in try conversations.history(email: email, page: page) }
    }

    func conversations(
        _ filter: ConversationFilter,
        page: PageRequest
    ) throws(StoreError) -> Page<ConversationSummary> {
        try snapshot { () throws(StoreError) in
            let rows = try lists.page(filter, page) { () throws(StoreError) in try statusCounts() }
            var summaries: [ConversationSummary] = []
            summaries.reserveCapacity(rows.items.count)
            for row in rows.items {
                guard let conversation = try conversations.find(row: row) else { continue }
                summaries.append(try summary(conversation))
            }
            return Page(items: summaries, total: rows.total)
        }
    }

    private func summary(_ conversation: Conversation) throws(StoreError) -> ConversationSummary {
        let newest = conversation.messageCount == 0 ? nil : try messages.last(conversation.row, people: false)
        var ofPeople = newest
        if newest?.author.kind == .system {
            ofPeople = conversation.peopleCount == 0 ? nil : try messages.last(conversation.row, people: true)
        }
        return ConversationSummary(conversation: conversation, lastMessage: newest, lastPeopleMessage: ofPeople)
    }

    /// How SQLite goes about a list, line by line, for the tests that keep it from reading whole tables.
    func listPlan(_ filter: ConversationFilter) throws(StoreError) -> [String] {
        try lists.plan(filter)
    }

    // MARK: Messages

    func messages(of conversation: Int64, numbers: ClosedRange<Int64>) throws(StoreError) -> [Message] {
        try snapshot { () throws(StoreError) in try messages.range(conversation, numbers) }
    }

    func messages(of conversation: Int64, peopleNumbers: ClosedRange<Int64>) throws(StoreError) -> [Message] {
        try snapshot { () throws(StoreError) in try messages.range(conversation, people: peopleNumbers) }
    }

    func message(_ id: EntityIDRange) throws(StoreError) -> Message? {
        try snapshot { () throws(StoreError) in try messages.find(id) }
    }

    func lastMessage(of conversation: Int64, people: Bool) throws(StoreError) -> Message? {
        try snapshot { () throws(StoreError) in try messages.last(conversation, people: people) }
    }

    func readExceptions(of conversation: Int64, side: Side) throws(StoreError) -> [Int64] {
        try details.exceptions(of: conversation, side: side)
    }

    func notes(of conversation: Int64) throws(StoreError) -> [Note] {
        try details.notes(of: conversation)
    }

    func attachment(_ id: EntityIDRange) throws(StoreError) -> StoredAttachment? {
        try attachments.find(id)
    }

    func isReferenced(hash: [UInt8]) throws(StoreError) -> Bool {
        try attachments.isReferenced(hash)
    }

    // MARK: Figures

    func statusCounts() throws(StoreError) -> StatusCounts {
        try currentCounters().statuses
    }

    func statistics() throws(StoreError) -> ChatStatistics {
        try currentCounters().statistics
    }

    func analytics(from start: Int64, until end: Int64) throws(StoreError) -> Analytics {
        try snapshot { () throws(StoreError) in try figures.run(from: start, until: end) }
    }

    /// The counters as this connection sees them.
    func currentCounters() throws(StoreError) -> Counters {
        try counters.read()
    }

    // MARK: Identities and tokens

    func identity(dialect: DialectName, key: String) throws(StoreError) -> Identity? {
        try identities.find(dialect: dialect, key: key)
    }

    func identity(row: Int64) throws(StoreError) -> Identity? {
        try identities.find(row: row)
    }

    func person(_ id: EntityID) throws(StoreError) -> Person? {
        try identities.person(id)
    }

    func storedToken(digest: [UInt8]) throws(StoreError) -> StoredToken? {
        try tokens.find(digest: digest)
    }

    func nameOfMadeAgent(_ id: String) throws(StoreError) -> String? {
        try agents.name(id)
    }

    func storedTokens() throws(StoreError) -> [StoredToken] {
        try tokens.all()
    }

    // MARK: Events and webhooks

    func events(after number: Int64, limit: Int) throws(StoreError) -> [LoggedEvent] {
        try eventLog.events(after: number, limit: limit)
    }

    func lastEvent() throws(StoreError) -> Int64 {
        try eventLog.last()
    }

    func epoch() throws(StoreError) -> EntityID {
        try tenant.epoch()
    }

    func secret() throws(StoreError) -> [UInt8] {
        try tenant.secret()
    }

    func dueWebhooks(at now: Int64, limit: Int) throws(StoreError) -> [WebhookDelivery] {
        try snapshot { () throws(StoreError) in try webhooks.due(at: now, limit: limit) }
    }

    func nextWebhookDue() throws(StoreError) -> Int64? {
        try snapshot { () throws(StoreError) in try webhooks.nextDue() }
    }

    func deadWebhooks(limit: Int) throws(StoreError) -> [WebhookDelivery] {
        try webhooks.dead(limit: limit)
    }
}
