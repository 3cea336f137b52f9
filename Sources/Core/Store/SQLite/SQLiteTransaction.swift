/// The writing side of the connection that a writer lends to its turns.
///
/// A turn is undone by `TurnGuard`. Some things wait in memory for the end of the transaction, since one write of each
/// is enough for all turns: what the counters and the facets change by, the search rows, and the events. A turn that is
/// undone takes its share back.
final class SQLiteTransaction: SQLiteReader, ChatTransaction {
    /// What a turn must find again when it is undone.
    struct Pending {
        fileprivate(set) var counters = Counters()
        fileprivate(set) var facets = FacetChanges()
        fileprivate(set) var search: [SearchChange] = []
        /// Nil until the transaction logs its first event.
        fileprivate(set) var lastEvent: Int64?
        /// Nil until it stores its first message.
        fileprivate(set) var lastMessage: Int64?
    }

    var pending = Pending()
    /// Events that are not yet in their table. Not with the other things, since those are copied for every turn.
    private var unwrittenEvents: [LoggedEvent] = []
    private var recent = RecentConversations()
    /// Conversations whose messages' tail is to be written yet in this turn.
    private var movedTails: [Int64] = []
    private let turnGuard: TurnGuard
    private let search: SearchTable
    private let facets: FacetTable
    private let retention: RetentionQueries

    override init(_ connection: SQLiteConnection) {
        turnGuard = TurnGuard(connection)
        search = SearchTable(connection)
        facets = FacetTable(connection)
        retention = RetentionQueries(connection)
        super.init(connection)
    }

    // MARK: Turns

    func beginTurn() {
        turnGuard.begin()
        movedTails.removeAll(keepingCapacity: true)
        messages.places.trim()
    }

    func finishTurn() throws(StoreError) {
        for conversation in movedTails { try messages.places.writeTail(conversation) }
        movedTails.removeAll(keepingCapacity: true)
        try turnGuard.finish()
    }

    func undoTurn(to before: Pending) throws(StoreError) {
        pending = before
        let last = before.lastEvent ?? 0
        unwrittenEvents.removeAll { $0.number > last }
        dropCaches()
        try turnGuard.undo(in: self)
    }

    /// The transaction is gone, with all that waited for its end.
    func forget() {
        pending = Pending()
        unwrittenEvents.removeAll()
        dropCaches()
    }

    private func dropCaches() {
        recent.removeAll()
        messages.places.forget()
    }

    /// Writes what has waited; before the commit.
    func flush() throws(StoreError) {
        try flushSearch()
        try eventLog.insert(unwrittenEvents)
        unwrittenEvents.removeAll(keepingCapacity: true)
        if pending.counters != Counters() {
            try counters.add(pending.counters)
            pending.counters = Counters()
        }
        try facets.add(pending.facets)
        pending.facets.removeAll()
        if let last = pending.lastMessage { try counters.setLastMessage(last) }
    }

    private func flushSearch() throws(StoreError) {
        for change in pending.search { try search.apply(change) }
        pending.search.removeAll()
    }

    // MARK: Reads that must count in what waits

    override func currentCounters() throws(StoreError) -> Counters {
        try super.currentCounters() + pending.counters
    }

    override func lastEvent() throws(StoreError) -> Int64 {
        if let last = pending.lastEvent { return last }
        return try super.lastEvent()
    }

    override func events(after number: Int64, limit: Int) throws(StoreError) -> [LoggedEvent] {
        let written = try super.events(after: number, limit: limit)
        return written + unwrittenEvents.drop { $0.number <= number }.prefix(max(limit - written.count, 0))
    }

    private func lastMessage() throws(StoreError) -> Int64 {
        if let last = pending.lastMessage { return last }
        return try counters.lastMessage()
    }

    // MARK: Conversations

    override func conversation(_ name: ConversationName) throws(StoreError) -> Conversation? {
        if let known = recent[name] { return known }
        guard let found = try super.conversation(name) else { return nil }
        recent.keep(found, as: name)
        return found
    }

    override func conversation(row: Int64) throws(StoreError) -> Conversation? {
        if let known = recent[row: row] { return known }
        return try super.conversation(row: row)
    }

