/// Answers requests without a tenant: the admin listener, or a test program. Called on the lane of the connection, so
/// it must not wait.
package protocol BareService: Sendable {
    /// Bodies may be so long.
    var bodyLimit: Int { get }
    /// Answers at once or later, from any thread, exactly once.
    func answer(_ request: BareRequest, _ reply: @escaping @Sendable (Response) -> Void)
    /// The client of a request that is not answered has gone; an answer would reach nobody.
    func abandoned(_ request: BareRequest.ID)
    /// A WebSocket instead of an answer; nil for all other requests.
    func webSocket(_ request: BareRequest) -> BareSocket?
}

extension BareService {
    package func abandoned(_ request: BareRequest.ID) {}

    package func webSocket(_ request: BareRequest) -> BareSocket? { nil }
}

/// A request to a bare service.
package struct BareRequest: Sendable, Identifiable {
    /// Names a request while it waits for its answer.
    package struct ID: Hashable, Sendable {
        let lane: Int
        let connection: UInt64
        let exchange: UInt64
    }

    package let id: ID
    package let head: RequestHead
    package let body: [UInt8]
    package let peer: PeerAddress
}

/// What a bare WebSocket does with what comes: closures that are called on the connection's lane.
package struct BareSocket: Sendable {
    package let maxMessageBytes: Int
    /// The upgrade was answered: the handle can be used from here on, from any thread.
    package let opened: @Sendable (BareSocketHandle) -> Void
    /// A whole message; what is returned are the frames to send back at once.
    package let received: @Sendable (WebSocketMessageKind, [UInt8]) -> [UInt8]
    /// The socket is gone, whoever ended it.
    package let closed: @Sendable () -> Void

    package init(
        maxMessageBytes: Int,
        opened: @escaping @Sendable (BareSocketHandle) -> Void = { _ in },
        received: @escaping @Sendable (WebSocketMessageKind, [UInt8]) -> [UInt8],
        closed: @escaping @Sendable () -> Void = {}
    ) {
        self.maxMessageBytes = maxMessageBytes
        self.opened = opened
        self.received = received
        self.closed = closed
    }
}

/// An open bare WebSocket as other threads see it. What is sent to one that has gone is dropped.
package struct BareSocketHandle: Sendable {
    let lane: LaneHandle
    let connection: UInt64

    /// Queues frames.
    package func send(_ frames: [UInt8]) {
        lane.post { [connection] lane in lane.connection(connection)?.socket?.send(frames: frames) }
    }

    /// Begins the closing handshake.
    package func close(code: UInt16, reason: String = "") {
        lane.post { [connection] lane in lane.connection(connection)?.socket?.close(code: code, reason: reason) }
    }
}
