/// Writes frames (RFC 6455 5.2), each in one piece, since nothing this daemon sends is long enough to be fragmented.
package enum WebSocketFrameWriter {
    /// Control frames hold no more (RFC 6455 5.5).
    static let maxControlBytes = 125

    /// Appends an unmasked frame, as servers send them. The payload of a control frame is cut at 125 bytes.
    package static func append(
        _ opcode: WebSocketOpcode,
        _ payload: Span<UInt8>,
        isFinal: Bool = true,
        into out: inout [UInt8]
    ) {
        let count = payloadCount(opcode, payload)
        out.reserve(additional: count + headerBytes(for: count))
        appendHeader(opcode, count: count, isFinal: isFinal, maskBit: 0, into: &out)
        out.append(bytes: payload, in: 0..<count)
    }

    /// Appends a text frame; the payload must be UTF-8.
    package static func appendText(_ payload: Span<UInt8>, into out: inout [UInt8]) {
        append(.text, payload, into: &out)
    }

    package static func appendBinary(_ payload: Span<UInt8>, into out: inout [UInt8]) {
        append(.binary, payload, into: &out)
    }

    package static func appendPing(_ payload: Span<UInt8>, into out: inout [UInt8]) {
        append(.ping, payload, into: &out)
    }

    package static func appendPong(_ payload: Span<UInt8>, into out: inout [UInt8]) {
        append(.pong, payload, into: &out)
    }

    /// Appends a close frame; without a code it is empty. The reason is cut, at the end of a character, to the 123
    /// bytes there is room for.
    package static func appendClose(code: UInt16?, reason: String = "", into out: inout [UInt8]) {
        let payload = closePayload(code: code, reason: reason)
        append(.close, payload.span, into: &out)
    }

    /// A whole text frame, to be made once and sent to many sockets; the payload must be UTF-8.
    package static func textFrame(_ payload: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        append(.text, payload.span, into: &out)
        return out
    }

    /// What a close frame holds.
    package static func closePayload(code: UInt16?, reason: String = "") -> [UInt8] {
        guard let code else {
            return []
        }
        var payload = [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
        for scalar in reason.unicodeScalars {
            guard payload.count + UTF8.width(scalar) <= maxControlBytes else {
                break
            }
            payload.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return payload
    }

    /// Appends a masked frame, as clients send them; the lowest byte of the key is the first on the wire.
    package static func appendMasked(
        _ opcode: WebSocketOpcode,
        _ payload: Span<UInt8>,
        key: UInt32,
        isFinal: Bool = true,
        into out: inout [UInt8]
    ) {
        let count = payloadCount(opcode, payload)
        appendHeader(opcode, count: count, isFinal: isFinal, maskBit: 0x80, into: &out)
        appendBigEndian(UInt64(key.byteSwapped), bytes: 4, into: &out)
        let start = out.count
        out.append(bytes: payload, in: 0..<count)
        WebSocketMask.apply(key, to: &out, from: start)
    }

    /// How many bytes stand before a payload in an unmasked frame.
    package static func headerBytes(for count: Int) -> Int {
        count < 126 ? 2 : count <= 0xFFFF ? 4 : 10
    }

    private static func payloadCount(_ opcode: WebSocketOpcode, _ payload: Span<UInt8>) -> Int {
        opcode.isControl ? min(payload.count, maxControlBytes) : payload.count
    }

    private static func appendHeader(
        _ opcode: WebSocketOpcode,
        count: Int,
        isFinal: Bool,
        maskBit: UInt8,
        into out: inout [UInt8]
    ) {
        out.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        if count < 126 {
            out.append(maskBit | UInt8(count))
        } else if count <= 0xFFFF {
            out.append(maskBit | 126)
            appendBigEndian(UInt64(count), bytes: 2, into: &out)
        } else {
            out.append(maskBit | 127)
            appendBigEndian(UInt64(count), bytes: 8, into: &out)
        }
    }

    private static func appendBigEndian(_ number: UInt64, bytes: UInt64, into out: inout [UInt8]) {
        for index in (0..<bytes).reversed() {
            out.append(UInt8(truncatingIfNeeded: number >> (index * 8)))
        }
    }
}

extension [UInt8] {
    /// Makes room for a frame in an empty buffer exactly; a buffer in use grows by itself, geometrically.
    fileprivate mutating func reserve(additional count: Int) {
        if isEmpty {
            reserveCapacity(count)
        }
    }
}
