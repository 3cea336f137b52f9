import CSQLite
import Synchronization

/// What is made to fail.
enum FaultKind: String, CaseIterable {
    case write
    case fullDisk = "full disk"
    case sync
    case allocation
}

/// Which call fails next. One for the process: the library's hooks carry no context of ours.
enum FaultPlan {
    /// Calls of each kind until the fault; 0 when none is planned.
    private static let remaining = Atomic<Int>(0)
    private static let kind = Mutex<FaultKind?>(nil)
    /// Whether all calls after the first failing one fail too, as on a full disk.
    private static let isLasting = Atomic<Bool>(false)
    private static let wasMet = Atomic<Bool>(false)

    /// Makes the n-th call of a kind fail.
    static func arm(_ planned: FaultKind, call: Int, lasting: Bool) {
        wasMet.store(false, ordering: .relaxed)
        isLasting.store(lasting, ordering: .relaxed)
        kind.withLock { $0 = planned }
        remaining.store(call, ordering: .relaxed)
    }

    /// Ends the fault.
    ///
    /// - Returns: whether it came about.
    @discardableResult
    static func disarm() -> Bool {
        kind.withLock { $0 = nil }
        remaining.store(0, ordering: .relaxed)
        return wasMet.load(ordering: .relaxed)
    }

    /// Counts a call; true when it has to fail.
    static func fails(_ kinds: FaultKind...) -> Bool {
        guard let planned = kind.withLock({ $0 }), kinds.contains(planned) else { return false }
        let left = remaining.subtract(1, ordering: .relaxed).newValue
        guard left == 0 || left < 0 && isLasting.load(ordering: .relaxed) else { return false }
        wasMet.store(true, ordering: .relaxed)
        return true
    }

    /// The result of a write that fails.
    static var writeResult: Int32 {
        kind.withLock { $0 } == .fullDisk ? SQLITE_FULL : SQLITE_IOERR | (3 << 8)
    }
}
