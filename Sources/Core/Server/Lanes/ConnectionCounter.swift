import Synchronization

/// How many connections each address (of IPv6: each /64) has open, over all lanes.
package final class ConnectionCounter: Sendable {
    private let counts = Mutex(AddressCounts())
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
        return counts.withLock { counts in
            if let limit, counts[address] >= limit { return false }
            counts.add(address)
            return true
        }
    }

    func leave(_ address: PeerAddress) {
        counts.withLock { $0.remove(address) }
    }
}
