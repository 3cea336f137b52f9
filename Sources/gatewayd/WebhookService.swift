import Core
import Synchronization

/// Keeps the webhook dispatcher in line with the tenants that are served. Without webhooks there are no threads for
/// them.
final class WebhookService: Sendable {
    private struct State {
        var dispatcher: WebhookDispatcher?
        var served: [String: [WebhookConfiguration]] = [:]
    }

    /// How long a leaving tenant waits for attempts under way.
    private static let patienceMilliseconds = 2_000
    private let state = Mutex(State())
    private let server: GatewayServer

    init(server: GatewayServer) {
        self.server = server
    }

    /// A tenant has committed something.
    func wake(_ tenant: String) {
        state.withLock { $0.dispatcher }?.wake(tenant)
    }

    /// Lets go of tenants that are about to change or go; to be called before they are closed.
    func release(_ ids: [String]) {
        guard let dispatcher = state.withLock({ $0.dispatcher }) else { return }
        for id in ids where state.withLock({ $0.served.removeValue(forKey: id) != nil }) {
            dispatcher.remove(id, waitMilliseconds: Self.patienceMilliseconds)
        }
    }

    /// Serves the endpoints of all open tenants, changed ones anew.
    func serve(_ manager: TenantManager) throws {
        for configuration in manager.configurations {
            let known = state.withLock { $0.served[configuration.id] }
            guard known != nil || !configuration.webhooks.isEmpty, known != configuration.webhooks else { continue }
            guard let store = manager.store(of: configuration.id), let lane = manager.lane(of: configuration.id) else {
                continue
            }
            let id = configuration.id
            let tenant = WebhookTenant(
                id: id,
                webhooks: configuration.webhooks,
                makeReader: { try store.makeReader() },
                submit: { operation, completion in
                    lane.post { lane in
                        lane.perform(operation, tenant: id) { reply in
                            if case .rejected = reply { completion(false) } else { completion(true) }
                        }
                    }
                }
            )
            try dispatcher().add(tenant)
            state.withLock { $0.served[id] = configuration.webhooks }
        }
    }

    private func dispatcher() throws -> WebhookDispatcher {
        if let running = state.withLock({ $0.dispatcher }) { return running }
        let started = try WebhookDispatcher(clock: server.clock, random: server.random, log: server.log)
        state.withLock { $0.dispatcher = started }
        return started
    }

    /// Ends deliveries; what is not delivered waits in the databases.
    func stop() {
        release(state.withLock { Array($0.served.keys) })
        let dispatcher = state.withLock { $0.dispatcher.take() }
        dispatcher?.stop()
    }
}
