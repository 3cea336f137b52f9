/// Decides what is sent when: confined to the dispatcher's own thread.
struct WebhookCoordinator {
    /// A tenant that is served, or on its way out.
    private struct Served {
        var tenant: WebhookTenant
        var receivers: [String: WebhookReceiver] = [:]
        var reader: (any ChatReader)?
        /// Endpoints that are being called, or whose last fate is not committed yet.
        var busy: Set<String> = []
        /// Reports that were not committed and will be handed in again.
        var unreported: [WebhookReport] = []
        /// When to look again, Unix milliseconds; nil: when woken.
        var lookAt: Int64?
        var settled: (@Sendable () -> Void)?

        var isLeaving: Bool { settled != nil }
    }

    /// After a failure of the store or of a commit.
    private static let retryMilliseconds: Int64 = 1_000
    /// Deliveries to endpoints beyond this number wait for the next look.
    private static let limit = 1_000

    private let environment: WebhookEnvironment
    /// Hands an attempt to the workers; false once they have been stopped.
    private let begin: (WebhookAttempt) -> Bool
    /// Tells this thread what became of a report.
    private let answer: @Sendable (WebhookReport, Bool) -> Void
    private var tenants: [String: Served] = [:]

    init(
        environment: WebhookEnvironment,
        begin: @escaping (WebhookAttempt) -> Bool,
        answer: @escaping @Sendable (WebhookReport, Bool) -> Void
    ) {
        self.environment = environment
        self.begin = begin
        self.answer = answer
    }

    private var now: Int64 { environment.clock.nowUnixMilliseconds }

    /// How long nothing needs to be done, milliseconds; nil: until something happens.
    func patience() -> Int? {
        guard let next = tenants.values.compactMap(\.lookAt).min() else { return nil }
        return Int(clamping: max(1, next - now))
    }

    mutating func take(_ signal: WebhookDispatcher.Signal) {
        switch signal {
        case .wake(let tenant): look(at: tenant)
        case .add(let tenant): add(tenant)
        case .remove(let tenant, let settled): remove(tenant, settled)
        case .forget(let tenant): if tenants[tenant]?.isLeaving == true { tenants[tenant] = nil }
        case .attempted(let attempt, let outcome): conclude(attempt, outcome)
        case .reported(let report, let isCommitted): settleReport(report, isCommitted)
        }
    }

    /// Time has passed: looks at the tenants that wait for it.
    mutating func lookAround() {
        let now = now
        for (id, served) in tenants where (served.lookAt ?? .max) <= now { look(at: id) }
    }

    private mutating func add(_ tenant: WebhookTenant) {
        var served = tenants[tenant.id] ?? Served(tenant: tenant)
        served.tenant = tenant
        served.reader = nil
        served.settled = nil
        served.receivers = [:]
        for webhook in tenant.webhooks where served.receivers[webhook.url] == nil {
            do { served.receivers[webhook.url] = try WebhookReceiver(webhook) } catch {
                environment.log.error("a webhook cannot be used", .field("tenant", tenant.id), .error(error))
            }
        }
        tenants[tenant.id] = served
        look(at: tenant.id)
    }

    private mutating func remove(_ id: String, _ settled: @escaping @Sendable () -> Void) {
        guard tenants[id] != nil else {
            settled()
            return
        }
        tenants[id]?.settled = settled
        tenants[id]?.reader = nil
        settle(id)
    }

    /// Forgets a leaving tenant once nothing of it is under way.
    private mutating func settle(_ id: String) {
        guard let served = tenants[id], let settled = served.settled, served.busy.isEmpty else { return }
        tenants[id] = nil
        settled()
    }

    /// Hands in what was not committed, and sends what is due.
    private mutating func look(at id: String) {
        guard var served = tenants[id] else { return }
        served.lookAt = nil
        let unreported = served.unreported
        served.unreported = []
        defer {
            tenants[id] = served
            for report in unreported { submit(report, of: served.tenant) }
        }
        guard !served.isLeaving else { return }
        do {
            let reader = try served.reader ?? served.tenant.makeReader()
            served.reader = reader
            for delivery in try reader.dueWebhooks(at: now, limit: Self.limit)
            where !served.busy.contains(delivery.endpoint) {
                start(delivery, &served)
            }
            // The rows of busy endpoints are still there and due, and hide when the others are.
            let next = try reader.nextWebhookDue()
            served.lookAt = next.map { max($0, served.busy.isEmpty ? $0 : now + Self.retryMilliseconds) }
        } catch {
            environment.log.error("webhooks could not be read", .field("tenant", id), .error(error))
            served.reader = nil
            served.lookAt = now + Self.retryMilliseconds
        }
    }

    private func start(_ delivery: WebhookDelivery, _ served: inout Served) {
        served.busy.insert(delivery.endpoint)
        guard let receiver = served.receivers[delivery.endpoint] else {
            let command = WebhookCommand.dead(
                row: delivery.row,
                attempts: delivery.attempts,
                error: "the endpoint is not configured"
            )
            submit(
                WebhookReport(tenant: served.tenant.id, endpoint: delivery.endpoint, command: command),
                of: served.tenant
            )
            return
        }
        let attempt = WebhookAttempt(tenant: served.tenant.id, delivery: delivery, receiver: receiver)
        // Refused only by a queue that is closed: the dispatcher ends.
        if !begin(attempt) { served.busy.remove(delivery.endpoint) }
    }

    private mutating func conclude(_ attempt: WebhookAttempt, _ outcome: WebhookAttempt.Outcome) {
        guard let served = tenants[attempt.tenant] else { return }
        let delivery = attempt.delivery
        let command: WebhookCommand
        switch outcome {
        case .accepted:
            command = .delivered(row: delivery.row, event: delivery.event)
        case .failed(let error):
            command = failure(attempt, error)
        }
        submit(
            WebhookReport(tenant: attempt.tenant, endpoint: delivery.endpoint, command: command),
            of: served.tenant
        )
    }

    private func failure(_ attempt: WebhookAttempt, _ error: String) -> WebhookCommand {
        let delivery = attempt.delivery
        let attempts = delivery.attempts + 1
        let fields: [LogField] = [
            .field("tenant", attempt.tenant),
            .field("host", attempt.receiver.target.host),
            .field("attempts", attempts),
            .field("reason", error),
        ]
        let delay = environment.settings.backoff.delay(afterFailures: attempts, random: environment.random)
        guard let delay else {
            environment.log.write(.error, "a webhook was given up", fields)
            return .dead(row: delivery.row, attempts: attempts, error: error)
        }
        environment.log.write(.warning, "a webhook failed", fields)
        return .failed(row: delivery.row, attempts: attempts, nextAttemptAt: now + delay, error: error)
    }

    private func submit(_ report: WebhookReport, of tenant: WebhookTenant) {
        let answer = self.answer
        tenant.submit(Operation(.webhook(report.command), at: now)) { isCommitted in answer(report, isCommitted) }
    }

    private mutating func settleReport(_ report: WebhookReport, _ isCommitted: Bool) {
        guard tenants[report.tenant] != nil else { return }
        guard isCommitted else {
            // The delivery stays as it is until its fate is stored: what was accepted must not be sent again.
            let next = now + Self.retryMilliseconds
            tenants[report.tenant]?.unreported.append(report)
            tenants[report.tenant]?.lookAt = next
            return
        }
        tenants[report.tenant]?.busy.remove(report.endpoint)
        look(at: report.tenant)
        settle(report.tenant)
    }
}
