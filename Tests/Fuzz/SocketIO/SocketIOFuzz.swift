import Core

/// Feeds a connection with messages divided by 0x1F; one that begins with `b` is binary. The main namespace and
/// `/admin` are let in when asked for.
///
/// What must hold: nothing follows a close; events come only from connected namespaces and never by a reserved name;
/// what was read, written again, is read the same way.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSocketIO(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    var connection = newConnection()
    for message in input.split(separator: 0x1F, omittingEmptySubsequences: false) {
        let isBinary = message.first == UInt8(ascii: "b")
        let wasClosed = connection.isClosed
        var actions: [SocketIOAction] = []
        connection.receive(
            isBinary ? .binary(Array(message.dropFirst())) : .text(Array(message)),
            actions: &actions
        )
        precondition(!wasClosed || actions.isEmpty)
        check(actions, &connection)
    }
    return 0
}

private func newConnection() -> SocketIOConnection {
    SocketIOConnection(settings: SocketIOSettings(namespaces: ["/", "/admin"], maxAttachmentBytes: 64), now: 0)
}

private func check(_ actions: [SocketIOAction], _ connection: inout SocketIOConnection) {
    for (index, action) in actions.enumerated() {
        switch action {
        case .connectRequested(let request):
            var answers: [SocketIOAction] = []
            connection.accept(namespace: request.namespace, sid: "S", actions: &answers)
            precondition(answers.count == 1 && connection.isConnected(to: request.namespace))
        case .event(let event):
            precondition(connection.isConnected(to: event.namespace))
            precondition(!["connect", "disconnect", "newListener"].contains(event.name))
            checkRoundTrip(event)
        case .ack(let namespace, let id, _):
            precondition(connection.isConnected(to: namespace) && id >= 0)
        case .close:
            precondition(index == actions.count - 1 && connection.isClosed)
        case .send, .disconnected:
            break
        }
    }
}

private func checkRoundTrip(_ event: SocketIOEvent) {
    let frames = SocketIOEncoder.event(
        namespace: event.namespace,
        name: event.name,
        id: event.ackID,
        attachments: event.arguments.attachments
    ) { json in
        for value in event.arguments.values {
            json.value(value)
        }
    }
    var connection = newConnection()
    var actions: [SocketIOAction] = []
    connection.receive(.text(Array("0\(event.namespace),".utf8)), actions: &actions)
    connection.accept(namespace: event.namespace, sid: "S", actions: &actions)
    actions = []
    for frame in frames {
        guard case .message(let message) = try? EngineIOPacket.decode(frame: frame) else {
            preconditionFailure("no message")
        }
        connection.receive(message, actions: &actions)
    }
    guard actions.count == 1, case .event(let again) = actions[0] else {
        preconditionFailure("not read again")
    }
    precondition(again.name == event.name && again.namespace == event.namespace && again.ackID == event.ackID)
    precondition(again.arguments.attachments == event.arguments.attachments)
    precondition(again.arguments.values.map(text) == event.arguments.values.map(text))
}

private func text(_ value: JSONValue) -> [UInt8] {
    var json = JSONWriter()
    json.value(value)
    return json.bytes
}
