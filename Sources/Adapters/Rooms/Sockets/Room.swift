import Core

/// The connections that have joined one client id. Its conversation need not exist yet.
final class Room {
    let clientID: String
    /// The conversation's row in the store; nil until it exists.
    var row: Int64?
    /// Born in this dialect, or not born: what was born elsewhere is for agents alone.
    var isNative = true
    private(set) var members: [RoomsSession] = []

    init(_ clientID: String) {
        self.clientID = clientID
    }

    func add(_ session: RoomsSession) { members.append(session) }

    /// Order among members means nothing, so the last one takes the place.
    func remove(_ session: RoomsSession) {
        guard let index = members.firstIndex(where: { $0 === session }) else { return }
        members.swapAt(index, members.count - 1)
        members.removeLast()
    }

    /// Gives an event to everybody who may see it. `number` is 0 for what is not kept.
    func tell(_ broadcast: inout RoomsBroadcast, number: Int64, except socket: UInt64 = 0) {
        // Over a copy: a member that reads too slowly leaves while it is told.
        for member in members where isNative || member.party.agent != nil {
            guard member.number != socket || socket == 0 else { continue }
            guard number == 0 || number > member.cursor else { continue }
            member.deliver(broadcast.packet(marked: member.pid != nil))
        }
    }
}

/// A connection's place in a room.
struct Membership {
    let room: Room
    /// Events above this number happened after it had joined.
    let since: Int64
}
