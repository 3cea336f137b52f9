import Core

/// The rooms of one tenant on its lane: Engine.IO's sessions by id, who has joined what, and who may come back.
final class RoomsHub: EventSubscriber, AgentSessions {
    unowned let lane: any RoomsLane
    private(set) var rules: RoomsRules
    private(set) var sessions: [String: RoomsSession] = [:]
    var recoveries = RecoveryBoard()
    private var rooms: [ExactString: Room] = [:]
    private var roomsByRow: [Int64: Room] = [:]
    /// Sessions on polling, which hold memory and no connection, by address.
    private var pollers = AddressCounts()
    private var nextNumber: UInt64 = 0
    private var epoch: String?
    private var recoveryTimer: AnyObject?

    init(lane: any RoomsLane, rules: RoomsRules) {
        self.lane = lane
        self.rules = rules
    }

    var now: Int64 { lane.clock.nowMonotonicMilliseconds }

    /// Takes new rules. WebSockets that cannot go on under them are closed by the server; polling sessions here.
    func adopt(_ next: RoomsRules) {
        guard next !== rules else { return }
        let goOn = next.continues(rules)
        let agents = rules.agents.changed(to: next.agents)
        rules = next
        guard !goOn || !agents.isEmpty else { return }
        for session in Array(sessions.values) where session.engine.transport == .polling {
            if !goOn || session.party.agent.map({ agents.contains($0.id) }) ?? false { session.close() }
        }
    }

    /// WebSockets are closed by the server; polling sessions here.
    func closeSessions(of agent: String) {
        for session in Array(sessions.values)
        where session.engine.transport == .polling && session.party.agent?.id.isExactly(agent) ?? false {
            session.close()
        }
    }

    /// The form of events; nil when the store does not tell its epoch.
    func events() -> RoomsEvents? {
        if let epoch { return RoomsEvents(rules: rules, epoch: epoch) }
        do throws(StoreError) {
            let tag = String(try lane.chats.epoch().hex.prefix(8))
            epoch = tag
            return RoomsEvents(rules: rules, epoch: tag)
        } catch {
            lane.log.error("rooms could not read the epoch", .error(error))
            return nil
        }
    }

    // MARK: - Sessions

    /// A new session; its id is 128 random bits and known to this tenant alone.
    func makeSession(_ transport: EngineIOTransport, _ client: EngineClient) -> RoomsSession {
        nextNumber += 1
        let session = RoomsSession(
            hub: self,
            sid: randomID(),
            // Apart from the numbers that the server gives to WebSockets.
            number: nextNumber | 1 << 63,
            transport: transport,
            client: client
        )
        sessions[session.sid] = session
        if transport == .polling { pollers.add(client.address) }
        return session
    }

    func randomID() -> String { Base64.encode(lane.ids.next().bytes.span, .url, padded: false) }

    /// Whether an address has as many sessions on polling as it may have connections.
    func isCrowded(_ address: PeerAddress) -> Bool {
        guard let limit = rules.limits.maxConnectionsPerAddress else { return false }
        return pollers[address] >= limit
    }

    /// A session has gone over to a WebSocket, or ended on polling.
    func leftPolling(_ session: RoomsSession) { pollers.remove(session.client.address) }

    func forget(_ session: RoomsSession) {
        sessions[session.sid] = nil
    }

    // MARK: - Rooms

    /// The room of a client id, made if need be. A conversation that does not exist yet is found when it is born.
    func room(_ clientID: String) throws -> Room {
        if let room = rooms[ExactString(clientID)] { return room }
        let room = Room(clientID)
        if let conversation = try lane.chats.conversation(RoomsREST.name(clientID)) { attach(room, conversation) }
        rooms[ExactString(clientID)] = room
        return room
    }

    /// The room of a client id that somebody has joined.
    func joinedRoom(_ clientID: String) -> Room? { rooms[ExactString(clientID)] }

    private func attach(_ room: Room, _ conversation: Conversation) {
        room.row = conversation.row
        room.isNative = conversation.origin == .rooms
        roomsByRow[conversation.row] = room
    }

    /// Nobody is left in a room.
    func drop(_ room: Room) {
        rooms[ExactString(room.clientID)] = nil
        if let row = room.row { roomsByRow[row] = nil }
    }

    private func room(of conversation: Conversation) -> Room? {
        if let room = roomsByRow[conversation.row] { return room }
        guard roomsByRow.count < rooms.count, let room = joinedRoom(RoomsRenderer.clientID(of: conversation)) else {
            return nil
        }
        attach(room, conversation)
        return room
    }

    // MARK: - Events

    func receive(_ published: PublishedEvent) {
        guard !rooms.isEmpty else { return }
        switch published.event {
        case .chat(let event):
            guard let room = room(of: event.conversation) else { return }
            tell(event, room)
            if case .deleted = event.change {
                roomsByRow[event.conversation.row] = nil
                room.row = nil
            }
        case .typing(let signal):
            guard let room = room(of: signal.conversation), let events = events() else { return }
            var broadcast = events.typing(RoomsSender(signal.side), signal.isTyping, clientID: room.clientID)
            room.tell(&broadcast, number: 0, except: signal.socket)
        case .tokenUsed: return
        }
    }

    private func tell(_ event: ChatEvent, _ room: Room) {
        guard var broadcast = events()?.broadcast(event, clientID: room.clientID) else { return }
        room.tell(&broadcast, number: event.number)
        guard case .message(let message) = event.change, let side = message.author.kind.side?.opposite else { return }
        if room.members.contains(where: { rules.access.side(of: $0.party) == side }) {
            lane.markDelivered(event.conversation, side, upTo: message.number)
        }
    }

    // MARK: - Coming back

    /// Keeps what a lost connection had, for a while.
    func keep(_ departure: Departure, pid: String) {
        recoveries.keep(departure, pid: pid, now: now)
        armRecoveries()
    }

    private func armRecoveries() {
        guard recoveryTimer == nil, let next = recoveries.nextExpiry else { return }
        recoveryTimer = lane.timer(afterMilliseconds: max(1, next - now)) { [unowned self] in
            recoveryTimer = nil
            recoveries.expire(now: now)
            armRecoveries()
        }
    }
}
