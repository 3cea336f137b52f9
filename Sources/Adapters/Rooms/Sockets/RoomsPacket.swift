import Core

/// An event as it leaves: made once, shared by all connections that get it.
struct RoomsPacket {
    let frames: [EngineIOFrame]
    /// The same as a WebSocket frame.
    let webSocket: [UInt8]

    init(_ frames: [EngineIOFrame]) {
        self.frames = frames
        webSocket = Self.encode(frames)
    }

    /// Frames as they stand on a WebSocket.
    static func encode(_ frames: [EngineIOFrame]) -> [UInt8] {
        var bytes: [UInt8] = []
        for frame in frames {
            switch frame {
            case .text(let text): WebSocketFrameWriter.appendText(text.span, into: &bytes)
            case .binary(let data): WebSocketFrameWriter.appendBinary(data.span, into: &bytes)
            }
        }
        return bytes
    }
}

/// An event for a room, encoded when the first member needs it: with and without the offset that recovery goes by.
struct RoomsBroadcast {
    let name: String
    /// Where a client that has seen it goes on; nil for what is not kept.
    let offset: String?
    let arguments: (inout JSONWriter) -> Void
    private var plain: RoomsPacket?
    private var marked: RoomsPacket?

    init(_ name: String, offset: String?, _ arguments: @escaping (inout JSONWriter) -> Void) {
        self.name = name
        self.offset = offset
        self.arguments = arguments
    }

    /// The form for a connection.
    mutating func packet(marked wanted: Bool) -> RoomsPacket {
        guard wanted, offset != nil else {
            if let plain { return plain }
            let packet = RoomsPacket(SocketIOEncoder.event(name: name, arguments: arguments))
            plain = packet
            return packet
        }
        if let marked { return marked }
        let packet = RoomsPacket(SocketIOEncoder.event(name: name, offset: offset, arguments: arguments))
        marked = packet
        return packet
    }
}
