import CLinux
import Glibc
import Synchronization

/// Where the time comes from.
package protocol Clock: Sendable {
    /// Nanoseconds since some fixed moment, never going back: for timeouts and rates.
    var nowMonotonicNanoseconds: Int64 { get }
    /// Milliseconds since 1970-01-01T00:00:00Z: for stamps that people and other machines read.
    var nowUnixMilliseconds: Int64 { get }
}

extension Clock {
    /// The monotonic clock in milliseconds, rounded down.
    package var nowMonotonicMilliseconds: Int64 { nowMonotonicNanoseconds / 1_000_000 }
}

/// The machine's clocks.
package struct SystemClock: Clock {
    package init() {}

    package var nowMonotonicNanoseconds: Int64 { read(CLOCK_MONOTONIC) }
    package var nowUnixMilliseconds: Int64 { read(CLOCK_REALTIME) / 1_000_000 }

    private func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Fails only for clocks the kernel does not know, and these two are as old as it.
        _ = clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A clock that stands still until it is moved; any thread may do so.
package final class ManualClock: Clock {
    private struct Times {
        var monotonicNanoseconds: Int64
        var unixMilliseconds: Int64
    }

    private let times: Mutex<Times>

    /// Starts at 2024-12-04T12:00:00Z and one second after boot.
    package init(unixMilliseconds: Int64 = 1_733_313_600_000, monotonicMilliseconds: Int64 = 1000) {
        times = Mutex(
            Times(monotonicNanoseconds: monotonicMilliseconds * 1_000_000, unixMilliseconds: unixMilliseconds)
        )
    }

    package var nowMonotonicNanoseconds: Int64 { times.withLock { $0.monotonicNanoseconds } }
    package var nowUnixMilliseconds: Int64 { times.withLock { $0.unixMilliseconds } }

    /// Lets time pass on both clocks.
    package func advance(milliseconds: Int64) {
        times.withLock {
            $0.monotonicNanoseconds += milliseconds * 1_000_000
            $0.unixMilliseconds += milliseconds
        }
    }

    /// Sets the calendar clock, as an administrator or NTP may; the monotonic one does not move.
    package func set(unixMilliseconds: Int64) {
        times.withLock { $0.unixMilliseconds = unixMilliseconds }
    }
}
