/// A network in CIDR form, such as `10.0.0.0/8` or `2001:db8::/32`; a bare address is a block of one.
package struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
    /// The first address, its host bits cleared.
    package let base: PeerAddress
    /// The prefix length of the 128-bit form: 96 + n for IPv4.
    private let bits: Int

    /// Reads `address/length` or `address`; host bits that are set are cleared.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = PeerAddress(String(first)) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let number = Int(parts[1]), number <= width
            else { return nil }
            length = number
        }
        self.init(address, length: length)
    }

    /// The block of `length` leading bits around an address (of 32 for IPv4, else of 128).
    package init(_ address: PeerAddress, length: Int) {
        bits = (address.isIPv4 ? 96 : 0) + length
        let mask = Self.mask(bits)
        base = PeerAddress(high: address.high & mask.high, low: address.low & mask.low)
    }

    /// True when the address lies in this block; `::/0` is all of IPv6 and nothing of IPv4.
    package func contains(_ address: PeerAddress) -> Bool {
        guard address.isIPv4 == base.isIPv4 else { return false }
        let mask = Self.mask(bits)
        return address.high & mask.high == base.high && address.low & mask.low == base.low
    }

    /// `10.0.0.0/8`.
    package var description: String { "\(base)/\(bits - (base.isIPv4 ? 96 : 0))" }

    private static func mask(_ bits: Int) -> (high: UInt64, low: UInt64) {
        // Swift's shifts give 0 past the width and shift the other way for negative amounts.
        (bits <= 0 ? 0 : ~0 << max(0, 64 - bits), bits <= 64 ? 0 : ~0 << (128 - bits))
    }
}

extension PeerAddress {
    /// What is not on the public internet: RFC 6890 special-purpose blocks, and addresses that embed an IPv4 address.
    ///
    /// A URL that a tenant enters must not make this process speak to its own network.
    private static let specialBlocks: [AddressBlock] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap { AddressBlock($0) }

    /// True for an address of the public internet; loopback, private, link-local, multicast and reserved ones are not.
    package var isPublic: Bool {
        !Self.specialBlocks.contains { $0.contains(self) }
    }
}
