import Core
import Testing

/// A store in a folder of its own with one writer and one reader; the folder goes with it.
final class StoreHarness {
    let directory: String
    let store: any ChatStore
    let writer: any ChatWriter
    let reader: any ChatReader

    convenience init() throws {
        let directory = try Files.makeTemporaryDirectory(prefix: "store")
        try self.init(directory, SQLiteChatStore(directory: directory, random: SeededRandom(seed: 1)))
    }

    init(_ directory: String, _ store: any ChatStore) throws {
        self.directory = directory
        self.store = store
        try store.prepare()
        writer = try store.makeWriter()
        reader = try store.makeReader()
    }

    deinit {
        writer.close()
        try? Files.removeTree(directory)
    }

    /// Runs one turn in a transaction of its own.
    func write<Result>(_ body: (any ChatTransaction) throws -> Result) throws -> Result {
        try writer.write(body)
    }

    /// Runs one turn in the transaction that is open.
    func turn<Result>(_ body: (any ChatTransaction) throws -> Result) throws -> Result {
        try writer.untypedTurn(body)
    }

    /// A stored conversation.
    func conversation(_ index: Int, _ change: (inout Conversation) -> Void = { _ in }) throws -> Conversation {
        var draft = Sample.conversation(index)
        change(&draft)
        return try write { try $0.insert(draft) }
    }

    /// Appends a message and stores what it changes, as a turn of the engine does.
    @discardableResult
    func send(_ message: Message, to row: Int64) throws -> Message {
        try write { try Self.send(message, to: row, in: $0) }
    }

    /// The conversation of a row, as a turn sees it.
    static func present(_ row: Int64, in transaction: any ChatTransaction) throws -> Conversation {
        guard let conversation = try transaction.conversation(row: row) else { throw Rejection.unknownConversation }
        return conversation
    }

    @discardableResult
    static func send(_ message: Message, to row: Int64, in transaction: any ChatTransaction) throws -> Message {
        let old = try present(row, in: transaction)
        var new = old
        let stored = try transaction.append(message, to: &new)
        new.updatedAt = stored.createdAt
        try transaction.update(new, from: old)
        _ = try transaction.log(Sample.event(2, row, stored.number))
        return stored
    }
}

extension ChatWriter {
    /// Runs one turn in a transaction of its own.
    func write<Result>(_ body: (any ChatTransaction) throws -> Result) throws -> Result {
        try begin()
        do {
            let result = try untypedTurn(body)
            try commit()
            return result
        } catch {
            rollback()
            throw error
        }
    }

    /// Runs one turn whose body may throw anything.
    func untypedTurn<Result>(_ body: (any ChatTransaction) throws -> Result) throws -> Result {
        try turn { transaction throws(TurnFailure) in
            do {
                return try body(transaction)
            } catch let error as StoreError {
                throw .store(error)
            } catch let error as Rejection {
                throw .rejected(error)
            } catch {
                throw .store(StoreError(.other, message: "\(error)"))
            }
        }
    }
}

/// Values for tests, told apart by a number.
enum Sample {
    static let birth: Int64 = 1_700_000_000_000
    private static let random = SeededRandom(seed: 2)

    static func id(_ number: Int) -> EntityID {
        EntityID(high: 0x0123_4567_89ab_0000 + UInt64(number), low: UInt64(number) << 32 | 7)
    }

    static func conversation(_ index: Int) -> Conversation {
        Conversation(
            row: 0,
            id: id(index),
            kind: .chat,
            origin: .localPro,
            externalID: "session-\(index)",
            identity: 1,
            personID: id(900_000 + index),
            ownerKey: "session-\(index)",
            assurance: .none,
            contact: Contact(name: "Customer \(index)", email: "Customer\(index)@Example.com"),
            source: Origin(userAgent: "curl/8", address: "192.0.2.1"),
            subject: nil,
            status: .pending,
            priority: .medium,
            department: "general",
            tags: [],
            createdAt: birth + Int64(index)
        )
    }

    static func message(_ number: Int, _ kind: AuthorKind = .customer, at time: Int64? = nil) -> Message {
        Message(
            conversation: 0,
            number: 0,
            peopleNumber: 0,
            customerNumber: 0,
            id: id(1_000_000 + number),
            author: kind == .system ? .system : Author(kind: kind, id: "author-\(kind)", name: "Author"),
            text: "text \(number)",
            dialect: .localPro,
            createdAt: time ?? birth + Int64(number)
        )
    }

    static func attachment(_ number: Int, content: UInt8? = nil) -> Core.Attachment {
        Core.Attachment(
            id: id(2_000_000 + number),
            hash: [UInt8](repeating: content ?? UInt8(truncatingIfNeeded: number), count: 32),
            name: "file \(number).png",
            mediaType: "image/png",
            size: 10 + Int64(number),
            width: 3,
            height: nil,
            duration: 1.5
        )
    }

    static func event(_ code: Int, _ conversation: Int64, _ message: Int64 = 0) -> LoggedEvent {
        LoggedEvent(
            number: 0,
            at: birth,
            code: code,
            conversation: conversation,
            messageNumber: message,
            side: -1
        )
    }

    static func identity(_ dialect: DialectName, _ key: String, email: String, name: String = "Name") -> IdentityDraft {
        IdentityDraft(
            dialect: dialect,
            key: key,
            personID: EntityID(high: random.nextUInt64(), low: random.nextUInt64()),
            contact: Contact(name: name, email: email),
            account: AccountFacts(),
            assurance: .none,
            at: birth
        )
    }
}
