import CLinux
import Glibc

/// What to watch a descriptor for.
package struct Interest: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let readable = Interest(rawValue: EPOLLIN.rawValue)
    package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
    /// The peer has finished sending, told even while `readable` is not asked for.
    package static let peerFinished = Interest(rawValue: EPOLLRDHUP.rawValue)
    /// Told once per change instead of for as long as it holds.
    package static let edgeTriggered = Interest(rawValue: EPOLLET.rawValue)
    /// Of several loops that share the descriptor, one is woken (for shared listeners; only with `add`).
    package static let exclusive = Interest(rawValue: EPOLLEXCLUSIVE.rawValue)
}

/// One thing that happened to one descriptor.
package struct EpollEvent: Sendable, Equatable {
    /// What the descriptor was registered with.
    package let token: UInt64
    let flags: UInt32

    package var isReadable: Bool { flags & EPOLLIN.rawValue != 0 }
    package var isWritable: Bool { flags & EPOLLOUT.rawValue != 0 }
    /// Both directions are closed, or the peer has finished sending.
    package var isHangup: Bool { flags & (EPOLLHUP.rawValue | EPOLLRDHUP.rawValue) != 0 }
    /// The descriptor is broken; reading or writing tells the reason.
    package var isError: Bool { flags & EPOLLERR.rawValue != 0 }
}

/// Room for the events of one wait, reused by a loop for its whole life.
package final class EpollEventBuffer {
    fileprivate let memory: UnsafeMutableBufferPointer<epoll_event>

    package init(capacity: Int = 512) {
        memory = .allocate(capacity: capacity)
        memory.initialize(repeating: epoll_event())
    }

    deinit {
        memory.deallocate()
    }

    /// The event at an index below what the last wait returned.
    package subscript(index: Int) -> EpollEvent {
        EpollEvent(token: memory[index].data.u64, flags: memory[index].events)
    }
}

/// An epoll set: which of many descriptors can be read or written.
///
/// Closing a descriptor takes it out of the set, but events fetched before still name it: put a generation into the token.
package final class Epoll: Sendable {
    private let descriptor: FileDescriptor

    package init() throws(SystemError) {
        descriptor = FileDescriptor(
            taking: Int32(try checked("epoll_create1") { Int(epoll_create1(Int32(EPOLL_CLOEXEC))) })
        )
    }

    /// Begins to watch a descriptor.
    package func add(_ target: borrowing FileDescriptor, token: UInt64, _ interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_ADD, target.raw, token, interest)
    }

    /// Changes what a watched descriptor is watched for.
    package func modify(_ target: borrowing FileDescriptor, token: UInt64, _ interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_MOD, target.raw, token, interest)
    }

    /// Stops watching a descriptor that stays open.
    package func remove(_ target: borrowing FileDescriptor) throws(SystemError) {
        try control(EPOLL_CTL_DEL, target.raw, 0, [])
    }

    /// Waits for events, so long at most (negative: for ever), and returns how many there are.
    ///
    /// An interrupting signal ends the wait with none: the caller looks at its clock anyway.
    package func wait(timeoutMilliseconds: Int, into buffer: EpollEventBuffer) throws(SystemError) -> Int {
        let timeout = Int32(clamping: max(-1, timeoutMilliseconds))
        let count = epoll_wait(descriptor.raw, buffer.memory.baseAddress, Int32(buffer.memory.count), timeout)
        if count >= 0 { return Int(count) }
        if errno == EINTR { return 0 }
        throw SystemError(code: errno, operation: "epoll_wait")
    }

    private func control(_ action: Int32, _ raw: Int32, _ token: UInt64, _ interest: Interest) throws(SystemError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = token
        let set = descriptor.raw
        try checked("epoll_ctl") { Int(epoll_ctl(set, action, raw, &event)) }
    }
}
