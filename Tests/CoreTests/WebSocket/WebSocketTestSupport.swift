import Core

/// Feeding a receiver and collecting what it found.
enum WebSocketFeed {
    /// The events of some input, given in pieces cut before the indices of `cuts`.
    static func events(
        of input: [UInt8],
        cuts: [Int] = [],
        maxMessageBytes: Int = 1 << 20,
        role: WebSocketRole = .server
    ) -> [WebSocketEvent] {
        var receiver = WebSocketReceiver(maxMessageBytes: maxMessageBytes, role: role)
        var events: [WebSocketEvent] = []
        var start = 0
        for end in cuts + [input.count] {
            events += feed(Array(input[start..<end]), to: &receiver)
            start = end
        }
        return events
    }

    /// The events that one more piece of input makes.
    static func feed(_ piece: [UInt8], to receiver: inout WebSocketReceiver) -> [WebSocketEvent] {
        var events: [WebSocketEvent] = []
        var offset = 0
        while true {
            let event = receiver.next(piece.span, at: &offset)
            guard event != .needMore else {
                return offset == piece.count ? events : events + [.needMore]
            }
            events.append(event)
        }
    }

    /// A client's frame.
    static func masked(
        _ opcode: WebSocketOpcode,
        _ payload: [UInt8],
        isFinal: Bool = true,
        key: UInt32 = 0x3DFA_2137
    ) -> [UInt8] {
        var out: [UInt8] = []
        WebSocketFrameWriter.appendMasked(opcode, payload.span, key: key, isFinal: isFinal, into: &out)
        return out
    }

    /// A client's text frame.
    static func text(_ text: String) -> [UInt8] {
        masked(.text, Array(text.utf8))
    }
}
