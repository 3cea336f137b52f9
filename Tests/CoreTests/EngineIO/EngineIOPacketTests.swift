import Core
import Testing

/// Bytes of a text, for tables.
func wire(_ text: String) -> [UInt8] {
    Array(text.utf8)
}

@Suite("Engine.IO packets")
struct EngineIOPacketTests {
    static let texts: [(String, EngineIOPacket)] = [
        (#"0{"sid":"lv_VI97HAXpY6yYWAAAC"}"#, .open(wire(#"{"sid":"lv_VI97HAXpY6yYWAAAC"}"#))),
        ("1", .close),
        ("2", .ping([])),
        ("2probe", .ping(wire("probe"))),
        ("3", .pong([])),
        ("3probe", .pong(wire("probe"))),
        ("4", .message(.text([]))),
        ("4hello", .message(.text(wire("hello")))),
        ("4€€€", .message(.text(wire("€€€")))),
        ("5", .upgrade),
        ("6", .noop),
    ]

    @Test("Every packet reads and writes as its literal text", arguments: texts)
    func everyText(text: String, packet: EngineIOPacket) throws {
        #expect(try EngineIOPacket.decode(text: wire(text).span) == packet)
        #expect(packet.frame == .text(wire(text)))
        #expect(try EngineIOPacket.decode(frame: packet.frame) == packet)
    }

    @Test("Binary data stands bare in a frame and as b and base64 in text")
    func binary() throws {
        let packet = EngineIOPacket.message(.binary([1, 2, 3, 4]))
        #expect(packet.frame == .binary([1, 2, 3, 4]))
        #expect(try EngineIOPacket.decode(frame: .binary([1, 2, 3, 4])) == packet)
        #expect(try EngineIOPacket.decode(text: wire("bAQIDBA==").span) == packet)
        #expect(try EngineIOPacket.decode(text: wire("b").span) == .message(.binary([])))
    }

    @Test("Data behind a type that needs none is let pass")
    func superfluousData() throws {
        #expect(try EngineIOPacket.decode(text: wire("1x").span) == .close)
        #expect(try EngineIOPacket.decode(text: wire("5x").span) == .upgrade)
        #expect(try EngineIOPacket.decode(text: wire("6x").span) == .noop)
    }

    static let garbage: [([UInt8], EngineIODecodingError)] = [
        ([], .emptyPacket),
        (wire("abc"), .unknownType),
        (wire("7"), .unknownType),
        (wire("-1"), .unknownType),
        ([0], .unknownType),
        ([0xFF], .unknownType),
        (wire("bA"), .invalidBase64),
        (wire("b****"), .invalidBase64),
        (wire("bAQIDBA="), .invalidBase64),
        (wire("4") + [0xFF], .invalidUTF8),
        (wire("4") + [0xE2, 0x82], .invalidUTF8),
        (wire("2") + [0xC0, 0x80], .invalidUTF8),
    ]

    @Test("Garbage is refused with its reason", arguments: garbage)
    func refused(bytes: [UInt8], error: EngineIODecodingError) {
        #expect(throws: error) { try EngineIOPacket.decode(text: bytes.span) }
    }
}

@Suite("Engine.IO payloads")
struct EngineIOPayloadTests {
    static let payloads: [(String, [EngineIOPacket])] = [
        ("4hello", [.message(.text(wire("hello")))]),
        ("4hello\u{1E}2\u{1E}4world", [.message(.text(wire("hello"))), .ping([]), .message(.text(wire("world")))]),
        ("4hello\u{1E}bAQIDBA==", [.message(.text(wire("hello"))), .message(.binary([1, 2, 3, 4]))]),
        ("4hello\u{1E}4€€€", [.message(.text(wire("hello"))), .message(.text(wire("€€€")))]),
        (
            "4test1\u{1E}4test2\u{1E}4test3",
            [.message(.text(wire("test1"))), .message(.text(wire("test2"))), .message(.text(wire("test3")))]
        ),
        (
            #"42["hello"]"# + "\u{1E}" + #"42["world"]"#,
            [.message(.text(wire(#"2["hello"]"#))), .message(.text(wire(#"2["world"]"#)))]
        ),
    ]

    @Test("Bodies read and write as their literal text", arguments: payloads)
    func bodies(body: String, packets: [EngineIOPacket]) throws {
        #expect(try EngineIOPayload.decode(wire(body).span, maxBytes: 1000, maxPackets: 16) == packets)
        var written: [UInt8] = []
        EngineIOPayload.encode(packets.map(\.frame)[...], into: &written)
        #expect(written == wire(body))
        #expect(written.count == packets.map { EngineIOPayload.encodedCount($0.frame) + 1 }.reduce(-1, +))
    }

    @Test("A body cut anywhere is either refused or read as fewer packets", arguments: payloads)
    func cutAnywhere(body: String, packets: [EngineIOPacket]) {
        let bytes = wire(body)
        for end in bytes.indices {
            let read = try? EngineIOPayload.decode(bytes.span.extracting(0..<end), maxBytes: 1000, maxPackets: 16)
            if let read {
                #expect(!read.isEmpty && read.count <= packets.count)
            } else {
                #expect(end == 0 || bytes[end - 1] == 0x1E || bytes[..<end].contains { $0 >= 0x80 || $0 == 0x62 })
            }
        }
    }

    static let refusals: [(String, EngineIODecodingError)] = [
        ("", .emptyPacket),
        ("\u{1E}", .emptyPacket),
        ("4a\u{1E}", .emptyPacket),
        ("\u{1E}4a", .emptyPacket),
        ("4a\u{1E}\u{1E}4b", .emptyPacket),
        ("4a\u{1E}x", .unknownType),
        ("1\u{1E}1\u{1E}1\u{1E}1\u{1E}1", .tooManyPackets),
        ("4aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", .tooLarge),
    ]

    @Test("Bodies beyond the rules are refused", arguments: refusals)
    func refused(body: String, error: EngineIODecodingError) {
        #expect(throws: error) { try EngineIOPayload.decode(wire(body).span, maxBytes: 32, maxPackets: 4) }
    }

    @Test("A batch keeps to the number and the size, but is never empty")
    func batches() {
        let frames = [EngineIOFrame](repeating: .text(wire("4aaa")), count: 20)
        #expect(EngineIOPayload.batchCount(frames, maxBytes: 1000, maxPackets: 16) == 16)
        #expect(EngineIOPayload.batchCount(frames, maxBytes: 14, maxPackets: 16) == 3)
        #expect(EngineIOPayload.batchCount(frames, maxBytes: 13, maxPackets: 16) == 2)
        #expect(EngineIOPayload.batchCount(frames, maxBytes: 1, maxPackets: 16) == 1)
        #expect(EngineIOPayload.batchCount([], maxBytes: 1000, maxPackets: 16) == 0)
        // 3 bytes take 4 in base64, and one for the b.
        #expect(EngineIOPayload.batchCount([.binary([1, 2, 3]), .text([0x36])], maxBytes: 7, maxPackets: 16) == 2)
        #expect(EngineIOPayload.batchCount([.binary([1, 2, 3]), .text([0x36])], maxBytes: 6, maxPackets: 16) == 1)
    }
}
