/// Housekeeping: what has expired goes, a little at a time.
extension TenantLane {
    private static let sweepLimit = 500
    private static let longestInterval: Int64 = 60_000

    /// Sweeps now and again, until the tenant goes.
    func startUpkeep() {
        upkeepTimer = schedule(afterMilliseconds: upkeepInterval) { [unowned self] in
            sweep()
            startUpkeep()
        }
    }

    /// Often enough for the shortest time that the configuration names.
    private var upkeepInterval: Int64 {
        let shortest = min(configuration.uploads.expire, configuration.retention ?? configuration.uploads.expire)
        return min(Self.longestInterval, max(1000, shortest.wholeMilliseconds / 4))
    }

    private func sweep() {
        guard !isClosing else { return }
        let now = clock.nowUnixMilliseconds
        let sweep = Sweep(
            uploadsExpiredBefore: now,
            idempotencyExpiredBefore: now,
            messagesOlderThan: configuration.retention.map { now - $0.wholeMilliseconds },
            limit: Self.sweepLimit
        )
        perform(Operation(.sweep(sweep), at: now)) { _ in }
    }
}

extension Duration {
    /// Rounded down.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
