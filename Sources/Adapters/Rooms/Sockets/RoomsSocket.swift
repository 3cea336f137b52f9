import Core

/// One WebSocket of a session: the one it began on, or one that is tried while it polls. The session's subscriptions
/// do not depend on it.
final class RoomsSocket: SocketSession {
    /// What it is for, until it is open.
    private indirect enum Purpose {
        case opening(EngineClient, RoomsHub)
        case probing(RoomsSession)
    }

    private var purpose: Purpose?
    private var session: RoomsSession?
    private var transport: (any RoomsTransport)?

    init(opening client: EngineClient, in hub: RoomsHub) {
        purpose = .opening(client, hub)
    }

    init(probing session: RoomsSession) {
        purpose = .probing(session)
    }

    func opened(_ socket: LiveSocket) { begin(socket) }

    func received(_ message: [UInt8], kind: WebSocketMessageKind, from socket: LiveSocket) {
        take(kind == .text ? .text(message) : .binary(message))
    }

    func closed(_ socket: LiveSocket) { ended() }

    var agentID: String? { session?.party.agent?.id }

    /// The upgrade is done.
    func begin(_ transport: any RoomsTransport) {
        let purpose = self.purpose
        self.purpose = nil
        self.transport = transport
        switch purpose {
        case nil:
            leave(code: WebSocketCloseCode.normal)
        case .opening(let client, let hub):
            let session = hub.makeSession(.webSocket, client)
            self.session = session
            session.open(on: self)
        case .probing(let session):
            self.session = session
            // Refused: a session that is gone, upgraded already, or tried by another WebSocket.
            if !session.probe(self) { leave(code: WebSocketCloseCode.normal) }
        }
    }

    /// A message of the client.
    func take(_ frame: EngineIOFrame) { session?.received(frame) }

    /// The socket is gone.
    func ended() {
        let session = self.session
        self.session = nil
        transport = nil
        purpose = nil
        session?.socketEnded(self)
    }

    func send(frames: [UInt8]) { transport?.send(frames: frames) }

    /// The session has done with it.
    func leave(code: UInt16) {
        session = nil
        let transport = self.transport
        self.transport = nil
        transport?.close(code: code, reason: "")
    }
}
