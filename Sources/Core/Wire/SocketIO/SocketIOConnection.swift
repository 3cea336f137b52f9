/// Socket.IO on top of one Engine.IO session: which namespaces are connected, what comes and goes in them.
///
/// Like the session it has no socket and no clock. Messages the session delivers go in; frames to be sent come out.
package struct SocketIOConnection: Sendable {
    /// A namespace that was asked for.
    private struct Namespace: Sendable {
        let name: String
        /// False while `accept` or `refuse` is awaited.
        var isConnected: Bool
    }

    private let settings: SocketIOSettings
    private var namespaces: [Namespace] = []
    private var decoder = SocketIODecoder()
    /// When the connection is closed unless a namespace is connected by then; nil once one was.
    package private(set) var connectDeadline: Int64?
    package private(set) var isClosed = false

    package init(settings: SocketIOSettings, now: Int64) {
        self.settings = settings
        connectDeadline = now + settings.connectTimeout
    }

    package func isConnected(to namespace: String = SocketIOPacket.mainNamespace) -> Bool {
        namespaces.contains { $0.name == namespace && $0.isConnected }
    }

    /// Takes a message of the session.
    package mutating func receive(_ message: EngineIOMessage, actions: inout [SocketIOAction]) {
        guard !isClosed else {
            return
        }
        do {
            if let packet = try decoder.take(message, settings) {
                take(packet, &actions)
            }
        } catch {
            close(.malformed(error), &actions)
        }
    }

    /// Lets a client in. Does nothing when the request is no longer there.
    package mutating func accept(
        namespace: String = SocketIOPacket.mainNamespace,
        sid: String,
        pid: String? = nil,
        actions: inout [SocketIOAction]
    ) {
        guard let index = namespaces.firstIndex(where: { $0.name == namespace && !$0.isConnected }) else {
            return
        }
        namespaces[index].isConnected = true
        connectDeadline = nil
        actions.append(.send(SocketIOEncoder.connect(namespace: namespace, sid: sid, pid: pid)))
    }

    /// Turns a client away; it may ask again. Does nothing when the request is no longer there.
    package mutating func refuse(
        namespace: String = SocketIOPacket.mainNamespace,
        message: String,
        data: [UInt8]? = nil,
        actions: inout [SocketIOAction]
    ) {
        guard let index = namespaces.firstIndex(where: { $0.name == namespace && !$0.isConnected }) else {
            return
        }
        namespaces.remove(at: index)
        actions.append(.send(SocketIOEncoder.connectError(namespace: namespace, message: message, data: data)))
    }

    /// Puts a client out of a namespace; the connection stays for the others.
    package mutating func disconnect(
        namespace: String = SocketIOPacket.mainNamespace,
        actions: inout [SocketIOAction]
    ) {
        guard let index = namespaces.firstIndex(where: { $0.name == namespace && $0.isConnected }) else {
            return
        }
        namespaces.remove(at: index)
        actions.append(.send(SocketIOEncoder.disconnect(namespace: namespace)))
        actions.append(.disconnected(namespace: namespace, .serverDisconnect))
    }

    /// The deadline may have come.
    package mutating func timerFired(now: Int64, actions: inout [SocketIOAction]) {
        if let connectDeadline, now >= connectDeadline, !isClosed {
            close(.connectTimeout, &actions)
        }
    }

    /// The session has ended.
    package mutating func sessionClosed(actions: inout [SocketIOAction]) {
        isClosed = true
        connectDeadline = nil
        decoder = SocketIODecoder()
        for namespace in namespaces {
            actions.append(.disconnected(namespace: namespace.name, .connectionClosed))
        }
        namespaces = []
    }

    private mutating func close(_ reason: SocketIOCloseReason, _ actions: inout [SocketIOAction]) {
        sessionClosed(actions: &actions)
        actions.append(.close(reason))
    }

    private mutating func take(_ packet: SocketIOPacket, _ actions: inout [SocketIOAction]) {
        let known = namespaces.firstIndex { $0.name == packet.namespace }
        switch packet.kind {
        case .connect where known == nil:
            request(packet, &actions)
        case .disconnect:
            guard let known else {
                return close(.invalidState, &actions)
            }
            namespaces.remove(at: known)
            actions.append(.disconnected(namespace: packet.namespace, .clientDisconnect))
        case .event where isConnected(to: packet.namespace):
            let name = packet.payload?.array?.first { _ in true }
            actions.append(
                .event(
                    SocketIOEvent(
                        namespace: packet.namespace,
                        name: name?.string ?? name?.numberText ?? "",
                        arguments: SocketIOArguments(packet, skipping: 1),
                        ackID: packet.id
                    )
                )
            )
        case .ack where isConnected(to: packet.namespace):
            let arguments = SocketIOArguments(packet, skipping: 0)
            actions.append(.ack(namespace: packet.namespace, id: packet.id ?? 0, arguments: arguments))
        case .connect, .event, .ack, .connectError:
            close(.invalidState, &actions)
        }
    }

    private mutating func request(_ packet: SocketIOPacket, _ actions: inout [SocketIOAction]) {
        guard settings.namespaces.contains(packet.namespace) else {
            let refusal = SocketIOEncoder.connectError(namespace: packet.namespace, message: "Invalid namespace")
            actions.append(.send(refusal))
            return
        }
        namespaces.append(Namespace(name: packet.namespace, isConnected: false))
        actions.append(
            .connectRequested(SocketIOConnectRequest(namespace: packet.namespace, auth: packet.payload))
        )
    }
}
