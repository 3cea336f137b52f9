/// A lane's connections by token: slot and generation, so that an event for a closed connection finds nobody.
struct ConnectionTable {
    private struct Slot {
        var connection: Connection?
        var generation: UInt32
    }

    private var slots: ContiguousArray<Slot> = []
    private var free: [UInt32] = []
    private(set) var count = 0

    subscript(token: UInt64) -> Connection? {
        let index = Int(token & 0xffff_ffff)
        let generation = UInt32(truncatingIfNeeded: token >> 32)
        guard index < slots.count, slots[index].generation == generation else { return nil }
        return slots[index].connection
    }

    /// A fresh token, to be used by `insert` next.
    mutating func reserve() -> UInt64 {
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
        } else {
            index = UInt32(slots.count)
            slots.append(Slot(connection: nil, generation: 1))
        }
        // 31 bits: the highest bit of a token marks something else.
        return UInt64(slots[Int(index)].generation) << 32 | UInt64(index)
    }

    /// Fills the place that was reserved for a connection.
    mutating func insert(_ connection: Connection) {
        slots[Int(connection.token & 0xffff_ffff)].connection = connection
        count += 1
    }

    mutating func remove(_ token: UInt64) {
        let index = Int(token & 0xffff_ffff)
        guard index < slots.count, slots[index].generation == UInt32(truncatingIfNeeded: token >> 32),
            slots[index].connection != nil
        else { return }
        slots[index].connection = nil
        slots[index].generation = (slots[index].generation &+ 1) & 0x3fff_ffff
        free.append(UInt32(index))
        count -= 1
    }

    /// All open connections, as they are now.
    var all: [Connection] { slots.compactMap(\.connection) }
}
