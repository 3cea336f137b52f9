/// A tenant on its lane: everything of it that is ephemeral, and the way to its writer.
///
/// Confined to the lane's thread. A dialect's handlers and socket sessions get it with every call.
package final class TenantLane {
    package internal(set) var snapshot: TenantSnapshot
    package let clock: any Clock
    package let ids: any IDSource
    package let log: Log
    let reader: any ChatReader
    let writer: TenantWriter
    let hub = EventHub()
    let limiter = RateLimiter()
    let typing = TypingBoard()
    let delivered = DeliveredBoard()
    let lane: Lane
    /// State that dialects keep on the lane, by dialect.
    var dialectStates: [DialectName: AnyObject] = [:]
    /// Queued in this tick, handed to the writer at its end.
    private var queued: [Submission] = []
    private var waiting: [UInt64: Waiting] = [:]
    private var nextTicket: UInt64 = 1
    private var typingTimer: LaneTimer?
    var upkeepTimer: LaneTimer?
    /// The newest event that was published here.
    package private(set) var publishedEvent: Int64
    /// Where uploads are staged and attachments lie.
    package let blobs: BlobStore
    /// How many connections each client address has here.
    private var connections = AddressCounts()
    /// Open sockets, to be closed when the tenant goes.
    var sockets: [UInt64: (socket: LiveSocket, dialect: DialectName)] = [:]
    /// Closing takes no new operations.
    var isClosing = false

    /// An operation whose reply somebody waits for.
    private struct Waiting {
        let complete: (Reply) -> Void
        let marks: [DeliveredMark]
    }

    /// How many operations may wait for one tenant's writer.
    static let queueLimit = 8192

    init(
        snapshot: TenantSnapshot,
        lane: Lane,
        reader: any ChatReader,
        writer: TenantWriter,
        clock: any Clock,
        ids: any IDSource,
        log: Log,
        blobs: BlobStore,
        publishedEvent: Int64
    ) {
        self.snapshot = snapshot
        self.lane = lane
        self.reader = reader
        self.writer = writer
        self.clock = clock
        self.ids = ids
        self.log = log
        self.blobs = blobs
        self.publishedEvent = publishedEvent
    }

    package var id: String { snapshot.id }
    package var configuration: TenantConfiguration { snapshot.configuration }
    package var roster: Roster { snapshot.rules.roster }

    /// Reading on the lane.
    package var reads: TenantReads { TenantReads(reader: reader, rules: snapshot.rules, delivered: delivered) }

    /// What a dialect keeps on the lane, made on first use.
    package func state<State: AnyObject>(of dialect: DialectName, _ make: () -> State) -> State {
        if let state = dialectStates[dialect] as? State { return state }
        let state = make()
        dialectStates[dialect] = state
        return state
    }

    // MARK: - Writing

    /// Queues an operation; `complete` is called on the lane after its commit, or with a rejection. Files that came
    /// with it are made durable before its turn.
    package func perform(
        _ operation: Operation,
        files: [StagedBlob] = [],
        complete: @escaping (Reply) -> Void
    ) {
        guard !isClosing, waiting.count < Self.queueLimit else {
            complete(.rejected(.unavailable))
            return
        }
        let ticket = nextTicket
        nextTicket += 1
        if !delivered.isEmpty, queued.isEmpty { queueDelivered() }
        waiting[ticket] = Waiting(complete: watchingTokens(operation, complete), marks: [])
        queued.append(Submission(ticket: ticket, operation: operation, files: files, rules: snapshot.rules))
        lane.hasQueued(self)
    }

    /// The first use of a session's token is no event of the log, and concerns who is there without it.
    private func watchingTokens(_ operation: Operation, _ complete: @escaping (Reply) -> Void) -> (Reply) -> Void {
        switch operation.action {
        case .presentToken, .keepUploads: break
        default: return complete
        }
        return { [self] reply in
            complete(reply)
            switch reply {
            case .conversation(let conversation, changed: true), .uploads(_, let conversation):
                guard conversation.tokenUsed, hub.hasAudience(of: conversation.row) else { return }
                hub.publish(.tokenUsed(conversation))
            default: return
            }
        }
    }

    /// Delivered marks ride along with the transaction that is being gathered.
    private func queueDelivered() {
        let marks = delivered.pending()
        let ticket = nextTicket
        nextTicket += 1
        waiting[ticket] = Waiting(complete: { _ in }, marks: marks)
        let operation = Operation(.delivered(marks), at: clock.nowUnixMilliseconds)
        queued.append(Submission(ticket: ticket, operation: operation, files: [], rules: snapshot.rules))
    }

    /// Hands the tick's operations to the writer in one step.
    func submitQueued() {
        guard !queued.isEmpty else { return }
        let batch = queued
        queued = []
        // A busy tenant will have as many again.
        if batch.count > 1 { queued.reserveCapacity(batch.count) }
        writer.submit(batch)
    }

    /// Takes in what a transaction made: answers, then events, in order.
    func committed(_ result: BatchResult) {
        for (ticket, reply) in result.replies {
            guard let waiting = waiting.removeValue(forKey: ticket) else { continue }
            if !waiting.marks.isEmpty, case .done = reply { delivered.written(waiting.marks) }
            waiting.complete(reply)
        }
        publish(result.events)
        if result.isInDoubt { catchUp(before: .max) }
    }

    // MARK: - Events

    /// Publishes durable events in the order of their numbers. A gap means that a commit was in doubt and has turned
    /// out stored: the log tells what is missing.
    private func publish(_ events: [ChatEvent]) {
        for index in events.indices {
            let number = events[index].number
            if number > publishedEvent + 1 { catchUp(before: number) }
            guard number > publishedEvent else { continue }
            publishedEvent = number
            // Most conversations are followed by nobody at the moment, and events are large.
            if hub.hasAudience(of: events[index].conversation.row) { hub.publish(.chat(events[index])) }
        }
    }

    /// Publishes from the log whatever lies between what was published and `number`.
    func catchUp(before number: Int64) {
        do {
            while publishedEvent < number - 1 {
                let missed = try reader.events(after: publishedEvent, limit: 1000).filter { $0.number < number }
                guard !missed.isEmpty else { return }
                for logged in missed {
                    publishedEvent = logged.number
                    if let event = try LoggedEventReader(reader).event(logged) { hub.publish(.chat(event)) }
                }
            }
        } catch {
            log.error("events could not be read again", .field("tenant", id), .error(error))
        }
    }

    package func subscribe(_ subscriber: any EventSubscriber, to conversation: Int64) {
        hub.subscribe(subscriber, to: conversation)
    }

    package func unsubscribe(_ subscriber: any EventSubscriber, from conversation: Int64) {
        hub.unsubscribe(subscriber, from: conversation)
    }

    package func subscribeToAll(_ subscriber: any EventSubscriber) { hub.subscribeToAll(subscriber) }

    package func unsubscribeFromAll(_ subscriber: any EventSubscriber) { hub.unsubscribeFromAll(subscriber) }

    /// Tells others that somebody types; ends by itself when it is not renewed.
    package func signalTyping(_ signal: TypingSignal) {
        let now = clock.nowMonotonicMilliseconds
        typing.note(signal, now: now)
        hub.publish(.typing(signal))
        armTyping()
    }

    private func armTyping() {
        guard typingTimer == nil, let next = typing.nextExpiry else { return }
        let delay = max(1, next - clock.nowMonotonicMilliseconds)
        typingTimer = lane.schedule(afterMilliseconds: delay) { [unowned self] in
            typingTimer = nil
            for signal in typing.expire(now: clock.nowMonotonicMilliseconds) {
                var ended = signal
                ended.at = clock.nowUnixMilliseconds
                hub.publish(.typing(ended))
            }
            armTyping()
        }
    }

    /// Notes that a side has been given messages up to a number; written with the next transaction.
    package func markDelivered(_ conversation: Conversation, _ side: Side, upTo number: Int64) {
        delivered.note(conversation, side, number)
    }

    /// Notes that a side has been given the message of an event: once, however many sockets of it are told.
    package func markDelivered(_ published: PublishedEvent, to side: Side) {
        guard published.reachesFirst(of: side), case .chat(let event) = published.event,
            case .message(let message) = event.change
        else { return }
        delivered.note(event.conversation, side, message.number)
    }

    // MARK: - Limits

    /// Takes a token from an address's bucket; throws the rejection to answer with when it is empty.
    package func takeToken(
        _ rateClass: RateClass,
        _ client: PeerAddress,
        limits: LimitsConfiguration,
        scope: Int
    ) throws(Rejection) {
        guard let rate = limits.rate(of: rateClass) else { return }
        // Dialects with the same rate share the tenant's bucket; one with a rate of its own has its own.
        let shared = snapshot.limits.firstIndex { $0.rate(of: rateClass) == rate } ?? scope
        try take(rate, client, scope: shared * 16 + rateClass.rawValue)
    }

    /// Throttles questions about ids that do not exist: `limits.probe` per address.
    package func takeProbe(_ client: PeerAddress, limits: LimitsConfiguration) throws(Rejection) {
        guard let rate = limits.probe else { return }
        try take(rate, client, scope: -1)
    }

    /// Throttles new users by first contact.
    package func takeFirstContact(_ client: PeerAddress, limits: LimitsConfiguration) throws(Rejection) {
        guard let rate = limits.firstContact else { return }
        try take(rate, client, scope: -2)
    }

    private func take(_ rate: Rate, _ client: PeerAddress, scope: Int) throws(Rejection) {
        let decision = limiter.take(rate, scope: scope, address: client, now: clock.nowMonotonicNanoseconds)
        guard !decision.isAllowed else { return }
        throw Rejection(
            .rateLimited,
            "Too many requests, please try again later",
            retryAfter: max(1, decision.retryAfter),
            limit: decision.limit,
            reset: max(1, decision.reset)
        )
    }

    /// Counts a client's connection in.
    func enter(_ client: PeerAddress) { connections.add(client) }

    func connectionCount(of client: PeerAddress) -> Int { connections[client] }

    func leave(_ client: PeerAddress) { connections.remove(client) }

    /// Calls back on the lane after a while. Cancelled when the timer is dropped or told so.
    package func schedule(afterMilliseconds delay: Int64, _ action: @escaping () -> Void) -> LaneTimer {
        lane.schedule(afterMilliseconds: delay, action)
    }
}

extension LimitsConfiguration {
    /// Nil: no limit.
    fileprivate func rate(of rateClass: RateClass) -> Rate? {
        switch rateClass {
        case .guestWrite: guestWrite
        case .guestRead: guestRead
        case .upload: upload
        case .agent: agent
        case .unlimited: nil
        }
    }
}
