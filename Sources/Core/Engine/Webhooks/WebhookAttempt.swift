/// One delivery on its way to a worker.
struct WebhookAttempt: Sendable {
    /// What became of it.
    enum Outcome: Sendable {
        case accepted
        case failed(String)
    }

    let tenant: String
    let delivery: WebhookDelivery
    let receiver: WebhookReceiver
}

/// The fate of a delivery, on its way into the tenant's database.
struct WebhookReport: Sendable {
    let tenant: String
    let endpoint: String
    let command: WebhookCommand
}

/// Carries attempts out, on a thread that may block.
struct WebhookWorker {
    /// Errors are kept with the delivery; longer ones say no more.
    private static let maximumError = 300

    private let environment: WebhookEnvironment

    init(_ environment: WebhookEnvironment) {
        self.environment = environment
    }

    func carryOut(_ attempt: WebhookAttempt) -> WebhookAttempt.Outcome {
        let receiver = attempt.receiver
        do {
            let exchange = WebhookExchange(
                network: environment.network,
                settings: environment.settings,
                clock: environment.clock,
                tls: receiver.target.isEncrypted ? try environment.tlsContext() : nil
            )
            let request = receiver.request(attempt.delivery, at: environment.clock.nowUnixMilliseconds)
            try exchange.post(request, to: receiver.target, allowsPrivate: receiver.allowsPrivate)
            return .accepted
        } catch {
            return .failed(String("\(error)".prefix(Self.maximumError)))
        }
    }
}
