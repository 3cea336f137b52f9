/// Reading a tenant's chats. A reader is confined to one thread; every call is a complete statement of its own.
///
/// What a reader sees is what was committed when the call began. Errors are the store's alone: an absent row
/// is nil or an empty array.
package protocol ChatReader: AnyObject {
    /// Finds a conversation by an id of a dialect: first in the alias table, then as the derived form
    /// (32 hex digits of the core id, with the dialect's prefix already removed by `name`).
    /// Tombstones are not found here.
    func conversation(_ name: ConversationName) throws(StoreError) -> Conversation?
    func conversation(row: Int64) throws(StoreError) -> Conversation?
    /// Whether an id belonged to a conversation that was deleted.
    func isTombstone(dialect: DialectName, id: String) throws(StoreError) -> Bool
    /// The conversations an identity owns: open ones first, each part newest first.
    func conversations(ownedBy identity: Int64, page: PageRequest) throws(StoreError) -> Page<Conversation>

    /// Messages by number, ascending; numbers that do not exist are left out. Attachments are filled in.
    func messages(of conversation: Int64, numbers: ClosedRange<Int64>) throws(StoreError) -> [Message]
    /// Messages of people (no system texts) by people's number, ascending.
    func messages(of conversation: Int64, peopleNumbers: ClosedRange<Int64>) throws(StoreError) -> [Message]
    /// A message by its rendered id, in whichever conversation it is.
    func message(_ id: EntityIDRange) throws(StoreError) -> Message?
    /// The newest message, with or without system texts.
    func lastMessage(of conversation: Int64, people: Bool) throws(StoreError) -> Message?
    /// Numbers above a side's read watermark that were read singly.
    func readExceptions(of conversation: Int64, side: Side) throws(StoreError) -> [Int64]

    func notes(of conversation: Int64) throws(StoreError) -> [Note]
    /// An attachment with the conversation it belongs to.
    func attachment(_ id: EntityIDRange) throws(StoreError) -> StoredAttachment?
    /// Whether any row names a blob.
    func isReferenced(hash: [UInt8]) throws(StoreError) -> Bool

    /// The list agents see, filtered and paged; see `ConversationFilter.Order` for the orders.
    func conversations(_ filter: ConversationFilter, page: PageRequest) throws(StoreError) -> Page<ConversationSummary>
    /// How many conversations there are in each status; kept as counters, never counted.
    func statusCounts() throws(StoreError) -> StatusCounts
    /// Every conversation of an e-mail (normalised), newest first, in all dialects.
    func history(email: String, page: PageRequest) throws(StoreError) -> Page<Conversation>
    func analytics(from start: Int64, until end: Int64) throws(StoreError) -> Analytics
    /// Whole-tenant figures of the Chat module.
    func statistics() throws(StoreError) -> ChatStatistics

    func identity(dialect: DialectName, key: String) throws(StoreError) -> Identity?
    func identity(row: Int64) throws(StoreError) -> Identity?
    func person(_ id: EntityID) throws(StoreError) -> Person?
    func storedToken(digest: [UInt8]) throws(StoreError) -> StoredToken?
    func storedTokens() throws(StoreError) -> [StoredToken]
    /// The name under which an agent outside of the roster was made.
    func nameOfMadeAgent(_ id: String) throws(StoreError) -> String?

    /// Logged events with a number above `after`, ascending.
    func events(after number: Int64, limit: Int) throws(StoreError) -> [LoggedEvent]
    func lastEvent() throws(StoreError) -> Int64
    /// Random, made with the database and again when it is restored from a copy.
    func epoch() throws(StoreError) -> EntityID
    /// The tenant's own secret: signs URLs and session tokens.
    func secret() throws(StoreError) -> [UInt8]

    /// Webhook deliveries that are due, oldest event first, at most one per endpoint so that its order holds.
    func dueWebhooks(at now: Int64, limit: Int) throws(StoreError) -> [WebhookDelivery]
    /// When the next delivery is due.
    func nextWebhookDue() throws(StoreError) -> Int64?
    func deadWebhooks(limit: Int) throws(StoreError) -> [WebhookDelivery]
}

extension ChatReader {
    /// The people's number with which what retention has left begins; one more than there are when nothing is left.
    package func firstPeopleNumber(of conversation: Conversation) throws(StoreError) -> Int64 {
        let number = conversation.firstNumber
        guard number > 1 else { return 1 }
        guard let oldest = try messages(of: conversation.row, numbers: number...number).first else {
            return conversation.peopleCount + 1
        }
        return oldest.author.kind == .system ? oldest.peopleNumber + 1 : oldest.peopleNumber
    }
}

