/// What a dialect does with one WebSocket: lives on the tenant's lane, one for each socket.
package protocol SocketSession: AnyObject {
    /// The upgrade was answered: frames may be sent, events subscribed to.
    func opened(_ socket: LiveSocket)
    /// A whole message of the client.
    func received(_ message: [UInt8], kind: WebSocketMessageKind, from socket: LiveSocket)
    /// The socket is gone, whoever ended it; subscriptions are removed by the lane. Whoever has kept it drops it now, for
    /// it holds the connection and so its descriptor.
    func closed(_ socket: LiveSocket)
    /// The agent whose credential opened it: when that agent's entry changes or goes, it is closed. Nil for others.
    var agentID: String? { get }
}

extension SocketSession {
    package var agentID: String? { nil }
}

/// What a dialect keeps on a lane for agents besides their WebSockets.
package protocol AgentSessions: AnyObject {
    /// Ends what an agent has open.
    func closeSessions(of agent: String)
}

/// Ready to upgrade.
package struct WebSocketOpening {
    package var session: any SocketSession
    /// The subprotocol to answer with.
    package var subprotocol: String?
    package var maxMessageBytes: Int
    /// Pings go out so often; nil: the dialect has a heartbeat of its own.
    package var pingMilliseconds: Int64?
    /// A peer that is silent for so long is dropped.
    package var silenceMilliseconds: Int64?

    package init(
        session: any SocketSession,
        subprotocol: String? = nil,
        maxMessageBytes: Int = 1 << 20,
        pingMilliseconds: Int64? = 25_000,
        silenceMilliseconds: Int64? = 60_000
    ) {
        self.session = session
        self.subprotocol = subprotocol
        self.maxMessageBytes = maxMessageBytes
        self.pingMilliseconds = pingMilliseconds
        self.silenceMilliseconds = silenceMilliseconds
    }
}

/// The lane's side of one open WebSocket: a light handle that sessions may keep.
package struct LiveSocket {
    private let driver: WebSocketDriver
    package let tenant: TenantLane

    init(driver: WebSocketDriver, tenant: TenantLane) {
        self.driver = driver
        self.tenant = tenant
    }

    /// Unique in the process while the socket lives.
    package var id: UInt64 { driver.id }

    package var client: PeerAddress { driver.client }

    /// See `SocketSession`.
    var agentID: String? { driver.agentID }

    /// Queues one text message; the bytes are its payload.
    package func send(text: [UInt8]) {
        driver.send(frames: WebSocketFrameWriter.textFrame(text))
    }

    /// Queues one binary message.
    package func send(binary: [UInt8]) {
        var frame: [UInt8] = []
        WebSocketFrameWriter.appendBinary(binary.span, into: &frame)
        driver.send(frames: frame)
    }

    /// Queues frames that were encoded before, to be shared by many sockets.
    package func send(frames: [UInt8]) {
        driver.send(frames: frames)
    }

    /// Begins the closing handshake.
    package func close(code: UInt16, reason: String = "") {
        driver.close(code: code, reason: reason)
    }
}
