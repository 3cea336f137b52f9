/// What the dispatcher needs of one tenant.
package struct WebhookTenant: Sendable {
    package let id: String
    package let webhooks: [WebhookConfiguration]
    /// Opens a reader for the dispatcher's own thread.
    package let makeReader: @Sendable () throws -> any ChatReader
    /// Performs an operation as a turn of the tenant and says whether it was committed. An operation that was not will
    /// be handed over again.
    package let submit: @Sendable (Operation, _ completion: @escaping @Sendable (Bool) -> Void) -> Void

    package init(
        id: String,
        webhooks: [WebhookConfiguration],
        makeReader: @escaping @Sendable () throws -> any ChatReader,
        submit: @escaping @Sendable (Operation, @escaping @Sendable (Bool) -> Void) -> Void
    ) {
        self.id = id
        self.webhooks = webhooks
        self.makeReader = makeReader
        self.submit = submit
    }
}

/// One endpoint, ready to be called: its address read and its secrets at hand.
struct WebhookReceiver: Sendable {
    let target: WebhookTarget
    let allowsPrivate: Bool
    private let signer: WebhookSigner

    init(_ configuration: WebhookConfiguration) throws {
        guard let target = WebhookTarget(configuration.url) else { throw WebhookFailure("its URL cannot be used") }
        self.target = target
        allowsPrivate = configuration.allowPrivate
        var secrets: [WebhookSecret] = []
        for secret in configuration.secrets { secrets.append(try WebhookSecret(secret.value)) }
        signer = try WebhookSigner(secrets: secrets)
    }

    /// The request of one attempt. The id is the same every time, so that receivers can tell a repetition; the time
    /// and with it the signature are the attempt's.
    func request(_ delivery: WebhookDelivery, at now: Int64) -> [UInt8] {
        let id = "evt_" + delivery.id.hex
        let timestamp = now / 1000
        let signature = signer.signature(id: id, timestamp: timestamp, body: delivery.body)
        let head =
            "POST \(target.path) HTTP/1.1\r\nHost: \(target.authority)\r\nUser-Agent: gatewayd\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(delivery.body.count)\r\nConnection: close\r\n"
            + "webhook-id: \(id)\r\nwebhook-timestamp: \(timestamp)\r\nwebhook-signature: \(signature)\r\n\r\n"
        return Array(head.utf8) + delivery.body
    }
}
