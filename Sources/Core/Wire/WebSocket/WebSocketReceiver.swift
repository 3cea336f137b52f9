/// Turns the bytes of one direction of a WebSocket connection into messages and control frames (RFC 6455 5), with no
/// extension in use.
///
/// Everything wrong is refused at the first byte that shows it: a frame too large at its header, before any of it is
/// kept, and text that is not UTF-8 inside the frame. Between messages the receiver holds no memory but itself, 48
/// bytes, so that tens of thousands can wait; a message in work holds what arrived of it, never what was announced.
package struct WebSocketReceiver: Sendable {
    /// Where in a frame the next byte stands.
    private enum Stage: UInt8, Sendable {
        case opcode, length, longLength, key, payload
        /// After a close frame or a violation.
        case finished
    }

    /// What arrived of the message in work, of all its fragments.
    private var message: [UInt8] = []
    /// What arrived of the control frame in work, which may stand between two fragments.
    private var control: [UInt8] = []
    /// Payload bytes of this frame still to come; while its length is read, what is known of it.
    private var remaining: UInt64 = 0
    /// No message may be longer.
    private let maxMessageBytes: Int
    /// The key as it falls on the next payload byte.
    private var key: UInt32 = 0
    private var text = UTF8Validator()
    private var stage = Stage.opcode
    /// Bytes of the long length or of the key still to come.
    private var fieldBytesLeft: UInt8 = 0
    private var opcode = WebSocketOpcode.continuation
    private var isFinal = false
    /// What the message in work is; `continuation` when there is none.
    private var messageOpcode = WebSocketOpcode.continuation
    private let expectsMask: Bool

    package init(maxMessageBytes: Int, role: WebSocketRole = .server) {
        self.maxMessageBytes = maxMessageBytes
        expectsMask = role == .server
    }

    /// Whether a frame or a fragmented message has begun and not ended.
    package var isMidMessage: Bool {
        stage != .finished && (stage != .opcode || messageOpcode != .continuation)
    }

    /// Takes input from `offset` on, up to the end of the next event, and moves `offset` past what it took. To be
    /// called until it answers `needMore`, which it does when all input is taken.
    package mutating func next(_ input: Span<UInt8>, at offset: inout Int) -> WebSocketEvent {
        while true {
            switch stage {
            case .finished:
                offset = input.count
                return .needMore
            case .payload:
                if let event = takePayload(input, at: &offset) {
                    return event
                }
                if stage == .payload {
                    return .needMore
                }
            case .opcode, .length, .longLength, .key:
                guard offset < input.count else {
                    return .needMore
                }
                let byte = input[offset]
                offset += 1
                if let violation = takeHeader(byte) {
                    return violation
                }
            }
        }
    }

    /// Takes one byte of a frame header; answers with a violation or nil.
    private mutating func takeHeader(_ byte: UInt8) -> WebSocketEvent? {
        switch stage {
        case .opcode:
            return takeOpcode(byte)
        case .length:
            return takeLength(byte)
        case .longLength:
            remaining = remaining << 8 | UInt64(byte)
            fieldBytesLeft -= 1
            return fieldBytesLeft == 0 ? finishLongLength() : nil
        case .key:
            key = key >> 8 | UInt32(byte) << 24
            fieldBytesLeft -= 1
            if fieldBytesLeft == 0 {
                stage = .payload
            }
            return nil
        case .payload, .finished:
            return nil
        }
    }

    private mutating func takeOpcode(_ byte: UInt8) -> WebSocketEvent? {
        guard byte & 0x70 == 0 else {
            return fail("reserved bits without an extension")
        }
        guard let opcode = WebSocketOpcode(rawValue: byte & 0x0F) else {
            return fail("unknown opcode")
        }
        isFinal = byte & 0x80 != 0
        switch opcode {
        case .close, .ping, .pong:
            guard isFinal else {
                return fail("fragmented control frame")
            }
        case .continuation:
            guard messageOpcode != .continuation else {
                return fail("continuation without a message")
            }
        case .text, .binary:
            guard messageOpcode == .continuation else {
                return fail("new message inside a fragmented one")
            }
            messageOpcode = opcode
            text = UTF8Validator()
        }
        self.opcode = opcode
        stage = .length
        return nil
    }

    private mutating func takeLength(_ byte: UInt8) -> WebSocketEvent? {
        guard (byte & 0x80 != 0) == expectsMask else {
            return fail(expectsMask ? "unmasked frame" : "masked frame")
        }
        let length = byte & 0x7F
        guard length < 126 else {
            guard !opcode.isControl else {
                return fail("control frame longer than 125 bytes")
            }
            remaining = 0
            fieldBytesLeft = length == 126 ? 2 : 8
            // The two sizes are told apart when the length is complete, by what is kept here meanwhile.
            key = UInt32(fieldBytesLeft)
            stage = .longLength
            return nil
        }
        if opcode == .close, length == 1 {
            return fail("close frame with half a code")
        }
        remaining = UInt64(length)
        return finishLength()
    }

    /// Only the shortest form of a length is allowed, and 63 bits of it (RFC 6455 5.2).
    private mutating func finishLongLength() -> WebSocketEvent? {
        let isShort = key == 2
        guard remaining > (isShort ? 125 : 0xFFFF) else {
            return fail("length not in its shortest form")
        }
        guard remaining >> 63 == 0 else {
            return fail("length of 64 bits")
        }
        return finishLength()
    }

    private mutating func finishLength() -> WebSocketEvent? {
        if !opcode.isControl, remaining > UInt64(max(0, maxMessageBytes - message.count)) {
            return fail("message longer than \(maxMessageBytes) bytes", code: WebSocketCloseCode.messageTooBig)
        }
        key = 0
        fieldBytesLeft = 4
        stage = expectsMask ? .key : .payload
        return nil
    }

    /// Takes what there is of the payload; answers with the event it completes, if any.
    private mutating func takePayload(_ input: Span<UInt8>, at offset: inout Int) -> WebSocketEvent? {
        let count = Int(min(remaining, UInt64(input.count - offset)))
        if count > 0 {
            let piece = input.extracting(offset..<offset + count)
            offset += count
            remaining -= UInt64(count)
            defer {
                key = WebSocketMask.advance(key, by: count)
            }
            if opcode.isControl {
                Self.append(piece, to: &control, unmaskedBy: key)
            } else {
                let start = message.count
                Self.append(piece, to: &message, unmaskedBy: key)
                if messageOpcode == .text, !isText(from: start) {
                    return fail("text is not UTF-8", code: WebSocketCloseCode.invalidPayload)
                }
            }
        }
        guard remaining == 0 else {
            return nil
        }
        stage = .opcode
        return opcode.isControl ? finishControl() : finishDataFrame()
    }

    /// Whether the bytes from `start` on go on with the text before them.
    private mutating func isText(from start: Int) -> Bool {
        var validator = text
        let isValid = validator.feed(message.span.extracting(start..<message.count))
        text = validator
        return isValid
    }

    /// A key of 0 stands for no mask as well, since it changes nothing.
    private static func append(_ piece: Span<UInt8>, to buffer: inout [UInt8], unmaskedBy key: UInt32) {
        let start = buffer.count
        buffer.append(bytes: piece)
        if key != 0 {
            WebSocketMask.apply(key, to: &buffer, from: start)
        }
    }

    private mutating func finishDataFrame() -> WebSocketEvent? {
        guard isFinal else {
            return nil
        }
        let isText = messageOpcode == .text
        messageOpcode = .continuation
        guard !isText || text.isComplete else {
            return fail("text ends inside a character", code: WebSocketCloseCode.invalidPayload)
        }
        return .message(isText ? .text : .binary, Self.take(&message))
    }

    private mutating func finishControl() -> WebSocketEvent {
        let payload = Self.take(&control)
        switch opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        case .close, .continuation, .text, .binary: return finishClose(payload)
        }
    }

    /// RFC 6455 5.5.1: nothing, or a code and a reason in UTF-8.
    private mutating func finishClose(_ payload: [UInt8]) -> WebSocketEvent {
        guard payload.count >= 2 else {
            finish()
            return .close(code: nil, reason: "")
        }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketCloseCode.mayBeSent(code) else {
            return fail("close code \(code) is not allowed")
        }
        guard let reason = String(decodingUTF8: payload, in: 2..<payload.count) else {
            return fail("close reason is not UTF-8", code: WebSocketCloseCode.invalidPayload)
        }
        finish()
        return .close(code: code, reason: reason)
    }

    private mutating func fail(
        _ reason: String,
        code: UInt16 = WebSocketCloseCode.protocolError
    ) -> WebSocketEvent {
        finish()
        return .violation(code: code, reason: reason)
    }

    private mutating func finish() {
        stage = .finished
        message = []
        control = []
    }

    /// Moves a buffer out, so that nothing is copied and nothing stays behind.
    private static func take(_ buffer: inout [UInt8]) -> [UInt8] {
        let taken = buffer
        buffer = []
        return taken
    }
}
