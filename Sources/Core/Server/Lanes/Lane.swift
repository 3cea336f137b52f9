/// One thread with one epoll loop: its sockets, its tenants, its timers. Made on its own thread and never seen by
/// another, so nothing in it needs a lock and nothing waits. What belongs to it refers to it strongly, since that is
/// cheapest; the circles end with each connection, tenant and timer, and at the latest with `run`.
///
/// A turn of the loop: wait; take the mailbox; handle what is readable and writable; fire timers; hand gathered
/// operations to the writers; write what is queued, once per socket.
package final class Lane {
    let handle: LaneHandle
    let settings: ServerSettings
    let clock: any Clock
    let random: any RandomSource
    let ids: any IDSource
    let log: Log
    let directory: TenantDirectory
    let readers: ReaderPool
    let readBuffer = ReadBuffer()
    let epoll: Epoll
    private let events = EpollEventBuffer(capacity: 512)
    private var messages: [LaneMessage] = []
    private var wheel: TimerWheel
    private var timerActions: [UInt64: (id: TimerID, action: () -> Void)] = [:]
    private var nextTimer: UInt64 = 0
    var connections = ConnectionTable()
    private var dirty: [Connection] = []
    private var resuming: [Connection] = []
    private var dirtyTenants: [TenantLane] = []
    private(set) var tenants: [String: TenantLane] = [:]
    var acceptance = Acceptance()
    var socketsOpened: UInt64 = 0
    private var isStopped = false
    /// No keep-alive any more: connections end with their next answer.
    private(set) var isDraining = false
    /// The time of this turn of the loop, monotonic milliseconds.
    private(set) var now: Int64
    private var dateSecond: Int64 = -1
    /// `Date`'s value for this second.
    private(set) var date = ""
    /// The whole answer to a health check, rebuilt every second.
    private(set) var healthAnswer: [UInt8] = []
    let connectionsPerAddress: ConnectionCounter
    /// So many sockets to write to take longer than a commit.
    private static let manySockets = 64

    enum Token {
        static let inbox = UInt64.max
        static let listenerBase = UInt64.max - 16
        /// Marks timer payloads that name a callback, not a connection.
        static let callback: UInt64 = 1 << 63
    }

    init(handle: LaneHandle, environment: LaneEnvironment) throws(SystemError) {
        self.handle = handle
        settings = environment.settings
        clock = environment.clock
        random = environment.random
        ids = RandomIDSource(environment.random)
        log = environment.log
        directory = environment.directory
        readers = environment.readers
        connectionsPerAddress = environment.connectionCounter
        now = clock.nowMonotonicMilliseconds
        wheel = TimerWheel(now: now)
        epoll = try Epoll()
        try epoll.add(handle.inbox.bell.descriptor, token: Token.inbox, .readable)
        refreshDate()
    }

    // MARK: - The loop

    func run() {
        while !isStopped { turn() }
        for connection in connections.all { connection.close() }
        // What is left refers to this lane, as it does to them.
        let left = (tenants, timerActions)
        tenants = [:]
        timerActions = [:]
        (dirty, resuming, dirtyTenants) = ([], [], [])
        withExtendedLifetime(left) {}
    }

    private func turn() {
        let count: Int
        do {
            count = try epoll.wait(timeoutMilliseconds: waitTime(), into: events)
        } catch {
            log.error("epoll failed", .error(error))
            return
        }
        now = clock.nowMonotonicMilliseconds
        refreshDate()
        for index in 0..<count { dispatch(events[index]) }
        resumePaused()
        takeMessages()
        wheel.advance(to: now)
        while let payload = wheel.popDue() { fire(payload) }
        for tenant in dirtyTenants { tenant.submitQueued() }
        dirtyTenants.removeAll(keepingCapacity: true)
        flushDirty()
    }

    private func waitTime() -> Int {
        guard resuming.isEmpty else { return 0 }
        guard let next = wheel.nextDeadline else { return -1 }
        return max(0, Int(clamping: next - clock.nowMonotonicMilliseconds))
    }

    private func dispatch(_ event: EpollEvent) {
        if event.token == Token.inbox { return }
        if event.token >= Token.listenerBase {
            accept(on: Int(event.token - Token.listenerBase))
            return
        }
        guard let connection = connections[event.token] else { return }
        connection.handle(event)
    }

    private func takeMessages() {
        handle.inbox.drain(into: &messages)
        for message in messages {
            switch message {
            case .run(let work): work(self)
            case .committed(let tenant, let result): tenants[tenant]?.committed(result)
            case .adopt(let handed): adopt(handed)
            case .queried(let connection, let exchange, let result):
                connections[connection]?.queried(exchange, result)
            case .bareAnswer(let connection, let exchange, let response):
                connections[connection]?.answered(exchange, response)
            case .stop: isStopped = true
            }
        }
        messages.removeAll(keepingCapacity: true)
    }

    /// A connection with output to write at the end of this turn.
    func hasOutput(_ connection: Connection) {
        dirty.append(connection)
    }

    /// A connection that goes on with its requests in the next turn, after the others had theirs.
    func resumeSoon(_ connection: Connection) {
        resuming.append(connection)
    }

    private func resumePaused() {
        guard !resuming.isEmpty else { return }
        let batch = resuming
        resuming.removeAll(keepingCapacity: true)
        for connection in batch { connection.resume() }
    }

    /// A tenant with operations to hand over at the end of this turn.
    func hasQueued(_ tenant: TenantLane) {
        if !dirtyTenants.contains(where: { $0 === tenant }) { dirtyTenants.append(tenant) }
    }

    private func flushDirty() {
        // While many sockets are written to, writers can be at work already. Otherwise clients are answered first: what
        // they send next then comes into the next transaction as a whole.
        if dirty.count >= Self.manySockets { submitQueued() }
        // Flushing can free a connection's next request, which queues output again.
        while !dirty.isEmpty {
            let batch = dirty
            dirty.removeAll(keepingCapacity: true)
            for connection in batch { connection.flush() }
        }
        submitQueued()
    }

    private func submitQueued() {
        for tenant in dirtyTenants { tenant.submitQueued() }
        dirtyTenants.removeAll(keepingCapacity: true)
    }

    private func refreshDate() {
        let second = clock.nowUnixMilliseconds / 1000
        guard second != dateSecond else { return }
        dateSecond = second
        date = HTTPDate.string(unixSeconds: second)
        healthAnswer = Array(
            """
            HTTP/1.1 200 OK\r\nDate: \(date)\r\nContent-Type: application/json; charset=utf-8\r\n\
            Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: 15\r\n\r\n{"status":"ok"}
            """.utf8
        )
    }

    // MARK: - Timers

    /// Calls back after a while, unless the returned timer is dropped before.
    func schedule(afterMilliseconds delay: Int64, _ action: @escaping () -> Void) -> LaneTimer {
        nextTimer += 1
        let key = nextTimer
        let id = wheel.schedule(deadline: now + max(1, delay), payload: Token.callback | key)
        timerActions[key] = (id, action)
        return LaneTimer(lane: self, key: key)
    }

    func cancelTimer(_ key: UInt64) {
        guard let timer = timerActions.removeValue(forKey: key) else { return }
        _ = wheel.cancel(timer.id)
    }

    func schedule(_ connection: Connection, at deadline: Int64) -> TimerID {
        wheel.schedule(deadline: deadline, payload: connection.token)
    }

    func cancel(_ timer: TimerID) {
        _ = wheel.cancel(timer)
    }

    private func fire(_ payload: UInt64) {
        if payload & Token.callback != 0 {
            timerActions.removeValue(forKey: payload & ~Token.callback)?.action()
        } else {
            connections[payload]?.timerFired()
        }
    }

    // MARK: - Tenants

    package func add(_ tenant: TenantLane) {
        tenants[tenant.id] = tenant
        tenant.startUpkeep()
    }

    package func removeTenant(_ id: String) -> TenantLane? {
        tenants.removeValue(forKey: id)
    }

    /// Runs an operator's operation on a tenant.
    package func perform(_ operation: Operation, tenant: String, _ complete: @escaping @Sendable (Reply) -> Void) {
        guard let tenant = tenants[tenant] else {
            complete(.rejected(.unavailable))
            return
        }
        var agent: String?
        if case .token(.revoke(let digest)) = operation.action {
            do {
                agent = try tenant.reader.storedToken(digest: digest)?.agentID
            } catch {
                complete(.rejected(.unavailable))
                return
            }
        }
        tenant.perform(operation) { reply in
            if let agent, case .done = reply { tenant.closeSessions(of: agent) }
            complete(reply)
        }
    }

    /// A tenant's read connection, for operators' reads.
    package func reader(of tenant: String) -> (any ChatReader)? { tenants[tenant]?.reader }

    // MARK: - The end

    /// Takes no more connections, and ends the open ones with their next answer; WebSockets are closed with 1001.
    package func drain(_ completion: @escaping () -> Void) {
        guard !isDraining else { return }
        isDraining = true
        drained = completion
        stopAccepting()
        for connection in connections.all { connection.drain() }
        checkDrained()
    }

    private var drained: (() -> Void)?

    func checkDrained() {
        guard isDraining, connections.count == 0 else { return }
        let completion = drained
        drained = nil
        completion?()
    }
}
