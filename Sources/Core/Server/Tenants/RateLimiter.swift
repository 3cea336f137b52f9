/// One token bucket in a single number: the time at which it will be full again (the generic cell rate algorithm).
package struct TokenBucket: Sendable {
    private var fullAt: Int64 = 0

    package init() {}

    /// Takes one token; the answer tells what is left, or how long to wait. Times in monotonic nanoseconds.
    package mutating func take(_ rate: Rate, now: Int64) -> RateDecision {
        let period = max(1, rate.windowNanoseconds)
        let interval = max(1, period / Int64(max(1, rate.count)))
        let start = max(fullAt, now)
        let next = start + interval
        guard next - now <= period else {
            return RateDecision(
                isAllowed: false,
                limit: rate.count,
                remaining: 0,
                waitNanoseconds: next - now - period,
                resetNanoseconds: start - now
            )
        }
        fullAt = next
        return RateDecision(
            isAllowed: true,
            limit: rate.count,
            remaining: Int((period - (next - now)) / interval),
            waitNanoseconds: 0,
            resetNanoseconds: next - now
        )
    }

    /// Whether it holds nothing worth keeping.
    func isFull(now: Int64) -> Bool { fullAt <= now }
}

/// What a bucket said.
package struct RateDecision: Sendable, Equatable {
    package let isAllowed: Bool
    package let limit: Int
    package let remaining: Int
    package let waitNanoseconds: Int64
    package let resetNanoseconds: Int64

    /// Whole seconds until trying again makes sense.
    package var retryAfter: Int { Int((waitNanoseconds + 999_999_999) / 1_000_000_000) }
    /// Whole seconds until the bucket is full.
    package var reset: Int { Int((resetNanoseconds + 999_999_999) / 1_000_000_000) }
}

/// The buckets of a tenant, by dialect, class and address. Confined to the tenant's lane.
final class RateLimiter {
    private struct Key: Hashable {
        let scope: Int
        let address: PeerAddress
    }

    private var buckets: [Key: TokenBucket] = [:]
    private var sweepAt = 4096

    /// Takes a token of `scope` (a dialect and class, say) for an address; IPv6 counts by /64.
    func take(_ rate: Rate, scope: Int, address: PeerAddress, now: Int64) -> RateDecision {
        let key = Key(scope: scope, address: address.ipv6Prefix64)
        let decision = buckets[key, default: TokenBucket()].take(rate, now: now)
        if buckets.count > sweepAt { sweep(now) }
        return decision
    }

    /// Full buckets are forgotten: they say nothing that a new one would not.
    private func sweep(_ now: Int64) {
        buckets = buckets.filter { !$0.value.isFull(now: now) }
        sweepAt = max(4096, buckets.count * 2)
    }
}
