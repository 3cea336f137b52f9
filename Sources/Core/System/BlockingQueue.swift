import CLinux
import Glibc

/// What came of waiting for an element.
package enum PopResult<Element: Sendable>: Sendable {
    case element(Element)
    /// Nothing came in time.
    case timedOut
    /// The queue is closed and all its elements were handed out.
    case closed
}

/// A first-in, first-out queue that threads wait at, for work that may block.
///
/// Unchecked: all state is touched with the POSIX mutex held, which the compiler cannot see. The library's `Mutex` has no
/// condition variable to go with it.
package final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let notEmpty: UnsafeMutablePointer<pthread_cond_t>
    /// The elements from `head` on; those before it are handed out.
    private var elements: ContiguousArray<Element?> = []
    private var head = 0
    private var isClosed = false
    private let limit: Int

    /// Makes a queue that refuses elements beyond `limit`.
    package init(limit: Int = .max) {
        self.limit = limit
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        notEmpty = .allocate(capacity: 1)
        notEmpty.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        // Deadlines follow the monotonic clock: setting the calendar must not stretch a wait.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(notEmpty, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(notEmpty)
        pthread_mutex_destroy(mutex)
        notEmpty.deallocate()
        mutex.deallocate()
    }

    /// How many elements wait.
    package var count: Int {
        locked { elements.count - head }
    }

    /// Adds an element; false when the queue is full or closed.
    package func push(_ element: Element) -> Bool {
        locked {
            guard !isClosed, elements.count - head < limit else { return false }
            elements.append(element)
            pthread_cond_signal(notEmpty)
            return true
        }
    }

    /// Takes the oldest element, waiting for one (nil: without end).
    package func pop(timeoutMilliseconds: Int? = nil) -> PopResult<Element> {
        var deadline = timespec()
        if let timeoutMilliseconds {
            let now = SystemClock().nowMonotonicNanoseconds
            let end = now + Int64(max(0, timeoutMilliseconds)) * 1_000_000
            deadline = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        }
        return locked {
            while head == elements.count {
                if isClosed { return .closed }
                if timeoutMilliseconds == nil {
                    pthread_cond_wait(notEmpty, mutex)
                } else if pthread_cond_timedwait(notEmpty, mutex, &deadline) == ETIMEDOUT, head == elements.count {
                    return isClosed ? .closed : .timedOut
                }
            }
            return takeFirst().map { .element($0) } ?? .closed
        }
    }

    /// Refuses further elements and wakes all who wait; what is queued is still handed out.
    package func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(notEmpty)
        }
    }

    /// Called with the lock held and at least one element queued.
    private func takeFirst() -> Element? {
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: head <= 1024)
            head = 0
        } else if head >= 64, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