    func insert(_ conversation: Conversation) throws(StoreError) -> Conversation {
        try turnGuard.protect()
        let stored = try conversations.insert(conversation)
        pending.counters.count(stored, sign: 1)
        pending.facets.count(stored, sign: 1)
        pending.search.append(.insertion(stored))
        return stored
    }

    func update(_ new: Conversation, from old: Conversation) throws(StoreError) {
        let tail = takeMovedTail(new.row)
        if ConversationColumns.differOnlyInProgress(new, old) {
            try conversations.updateProgress(new, from: old, tail: tail)
            turnGuard.note(.progress(old))
        } else {
            try turnGuard.protect()
            try conversations.updateFacts(new, tail: tail)
            pending.facets.count(new, from: old)
            if let change = SearchChange.update(new, from: old) { pending.search.append(change) }
        }
        recent.replace(new)
        pending.counters.count(new, from: old)
    }

    /// The tail that is to be written with a conversation's progress.
    private func takeMovedTail(_ conversation: Int64) -> [UInt8]? {
        guard let index = movedTails.firstIndex(of: conversation) else { return nil }
        movedTails.remove(at: index)
        return messages.places.movedTail(conversation)
    }

    func append(_ message: Message, to conversation: inout Conversation) throws(StoreError) -> Message {
        var stored = message
        let isPeoples = message.author.kind != .system
        stored.conversation = conversation.row
        stored.number = conversation.messageCount + 1
        stored.peopleNumber = conversation.peopleCount + (isPeoples ? 1 : 0)
        stored.customerNumber = conversation.customerCount + (message.author.kind == .customer ? 1 : 0)
        let isOldest = stored.number == conversation.firstNumber && stored.createdAt != conversation.createdAt
        if isOldest || !stored.attachments.isEmpty { try turnGuard.protect() }
        let tail = try messages.places.tail(conversation.row)
        guard tail.newest == conversation.messageCount else {
            throw StoreError(.corrupt, message: "a conversation's count and its messages differ")
        }
        let row = try lastMessage() + 1
        stored.id = try messages.id(row: row, time: stored.createdAt)
        try messages.insert(stored, row: row)
        turnGuard.note(.message(row: row))
        let completed = try messages.places.append(row, to: tail, of: conversation.row)
        turnGuard.note(.place(conversation: conversation.row, tail: tail, completed: completed))
        pending.lastMessage = row
        if !movedTails.contains(conversation.row) { movedTails.append(conversation.row) }
        if !stored.attachments.isEmpty {
            try attachments.attach(stored.attachments, conversation: conversation.row, number: stored.number)
        }
        if isOldest { try conversations.setOldest(stored.createdAt, row: conversation.row) }
        conversation.messageCount = stored.number
        conversation.peopleCount = stored.peopleNumber
        conversation.customerCount = stored.customerNumber
        conversation.activeAt = max(conversation.activeAt, stored.createdAt)
        return stored
    }

    func delete(_ conversation: Conversation) throws(StoreError) -> [[UInt8]] {
        try turnGuard.protect()
        let row = conversation.row
        recent.remove(row: row)
        movedTails.removeAll { $0 == row }
        try messages.deleteAll(row)
        let hashes = try attachments.deleteAll(row)
        try details.deleteAll(row)
        try webhooks.deleteAll(row)
        try conversations.delete(conversation)
        try identities.forgetUnused(conversation.identity)
        pending.counters.count(conversation, sign: -1)
        pending.facets.count(conversation, sign: -1)
        pending.search.append(.deletion(conversation))
        return try attachments.unreferenced(hashes)
    }

    func insert(_ note: Note, into conversation: Int64) throws(StoreError) -> Note {
        try turnGuard.protect()
        return try details.insert(note, into: conversation)
    }

    func addReadExceptions(_ numbers: [Int64], conversation: Int64, side: Side) throws(StoreError) {
        try turnGuard.protect()
        try details.addExceptions(numbers, conversation: conversation, side: side)
    }

    func clearReadExceptions(upTo number: Int64, conversation: Int64, side: Side) throws(StoreError) {
        try turnGuard.protect()
        try details.clearExceptions(upTo: number, conversation: conversation, side: side)
    }

    // MARK: Uploads

    func keepUploads(_ files: [Attachment], conversation: Int64, expiresAt: Int64) throws(StoreError) {
        try turnGuard.protect()
        try attachments.keep(files, conversation: conversation, expiresAt: expiresAt)
    }

