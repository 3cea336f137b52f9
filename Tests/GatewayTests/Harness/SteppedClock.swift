import Core
import Synchronization

/// A calendar that stands still until a test moves it; timeouts run on as ever.
final class SteppedClock: Clock {
    private let unix: Atomic<Int64>
    private let system = SystemClock()

    init(unixMilliseconds: Int64 = 1_733_313_600_000) {
        unix = Atomic(unixMilliseconds)
    }

    var nowMonotonicNanoseconds: Int64 { system.nowMonotonicNanoseconds }
    var nowUnixMilliseconds: Int64 { unix.load(ordering: .relaxed) }

    func advance(milliseconds: Int64) {
        unix.add(milliseconds, ordering: .relaxed)
    }
}
