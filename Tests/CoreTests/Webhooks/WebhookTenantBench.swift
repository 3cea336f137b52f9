import Synchronization

@testable import Core

/// A tenant's database with one writer, for tests of what turns queue and the dispatcher delivers.
final class WebhookTenantBench: Sendable {
    private struct Engine {
        var writer: any ChatWriter
        var runner: TurnRunner
        /// Operations that are refused as if the writer's queue were full.
        var refusals = 0
    }

    static let id = "acme"
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let clock: any Clock
    private let directory: String
    private let store: any ChatStore
    private let engine: Mutex<Engine>
    private let webhooks: [WebhookConfiguration]
    private let wake = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ webhooks: [WebhookConfiguration], clock: any Clock = SystemClock()) throws {
        self.webhooks = webhooks
        self.clock = clock
        directory = try Files.makeTemporaryDirectory(prefix: "webhooks")
        store = SQLiteChatStore(
            directory: directory,
            options: SQLiteOptions(durability: .normal),
            random: SeededRandom(seed: 1)
        )
        try store.prepare()
        let writer = try store.makeWriter()
        let ids = RandomIDSource(SeededRandom(seed: 2))
        engine = Mutex(Engine(writer: writer, runner: TurnRunner(ids: ids)))
    }

    deinit {
        engine.withLock { $0.writer.close() }
        try? Files.removeTree(directory)
    }

    var rules: TurnRules {
        TurnRules(
            tenant: Self.id,
            roster: Roster([]),
            sessionAuth: .guarded,
            autoCreateAgents: true,
            secret: Array("secret".utf8),
            webhooks: webhooks.map { WebhookEndpoint(url: $0.url, events: Set($0.events ?? [])) }
        )
    }

    /// Runs an operation in a transaction of its own.
    @discardableResult
    func perform(_ action: Operation.Action) throws -> TurnOutcome {
        let operation = Operation(action, at: clock.nowUnixMilliseconds)
        let rules = rules
        let outcome = try engine.withLock { engine in
            try engine.writer.begin()
            do {
                let outcome = try engine.runner.run(operation, on: engine.writer, rules: rules)
                try engine.writer.commit()
                return outcome
            } catch {
                engine.writer.rollback()
                throw error
            }
        }
        wake.withLock { $0 }?()
        return outcome
    }

    func makeReader() throws -> any ChatReader { try store.makeReader() }

    /// The next operations that the dispatcher hands in are not committed.
    func refuseReports(_ count: Int) {
        engine.withLock { $0.refusals = count }
    }

    /// What the dispatcher is given.
    var tenant: WebhookTenant {
        WebhookTenant(
            id: Self.id,
            webhooks: webhooks,
            makeReader: { [self] in try makeReader() },
            submit: { [self] operation, completion in
                let isRefused = engine.withLock { engine in
                    guard engine.refusals > 0 else { return false }
                    engine.refusals -= 1
                    return true
                }
                guard !isRefused else { return completion(false) }
                do {
                    try perform(operation.action)
                    completion(true)
                } catch {
                    completion(false)
                }
            }
        )
    }

    func serve(with dispatcher: WebhookDispatcher) {
        wake.withLock { $0 = { dispatcher.wake(Self.id) } }
        dispatcher.add(tenant)
    }

    /// Rows that wait or are dead.
    func waiting() throws -> [WebhookDelivery] { try makeReader().dueWebhooks(at: .max, limit: 100) }

    func dead() throws -> [WebhookDelivery] { try makeReader().deadWebhooks(limit: 100) }

    // MARK: - Conversations

    /// Begins a chat with a first message; returns its name.
    @discardableResult
    func create(
        _ number: UInt64,
        dialect: DialectName = .supportZenLive,
        text: String = "Hello"
    ) throws -> Conversation {
        let id = EntityID(high: 7, low: number)
        let outcome = try perform(
            .create(
                CreateConversation(
                    dialect: dialect,
                    access: .contactEmail(dialect, email: "jo@example.com"),
                    id: id,
                    externalID: "chat-" + id.hex,
                    collision: .never,
                    ownerKey: "user-\(number)",
                    assurance: .sharedSecret,
                    contact: Contact(name: "Jo", email: "jo@example.com"),
                    status: .pending,
                    first: MessageDraft(text: text)
                )
            )
        )
        guard case .created(let created) = outcome.reply else { throw Rejection.internalFailure }
        return created.conversation
    }

    static let agent = AgentIdentity(
        id: "agent1",
        firstName: "Jane",
        lastName: "Smith",
        email: "jane@example.com",
        avatar: nil,
        role: .support
    )

    /// An agent's answer.
    @discardableResult
    func answer(_ conversation: Conversation, text: String = "Hi") throws -> Message {
        let outcome = try perform(
            .send(
                SendMessage(
                    conversation: ConversationName(dialect: conversation.origin, id: conversation.externalID),
                    access: .agent(Self.agent),
                    author: Author(kind: .agent, id: "agent1", name: "Jane Smith"),
                    draft: MessageDraft(text: text),
                    onClosed: .reject
                )
            )
        )
        guard case .message(let sent) = outcome.reply else { throw Rejection.internalFailure }
        return sent.message
    }
}

extension WebhookConfiguration {
    /// An endpoint of a test.
    static func test(_ url: String, events: [String]? = nil, allowPrivate: Bool = true) -> WebhookConfiguration {
        WebhookConfiguration(
            url: url,
            secrets: [Secret(WebhookTenantBench.secret)],
            events: events,
            allowPrivate: allowPrivate
        )
    }
}
