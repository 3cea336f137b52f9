/// Housekeeping: what has expired goes, a little at a time.
extension TenantLane {
    private static let sweepLimit = 500
    private static let longestInterval: Int64 = 60_000
    /// While there is more: time for others between two sweeps.
    private static let shortestInterval: Int64 = 20
    private static let eventsKept: Int64 = 100_000
    private static let webhooksKept: Int64 = 30 * 86_400_000

    /// Sweeps now and again, until the tenant goes.
    func startUpkeep() { sweep(afterMilliseconds: upkeepInterval) }

    /// Often enough for the shortest time that the configuration names.
    private var upkeepInterval: Int64 {
        let shortest = min(configuration.uploads.expire, configuration.retention ?? configuration.uploads.expire)
        return min(Self.longestInterval, max(1000, shortest.wholeMilliseconds / 4))
    }

    private func sweep(afterMilliseconds delay: Int64) {
        guard !isClosing else { return }
        upkeepTimer = schedule(afterMilliseconds: delay) { [unowned self] in sweep() }
    }

    private func sweep() {
        guard !isClosing else { return }
        let now = clock.nowUnixMilliseconds
        let retention = configuration.retention?.wholeMilliseconds
        let sweep = Sweep(
            uploadsExpiredBefore: now,
            idempotencyExpiredBefore: now,
            messagesOlderThan: retention.map { now - $0 },
            deadWebhooksOlderThan: now - min(Self.webhooksKept, retention ?? Self.webhooksKept),
            waitingWebhooksOlderThan: now - Self.webhooksKept,
            eventsKept: Self.eventsKept,
            limit: Self.sweepLimit
        )
        perform(Operation(.sweep(sweep), at: now)) { [weak self] reply in
            guard let self else { return }
            if case .swept(hasMore: true) = reply {
                self.sweep(afterMilliseconds: Self.shortestInterval)
            } else {
                self.sweep(afterMilliseconds: upkeepInterval)
            }
        }
    }
}

extension Duration {
    /// Rounded down.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
