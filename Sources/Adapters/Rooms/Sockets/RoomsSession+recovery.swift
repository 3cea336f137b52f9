import Core

/// What a connection that comes back gets: its rooms, and the events it has missed.
struct Recovered {
    let pid: String
    let joined: [Membership]
    let packets: [RoomsPacket]
    /// The newest event that was looked at: live ones up to it are told already.
    let cursor: Int64
}

extension RoomsSession {
    /// Events that are looked through, of all conversations of the tenant.
    private static let maximumScanned = 10_000
    /// Events that are told again, and their bytes: what one connection may have waiting. Who has missed more joins
    /// again and reads the history.
    private static let maximumReplayed = 2_000
    private static let maximumBytes = 512 << 10

    /// The state behind the `pid` and `offset` of a CONNECT; nil when it is gone, or too much has happened since.
    func recover(_ request: SocketIOConnectRequest) throws -> Recovered? {
        guard let pid = request.auth?["pid"]?.string, let entry = hub.recoveries.entry(pid),
            let events = hub.events()
        else { return nil }
        let departure: Departure
        switch entry {
        case .lost(let kept, let until):
            guard until > hub.now else { return nil }
            departure = kept
        case .live(let earlier):
            // The client noticed before we did that the connection was lost.
            guard earlier !== self else { return nil }
            departure = Departure(
                party: earlier.party,
                joined: earlier.joined.map { (clientID: $0.room.clientID, since: $0.since) }
            )
        }
        guard departure.party == party else { return nil }
        // Without an offset no event has reached the client since it joined.
        var seen: Int64 = 0
        if let offset = request.auth?["offset"]?.string {
            guard let number = events.number(offset: offset), number <= hub.lane.publishedEvent else { return nil }
            seen = number
        }
        guard let recovered = try replay(departure, after: seen, pid, events) else { return nil }
        if case .live(let earlier) = entry {
            earlier.pid = nil
            earlier.abort(.transportClose)
        }
        return recovered
    }

    private func replay(
        _ departure: Departure,
        after seen: Int64,
        _ pid: String,
        _ events: RoomsEvents
    ) throws -> Recovered? {
        let start = max(seen, departure.joined.map(\.since).min() ?? hub.lane.publishedEvent)
        // Events first, rooms after them: a conversation that is born in between is found, and its events are live.
        guard let scanned = try scan(after: start) else { return nil }
        let memberships = try departure.joined.map { Membership(room: try hub.room($0.clientID), since: $0.since) }
        var rooms: [Int64: Membership] = [:]
        for membership in memberships where membership.room.isNative || party.agent != nil {
            if let row = membership.room.row { rooms[row] = membership }
        }
        let missed = scanned.filter { event in
            guard let membership = rooms[event.conversation] else { return false }
            return event.number > max(seen, membership.since)
        }
        guard missed.count <= Self.maximumReplayed else { return nil }
        var batch = try LoggedEventBatch(missed, reader: hub.lane.chats)
        var packets: [RoomsPacket] = []
        var bytes = 0
        for logged in missed {
            guard let clientID = rooms[logged.conversation]?.room.clientID,
                let event = try batch.event(logged),
                var broadcast = events.broadcast(event, clientID: clientID)
            else { continue }
            let packet = broadcast.packet(marked: true)
            bytes += packet.webSocket.count
            packets.append(packet)
        }
        guard bytes <= Self.maximumBytes else { return nil }
        let cursor = max(scanned.last?.number ?? 0, hub.lane.publishedEvent)
        return Recovered(pid: pid, joined: memberships, packets: packets, cursor: cursor)
    }

    private func scan(after start: Int64) throws -> [LoggedEvent]? {
        var scanned: [LoggedEvent] = []
        var last = start
        while true {
            let step = try hub.lane.chats.events(after: last, limit: 1000)
            scanned += step
            guard step.count == 1000, let newest = step.last else { return scanned }
            guard scanned.count < Self.maximumScanned else { return nil }
            last = newest.number
        }
    }
}
