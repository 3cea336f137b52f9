import CLinux
import Glibc

/// An IP address as one 16-byte value; IPv4 is held as an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2).
///
/// So a client is the same address whether it reached a `0.0.0.0` or a dual-stack `::` listener.
package struct PeerAddress: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes, the most significant one first.
    package let high: UInt64
    /// The last eight bytes.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The IPv4 address `a.b.c.d` given as `0xaabbccdd`.
    package init(ipv4: UInt32) {
        self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4))
    }

    /// Reads an IPv4 or IPv6 literal, the latter with or without brackets; nothing else, no names, no zones.
    package init?(_ text: String) {
        guard text.utf8.count <= 47, !text.utf8.contains(0) else { return nil }
        var literal = Substring(text)
        let bracketed = literal.hasPrefix("[")
        if bracketed {
            guard literal.hasSuffix("]"), literal.utf8.count > 2 else { return nil }
            literal = literal.dropFirst().dropLast()
        }
        let plain = String(literal)
        if !bracketed {
            var address = in_addr()
            if inet_pton(AF_INET, plain, &address) == 1 {
                self.init(ipv4: UInt32(bigEndian: address.s_addr))
                return
            }
        }
        var address = in6_addr()
        guard inet_pton(AF_INET6, plain, &address) == 1 else { return nil }
        self.init(address)
    }

    init(_ address: in6_addr) {
        self = withUnsafeBytes(of: address) { bytes in
            PeerAddress(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// `127.0.0.1`.
    package static let loopbackIPv4 = PeerAddress(ipv4: 0x7f00_0001)
    /// `::1`.
    package static let loopbackIPv6 = PeerAddress(high: 0, low: 1)

    /// True for IPv4, however it came in.
    package var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    /// The IPv4 address as a number, if it is one.
    package var ipv4: UInt32? { isIPv4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// True for `127.0.0.0/8` and `::1`.
    package var isLoopback: Bool {
        if let ipv4 { return ipv4 >> 24 == 127 }
        return self == Self.loopbackIPv6
    }

    /// The address's /64, which one IPv6 customer usually holds whole; an IPv4 address is its own.
    ///
    /// Counting by this value keeps a client from multiplying its limits by walking through its network.
    package var ipv6Prefix64: PeerAddress {
        isIPv4 ? self : PeerAddress(high: high, low: 0)
    }

    /// The textual form of RFC 5952: `192.0.2.1`, `2001:db8::1`.
    package var description: String {
        if let ipv4 {
            return "\(ipv4 >> 24).\(ipv4 >> 16 & 255).\(ipv4 >> 8 & 255).\(ipv4 & 255)"
        }
        var address = ipv6Address
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            let written = inet_ntop(AF_INET6, &address, buffer.baseAddress, socklen_t(buffer.count))
            return written.map { String(cString: $0) } ?? "?"
        }
    }

    var ipv6Address: in6_addr {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }
}
