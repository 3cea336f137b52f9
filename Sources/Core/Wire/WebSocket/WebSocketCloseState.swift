/// Where a connection stands in the closing handshake (RFC 6455 5.5.1, 7.1). It says what to send and when to end the
/// TCP connection, which is the server's to end first; how long to wait for the peer's close frame is the caller's.
package struct WebSocketCloseState: Equatable, Sendable {
    /// The stages a connection passes, in this order, some of them skipped.
    package enum Phase: Sendable {
        /// Messages go both ways.
        case open
        /// Our close frame is out, the peer's is awaited; nothing more is sent and messages are dropped.
        case closing
        /// Nothing more is to be sent or read.
        case closed
    }

    /// What the caller has to do.
    package enum Action: Equatable, Sendable {
        case nothing
        /// Send a close frame, start the timeout and go on reading.
        case sendClose(code: UInt16?, reason: String)
        /// Send a close frame and, when all output is out, end the TCP connection: shut down the sending side and read
        /// on for a moment before closing, since closing over unread input resets the connection and may lose the
        /// frame.
        case sendCloseThenDisconnect(code: UInt16?, reason: String)
        /// End the TCP connection when all output is out.
        case disconnect
    }

    package private(set) var phase = Phase.open
    /// How the connection ended, for logs: the first code of either side, 1005 for a close frame without one, 1006 when
    /// there was no close frame. Nil while open.
    package private(set) var code: UInt16?
    /// Whether both sides sent a close frame.
    package private(set) var wasClean = false

    package init() {}

    /// Whether messages, pings and pongs may still be sent, and messages that come in count.
    package var isOpen: Bool {
        phase == .open
    }

    /// This side wants to close.
    package mutating func close(code: UInt16, reason: String = "") -> Action {
        guard phase == .open else {
            return .nothing
        }
        phase = .closing
        self.code = code
        return .sendClose(code: code, reason: reason)
    }

    /// The peer's close frame came: it is echoed unless it is itself an answer.
    package mutating func receivedClose(code: UInt16?) -> Action {
        switch phase {
        case .open:
            phase = .closed
            wasClean = true
            self.code = code ?? WebSocketCloseCode.noCode
            return .sendCloseThenDisconnect(code: code, reason: "")
        case .closing:
            phase = .closed
            wasClean = true
            return .disconnect
        case .closed:
            return .nothing
        }
    }

    /// The peer broke the protocol: its answer to a close frame is not waited for (RFC 6455 7.1.7).
    package mutating func receivedViolation(code: UInt16, reason: String) -> Action {
        switch phase {
        case .open:
            phase = .closed
            self.code = code
            return .sendCloseThenDisconnect(code: code, reason: reason)
        case .closing:
            phase = .closed
            return .disconnect
        case .closed:
            return .nothing
        }
    }

    /// The peer did not answer our close frame in time, or the whole connection is to be given up.
    package mutating func timedOut() -> Action {
        guard phase != .closed else {
            return .nothing
        }
        phase = .closed
        code = code ?? WebSocketCloseCode.abnormal
        return .disconnect
    }

    /// The TCP connection ended.
    package mutating func transportEnded() {
        phase = .closed
        code = code ?? WebSocketCloseCode.abnormal
    }
}
