import CLinux
import Glibc

/// An address and a port to bind or connect to.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    package let address: PeerAddress
    package let port: UInt16

    package init(_ address: PeerAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `192.0.2.1:80`, `[2001:db8::1]:80`.
    package var description: String {
        address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }

    var family: Int32 { address.isIPv4 ? AF_INET : AF_INET6 }

    /// Reads what the kernel filled in; nil for families other than IP.
    init?(_ storage: sockaddr_storage) {
        switch Int32(storage.ss_family) {
        case AF_INET:
            let value = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
            self.init(
                PeerAddress(ipv4: UInt32(bigEndian: value.sin_addr.s_addr)),
                port: UInt16(bigEndian: value.sin_port)
            )
        case AF_INET6:
            let value = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
            self.init(PeerAddress(value.sin6_addr), port: UInt16(bigEndian: value.sin6_port))
        default:
            return nil
        }
    }

    /// Lends the address in the form of the C library.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if let ipv4 = address.ipv4 {
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            value.sin_addr = in_addr(s_addr: ipv4.bigEndian)
            return lend(&value, body)
        }
        var value = sockaddr_in6()
        value.sin6_family = sa_family_t(AF_INET6)
        value.sin6_port = port.bigEndian
        value.sin6_addr = address.ipv6Address
        return lend(&value, body)
    }

    private func lend<Value, Result>(
        _ value: inout Value,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &value) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Value>.size)) }
        }
    }
}
