import Core

/// What runs over one Engine.IO session.
protocol EngineIOApplication: Sendable {
    /// Takes a message of the client.
    mutating func received(_ message: EngineIOMessage, reactions: inout [EngineIOReaction])
    /// When `timerFired` is to be called, if ever.
    var deadline: Int64? { get }
    /// The deadline may have come.
    mutating func timerFired(now: Int64, reactions: inout [EngineIOReaction])
}

/// What an application wants done with its session.
enum EngineIOReaction: Sendable {
    case send([EngineIOFrame])
    case close
}

/// Sends every message back.
struct EngineIOEcho: EngineIOApplication {
    var deadline: Int64? { nil }

    mutating func received(_ message: EngineIOMessage, reactions: inout [EngineIOReaction]) {
        reactions.append(.send([EngineIOPacket.message(message).frame]))
    }

    mutating func timerFired(now: Int64, reactions: inout [EngineIOReaction]) {}
}

/// The server that the public Socket.IO suite expects: it tells the payload of a CONNECT, sends `message` back and
/// acknowledges `message-with-ack`.
struct SocketIOEcho: EngineIOApplication {
    var connection: SocketIOConnection
    let random: any RandomSource

    var deadline: Int64? { connection.connectDeadline }

    mutating func received(_ message: EngineIOMessage, reactions: inout [EngineIOReaction]) {
        var actions: [SocketIOAction] = []
        connection.receive(message, actions: &actions)
        carryOut(actions, &reactions)
    }

    mutating func timerFired(now: Int64, reactions: inout [EngineIOReaction]) {
        var actions: [SocketIOAction] = []
        connection.timerFired(now: now, actions: &actions)
        carryOut(actions, &reactions)
    }

    private mutating func carryOut(_ actions: [SocketIOAction], _ reactions: inout [EngineIOReaction]) {
        for action in actions {
            switch action {
            case .send(let frames): reactions.append(.send(frames))
            case .connectRequested(let request): accept(request, &reactions)
            case .event(let event): answer(event, &reactions)
            case .ack, .disconnected: continue
            case .close: reactions.append(.close)
            }
        }
    }

    private mutating func accept(_ request: SocketIOConnectRequest, _ reactions: inout [EngineIOReaction]) {
        var actions: [SocketIOAction] = []
        let sid = Base64.encode(random.bytes(count: 15), .url)
        connection.accept(namespace: request.namespace, sid: sid, actions: &actions)
        carryOut(actions, &reactions)
        let auth = SocketIOEncoder.event(namespace: request.namespace, name: "auth") { json in
            if let payload = request.auth { json.value(payload) } else { json.object { _ in } }
        }
        reactions.append(.send(auth))
    }

    private func answer(_ event: SocketIOEvent, _ reactions: inout [EngineIOReaction]) {
        let arguments = event.arguments
        func write(_ json: inout JSONWriter) {
            for value in arguments.values { json.value(value) }
        }
        switch (event.name, event.ackID) {
        case ("message", _):
            let back = SocketIOEncoder.event(
                namespace: event.namespace,
                name: "message-back",
                attachments: arguments.attachments,
                arguments: write
            )
            reactions.append(.send(back))
        case ("message-with-ack", let id?):
            let ack = SocketIOEncoder.ack(
                namespace: event.namespace,
                id: id,
                attachments: arguments.attachments,
                arguments: write
            )
            reactions.append(.send(ack))
        default: break
        }
    }
}
