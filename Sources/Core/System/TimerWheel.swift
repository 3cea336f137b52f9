/// Names one scheduled timer; stale ones are recognised and do no harm.
package struct TimerID: Sendable, Hashable {
    /// Slab index in the lower half, generation in the upper.
    fileprivate let raw: UInt64
}

/// Timers by the tens of thousands: scheduling, cancelling and firing cost the same whatever their number.
///
/// A hierarchical hashed wheel (Varghese and Lauck, scheme 7) with a resolution of one millisecond. Level 0 has a slot per
/// millisecond, each level above is 64 times coarser. A timer lies at the level of the highest bits in which its deadline
/// differs from the present; when the present reaches a coarse slot its timers move down:
///
/// now 100, deadlines 103, 170, 9000: 100 = 1·64+36, 103 = 1·64+39 -> level 0 slot 39; 170 = 2·64+42 -> level 1 slot 2
/// (opened at 128); 9000 = 2·64²+12·64+40 -> level 2 slot 2 (opened at 8192, then level 1, then level 0).
///
/// A timer takes 32 bytes of a slab. The wheel reads no clock. An owner with a deadline that moves with every byte need not
/// reschedule: when the timer fires it looks at the real deadline and schedules the rest.
package struct TimerWheel: Sendable {
    private struct Timer {
        var deadline: UInt64
        var payload: UInt64
        var next: UInt32
        var previous: UInt32
        var generation: UInt32
        /// Index into `heads`; `dueList` when it waits to be handed out; `freeList` when unused.
        var list: UInt16
    }

    private static let none = UInt32.max
    /// Eleven levels of six bits cover every deadline of 64 bits.
    private static let levels = 11
    private static let dueList = UInt16(levels * 64)
    private static let freeList = UInt16.max

    private var timers: ContiguousArray<Timer> = []
    private var firstFree = none
    /// First timers of all slots, level by level.
    private var heads = ContiguousArray(repeating: none, count: levels * 64)
    /// For each level, which slots have timers.
    private var occupied = ContiguousArray<UInt64>(repeating: 0, count: levels)
    private var dueHead = none
    private var dueTail = none
    private var now: UInt64

    /// How many timers are scheduled or due and not yet handed out.
    package private(set) var count = 0

    /// Starts at a moment of the monotonic clock, in milliseconds.
    package init(now: Int64) {
        self.now = UInt64(max(0, now))
    }

    /// Schedules a timer; one whose deadline has come already is due with the next millisecond.
    package mutating func schedule(deadline: Int64, payload: UInt64) -> TimerID {
        let index: UInt32
        if firstFree != Self.none {
            index = firstFree
            firstFree = timers[Int(index)].next
        } else {
            index = UInt32(timers.count)
            timers.append(
                Timer(deadline: 0, payload: 0, next: 0, previous: 0, generation: 0, list: Self.freeList)
            )
        }
        timers[Int(index)].deadline = max(UInt64(max(0, deadline)), now + 1)
        timers[Int(index)].payload = payload
        insert(index)
        count += 1
        return TimerID(raw: UInt64(timers[Int(index)].generation) << 32 | UInt64(index))
    }

    /// Removes a timer that was not handed out yet, due or not.
    ///
    /// - Returns: false if it was handed out or cancelled before.
    @discardableResult
    package mutating func cancel(_ id: TimerID) -> Bool {
        let index = UInt32(truncatingIfNeeded: id.raw)
        guard Int(index) < timers.count else { return false }
        let timer = timers[Int(index)]
        guard timer.list != Self.freeList, timer.generation == UInt32(id.raw >> 32) else { return false }
        if timer.list == Self.dueList {
            unlinkDue(index)
        } else {
            unlink(index)
        }
        release(index)
        return true
    }

    /// Moves the present forward and makes the timers up to it due, the earliest first; going back does nothing.
    package mutating func advance(to moment: Int64) {
        let target = UInt64(max(0, moment))
        while let next = nextSlot(), next.start <= target {
            now = max(now, next.start)
            open(level: next.level, slot: next.slot)
        }
        now = max(now, target)
    }

    /// Hands out the next due timer. Between two calls timers may be scheduled and cancelled, due ones too.
    package mutating func popDue() -> UInt64? {
        guard dueHead != Self.none else { return nil }
        let index = dueHead
        let payload = timers[Int(index)].payload
        unlinkDue(index)
        release(index)
        return payload
    }

    /// Moves the present forward and hands out every due timer.
    package mutating func advance(to moment: Int64, _ fire: (UInt64) -> Void) {
        advance(to: moment)
        while let payload = popDue() { fire(payload) }
    }

    /// The moment by which `advance` should be called next, nil without timers.
    ///
    /// Never later than the earliest deadline. For a far one it may be earlier, when a coarse slot has to be opened: such a
    /// call makes nothing due, and happens less than eleven times in the life of a timer.
    package var nextDeadline: Int64? {
        if dueHead != Self.none { return Int64(clamping: now) }
        return nextSlot().map { Int64(clamping: $0.start) }
    }

    // MARK: - Slots

    /// The first slot with timers. Those of a level all come before those of the next one.
    private func nextSlot() -> (level: Int, slot: Int, start: UInt64)? {
        for level in 0..<Self.levels where occupied[level] != 0 {
            let slot = occupied[level].trailingZeroBitCount
            let shift = UInt64(level * 6)
            // Swift's shift past the width gives 0: at the top level no bits are above the slot's.
            let above = (now >> (shift + 6)) << (shift + 6)
            return (level, slot, above | UInt64(slot) << shift)
        }
        return nil
    }

    /// Makes the timers of a millisecond due, or moves those of a coarse slot down.
    private mutating func open(level: Int, slot: Int) {
        var index = heads[level * 64 + slot]
        heads[level * 64 + slot] = Self.none
        occupied[level] &= ~(1 << UInt64(slot))
        while index != Self.none {
            let following = timers[Int(index)].next
            if level == 0 {
                appendDue(index)
            } else {
                insert(index)
            }
            index = following
        }
    }

    private mutating func insert(_ index: UInt32) {
        let deadline = timers[Int(index)].deadline
        let level = (63 - ((deadline ^ now) | 63).leadingZeroBitCount) / 6
        let slot = Int((deadline >> UInt64(level * 6)) & 63)
        let list = level * 64 + slot
        let head = heads[list]
        timers[Int(index)].list = UInt16(list)
        timers[Int(index)].next = head
        timers[Int(index)].previous = Self.none
        if head != Self.none { timers[Int(head)].previous = index }
        heads[list] = index
        occupied[level] |= 1 << UInt64(slot)
    }

    private mutating func unlink(_ index: UInt32) {
        let timer = timers[Int(index)]
        if timer.next != Self.none { timers[Int(timer.next)].previous = timer.previous }
        if timer.previous != Self.none {
            timers[Int(timer.previous)].next = timer.next
        } else {
            let list = Int(timer.list)
            heads[list] = timer.next
            if timer.next == Self.none { occupied[list / 64] &= ~(1 << UInt64(list % 64)) }
        }
    }

    // MARK: - Due and free timers

    private mutating func appendDue(_ index: UInt32) {
        timers[Int(index)].list = Self.dueList
        timers[Int(index)].next = Self.none
        timers[Int(index)].previous = dueTail
        if dueTail == Self.none {
            dueHead = index
        } else {
            timers[Int(dueTail)].next = index
        }
        dueTail = index
    }

    private mutating func unlinkDue(_ index: UInt32) {
        let timer = timers[Int(index)]
        if timer.previous == Self.none {
            dueHead = timer.next
        } else {
            timers[Int(timer.previous)].next = timer.next
        }
        if timer.next == Self.none {
            dueTail = timer.previous
        } else {
            timers[Int(timer.next)].previous = timer.previous
        }
    }

    private mutating func release(_ index: UInt32) {
        timers[Int(index)].generation &+= 1
        timers[Int(index)].list = Self.freeList
        timers[Int(index)].next = firstFree
        firstFree = index
        count -= 1
    }
}
