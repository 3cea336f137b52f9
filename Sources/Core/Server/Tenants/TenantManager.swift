/// Opens, changes and closes tenants on a running server. Used from one thread, the program's.
package final class TenantManager {
    /// Makes a tenant's dialects and routes; the program's catalog stands behind it.
    package typealias SnapshotMaker = (TenantConfiguration, _ secret: [UInt8]) throws -> TenantSnapshot

    private struct OpenTenant {
        var configuration: TenantConfiguration
        let lane: LaneHandle
        let store: any ChatStore
        let writer: TenantWriter
        let secret: [UInt8]
    }

    private let server: GatewayServer
    private let dataFolder: String
    private let durability: SQLiteOptions.Durability
    private let makeSnapshot: SnapshotMaker
    private var open: [String: OpenTenant] = [:]
    /// Tenants that were asked for and could not be opened.
    private var unserved: [TenantConfiguration] = []
    private var opened = 0
    /// Called after each transaction of a tenant that has webhooks.
    private let committed: @Sendable (String) -> Void

    package init(
        server: GatewayServer,
        dataFolder: String,
        durability: SQLiteOptions.Durability,
        committed: @escaping @Sendable (String) -> Void,
        makeSnapshot: @escaping SnapshotMaker
    ) {
        self.server = server
        self.dataFolder = dataFolder
        self.durability = durability
        self.committed = committed
        self.makeSnapshot = makeSnapshot
    }

    /// The tenants that are served now, by id.
    package var configurations: [TenantConfiguration] {
        open.values.map(\.configuration).sorted { $0.id < $1.id }
    }

    package func store(of tenant: String) -> (any ChatStore)? { open[tenant]?.store }

    package func lane(of tenant: String) -> LaneHandle? { open[tenant]?.lane }

    /// Brings what is served in line with a configuration. A tenant that cannot be opened is reported and left out;
    /// the others serve. Returns the ids of those that failed.
    @discardableResult
    package func apply(_ configurations: [TenantConfiguration]) -> [String] {
        var failed: [String] = []
        let wanted = Set(configurations.map(\.id))
        for id in open.keys where !wanted.contains(id) { close(id, code: 1001, reason: "tenant was removed") }
        for configuration in configurations {
            do {
                if let current = open[configuration.id] {
                    if current.configuration != configuration { try change(configuration, current) }
                } else {
                    try openTenant(configuration)
                }
            } catch {
                failed.append(configuration.id)
                server.log.error(
                    "tenant is not served",
                    .field("tenant", configuration.id),
                    .field("reason", "\(error)")
                )
            }
        }
        unserved = configurations.filter { open[$0.id] == nil }
        publish()
        return failed
    }

    private func publish() {
        server.directory.replace(open.values.map { ($0.configuration, $0.lane) }, unserved: unserved)
        let limits = open.values.map(\.configuration).flatMap { tenant in
            [tenant.limits.maxConnectionsPerAddress] + tenant.dialects.map(\.limits.maxConnectionsPerAddress)
        }
        // Before it is known who is asked, the widest limit bounds what an address can open; that of the dialect follows.
        server.connectionCounter.set(
            limit: limits.contains { $0 == nil } ? nil : limits.compactMap { $0 }.max(),
            exempt: open.values.flatMap(\.configuration.trustedProxies)
        )
    }

    private func openTenant(_ configuration: TenantConfiguration) throws {
        let folder = dataFolder + "/" + configuration.id
        try Files.makeDirectory(folder)
        let store = SQLiteChatStore(
            directory: folder,
            options: SQLiteOptions(durability: durability),
            random: server.random
        )
        try store.prepare()
        let probe = try store.makeReader()
        let secret = try probe.secret()
        let blobs = try BlobStore(folder: folder, secret: secret)
        let lastEvent = try probe.lastEvent()
        let snapshot = try makeSnapshot(configuration, secret)
        let lane = server.lanes[opened % server.lanes.count]
        opened += 1
        let id = configuration.id
        let committed = self.committed
        let writer = TenantWriter(
            tenant: id,
            writer: try store.makeWriter(),
            ids: RandomIDSource(server.random),
            pool: server.writers,
            blobs: blobs,
            log: server.log
        ) { result in
            lane.send(.committed(tenant: id, result))
            committed(id)
        }
        let problem = server.onLane(lane) { lane -> StoreError? in
            do throws(StoreError) {
                let reader = try store.makeReader()
                lane.add(
                    TenantLane(
                        snapshot: snapshot,
                        lane: lane,
                        reader: reader,
                        writer: writer,
                        clock: lane.clock,
                        ids: lane.ids,
                        log: lane.log,
                        blobs: blobs,
                        publishedEvent: lastEvent
                    )
                )
                return nil
            } catch {
                return error
            }
        }
        if let problem = problem ?? nil { throw problem }
        server.readers.add(tenant: id, store: store)
        open[id] = OpenTenant(configuration: configuration, lane: lane, store: store, writer: writer, secret: secret)
    }

    private func change(_ configuration: TenantConfiguration, _ current: OpenTenant) throws {
        let snapshot = try makeSnapshot(configuration, current.secret)
        _ = server.onLane(current.lane) { lane in lane.tenants[configuration.id]?.adopt(snapshot) }
        open[configuration.id]?.configuration = configuration
    }

    /// opening → live → closing: no new operations, queued ones run and are answered, sockets close, the log is
    /// moved into the database, the connection closes.
    private func close(_ id: String, code: UInt16, reason: String) {
        guard let tenant = open.removeValue(forKey: id) else { return }
        publish()
        _ = server.onLane(tenant.lane) { lane in lane.tenants[id]?.beginClosing(code: code, reason: reason) }
        let closed = BlockingQueue<Bool>()
        tenant.writer.close { _ = closed.push(true) }
        _ = closed.pop()
        server.readers.remove(tenant: id)
        _ = server.onLane(tenant.lane) { lane in _ = lane.removeTenant(id) }
    }

    /// Closes all tenants, at the end.
    package func closeAll() {
        for id in open.keys.sorted() { close(id, code: 1001, reason: "server is shutting down") }
    }
}
