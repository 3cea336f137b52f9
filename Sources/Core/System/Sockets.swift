import CLinux
import Glibc

/// What came of asking a listener for a connection.
package enum AcceptResult: ~Copyable, Sendable {
    /// A connection, non-blocking and closed on exec.
    case accepted(FileDescriptor, SocketAddress)
    /// Nobody waits.
    case wouldBlock
    /// Descriptors or memory have run out: pause accepting, the connection still waits in the backlog.
    case exhausted(Int32)
    /// The listener itself is broken.
    case failed(Int32)
}

/// Two sockets connected to each other.
package struct SocketPair: ~Copyable, Sendable {
    package let first: FileDescriptor
    package let second: FileDescriptor

    /// Hands both ends over.
    package consuming func split<Result: ~Copyable>(
        _ body: (consuming FileDescriptor, consuming FileDescriptor) -> Result
    ) -> Result {
        body(first, second)
    }
}

/// Making sockets and asking the kernel about them.
package enum Sockets {
    /// A non-blocking TCP listener.
    ///
    /// `host` is an IPv4 or IPv6 literal or `localhost` (127.0.0.1); `::` takes IPv4 connections too. Port 0 picks a
    /// free one, see `localPort`.
    package static func listenTCP(
        host: String,
        port: UInt16,
        backlog: Int32 = 4096,
        reuseAddress: Bool = true
    ) throws(SystemError) -> FileDescriptor {
        guard let address = host == "localhost" ? .loopbackIPv4 : PeerAddress(host) else {
            throw SystemError(code: EINVAL, operation: "listen \(host)", detail: "not an IP address")
        }
        let target = SocketAddress(address, port: port)
        let socket = try makeSocket(target.family, nonBlocking: true)
        if reuseAddress { try setOption(socket, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR") }
        if !address.isIPv4 {
            let onlyIPv6: Int32 = address == PeerAddress(high: 0, low: 0) ? 0 : 1
            try setOption(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, onlyIPv6, "IPV6_V6ONLY")
        }
        let descriptor = socket.raw
        try checked("bind \(target)") { target.withSockaddr { Int(Glibc.bind(descriptor, $0, $1)) } }
        try checked("listen \(target)") { Int(Glibc.listen(descriptor, backlog)) }
        return socket
    }

    /// Takes the next waiting connection.
    package static func accept(_ listener: borrowing FileDescriptor) -> AcceptResult {
        let descriptor = listener.raw
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let result = uninterrupted {
                withUnsafeMutablePointer(to: &storage) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        Int(accept4(descriptor, $0, &length, socketFlags(nonBlocking: true)))
                    }
                }
            }
            if result >= 0 {
                let peer = SocketAddress(storage) ?? SocketAddress(PeerAddress(high: 0, low: 0), port: 0)
                return .accepted(FileDescriptor(taking: Int32(result)), peer)
            }
            switch Int32(-result) {
            case EAGAIN, EINVAL:
                // EINVAL: it refuses connections by now; whoever asked for that stops to watch it.
                return .wouldBlock
            case ECONNABORTED, EPROTO, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET, ENOPROTOOPT:
                // An error of that one connection, delivered here by Linux (accept(2)); the next may be fine.
                continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                return .exhausted(Int32(-result))
            default:
                return .failed(Int32(-result))
            }
        }
    }

    /// The port a listener or connection is bound to on this side.
    package static func localPort(_ socket: borrowing FileDescriptor) throws(SystemError) -> UInt16 {
        try localAddress(socket).port
    }

    /// The address and port a listener or connection is bound to on this side.
    package static func localAddress(_ socket: borrowing FileDescriptor) throws(SystemError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = socket.raw
        try checked("getsockname") {
            withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Int(getsockname(descriptor, $0, &length)) }
            }
        }
        guard let address = SocketAddress(storage) else {
            throw SystemError(code: EAFNOSUPPORT, operation: "getsockname")
        }
        return address
    }

    /// Sends small packets at once; replies are written whole, so nothing is gained by waiting for more.
    package static func setNoDelay(_ socket: borrowing FileDescriptor) throws(SystemError) {
        try setOption(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1, "TCP_NODELAY")
    }

    /// Closes with a reset instead of an orderly end, dropping what was not sent.
    package static func resetOnClose(_ socket: borrowing FileDescriptor) throws(SystemError) {
        var value = linger(l_onoff: 1, l_linger: 0)
        let descriptor = socket.raw
        try checked("SO_LINGER") {
            Int(setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size)))
        }
    }

    /// Tells the other side that nothing more is sent; reading goes on.
    package static func shutdownWrite(_ socket: borrowing FileDescriptor) throws(SystemError) {
        let descriptor = socket.raw
        try checked("shutdown") { Int(shutdown(descriptor, Int32(SHUT_WR))) }
    }

    /// Lets a listening socket refuse whoever comes from now on, and ends what waits unaccepted.
    package static func refuseConnections(_ listener: borrowing FileDescriptor) throws(SystemError) {
        let descriptor = listener.raw
        try checked("shutdown") { Int(shutdown(descriptor, Int32(SHUT_RDWR))) }
    }

    /// Two connected stream sockets.
    package static func makePair(nonBlocking: Bool = true) throws(SystemError) -> SocketPair {
        var pair: (Int32, Int32) = (-1, -1)
        let type = Int32(SOCK_STREAM.rawValue) | socketFlags(nonBlocking: nonBlocking)
        try checked("socketpair") {
            withUnsafeMutablePointer(to: &pair) { pointer in
                pointer.withMemoryRebound(to: Int32.self, capacity: 2) { Int(socketpair(AF_UNIX, type, 0, $0)) }
            }
        }
        return SocketPair(first: FileDescriptor(taking: pair.0), second: FileDescriptor(taking: pair.1))
    }

    static func makeSocket(_ family: Int32, nonBlocking: Bool) throws(SystemError) -> FileDescriptor {
        let type = Int32(SOCK_STREAM.rawValue) | socketFlags(nonBlocking: nonBlocking)
        return FileDescriptor(taking: Int32(try checked("socket") { Int(socket(family, type, 0)) }))
    }

    static func setOption(
        _ socket: borrowing FileDescriptor,
        _ level: Int32,
        _ option: Int32,
        _ value: Int32,
        _ name: StaticString
    ) throws(SystemError) {
        var value = value
        let descriptor = socket.raw
        try checked("setsockopt \(name)") {
            Int(setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)))
        }
    }

    private static func socketFlags(nonBlocking: Bool) -> Int32 {
        Int32(SOCK_CLOEXEC.rawValue) | (nonBlocking ? Int32(SOCK_NONBLOCK.rawValue) : 0)
    }
}
