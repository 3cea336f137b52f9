/// How many of something each address has. IPv6 counts by /64, which one customer usually holds whole.
package struct AddressCounts: Sendable {
    private var counts: [PeerAddress: Int] = [:]

    package init() {}

    package subscript(address: PeerAddress) -> Int { counts[address.ipv6Prefix64, default: 0] }

    package mutating func add(_ address: PeerAddress) { counts[address.ipv6Prefix64, default: 0] += 1 }

    package mutating func remove(_ address: PeerAddress) {
        let network = address.ipv6Prefix64
        guard let count = counts[network] else { return }
        counts[network] = count > 1 ? count - 1 : nil
    }
}
