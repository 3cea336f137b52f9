import Synchronization

/// How many connections each address has open, over all lanes.
package final class ConnectionCounter: Sendable {
    private let counts = Mutex<[PeerAddress: Int]>([:])
    /// Nil: no limit.
    private let limit: Mutex<Int?>

    package init(limit: Int?) {
        self.limit = Mutex(limit)
    }

    package func setLimit(_ limit: Int?) {
        self.limit.withLock { $0 = limit }
    }

    /// Counts a connection in; false when the address has too many.
    func enter(_ address: PeerAddress) -> Bool {
        let limit = limit.withLock { $0 }
        return counts.withLock { counts in
            let count = counts[address, default: 0]
            if let limit, count >= limit { return false }
            counts[address] = count + 1
            return true
        }
    }

    func leave(_ address: PeerAddress) {
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
