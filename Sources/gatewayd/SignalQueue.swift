import Core
import Synchronization

/// Signals on their way to the main thread. A second request to stop ends the process at once.
final class SignalQueue: Sendable {
    private let queue = BlockingQueue<Signal>()
    private let isStopping = Mutex(false)

    func take(_ signal: Signal) {
        if signal != .reload {
            let again = isStopping.withLock { stopping in
                defer { stopping = true }
                return stopping
            }
            if again { ProcessEnd.now(1) }
        }
        _ = queue.push(signal)
    }

    /// Waits for the next signal.
    func next() -> Signal {
        while true {
            if case .element(let signal) = queue.pop() { return signal }
        }
    }
}
