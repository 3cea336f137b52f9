import Synchronization

/// How many connections each address (of IPv6: each /64) has open, over all lanes.
package final class ConnectionCounter: Sendable {
    private let counts = Mutex<[PeerAddress: Int]>([:])
    private struct Rule: Sendable {
        /// Nil: no limit.
        var limit: Int?
        /// Proxies speak for many clients.
        var exempt: [AddressBlock] = []
    }

    private let rule: Mutex<Rule>

    package init(limit: Int?) {
        rule = Mutex(Rule(limit: limit))
    }

    package func set(limit: Int?, exempt: [AddressBlock]) {
        rule.withLock { $0 = Rule(limit: limit, exempt: exempt) }
    }

    /// Counts a connection in; false when the address has too many.
    func enter(_ address: PeerAddress) -> Bool {
        let limit = rule.withLock { rule in
            rule.exempt.contains { $0.contains(address) } ? nil : rule.limit
        }
        let network = address.ipv6Prefix64
        return counts.withLock { counts in
            let count = counts[network, default: 0]
            if let limit, count >= limit { return false }
            counts[network] = count + 1
            return true
        }
    }

    func leave(_ address: PeerAddress) {
        let network = address.ipv6Prefix64
        counts.withLock { counts in
            guard let count = counts[network] else { return }
            counts[network] = count > 1 ? count - 1 : nil
        }
    }
}
