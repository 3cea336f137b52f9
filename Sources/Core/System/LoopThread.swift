import CLinux
import Glibc
import Synchronization

/// A named thread of the operating system that runs one closure, for loops that never belong to the shared pool.
package final class LoopThread: Sendable {
    /// What the new thread is handed.
    private final class Launch: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    let thread: pthread_t
    private let isJoined = Mutex(false)

    private init(thread: pthread_t) {
        self.thread = thread
    }

    deinit {
        // A thread nobody joins frees its stack by itself.
        if isJoined.withLock({ !$0 }) { pthread_detach(thread) }
    }

    /// Starts a thread. The kernel shows 15 bytes of the name.
    package nonisolated static func start(
        name: String,
        stackBytes: Int = 512 * 1024,
        _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> LoopThread {
        var attributes = pthread_attr_t()
        var code = pthread_attr_init(&attributes)
        guard code == 0 else { throw SystemError(code: code, operation: "pthread_attr_init") }
        defer { pthread_attr_destroy(&attributes) }
        // A page is lost to the guard; sizes are whole pages.
        let page = 4096
        let size = max(64 * 1024, (stackBytes + page - 1) / page * page)
        code = pthread_attr_setstacksize(&attributes, size)
        guard code == 0 else { throw SystemError(code: code, operation: "pthread_attr_setstacksize") }

        let launch = Unmanaged.passRetained(Launch(name: name, body: body))
        var thread = pthread_t()
        code = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                let launch = Unmanaged<Launch>.fromOpaque(argument).takeRetainedValue()
                // A name is for people only: a failure changes nothing.
                _ = clinux_set_thread_name(launch.name)
                launch.body()
                return nil
            },
            launch.toOpaque()
        )
        guard code == 0 else {
            launch.release()
            throw SystemError(code: code, operation: "pthread_create")
        }
        return LoopThread(thread: thread)
    }

    /// Waits for the closure to return; a second call returns at once. Not to be called from the thread itself.
    package func join() {
        let first = isJoined.withLock { isJoined in
            defer { isJoined = true }
            return !isJoined
        }
        if first { pthread_join(thread, nil) }
    }

    /// Sends a signal to this thread alone, which must not have ended.
    func send(_ signal: Int32) {
        pthread_kill(thread, signal)
    }

    /// True on this very thread.
    package var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

    /// A number that no other living thread has: for "am I on my own thread" checks before a `LoopThread` value exists.
    package static var currentIdentity: UInt { UInt(pthread_self()) }

    /// The kernel's name of the calling thread.
    package static var currentName: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { buffer in
            buffer.initialize(repeating: 0)
            guard let start = buffer.baseAddress, clinux_get_thread_name(start) == 0 else { return "" }
            return String(cString: start)
        }
    }
}

/// What a thread asks of the scheduler.
package enum Scheduling {
    /// Lets other threads that want this core run first.
    package static func yield() {
        // Cannot fail on Linux.
        _ = sched_yield()
    }
}