/// Writing, inside one turn of one transaction. Confined to the writer thread that runs the turn.
///
/// Turns see every turn before them. `insert` and `append` assign rows and numbers; nothing else does.
package protocol ChatTransaction: ChatReader {
    /// Stores a new conversation; the returned one has its row. The alias (origin, externalID) is made with it.
    /// Throws `.constraint` when the alias or core id is taken.
    func insert(_ conversation: Conversation) throws(StoreError) -> Conversation
    /// Stores what differs between two states of one conversation, by the narrowest statement.
    func update(_ new: Conversation, from old: Conversation) throws(StoreError)
    /// Appends a message: takes the next number and an id that no message has had and nobody can guess, counts it into
    /// `conversation` (messageCount, peopleCount, customerCount, activeAt) and returns it with both. The caller still
    /// calls `update`.
    func append(_ message: Message, to conversation: inout Conversation) throws(StoreError) -> Message
    /// Removes a conversation with messages, notes, attachments, uploads, exceptions, search rows and idempotency
    /// rows, leaves a tombstone for its aliases, and returns the hashes that no row names any more.
    func delete(_ conversation: Conversation) throws(StoreError) -> [[UInt8]]

    /// Stores a note; the returned one has its row.
    func insert(_ note: Note, into conversation: Int64) throws(StoreError) -> Note
    func addReadExceptions(_ numbers: [Int64], conversation: Int64, side: Side) throws(StoreError)
    /// Drops exceptions at or below the watermark.
    func clearReadExceptions(upTo number: Int64, conversation: Int64, side: Side) throws(StoreError)

    /// Uploads that no message names yet.
    func keepUploads(_ files: [Attachment], conversation: Int64, expiresAt: Int64) throws(StoreError)
    /// Uploads of a conversation by id, in the order asked for; nil when one is absent, foreign or used.
    func uploads(_ ids: [EntityID], conversation: Int64) throws(StoreError) -> [Attachment]?

    /// The next ticket number of the tenant, never given twice.
    func nextTicketNumber() throws(StoreError) -> Int64

    /// Finds or makes the identity (dialect, key) and its person (by normalised e-mail where there is one),
    /// and updates contact data that changed.
    func upsertIdentity(_ draft: IdentityDraft) throws(StoreError) -> Identity
    /// Stores pin, token, assurance and flag of an identity.
    func update(_ identity: Identity) throws(StoreError)

    func insert(_ token: StoredToken) throws(StoreError)
    func deleteToken(digest: [UInt8]) throws(StoreError) -> Bool
    /// Stores an agent whom the roster does not have.
    func makeAgent(_ id: String, name: String) throws(StoreError)

    func idempotencyRow(scope: [UInt8], now: Int64) throws(StoreError) -> IdempotencyRow?
    func insert(_ row: IdempotencyRow) throws(StoreError)

    /// Logs an event under the next number and returns it.
    func log(_ event: LoggedEvent) throws(StoreError) -> Int64
    /// Queues an event for an endpoint.
    func enqueueWebhook(_ draft: WebhookDraft) throws(StoreError)
    func removeWebhook(row: Int64) throws(StoreError)
    func rescheduleWebhook(row: Int64, attempts: Int, at next: Int64, error: String) throws(StoreError)
    func buryWebhook(row: Int64, attempts: Int, error: String) throws(StoreError)
    /// Dead letters back into the queue; returns how many.
    func replayWebhooks(endpoint: String?, row: Int64?, now: Int64) throws(StoreError) -> Int

    func recordAudit(at time: Int64, action: String, subject: String) throws(StoreError)

    /// Expired uploads, idempotency rows and (retention) messages; bounded by `limit` rows each.
    func sweep(_ sweep: Sweep) throws(StoreError) -> SweepResult
}

/// The write side of one tenant's store: one transaction at a time, on one thread at a time.
package protocol ChatWriter: AnyObject {
    /// Opens the transaction that the next turns share.
    func begin() throws(StoreError)
    /// Runs one turn that can be undone by itself. A `Rejection` or store error undoes this turn alone; afterwards
    /// `isTransactionOpen` tells whether the others still stand.
    func turn<Result>(
        _ body: (any ChatTransaction) throws(TurnFailure) -> Result
    ) throws(TurnFailure) -> Result
    /// Makes all turns durable. When it throws, they may or may not be: `reopen` and look.
    func commit() throws(StoreError)
    func rollback()
    /// Whether any row names a blob, outside a transaction.
    func isReferenced(hash: [UInt8]) throws(StoreError) -> Bool
    /// False when SQLite has rolled the whole transaction back by itself.
    var isTransactionOpen: Bool { get }
    /// Closes and opens the connection again, after a failed commit.
    func reopen() throws(StoreError)
    /// Moves the log into the database file; `truncating` at shutdown.
    func checkpoint(truncating: Bool) throws(StoreError)
    /// How large the write-ahead log has grown, in pages, since the last checkpoint.
    var logPages: Int { get }
    func close()
}

/// Why a turn was undone.
package enum TurnFailure: Error, Sendable {
    case rejected(Rejection)
    case store(StoreError)
}

/// A tenant's store: makes its reader and writer connections.
package protocol ChatStore: AnyObject, Sendable {
    /// Brings the schema up to date (with a copy of the database before each migration) and checks it.
    func prepare() throws(StoreError)
    func makeReader() throws(StoreError) -> any ChatReader
    func makeWriter() throws(StoreError) -> any ChatWriter
}

/// A failure of the store itself.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case constraint
        case busy
        case full
        case io
        case memory
        case corrupt
        /// Made by a newer version of the program.
        case newer
        case other
    }

    package let kind: Kind
    /// SQLite's extended result code, or 0.
    package let code: Int32
    /// What was attempted; never bound values.
    package let message: String

    package init(_ kind: Kind, code: Int32 = 0, message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }

    package var description: String { "\(kind.rawValue) (\(code)): \(message)" }
}
