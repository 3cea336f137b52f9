import CLinux
import Glibc

/// A request from outside the process.
package enum Signal: Sendable, Equatable {
    /// SIGTERM: finish.
    case terminate
    /// SIGINT: finish, from the keyboard.
    case interrupt
    /// SIGHUP: read the configuration again.
    case reload

    init?(number: Int32) {
        switch number {
        case SIGTERM: self = .terminate
        case SIGINT: self = .interrupt
        case SIGHUP: self = .reload
        default: return nil
        }
    }
}

/// Turns signals into calls on a thread of their own, where any code may run.
package enum SignalWaiter {
    /// Keeps SIGTERM, SIGINT, SIGHUP from interrupting anything, and ignores SIGPIPE.
    ///
    /// Threads inherit this from the one that starts them, so call it first in the program.
    package static func blockSignals() throws(SystemError) {
        // Fails only for numbers that are not signals.
        _ = signal(SIGPIPE, SIG_IGN)
        var set = makeSet()
        let code = pthread_sigmask(SIG_BLOCK, &set, nil)
        guard code == 0 else { throw SystemError(code: code, operation: "pthread_sigmask") }
    }

    /// Starts the thread that waits for the blocked signals and hands each to `handler`, until that returns false.
    package static func start(_ handler: @escaping @Sendable (Signal) -> Bool) throws(SystemError) -> LoopThread {
        try LoopThread.start(name: "signals") {
            var set = makeSet()
            while true {
                var number: Int32 = 0
                // Fails only for an invalid set.
                guard sigwait(&set, &number) == 0 else { return }
                guard let signal = Signal(number: number) else { continue }
                guard handler(signal) else { return }
            }
        }
    }

    private static func makeSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}
