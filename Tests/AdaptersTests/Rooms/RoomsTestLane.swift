import Core
import Testing

@testable import Adapters

/// A lane without threads: a real store, and turns that run when the test says so.
final class RoomsTestLane: RoomsLane {
    let directory: String
    let manualClock = ManualClock()
    let ids: any IDSource = RandomIDSource(SeededRandom(seed: 7))
    let sink = MemorySink()
    let log: Log
    let chats: any ChatReader
    private(set) var publishedEvent: Int64 = 0
    var subscribers: [any EventSubscriber] = []
    /// What the next messages are refused with.
    var refusal: Rejection?
    private(set) var delivered: [String] = []
    private(set) var typing: [TypingSignal] = []
    private let writer: any ChatWriter
    private let runner: TurnRunner
    private let rules: TurnRules
    private var queued: [(operation: Operation, complete: (Reply) -> Void)] = []
    private var timers: [TestTimer] = []

    /// Fires unless it was dropped.
    private final class TestTimer {
        let at: Int64
        let action: () -> Void
        weak var handle: Handle?

        init(at: Int64, action: @escaping () -> Void) {
            self.at = at
            self.action = action
        }
    }

    private final class Handle {}

    init() throws {
        directory = try Files.makeTemporaryDirectory(prefix: "gatewayd-rooms-")
        log = Log(format: .text, sink: sink)
        let store = SQLiteChatStore(
            directory: directory,
            options: SQLiteOptions(durability: .normal),
            random: SeededRandom(seed: 1)
        )
        try store.prepare()
        chats = try store.makeReader()
        writer = try store.makeWriter()
        runner = TurnRunner(ids: RandomIDSource(SeededRandom(seed: 3)))
        rules = TurnRules(
            tenant: "rooms",
            roster: Roster([AgentIdentity(RoomsFixture.agent)]),
            sessionAuth: .open,
            autoCreateAgents: false,
            secret: [1],
            webhooks: []
        )
    }

    deinit {
        writer.close()
        // A left-over temporary directory fails no test.
        _ = try? Files.removeTree(directory)
    }

    var clock: any Clock { manualClock }

    func conversation(_ name: ConversationName, by access: Access) throws -> Conversation {
        try Reach(reader: chats, rules: rules).conversation(name, by: access)
    }

    func write(_ operation: Operation, complete: @escaping (Reply) -> Void) {
        queued.append((operation, complete))
    }

    func signalTyping(_ signal: TypingSignal) {
        typing.append(signal)
        publish(.typing(signal))
    }

    func markDelivered(_ conversation: Conversation, _ side: Side, upTo number: Int64) {
        delivered.append("\(conversation.externalID) \(side) \(number)")
    }

    func takeToken(
        _ rateClass: RateClass,
        _ client: PeerAddress,
        limits: LimitsConfiguration,
        scope: Int
    ) throws(Rejection) {
        if let refusal { throw refusal }
    }

    func timer(afterMilliseconds delay: Int64, _ action: @escaping () -> Void) -> AnyObject {
        let timer = TestTimer(at: manualClock.nowMonotonicMilliseconds + delay, action: action)
        let handle = Handle()
        timer.handle = handle
        timers.append(timer)
        return handle
    }

    // MARK: What tests do

    var timerCount: Int { timers.count { $0.handle != nil } }

    /// Lets time pass, timer by timer.
    func advance(milliseconds: Int64) {
        let end = manualClock.nowMonotonicMilliseconds + milliseconds
        while true {
            timers.removeAll { $0.handle == nil }
            guard let next = timers.filter({ $0.at <= end }).min(by: { $0.at < $1.at }) else { break }
            timers.removeAll { $0 === next }
            manualClock.advance(milliseconds: max(0, next.at - manualClock.nowMonotonicMilliseconds))
            next.action()
        }
        manualClock.advance(milliseconds: end - manualClock.nowMonotonicMilliseconds)
    }

    /// Runs what is queued: first the answers, then the events, as a lane does.
    func settle(publishing: Bool = true) throws {
        while !queued.isEmpty {
            let batch = queued
            queued = []
            var events: [ChatEvent] = []
            var replies: [((Reply) -> Void, Reply)] = []
            try writer.begin()
            for (operation, complete) in batch {
                do throws(TurnFailure) {
                    let outcome = try runner.run(operation, on: writer, rules: rules)
                    replies.append((complete, outcome.reply))
                    events += outcome.events
                } catch {
                    guard case .rejected(let rejection) = error else { throw error }
                    replies.append((complete, .rejected(rejection)))
                }
            }
            try writer.commit()
            for (complete, reply) in replies { complete(reply) }
            held += events
            if publishing { publishHeld() }
        }
    }

    private var held: [ChatEvent] = []

    /// Tells events that were committed and not told.
    func publishHeld() {
        let events = held
        held = []
        for event in events {
            publishedEvent = event.number
            publish(.chat(event))
        }
    }

    private func publish(_ event: LiveEvent) {
        let published = PublishedEvent(event)
        for subscriber in subscribers { subscriber.receive(published) }
    }

    /// Performs one operation at once.
    @discardableResult
    func perform(_ action: Operation.Action, publishing: Bool = true) throws -> Reply {
        var answer = Reply.done
        write(Operation(action, at: manualClock.nowUnixMilliseconds)) { answer = $0 }
        try settle(publishing: publishing)
        return answer
    }

    /// Begins a conversation as `initialize` does, or as another dialect would.
    @discardableResult
    func begin(_ clientID: String, in dialect: DialectName = .rooms) throws -> Conversation {
        let create = CreateConversation(
            dialect: dialect,
            access: .namelessAgent(dialect),
            id: ids.next(),
            externalID: clientID,
            collision: .reopens,
            ownerKey: clientID,
            assurance: .none,
            contact: Contact(name: "", email: ""),
            status: .active
        )
        guard case .created(let created) = try perform(.create(create)) else { throw Rejection.internalFailure }
        return created.conversation
    }

    /// A message that comes from elsewhere: another dialect's agent or customer.
    func say(
        _ text: String,
        in conversation: Conversation,
        by kind: AuthorKind = .agent,
        publishing: Bool = true
    ) throws {
        let agent = AgentIdentity(RoomsFixture.agent)
        let isAgent = kind == .agent
        let send = SendMessage(
            conversation: ConversationName(dialect: conversation.origin, id: conversation.externalID),
            access: .agent(agent),
            author: Author(kind: kind, id: isAgent ? agent.id : "c", name: isAgent ? agent.displayName : "c"),
            draft: MessageDraft(text: text),
            onClosed: .reopen
        )
        try perform(.send(send), publishing: publishing)
    }
}
