import CLinux
import Glibc

/// Outgoing connections.
extension Sockets {
    /// Begins a connection that completes in the background: wait for it to be writable, then ask `connectionError`.
    package static func connect(to target: SocketAddress) throws(SystemError) -> FileDescriptor {
        let socket = try makeSocket(target.family, nonBlocking: true)
        let descriptor = socket.raw
        let result = target.withSockaddr { address, length in
            Glibc.connect(descriptor, address, length) == 0 ? 0 : errno
        }
        // An interrupted connect goes on by itself; repeating it would say EALREADY.
        guard result == 0 || result == EINPROGRESS || result == EINTR else {
            throw SystemError(code: result, operation: "connect \(target)")
        }
        return socket
    }

    /// The `errno` a background connection ended with, 0 once it stands.
    package static func connectionError(_ socket: borrowing FileDescriptor) throws(SystemError) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let descriptor = socket.raw
        try checked("getsockopt SO_ERROR") { Int(getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)) }
        return code
    }

    /// Connects, waiting so long at most, and returns a blocking socket whose reads and writes each wait so long at most
    /// (then `.wouldBlock`).
    package static func connect(
        to target: SocketAddress,
        timeoutMilliseconds: Int
    ) throws(SystemError) -> FileDescriptor {
        let socket = try connect(to: target)
        guard try wait(for: .writable, on: socket, timeoutMilliseconds: timeoutMilliseconds) else {
            throw SystemError(code: ETIMEDOUT, operation: "connect \(target)")
        }
        let code = try connectionError(socket)
        guard code == 0 else { throw SystemError(code: code, operation: "connect \(target)") }
        try socket.setNonBlocking(false)
        try setTimeouts(socket, milliseconds: timeoutMilliseconds)
        return socket
    }

    /// Bounds every read and write of a blocking socket.
    package static func setTimeouts(_ socket: borrowing FileDescriptor, milliseconds: Int) throws(SystemError) {
        // Zero would mean forever.
        let bounded = max(1, milliseconds)
        var value = timeval(tv_sec: bounded / 1000, tv_usec: bounded % 1000 * 1000)
        let descriptor = socket.raw
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try checked("setsockopt SO_RCVTIMEO/SO_SNDTIMEO") {
                Int(setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size)))
            }
        }
    }

    /// What to wait for on a single descriptor.
    package enum Readiness: Sendable {
        case readable
        case writable
    }

    /// Waits for one descriptor; false when the time ran out. Errors and hangups count as ready.
    package static func wait(
        for readiness: Readiness,
        on socket: borrowing FileDescriptor,
        timeoutMilliseconds: Int
    ) throws(SystemError) -> Bool {
        let clock = SystemClock()
        let deadline = clock.nowMonotonicMilliseconds + Int64(timeoutMilliseconds)
        var request = pollfd(fd: socket.raw, events: Int16(readiness == .readable ? POLLIN : POLLOUT), revents: 0)
        while true {
            let left = max(0, min(deadline - clock.nowMonotonicMilliseconds, Int64(Int32.max)))
            let count = poll(&request, 1, Int32(left))
            if count >= 0 { return count > 0 }
            guard errno == EINTR else { throw SystemError(code: errno, operation: "poll") }
        }
    }

    /// The addresses of a host name or IP literal, in the resolver's order, without repetitions. Blocks.
    package static func resolve(_ host: String) throws(SystemError) -> [PeerAddress] {
        if let literal = PeerAddress(host) { return [literal] }
        guard !host.utf8.contains(0) else {
            throw SystemError(code: EINVAL, operation: "resolve", detail: "host name contains a NUL byte")
        }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            let code = status == EAI_SYSTEM ? errno : EHOSTUNREACH
            let detail = status == EAI_SYSTEM ? nil : gai_strerror(status).map { String(cString: $0) }
            throw SystemError(code: code, operation: "resolve \(host)", detail: detail)
        }
        defer { freeaddrinfo(list) }
        var addresses: [PeerAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let pointer = entry.pointee.ai_addr else { continue }
            var storage = sockaddr_storage()
            let size = min(Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            withUnsafeMutableBytes(of: &storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: size))
            }
            if let address = SocketAddress(storage)?.address, !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }
}
