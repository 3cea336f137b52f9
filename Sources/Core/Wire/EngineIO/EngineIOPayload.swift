/// The body of a polling request or answer: packets with a record separator between them, binary ones as `b` and
/// base64. `4hello␞bAQIDBA==` is the text "hello" followed by the bytes 1 2 3 4.
package enum EngineIOPayload {
    /// Reads a whole body. Nothing is returned unless all of it is sound.
    package static func decode(
        _ body: Span<UInt8>,
        maxBytes: Int,
        maxPackets: Int
    ) throws(EngineIODecodingError) -> [EngineIOPacket] {
        guard body.count <= maxBytes else {
            throw .tooLarge
        }
        var packets: [EngineIOPacket] = []
        var start = 0
        while true {
            let end = body.firstIndex(of: EngineIOPacket.separator, in: start..<body.count) ?? body.count
            guard packets.count < maxPackets else {
                throw .tooManyPackets
            }
            packets.append(try EngineIOPacket.decode(text: body.extracting(start..<end)))
            guard end < body.count else {
                return packets
            }
            start = end + 1
        }
    }

    /// Writes frames as one body.
    package static func encode(_ frames: ArraySlice<EngineIOFrame>, into out: inout [UInt8]) {
        for (index, frame) in frames.enumerated() {
            if index > 0 {
                out.append(EngineIOPacket.separator)
            }
            switch frame {
            case .text(let bytes):
                out.append(contentsOf: bytes)
            case .binary(let bytes):
                out.append(UInt8(ascii: "b"))
                Base64.encode(bytes.span, .standard, padded: true, into: &out)
            }
        }
    }

    /// How many frames from the front fit one answer: at least one, for a frame that is too large must still leave.
    package static func batchCount(_ frames: [EngineIOFrame], maxBytes: Int, maxPackets: Int) -> Int {
        var bytes = 0
        var count = 0
        for frame in frames.prefix(max(maxPackets, 1)) {
            bytes += encodedCount(frame) + (count > 0 ? 1 : 0)
            if bytes > maxBytes, count > 0 {
                break
            }
            count += 1
        }
        return count
    }

    /// The bytes a frame takes in a body.
    package static func encodedCount(_ frame: EngineIOFrame) -> Int {
        switch frame {
        case .text(let bytes): bytes.count
        case .binary(let bytes): (bytes.count + 2) / 3 * 4 + 1
        }
    }
}
