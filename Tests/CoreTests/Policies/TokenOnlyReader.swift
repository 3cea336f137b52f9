import Core
import Synchronization

/// A store that holds minted tokens and nothing else.
final class TokenOnlyReader: ChatReader {
    private let tokens: [StoredToken]
    private let failure: StoreError?

    init(_ tokens: [StoredToken] = [], failure: StoreError? = nil) {
        self.tokens = tokens
        self.failure = failure
    }

    func storedToken(digest: [UInt8]) throws(StoreError) -> StoredToken? {
        if let failure { throw failure }
        return tokens.first { $0.digest == digest }
    }

    func nameOfMadeAgent(_ id: String) throws(StoreError) -> String? { nil }
    func storedTokens() throws(StoreError) -> [StoredToken] { tokens }

    func conversation(_ name: ConversationName) throws(StoreError) -> Conversation? { nil }
    func conversation(row: Int64) throws(StoreError) -> Conversation? { nil }
    func isTombstone(dialect: DialectName, id: String) throws(StoreError) -> Bool { false }
    func conversations(ownedBy identity: Int64, page: PageRequest) throws(StoreError) -> Page<Conversation> {
        Page(items: [], total: 0)
    }
    func messages(of conversation: Int64, numbers: ClosedRange<Int64>) throws(StoreError) -> [Message] { [] }
    func messages(of conversation: Int64, peopleNumbers: ClosedRange<Int64>) throws(StoreError) -> [Message] { [] }
    func message(_ id: EntityIDRange) throws(StoreError) -> Message? { nil }
    func lastMessage(of conversation: Int64, people: Bool) throws(StoreError) -> Message? { nil }
    func readExceptions(of conversation: Int64, side: Side) throws(StoreError) -> [Int64] { [] }
    func notes(of conversation: Int64) throws(StoreError) -> [Note] { [] }
    func attachment(_ id: EntityIDRange) throws(StoreError) -> StoredAttachment? { nil }
    func isReferenced(hash: [UInt8]) throws(StoreError) -> Bool { false }
    func conversations(_ filter: ConversationFilter, page: PageRequest) throws(StoreError) -> Page<ConversationSummary>
    {
        Page(items: [], total: 0)
    }
    func statusCounts() throws(StoreError) -> StatusCounts { StatusCounts() }
    func history(email: String, page: PageRequest) throws(StoreError) -> Page<Conversation> {
        Page(items: [], total: 0)
    }
    func analytics(from start: Int64, until end: Int64) throws(StoreError) -> Analytics { Analytics() }
    func statistics() throws(StoreError) -> ChatStatistics {
        ChatStatistics(totalSessions: 0, activeSessions: 0, averageResponse: 0, messages: 0)
    }
    func identity(dialect: DialectName, key: String) throws(StoreError) -> Identity? { nil }
    func identity(row: Int64) throws(StoreError) -> Identity? { nil }
    func person(_ id: EntityID) throws(StoreError) -> Person? { nil }
    func events(after number: Int64, limit: Int) throws(StoreError) -> [LoggedEvent] { [] }
    func lastEvent() throws(StoreError) -> Int64 { 0 }
    func epoch() throws(StoreError) -> EntityID { EntityID(high: 0, low: 1) }
    func secret() throws(StoreError) -> [UInt8] { [] }
    func dueWebhooks(at now: Int64, limit: Int) throws(StoreError) -> [WebhookDelivery] { [] }
    func nextWebhookDue() throws(StoreError) -> Int64? { nil }
    func deadWebhooks(limit: Int) throws(StoreError) -> [WebhookDelivery] { [] }
}
