import Synchronization

/// Delivers the webhooks of all tenants, on threads of its own.
///
/// One thread reads what is due and decides; workers make the attempts, which block. Deliveries wait in the tenants'
/// databases and nowhere else: in memory is one for each endpoint that is being called. An endpoint's next delivery is
/// read only after the fate of the one before has been committed, which keeps its order and sends nothing twice that
/// was accepted.
package final class WebhookDispatcher: Sendable {
    /// What the deciding thread is told.
    enum Signal: Sendable {
        /// Something was committed that may have queued deliveries.
        case wake(String)
        case add(WebhookTenant)
        case remove(String, settled: @Sendable () -> Void)
        /// A leaving tenant was waited for long enough.
        case forget(String)
        case attempted(WebhookAttempt, WebhookAttempt.Outcome)
        case reported(WebhookReport, isCommitted: Bool)
    }

    private let signals = BlockingQueue<Signal>()
    private let attempts = BlockingQueue<WebhookAttempt>()
    /// Tenants whose wake is on its way: commits come much faster than deliveries go.
    private let woken = Mutex<Set<String>>([])
    private let threads = Mutex<[LoopThread]>([])
    private let environment: WebhookEnvironment

    package init(
        settings: WebhookSettings = WebhookSettings(),
        network: WebhookNetwork = .system,
        clock: any Clock,
        random: any RandomSource,
        log: Log
    ) throws(SystemError) {
        environment = WebhookEnvironment(settings: settings, network: network, clock: clock, random: random, log: log)
        var started: [LoopThread] = []
        started.append(try LoopThread.start(name: "webhooks") { [self] in decide() })
        for _ in 0..<max(1, settings.workers) { started.append(try startWorker()) }
        let all = started
        threads.withLock { $0 = all }
    }

    /// Begins to serve a tenant, or goes on with its changed endpoints.
    package func add(_ tenant: WebhookTenant) {
        _ = signals.push(.add(tenant))
    }

    /// Says that a tenant has committed something. Cheap, and may be said too often.
    package func wake(_ tenant: String) {
        guard woken.withLock({ $0.insert(tenant).inserted }) else { return }
        _ = signals.push(.wake(tenant))
    }

    /// Stops serving a tenant, and waits a while for attempts under way and their reports. To be called before the
    /// tenant is closed: what has been accepted and cannot be noted will be sent again.
    package func remove(_ tenant: String, waitMilliseconds: Int) {
        let settled = BlockingQueue<Bool>()
        guard signals.push(.remove(tenant, settled: { _ = settled.push(true) })) else { return }
        if case .timedOut = settled.pop(timeoutMilliseconds: waitMilliseconds) { _ = signals.push(.forget(tenant)) }
    }

    /// Ends the threads once they are free; those that wait for a receiver end by themselves.
    package func stop() {
        signals.close()
        attempts.close()
    }

    /// Waits for the threads' end, at most as long as an attempt may take.
    package func join() {
        // The first one is the deciding thread: once it has ended, no more are added.
        threads.withLock { $0.first }?.join()
        let all = threads.withLock { $0 }
        for thread in all.dropFirst() { thread.join() }
    }

    // MARK: - Threads

    private func startWorker() throws(SystemError) -> LoopThread {
        try LoopThread.start(name: "webhook") { [self] in work() }
    }

    /// One more worker, where as many attempts are under way as there are workers. Without it the attempt waits for one
    /// that gets free.
    private func addWorker(underWay: Int) {
        let workers = threads.withLock { $0.count - 1 }
        guard underWay >= workers, workers < environment.settings.maximumWorkers else { return }
        do throws(SystemError) {
            let worker = try startWorker()
            threads.withLock { $0.append(worker) }
        } catch {
            environment.log.warning("a thread for webhooks could not be started", .error(error))
        }
    }

    private func decide() {
        var underWay = 0
        var coordinator = WebhookCoordinator(
            environment: environment,
            begin: { [self] attempt in
                addWorker(underWay: underWay)
                guard attempts.push(attempt) else { return false }
                underWay += 1
                return true
            },
            answer: { [signals] in _ = signals.push(.reported($0, isCommitted: $1)) }
        )
        while true {
            switch signals.pop(timeoutMilliseconds: coordinator.patience()) {
            case .closed: return
            case .timedOut: coordinator.lookAround()
            case .element(let signal):
                if case .wake(let tenant) = signal { _ = woken.withLock { $0.remove(tenant) } }
                if case .attempted = signal { underWay -= 1 }
                coordinator.take(signal)
            }
        }
    }

    private func work() {
        let worker = WebhookWorker(environment)
        while case .element(let attempt) = attempts.pop() {
            _ = signals.push(.attempted(attempt, worker.carryOut(attempt)))
        }
    }
}

/// What all threads of the dispatcher share.
final class WebhookEnvironment: Sendable {
    let settings: WebhookSettings
    let network: WebhookNetwork
    let clock: any Clock
    let random: any RandomSource
    let log: Log
    /// Reading the machine's certificate authorities takes a while: once, when the first one is needed.
    private let tls = Mutex<TLSClientContext?>(nil)

    init(
        settings: WebhookSettings,
        network: WebhookNetwork,
        clock: any Clock,
        random: any RandomSource,
        log: Log
    ) {
        self.settings = settings
        self.network = network
        self.clock = clock
        self.random = random
        self.log = log
    }

    func tlsContext() throws -> TLSClientContext {
        try tls.withLock { tls in
            if let tls { return tls }
            let made = try network.makeTLSContext()
            tls = made
            return made
        }
    }
}
