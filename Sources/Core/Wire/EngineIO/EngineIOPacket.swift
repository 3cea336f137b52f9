/// What one side sends to the other through a session: the payload of a `message` packet.
package enum EngineIOMessage: Equatable, Sendable {
    /// UTF-8, checked.
    case text([UInt8])
    case binary([UInt8])
}

/// One packet as it stands in a WebSocket frame. Texts begin with the digit of the packet type, binary data is always a
/// message and stands bare. A polling payload is made from the same bytes, so one encoding serves every session.
package enum EngineIOFrame: Equatable, Sendable {
    case text([UInt8])
    case binary([UInt8])

    /// The bytes it holds, for limits.
    package var count: Int {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes.count
        }
    }
}

/// What makes a packet or a payload unreadable; all of them end the session.
package enum EngineIODecodingError: Error, Equatable, Sendable {
    /// Nothing where a packet should be: an empty body, two separators in a row, one at the end.
    case emptyPacket
    /// A first byte that is neither 0…6 nor `b`.
    case unknownType
    case invalidBase64
    case invalidUTF8
    case tooManyPackets
    case tooLarge
}

/// A packet of the Engine.IO protocol, revision 4.
package enum EngineIOPacket: Equatable, Sendable {
    /// The handshake's JSON; server to client.
    case open([UInt8])
    case close
    case ping([UInt8])
    case pong([UInt8])
    case message(EngineIOMessage)
    case upgrade
    case noop

    /// The bytes between the packets of a payload.
    package static let separator: UInt8 = 0x1E

    /// The frame of a `message`, whose text must not hold the separator when it may travel in a payload: the protocol
    /// has no escape for it. JSON never holds it.
    package static func frame(text: [UInt8]) -> EngineIOFrame {
        EngineIOPacket.message(.text(text)).frame
    }

    /// The packet in WebSocket form.
    package var frame: EngineIOFrame {
        switch self {
        case .open(let data): Self.text("0", data)
        case .close: .text([UInt8(ascii: "1")])
        case .ping(let data): Self.text("2", data)
        case .pong(let data): Self.text("3", data)
        case .message(.text(let data)): Self.text("4", data)
        case .message(.binary(let data)): .binary(data)
        case .upgrade: .text([UInt8(ascii: "5")])
        case .noop: .text([UInt8(ascii: "6")])
        }
    }

    private static func text(_ digit: Unicode.Scalar, _ data: [UInt8]) -> EngineIOFrame {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 1)
        bytes.append(UInt8(ascii: digit))
        bytes.append(contentsOf: data)
        return .text(bytes)
    }

    /// Reads one packet in text form. Data behind a type that needs none is let pass, as other servers do.
    package static func decode(text: Span<UInt8>) throws(EngineIODecodingError) -> EngineIOPacket {
        guard !text.isEmpty else {
            throw .emptyPacket
        }
        let rest = text.extracting(1..<text.count)
        switch text[0] {
        case UInt8(ascii: "0"): return .open(try checked(rest))
        case UInt8(ascii: "1"): return .close
        case UInt8(ascii: "2"): return .ping(try checked(rest))
        case UInt8(ascii: "3"): return .pong(try checked(rest))
        case UInt8(ascii: "4"): return .message(.text(try checked(rest)))
        case UInt8(ascii: "5"): return .upgrade
        case UInt8(ascii: "6"): return .noop
        case UInt8(ascii: "b"):
            guard let data = Base64.decode(rest, .standard, padding: .optional) else {
                throw .invalidBase64
            }
            return .message(.binary(data))
        default: throw .unknownType
        }
    }

    /// Reads the data frame of a WebSocket.
    package static func decode(frame: EngineIOFrame) throws(EngineIODecodingError) -> EngineIOPacket {
        switch frame {
        case .text(let bytes): try decode(text: bytes.span)
        case .binary(let bytes): .message(.binary(bytes))
        }
    }

    private static func checked(_ text: Span<UInt8>) throws(EngineIODecodingError) -> [UInt8] {
        var validator = UTF8Validator()
        guard validator.feed(text), validator.isComplete else {
            throw .invalidUTF8
        }
        var bytes: [UInt8] = []
        bytes.append(bytes: text)
        return bytes
    }
}
