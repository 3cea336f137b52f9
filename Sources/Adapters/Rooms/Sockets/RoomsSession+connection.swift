import Core

/// Socket.IO on the session: coming in, coming back, going.
extension RoomsSession {
    private static let tokenExpired: UInt16 = 4401

    /// A message of the client.
    func take(_ message: EngineIOMessage) {
        var actions: [SocketIOAction] = []
        socketIO.receive(message, actions: &actions)
        perform(actions)
    }

    func perform(_ actions: [SocketIOAction]) {
        for action in actions {
            switch action {
            case .send(let frames): send(frames)
            case .connectRequested(let request): connect(request)
            case .event(let event): handle(event)
            // Nothing that is sent asks for an acknowledgement.
            case .ack: break
            case .disconnected(_, let reason): left(reason)
            case .close(let reason): abort(.forcedClose, code: Self.code(reason))
            }
        }
    }

    private static func code(_ reason: SocketIOCloseReason) -> UInt16 {
        switch reason {
        case .malformed, .invalidState: WebSocketCloseCode.protocolError
        case .connectTimeout: WebSocketCloseCode.normal
        }
    }

    // MARK: - Coming in

    private func connect(_ request: SocketIOConnectRequest) {
        do {
            try authenticate(request.auth?["token"]?.string ?? client.token)
            let recovered = rules.hasExtensions ? try recover(request) : nil
            accept(request, recovered)
        } catch let rejection as Rejection {
            refuse(rejection)
        } catch {
            hub.lane.log.error("a Socket.IO connection failed", .error(error))
            refuse(.unavailable)
        }
    }

    private func authenticate(_ token: String?) throws {
        party = .anonymous
        credentialDeadline = .max
        if let token, !token.isEmpty {
            let now = hub.lane.clock.nowUnixMilliseconds
            if let found = try rules.authenticator.authenticate(token, reader: hub.lane.chats, now: now) {
                party = try RoomsParty(found.party)
                if let end = found.expiresAt { credentialDeadline = hub.now + max(0, end - now) }
            } else if rules.access.base != .open {
                throw RoomsAccess.invalidToken
            }
        }
        try rules.access.admit(party)
    }

    private func accept(_ request: SocketIOConnectRequest, _ recovered: Recovered?) {
        var sid = hub.randomID()
        if let recovered {
            pid = recovered.pid
            sid = Self.sid(of: recovered.pid)
        } else if rules.hasExtensions, client.takesOffsets || request.auth?["pid"]?.string != nil {
            pid = "\(sid).\(hub.randomID())"
        }
        if let pid { hub.recoveries.add(self, pid: pid) }
        var actions: [SocketIOAction] = []
        socketIO.accept(namespace: request.namespace, sid: sid, pid: pid, actions: &actions)
        perform(actions)
        guard let recovered else { return }
        for membership in recovered.joined { enter(membership.room, since: membership.since) }
        cursor = recovered.cursor
        for packet in recovered.packets { deliver(packet) }
    }

    /// A connection that comes back is the one it was: its id stands before the secret of its `pid`.
    private static func sid(of pid: String) -> String { String(pid.prefix { $0 != "." }) }

    private func refuse(_ rejection: Rejection) {
        party = .anonymous
        var json = JSONWriter(capacity: 128)
        RoomsRenderer.error(rejection, to: &json)
        var actions: [SocketIOAction] = []
        socketIO.refuse(message: rejection.message, data: json.bytes, actions: &actions)
        perform(actions)
    }

    /// The token that opened the connection is over: the client may come back with a fresh one.
    func credentialEnded() {
        credentialDeadline = .max
        tell(Rejection(.unauthenticated, "Token expired"))
        close(code: Self.tokenExpired)
    }

    /// `error`, for who did not ask for an acknowledgement.
    func tell(_ rejection: Rejection) {
        send(SocketIOEncoder.event(name: "error") { RoomsRenderer.error(rejection, to: &$0) })
    }

    // MARK: - Rooms

    func enter(_ room: Room, since: Int64) {
        guard !joined.contains(where: { $0.room === room }) else { return }
        joined.append(Membership(room: room, since: since))
        room.add(self)
    }

    /// The connection has left the namespace. Who was cut off may come back; who said good-bye may not.
    private func left(_ reason: SocketIODisconnectReason) {
        if let pid {
            self.pid = nil
            if reason == .connectionClosed {
                let rooms = joined.map { (clientID: $0.room.clientID, since: $0.since) }
                hub.keep(Departure(party: party, joined: rooms), pid: pid)
            } else {
                _ = hub.recoveries.remove(pid)
            }
        }
        for membership in joined {
            membership.room.remove(self)
            if membership.room.members.isEmpty { hub.drop(membership.room) }
        }
        joined = []
        party = .anonymous
    }
}
