import Core

/// What a connection had when it was lost.
struct Departure {
    let party: RoomsParty
    /// Client ids, each with the event number since when it was joined.
    let joined: [(clientID: String, since: Int64)]
}

/// Connections that may be recovered, by their private ids: those that live and those that were lost a short while ago.
/// In memory only: after a restart clients are told that nothing was recovered, join again and read the history.
struct RecoveryBoard {
    /// As long as the Node server keeps them.
    static let lifetimeMilliseconds: Int64 = 120_000
    static let maximumKept = 20_000
    /// Of all of them together: a connection may have joined thousands of rooms.
    static let maximumRooms = 200_000

    enum Entry {
        case live(RoomsSession)
        case lost(Departure, until: Int64)
    }

    private var entries: [String: Entry] = [:]
    /// Lost ones in the order of their end, with gaps where one came back.
    private var queue: [(pid: String, until: Int64, rooms: Int)] = []
    private var first = 0
    /// In the queue, those of who came back included.
    private var rooms = 0

    /// How many lost connections wait.
    var waiting: Int { queue.count - first }

    var nextExpiry: Int64? { first < queue.count ? queue[first].until : nil }

    mutating func add(_ session: RoomsSession, pid: String) { entries[pid] = .live(session) }

    mutating func remove(_ pid: String) -> Entry? { entries.removeValue(forKey: pid) }

    func entry(_ pid: String) -> Entry? { entries[pid] }

    mutating func keep(_ departure: Departure, pid: String, now: Int64) {
        let until = now + Self.lifetimeMilliseconds
        entries[pid] = .lost(departure, until: until)
        queue.append((pid, until, departure.joined.count))
        rooms += departure.joined.count
        while waiting > Self.maximumKept || rooms > Self.maximumRooms { dropFirst() }
    }

    /// Forgets those whose time is over.
    mutating func expire(now: Int64) {
        while first < queue.count, queue[first].until <= now { dropFirst() }
    }

    private mutating func dropFirst() {
        let (pid, until, joined) = queue[first]
        first += 1
        rooms -= joined
        if first > 1024, first > queue.count / 2 {
            queue.removeFirst(first)
            first = 0
        }
        // It may have come back, and even been lost again, in the meantime.
        if case .lost(_, let end)? = entries[pid], end == until { entries[pid] = nil }
    }
}
