/// The limits of a server, shared by its connections.
package final class SocketIOSettings: Sendable {
    /// The namespaces that may be joined.
    package let namespaces: [String]
    /// Milliseconds a connection may stay without a namespace.
    package let connectTimeout: Int64
    package let maxAttachments: Int
    /// All attachments of a packet together.
    package let maxAttachmentBytes: Int

    package init(
        namespaces: [String] = [SocketIOPacket.mainNamespace],
        connectTimeout: Int64 = 45_000,
        maxAttachments: Int = 10,
        maxAttachmentBytes: Int = 4 << 20
    ) {
        self.namespaces = namespaces
        self.connectTimeout = connectTimeout
        self.maxAttachments = maxAttachments
        self.maxAttachmentBytes = maxAttachmentBytes
    }
}

/// A client wants to join a namespace.
package struct SocketIOConnectRequest: Sendable {
    package var namespace: String
    /// The payload, always an object if there is one.
    package var auth: JSONValue?

    /// The private id of an earlier connection and the offset of the last event the client has seen. Both or nothing:
    /// without an offset there is nothing to go on from.
    package var recovery: SocketIORecovery? {
        guard let pid = auth?["pid"]?.string, let offset = auth?["offset"]?.string else {
            return nil
        }
        return SocketIORecovery(pid: pid, offset: offset)
    }
}

/// Where a client wants to go on.
package struct SocketIORecovery: Equatable, Sendable {
    package var pid: String
    package var offset: String

    package init(pid: String, offset: String) {
        self.pid = pid
        self.offset = offset
    }
}

/// An event a client has sent.
package struct SocketIOEvent: Sendable {
    package var namespace: String
    /// The name; one that was sent as a number keeps its digits.
    package var name: String
    package var arguments: SocketIOArguments
    /// The id to answer with `ack`, when the client asks for it.
    package var ackID: Int?
}

/// What the owner of a connection has to do, in this order.
package enum SocketIOAction: Sendable {
    /// Sends frames through the Engine.IO session, all at once.
    case send([EngineIOFrame])
    /// Decides with `accept` or `refuse`, now or later.
    case connectRequested(SocketIOConnectRequest)
    case event(SocketIOEvent)
    /// The answer to an event that was sent with an id.
    case ack(namespace: String, id: Int, arguments: SocketIOArguments)
    /// A namespace whose connection was accepted, or is still to be decided, has lost it.
    case disconnected(namespace: String, SocketIODisconnectReason)
    /// Closes the Engine.IO session. Always the last action.
    case close(SocketIOCloseReason)
}

/// Why a namespace was left.
package enum SocketIODisconnectReason: String, Equatable, Sendable {
    case clientDisconnect = "client namespace disconnect"
    case serverDisconnect = "server namespace disconnect"
    /// The connection below has ended or is being closed.
    case connectionClosed = "transport close"
}

/// Why a connection must be closed.
package enum SocketIOCloseReason: Equatable, Sendable {
    case malformed(SocketIODecodingError)
    /// A packet that does not fit the state of its namespace, such as an EVENT before the CONNECT.
    case invalidState
    case connectTimeout
}
