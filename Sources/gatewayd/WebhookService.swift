import Core

/// Keeps the webhook dispatcher in line with the tenants that are served.
final class WebhookService: Sendable {
    init(server: GatewayServer, log: Log) throws {}

    func wake(_ tenant: String) {}

    func serve(_ manager: TenantManager) {}

    func stop() {}
}
