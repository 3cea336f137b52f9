import CLinux
import Glibc

/// The owner of one open file descriptor; going out of scope closes it.
///
/// It is kept in classes (connections, files), moved between threads by consuming it, and cannot be closed twice.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The descriptor's number, valid for as long as this value lives.
    package private(set) var raw: Int32

    /// Takes over an open descriptor that nobody else will close.
    package init(taking raw: Int32) {
        self.raw = raw
    }

    deinit {
        // Nobody is left to hear of an error; whoever cares for one calls `close()`.
        if raw >= 0 { _ = Glibc.close(raw) }
    }

    /// Closes the descriptor and reports what the deferred writes of some file systems came to.
    package consuming func close() throws(SystemError) {
        let descriptor = raw
        discard self
        // Linux frees the number even when interrupted, so closing is never repeated.
        guard Glibc.close(descriptor) == 0 || errno == EINTR else {
            throw SystemError(code: errno, operation: "close")
        }
    }

    /// Gives the number away; the caller closes it.
    package consuming func take() -> Int32 {
        let descriptor = raw
        discard self
        return descriptor
    }

    /// Moves the open descriptor to a new owner; this one is of no use any more.
    package mutating func move() -> FileDescriptor {
        let moved = FileDescriptor(taking: raw)
        raw = -1
        return moved
    }

    /// A second descriptor of the same open file.
    package func duplicate() throws(SystemError) -> FileDescriptor {
        let descriptor = raw
        return FileDescriptor(taking: Int32(try checked("dup") { Int(dup(descriptor)) }))
    }

    /// Switches between calls that wait and calls that say "would block".
    package func setNonBlocking(_ nonBlocking: Bool) throws(SystemError) {
        let descriptor = raw
        let flags = Int32(try checked("fcntl") { Int(clinux_get_status_flags(descriptor)) })
        let wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
        guard wanted != flags else { return }
        try checked("fcntl") { Int(clinux_set_status_flags(descriptor, wanted)) }
    }
}