    func uploads(_ ids: [EntityID], conversation: Int64) throws(StoreError) -> [Attachment]? {
        try attachments.uploads(ids, conversation: conversation)
    }

    // MARK: Customers, agents, requests

    func nextTicketNumber() throws(StoreError) -> Int64 {
        try turnGuard.protect()
        return try tenant.nextTicket()
    }

    func upsertIdentity(_ draft: IdentityDraft) throws(StoreError) -> Identity {
        try turnGuard.protect()
        return try identities.upsert(draft)
    }

    func update(_ identity: Identity) throws(StoreError) {
        try turnGuard.protect()
        try identities.update(identity)
    }

    func insert(_ token: StoredToken) throws(StoreError) {
        try turnGuard.protect()
        try tokens.insert(token)
    }

    func deleteToken(digest: [UInt8]) throws(StoreError) -> Bool {
        try turnGuard.protect()
        return try tokens.delete(digest: digest)
    }

    func makeAgent(_ id: String, name: String) throws(StoreError) {
        try turnGuard.protect()
        try agents.insert(id, name: name)
    }

    func idempotencyRow(scope: [UInt8], now: Int64) throws(StoreError) -> IdempotencyRow? {
        try details.remembered(scope: scope, now: now)
    }

    func insert(_ row: IdempotencyRow) throws(StoreError) {
        try details.remember(row)
        // It can only have replaced an expired row, which nobody misses.
        turnGuard.note(.remembered(scope: row.scope))
    }

    // MARK: Events and webhooks

    func log(_ event: LoggedEvent) throws(StoreError) -> Int64 {
        var numbered = event
        numbered.number = try lastEvent() + 1
        unwrittenEvents.append(numbered)
        pending.lastEvent = numbered.number
        return numbered.number
    }

    func enqueueWebhook(_ draft: WebhookDraft) throws(StoreError) {
        try webhooks.insert(draft)
        turnGuard.note(.webhook(row: connection.lastInsertedRow))
    }

    func removeWebhook(row: Int64) throws(StoreError) {
        try turnGuard.protect()
        try webhooks.remove(row: row)
    }

    func rescheduleWebhook(row: Int64, attempts: Int, at next: Int64, error: String) throws(StoreError) {
        try turnGuard.protect()
        try webhooks.reschedule(row: row, attempts: attempts, at: next, error: error)
    }

    func buryWebhook(row: Int64, attempts: Int, error: String) throws(StoreError) {
        try turnGuard.protect()
        try webhooks.bury(row: row, attempts: attempts, error: error)
    }

    func replayWebhooks(endpoint: String?, row: Int64?, now: Int64) throws(StoreError) -> Int {
        try turnGuard.protect()
        return try webhooks.replay(endpoint: endpoint, row: row, now: now)
    }

    func recordAudit(at time: Int64, action: String, subject: String) throws(StoreError) {
        try turnGuard.protect()
        try tenant.recordAudit(at: time, action: action, subject: subject)
    }

    // MARK: Housekeeping

    func sweep(_ sweep: Sweep) throws(StoreError) -> SweepResult {
        try turnGuard.protect()
        let limit = max(sweep.limit, 1)
        var hashes = try attachments.deleteExpired(before: sweep.uploadsExpiredBefore, limit: limit)
        var hasMore = hashes.count == limit
        if try details.forget(before: sweep.idempotencyExpiredBefore, limit: limit) == limit { hasMore = true }
        for (isDead, time) in [(true, sweep.deadWebhooksOlderThan), (false, sweep.waitingWebhooksOlderThan)]
        where try webhooks.delete(dead: isDead, before: time, limit: limit) == limit {
            hasMore = true
        }
        if try eventLog.trim(keeping: sweep.eventsKept, newest: super.lastEvent(), limit: limit) == limit {
            hasMore = true
        }
        if let time = sweep.messagesOlderThan {
            recent.removeAll()
            let cut = try retention.cut(
                before: time,
                limit: limit,
                messages: messages,
                attachments: attachments,
                details: details
            )
            hashes += cut.hashes
            if cut.hasMore { hasMore = true }
        }
        return SweepResult(releasedHashes: try attachments.unreferenced(hashes), hasMore: hasMore)
    }
}
