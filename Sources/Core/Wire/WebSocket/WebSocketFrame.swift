/// What a frame is (RFC 6455 5.2); every other value is reserved.
package enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Whether frames of this kind may come between the fragments of a message (RFC 6455 5.5).
    var isControl: Bool {
        rawValue & 0x8 != 0
    }
}

/// Whether a message is UTF-8 text or plain bytes.
package enum WebSocketMessageKind: Sendable {
    case text, binary
}

/// Which end of the connection a receiver stands at: it decides whether the frames it gets must be masked
/// (RFC 6455 5.1).
package enum WebSocketRole: Sendable {
    /// Gets frames from clients, all of them masked.
    case server
    /// Gets frames from a server, none of them masked.
    case client
}

/// The close codes this daemon uses by name (RFC 6455 7.4.1 and the IANA registry).
package enum WebSocketCloseCode {
    package static let normal: UInt16 = 1000
    /// The server shuts down, or the page was left.
    package static let goingAway: UInt16 = 1001
    package static let protocolError: UInt16 = 1002
    package static let unsupportedData: UInt16 = 1003
    /// Never on the wire: the peer's close frame had no code.
    package static let noCode: UInt16 = 1005
    /// Never on the wire: the connection ended without a close frame.
    package static let abnormal: UInt16 = 1006
    /// Text that is not UTF-8.
    package static let invalidPayload: UInt16 = 1007
    package static let policyViolation: UInt16 = 1008
    package static let messageTooBig: UInt16 = 1009
    package static let internalError: UInt16 = 1011
    package static let serviceRestart: UInt16 = 1012
    package static let tryAgainLater: UInt16 = 1013

    /// Whether a close frame may carry this code: the registered ones but for those that only stand for something a
    /// program saw (1004 to 1006, 1015), and the ranges of libraries and applications (RFC 6455 7.4.2).
    package static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// What a receiver found in its input.
package enum WebSocketEvent: Equatable, Sendable {
    /// The input is used up.
    case needMore
    /// A whole message; text is well-formed UTF-8.
    case message(WebSocketMessageKind, [UInt8])
    /// To be answered with a pong of the same bytes.
    case ping([UInt8])
    case pong([UInt8])
    /// The peer's close frame; all that follows is ignored. `code` is nil when the frame was empty.
    case close(code: UInt16?, reason: String)
    /// The peer broke the protocol: send this code, then end the connection (RFC 6455 7.1.7). All that follows is
    /// ignored.
    case violation(code: UInt16, reason: String)
}
