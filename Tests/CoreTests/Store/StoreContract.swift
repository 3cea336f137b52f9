import Core
import Testing

/// What every store must do, as functions over any of them. A new kind of store is a new caller of `check`.
enum StoreContract: String, CaseIterable, Sendable {
    case conversationRoundTrip
    case aliasesAndDerivedIDs
    case takenIDs
    case tombstones
    case numbersOfMessages
    case blocksOfMessages
    case undoneBlocks
    case pagesOfPeople
    case attachments
    case uploads
    case counters
    case turnsUndone
    case identities
    case eventsAndTickets
    case eventsOfManyTurns
    case webhooks
    case idempotency
    case notesTokensExceptions
    case sweeping
    case expiry
    case forgottenPeople
    case analytics
    case ownership

    func check(_ harness: StoreHarness) throws {
        switch self {
        case .conversationRoundTrip: try ConversationContract.roundTrip(harness)
        case .aliasesAndDerivedIDs: try ConversationContract.names(harness)
        case .takenIDs: try ConversationContract.takenIDs(harness)
        case .tombstones: try ConversationContract.tombstones(harness)
        case .counters: try ConversationContract.counters(harness)
        case .analytics: try ConversationContract.analytics(harness)
        case .ownership: try ConversationContract.ownership(harness)
        case .numbersOfMessages: try MessageContract.numbers(harness)
        case .blocksOfMessages: try MessageContract.blocks(harness)
        case .undoneBlocks: try MessageContract.undoneBlocks(harness)
        case .pagesOfPeople: try MessageContract.people(harness)
        case .attachments: try MessageContract.attachments(harness)
        case .uploads: try MessageContract.uploads(harness)
        case .sweeping: try MessageContract.sweeping(harness)
        case .expiry: try ForgettingContract.expiry(harness)
        case .forgottenPeople: try ForgettingContract.people(harness)
        case .turnsUndone: try TransactionContract.undo(harness)
        case .identities: try TransactionContract.identities(harness)
        case .eventsAndTickets: try TransactionContract.events(harness)
        case .eventsOfManyTurns: try TransactionContract.eventsOfManyTurns(harness)
        case .webhooks: try TransactionContract.webhooks(harness)
        case .idempotency: try TransactionContract.idempotency(harness)
        case .notesTokensExceptions: try TransactionContract.details(harness)
        }
    }
}

@Suite("SQLite store: contract")
struct SQLiteContractTests {
    @Test(arguments: StoreContract.allCases)
    func holds(_ contract: StoreContract) throws {
        try contract.check(StoreHarness())
    }
}
