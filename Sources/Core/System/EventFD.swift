import CLinux
import Glibc

/// A doorbell: any thread rings it, the loop that watches its descriptor wakes up.
package final class EventFD: Sendable {
    package let descriptor: FileDescriptor

    package init() throws(SystemError) {
        let flags = Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)
        descriptor = FileDescriptor(taking: Int32(try checked("eventfd") { Int(eventfd(0, flags)) }))
    }

    /// Makes the descriptor readable. It can only fail when it is rung 2^64 - 1 times already, which wakes as well.
    package func signal() {
        var one: UInt64 = 1
        let raw = descriptor.raw
        _ = uninterrupted { write(raw, &one, 8) }
    }

    /// Makes the descriptor unreadable again.
    ///
    /// - Returns: true if it had been rung.
    @discardableResult
    package func clear() -> Bool {
        var value: UInt64 = 0
        let raw = descriptor.raw
        return uninterrupted { read(raw, &value, 8) } == 8
    }
}
