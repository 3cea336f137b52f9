import Core

@testable import Adapters

/// A store and the turns on it, without lanes: what handlers ask of them is done at once.
final class LocalProStore {
    let directory: String
    let reader: any ChatReader
    let ids: any IDSource = RandomIDSource(SeededRandom(seed: 5))
    let rules: TurnRules
    private let writer: any ChatWriter
    private let runner = TurnRunner(ids: RandomIDSource(SeededRandom(seed: 6)))
    private(set) var now = LocalProSamples.noon
    private(set) var events: [ChatEvent] = []

    init() throws {
        directory = try Files.makeTemporaryDirectory(prefix: "gatewayd-localpro-")
        let store = SQLiteChatStore(
            directory: directory,
            options: SQLiteOptions(durability: .normal),
            random: SeededRandom(seed: 4)
        )
        try store.prepare()
        reader = try store.makeReader()
        writer = try store.makeWriter()
        rules = TurnRules(
            tenant: "acme",
            roster: Roster([AgentIdentity(LocalProSamples.jane)]),
            sessionAuth: .guarded,
            autoCreateAgents: false,
            secret: LocalProSamples.secret,
            webhooks: []
        )
    }

    deinit {
        writer.close()
        // A left-over temporary directory fails no test.
        _ = try? Files.removeTree(directory)
    }

    /// Performs one operation, a minute after the one before.
    @discardableResult
    func perform(_ action: Operation.Action) throws -> Reply {
        defer { now += LocalProSamples.minute }
        try writer.begin()
        do throws(TurnFailure) {
            let outcome = try runner.run(Operation(action, at: now), on: writer, rules: rules)
            events += outcome.events
            do { try writer.commit() } catch { throw .store(error) }
            return outcome.reply
        } catch {
            writer.rollback()
            if case .rejected(let rejection) = error { return .rejected(rejection) }
            throw error
        }
    }

    static let agent = Access.agent(AgentIdentity(LocalProSamples.jane))

    func name(_ id: String) -> ConversationName { ConversationName(dialect: .localPro, id: id) }

    func create(_ id: String, email: String = "john@example.com") throws -> CreatedReply {
        let creation = CreateConversation(
            dialect: .localPro,
            access: .bearerOfID(.localPro, token: nil),
            id: ids.next(),
            externalID: id,
            collision: .sameContactReturns,
            ownerKey: email,
            assurance: .none,
            contact: Contact(name: "John Doe", email: email),
            status: .pending,
            welcome: MessageDraft(text: "Welcome!")
        )
        guard case .created(let created) = try perform(.create(creation)) else { throw Rejection.internalFailure }
        return created
    }

    @discardableResult
    func say(_ text: String, in id: String, by kind: AuthorKind = .customer) throws -> Message {
        let agent = AgentIdentity(LocalProSamples.jane)
        let isAgent = kind == .agent
        let sending = SendMessage(
            conversation: name(id),
            access: isAgent ? .agent(agent) : .bearerOfID(.localPro, token: nil),
            author: isAgent
                ? Author(kind: .agent, id: agent.id, name: agent.displayName)
                : Author(kind: .customer, id: "john@example.com", name: "John Doe"),
            draft: MessageDraft(text: text),
            onClosed: .reject,
            assignsOnFirstReply: true
        )
        guard case .message(let sent) = try perform(.send(sending)) else { throw Rejection.internalFailure }
        return sent.message
    }

    func conversation(_ id: String) throws -> Conversation {
        guard let found = try reader.conversation(name(id)) else { throw Rejection.unknownConversation }
        return found
    }
}
