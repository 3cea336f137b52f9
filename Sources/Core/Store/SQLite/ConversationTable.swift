/// Conversations by their ids, and what is written of them.
final class ConversationTable {
    private let connection: SQLiteConnection
    private let byRow: SQLiteStatement
    private let byID: SQLiteStatement
    private let byAlias: SQLiteStatement
    private let alias: SQLiteStatement
    private let byIdentity: SQLiteStatement
    private let countByIdentity: SQLiteStatement
    private let byEmail: SQLiteStatement
    private let countByEmail: SQLiteStatement
    private let insertion: SQLiteStatement
    private let progressInsertion: SQLiteStatement
    private let aliasInsertion: SQLiteStatement
    private let progress: SQLiteStatement
    private let progressWithTail: SQLiteStatement
    private let activity: SQLiteStatement
    private let facts: SQLiteStatement
    private let oldest: SQLiteStatement
    private let deletion: SQLiteStatement
    private let progressDeletion: SQLiteStatement
    private let tombstone: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        let select = ConversationColumns.select
        byRow = connection.statement("\(select) WHERE row = ?")
        byID = connection.statement("\(select) WHERE id = ?")
        // `external_id` and `conversation` are columns of other tables too: the subquery keeps them apart.
        byAlias = connection.statement(
            """
            \(select)
            WHERE row = (SELECT a.conversation FROM alias AS a WHERE a.dialect = ? AND a.external_id = ?)
            """
        )
        alias = connection.statement("SELECT conversation FROM alias WHERE dialect = ? AND external_id = ?")
        byIdentity = connection.statement(
            """
            \(select) WHERE identity = ?
            ORDER BY status >= 2, created_at DESC, row DESC LIMIT ? OFFSET ?
            """
        )
        countByIdentity = connection.statement("SELECT count(*) FROM conversation WHERE identity = ?")
        byEmail = connection.statement(
            """
            \(select) WHERE email_key = ? ORDER BY created_at DESC, row DESC LIMIT ? OFFSET ?
            """
        )
        countByEmail = connection.statement("SELECT count(*) FROM conversation WHERE email_key = ?")
        let columns = ConversationColumns.birth + ", " + ConversationColumns.facts
        insertion = connection.statement(
            "INSERT INTO conversation(\(columns)) VALUES (\(Self.marks(columns)))"
        )
        let moving = ConversationColumns.progress
        progressInsertion = connection.statement(
            "INSERT INTO progress(\(moving), conversation, tail) VALUES (\(Self.marks(moving)), ?, x'')"
        )
        aliasInsertion = connection.statement("INSERT INTO alias VALUES (?, ?, ?)")
        progress = connection.statement("UPDATE progress SET \(Self.assignments(moving)) WHERE conversation = ?")
        progressWithTail = connection.statement(
            "UPDATE progress SET \(Self.assignments(moving + ", tail")) WHERE conversation = ?"
        )
        activity = connection.statement("UPDATE conversation SET active_second = ? WHERE row = ?")
        facts = connection.statement(
            "UPDATE conversation SET \(Self.assignments(ConversationColumns.facts)) WHERE row = ?"
        )
        oldest = connection.statement("UPDATE conversation SET oldest_at = ? WHERE row = ?")
        deletion = connection.statement("DELETE FROM conversation WHERE row = ?")
        progressDeletion = connection.statement("DELETE FROM progress WHERE conversation = ?")
        tombstone = connection.statement(
            """
            INSERT INTO alias VALUES (?, ?, NULL)
            ON CONFLICT(dialect, external_id) DO UPDATE SET conversation = NULL
            """
        )
    }

    private static func marks(_ columns: String) -> String {
        columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")
    }

    private static func assignments(_ columns: String) -> String {
        columns.split(separator: ",").map { "\($0) = ?" }.joined(separator: ",")
    }

    // MARK: Finding

    func find(row: Int64) throws(StoreError) -> Conversation? {
        byRow.bind(row)
        return try byRow.one(ConversationColumns.read)
    }

    func find(id: EntityID) throws(StoreError) -> Conversation? {
        byID.bind(id)
        return try byID.one(ConversationColumns.read)
    }

    func find(_ name: ConversationName) throws(StoreError) -> Conversation? {
        byAlias.bind(name.dialect.rawValue)
        byAlias.bind(name.id)
        var found = try byAlias.one(ConversationColumns.read)
        if found == nil, let id = DerivedID.parse(name.id, dialect: name.dialect) {
            found = try find(id: id)
            // Where it was born it is known by its alias alone.
            if found?.origin == name.dialect { found = nil }
        }
        if let kind = name.kind, let conversation = found, conversation.kind != kind { return nil }
        return found
    }

    func isTombstone(dialect: DialectName, id: String) throws(StoreError) -> Bool {
        if let entry = try aliasEntry(dialect.rawValue, id) { return entry == nil }
        guard let derived = DerivedID.parse(id, dialect: dialect) else { return false }
        return try aliasEntry("", derived.hex) != nil
    }

    /// Nil without an entry, a nil inside for a tombstone.
    private func aliasEntry(_ dialect: String, _ id: String) throws(StoreError) -> Int64?? {
        alias.bind(dialect)
        alias.bind(id)
        return try alias.one { $0.optionalInt64() }
    }

    func owned(by identity: Int64, page: PageRequest) throws(StoreError) -> Page<Conversation> {
        countByIdentity.bind(identity)
        byIdentity.bind(identity)
        return try read(countByIdentity, byIdentity, page)
    }

    func history(email: String, page: PageRequest) throws(StoreError) -> Page<Conversation> {
        guard let key = EmailKey.of(email) else { return Page(items: [], total: 0) }
        countByEmail.bind(key)
        byEmail.bind(key)
        return try read(countByEmail, byEmail, page)
    }

    private func read(
        _ count: SQLiteStatement,
        _ rows: SQLiteStatement,
        _ page: PageRequest
    ) throws(StoreError) -> Page<Conversation> {
        rows.bind(page.limit)
        rows.bind(page.offset)
        defer { rows.reset() }
        let total = try count.one { $0.int() } ?? 0
        return Page(items: try rows.all(ConversationColumns.read), total: total)
    }

    // MARK: Writing

    func insert(_ conversation: Conversation) throws(StoreError) -> Conversation {
        let origin = conversation.origin
        guard try aliasEntry(origin.rawValue, conversation.externalID) == nil else {
            throw StoreError(.constraint, message: "the id is taken in its dialect")
        }
        guard try find(id: conversation.id) == nil, try aliasEntry("", conversation.id.hex) == nil else {
            throw StoreError(.constraint, message: "the core id is taken")
        }
        if let derived = DerivedID.parse(conversation.externalID, dialect: origin), derived != conversation.id {
            guard try find(id: derived) == nil, try aliasEntry("", derived.hex) == nil else {
                throw StoreError(.constraint, message: "the id is another conversation's derived one")
            }
        }
        ConversationColumns.bindBirth(conversation, to: insertion)
        ConversationColumns.bindFacts(conversation, to: insertion)
        try insertion.run()
        var stored = conversation
        stored.row = connection.lastInsertedRow
        ConversationColumns.bindProgress(conversation, to: progressInsertion)
        progressInsertion.bind(stored.row)
        try progressInsertion.run()
        aliasInsertion.bind(origin.rawValue)
        aliasInsertion.bind(conversation.externalID)
        aliasInsertion.bind(stored.row)
        try aliasInsertion.run()
        return stored
    }

    /// Writes what messages and receipts move; the index of activity is touched only when the second changes.
    func updateProgress(
        _ new: Conversation,
        from old: Conversation,
        tail: [UInt8]? = nil
    ) throws(StoreError) {
        if tail == nil, new == old { return }
        try writeProgress(new, tail)
        if ConversationColumns.activeSecond(new) != ConversationColumns.activeSecond(old) { try writeActivity(new) }
    }

    /// The same, whatever is written there.
    func restoreProgress(_ conversation: Conversation) throws(StoreError) {
        try writeProgress(conversation, nil)
        try writeActivity(conversation)
    }

    /// Writes everything that can change.
    func updateFacts(_ conversation: Conversation, tail: [UInt8]? = nil) throws(StoreError) {
        ConversationColumns.bindFacts(conversation, to: facts)
        facts.bind(conversation.row)
        try facts.run()
        try writeProgress(conversation, tail)
    }

    /// The tail of its messages is written along where it has moved.
    private func writeProgress(_ conversation: Conversation, _ tail: [UInt8]?) throws(StoreError) {
        let statement = tail == nil ? progress : progressWithTail
        ConversationColumns.bindProgress(conversation, to: statement)
        if let tail { statement.bind(tail) }
        statement.bind(conversation.row)
        try statement.run()
    }

    private func writeActivity(_ conversation: Conversation) throws(StoreError) {
        activity.bind(ConversationColumns.activeSecond(conversation))
        activity.bind(conversation.row)
        try activity.run()
    }

    /// Notes when the oldest message that is left was written, so that the sweep finds it in time.
    func setOldest(_ time: Int64?, row: Int64) throws(StoreError) {
        oldest.bind(time)
        oldest.bind(row)
        try oldest.run()
    }

    /// Removes the row and leaves tombstones for the alias and the core id.
    func delete(_ conversation: Conversation) throws(StoreError) {
        deletion.bind(conversation.row)
        try deletion.run()
        progressDeletion.bind(conversation.row)
        try progressDeletion.run()
        for (dialect, id) in [(conversation.origin.rawValue, conversation.externalID), ("", conversation.id.hex)] {
            tombstone.bind(dialect)
            tombstone.bind(id)
            try tombstone.run()
        }
    }
}

/// The stable id that a conversation has in the dialects it was not born in: the hex of its core id.
enum DerivedID {
    /// The SupportZen dialects put this before it.
    private static let supportZenPrefix = "chat-"

    /// The core id behind a rendered one; nil when it has not that form.
    static func parse(_ id: String, dialect: DialectName) -> EntityID? {
        var digits = id[...]
        if dialect == .supportZenLive || dialect == .supportZenClient, digits.hasPrefix(supportZenPrefix) {
            digits = digits.dropFirst(supportZenPrefix.count)
        }
        guard digits.utf8.count == 32 else { return nil }
        return EntityIDRange(hex: digits)?.lowest
    }
}

extension PageRequest {
    /// How many rows come before the page. A page number that would overflow lies behind every list.
    var offset: Int {
        let (product, overflows) = max(page - 1, 0).multipliedReportingOverflow(by: max(limit, 0))
        return overflows ? Int.max : product
    }
}
