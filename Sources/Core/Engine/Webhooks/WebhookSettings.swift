/// How deliveries are attempted.
package struct WebhookSettings: Sendable {
    /// A receiver has so long to take the connection, and from then on so long again to answer.
    package var connectMilliseconds = 5_000
    package var answerMilliseconds = 15_000
    /// Threads that are always there.
    package var workers = 8
    /// Attempts under way at once, over all tenants: a hanging receiver holds one. Threads are added up to here while
    /// all of them are held, so that one brand's dead receivers do not keep the others waiting.
    package var maximumWorkers = 128
    package var backoff = WebhookBackoff()

    package init() {}
}

/// When a failed delivery is attempted again: at first soon, then twice as late each time, up to a largest interval;
/// given up when a whole day has been tried.
package struct WebhookBackoff: Sendable, Equatable {
    package var first: Int64 = 1_000
    package var largest: Int64 = 3_600_000
    package var horizon: Int64 = 86_400_000

    package init() {}

    /// Milliseconds until the next attempt after so many have failed, without jitter; nil when it was the last one.
    /// The last attempt is made when the horizon is reached.
    package func interval(afterFailures failures: Int) -> Int64? {
        var elapsed: Int64 = 0
        var interval = max(1, first)
        for _ in 1..<max(1, failures) {
            elapsed += interval
            interval = min(interval * 2, max(1, largest))
            if elapsed >= horizon { return nil }
        }
        return elapsed < horizon ? min(interval, horizon - elapsed) : nil
    }

    /// The same, a fifth more or less: what failed together is not tried again together.
    package func delay(afterFailures failures: Int, random: any RandomSource) -> Int64? {
        guard let interval = interval(afterFailures: failures) else { return nil }
        let spread = max(1, interval / 5 * 2)
        return max(1, interval - spread / 2 + Int64(random.next(below: UInt64(spread))))
    }
}
