import Core
import Testing

@Suite("Socket.IO packets")
struct SocketIOPacketTests {
    /// The packets of the protocol's document, written.
    static let written: [([EngineIOFrame], String)] = [
        (SocketIOEncoder.connect(sid: "wZX3oN0bSVIhsaknAAAI"), #"40{"sid":"wZX3oN0bSVIhsaknAAAI"}"#),
        (
            SocketIOEncoder.connect(namespace: "/admin", sid: "oSO0OpakMV_3jnilAAAA"),
            #"40/admin,{"sid":"oSO0OpakMV_3jnilAAAA"}"#
        ),
        (SocketIOEncoder.connectError(message: "Not authorized"), #"44{"message":"Not authorized"}"#),
        (
            SocketIOEncoder.connectError(namespace: "/random", message: "Invalid namespace"),
            #"44/random,{"message":"Invalid namespace"}"#
        ),
        (SocketIOEncoder.disconnect(), "41"),
        (SocketIOEncoder.disconnect(namespace: "/admin"), "41/admin,"),
        (SocketIOEncoder.event(name: "foo"), #"42["foo"]"#),
        (SocketIOEncoder.event(namespace: "/admin", name: "bar"), #"42/admin,["bar"]"#),
        (SocketIOEncoder.event(name: "hey") { $0.element("Jude") }, #"42["hey","Jude"]"#),
        (SocketIOEncoder.event(name: "foo", id: 12), #"4212["foo"]"#),
        (SocketIOEncoder.event(namespace: "/admin", name: "foo", id: 13), #"42/admin,13["foo"]"#),
        (SocketIOEncoder.ack(id: 12), "4312[]"),
        (SocketIOEncoder.ack(namespace: "/admin", id: 13) { $0.element("bar") }, #"43/admin,13["bar"]"#),
        (
            SocketIOEncoder.event(name: "baz", attachments: [[1, 2, 3, 4]]) { $0.binaryPlaceholder(0) },
            #"451-["baz",{"_placeholder":true,"num":0}] + [1, 2, 3, 4]"#
        ),
        (
            SocketIOEncoder.event(namespace: "/admin", name: "baz", attachments: [[1, 2], [3, 4]]) {
                $0.binaryPlaceholder(0)
                $0.binaryPlaceholder(1)
            },
            #"452-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}] + [1, 2] + [3, 4]"#
        ),
        (
            SocketIOEncoder.ack(id: 15, attachments: [[1, 2, 3, 4]]) {
                $0.element("bar")
                $0.binaryPlaceholder(0)
            },
            #"461-15["bar",{"_placeholder":true,"num":0}] + [1, 2, 3, 4]"#
        ),
        (
            SocketIOEncoder.ack(namespace: "/admin", id: 1, attachments: [[7]]) { $0.binaryPlaceholder(0) },
            #"461-/admin,1[{"_placeholder":true,"num":0}] + [7]"#
        ),
        (SocketIOEncoder.event(name: "a\u{1E}\"b") { $0.element("\u{1E}") }, #"42["a\u001e\"b","\u001e"]"#),
    ]

    @Test("Every packet is written as the protocol shows it", arguments: written)
    func writes(frames: [EngineIOFrame], wire: String) {
        #expect(SocketIOHarness.readable(frames).lowercased() == wire.lowercased())
    }

    /// What a client sends after `40` and `40/admin,` were accepted, and what becomes of it.
    static let read: [(String, String)] = [
        (#"2["foo"]"#, "event / foo [] -"),
        (#"2/admin,["bar"]"#, "event /admin bar [] -"),
        (#"212["foo"]"#, "event / foo [] 12"),
        (#"2/admin,13["foo"]"#, "event /admin foo [] 13"),
        (#"20["foo"]"#, "event / foo [] 0"),
        (#"2007["foo"]"#, "event / foo [] 7"),
        (#"29007199254740991["foo"]"#, "event / foo [] 9007199254740991"),
        (#"2 ["foo", 1 ]"#, "event / foo [1] -"),
        (#"2["\u0066oo"]"#, "event / foo [] -"),
        (#"2["foo",{"_placeholder":true,"num":9}]"#, #"event / foo [{"_placeholder":true,"num":9}] -"#),
        ("312[]", "ack / 12 []"),
        (#"3/admin,13["bar"]"#, #"ack /admin 13 ["bar"]"#),
        ("1", "disconnected / client namespace disconnect"),
        ("1/admin,", "disconnected /admin client namespace disconnect"),
        ("1/admin", "disconnected /admin client namespace disconnect"),
    ]

    @Test("Every packet is read", arguments: read)
    func reads(text: String, line: String) {
        var harness = Self.harness()
        #expect(harness.text(text) == [line])
    }

    static let refused: [(String, SocketIODecodingError)] = [
        ("", .unknownType),
        ("abc", .unknownType),
        ("7", .unknownType),
        ("9", .unknownType),
        ("/", .unknownType),
        // Payloads.
        ("0[]", .invalidPayload),
        (#"0"token""#, .invalidPayload),
        ("0null", .invalidPayload),
        ("0{", .invalidPayload),
        ("1{}", .invalidPayload),
        ("1[]", .invalidPayload),
        ("2", .invalidPayload),
        ("212", .invalidPayload),
        ("2{}", .invalidPayload),
        ("2[]", .invalidPayload),
        ("2[null]", .invalidPayload),
        ("2[{}]", .invalidPayload),
        ("2[[]]", .invalidPayload),
        (#"2["foo""#, .invalidPayload),
        (#"2["foo"]x"#, .invalidPayload),
        (#"2["foo",]"#, .invalidPayload),
        (#"2abc["message-with-ack",1]"#, .invalidPayload),
        (#"2-1["foo"]"#, .invalidPayload),
        (#"2["foo"]"# + "\u{0}", .invalidPayload),
        ("2" + String(repeating: "[", count: 100_000), .invalidPayload),
        ("312", .invalidPayload),
        ("312{}", .invalidPayload),
        ("4", .invalidPayload),
        ("4[]", .invalidPayload),
        // Ids.
        ("3[]", .invalidID),
        ("01{}", .invalidID),
        ("11", .invalidID),
        (#"29007199254740992["foo"]"#, .invalidID),
        (#"2999999999999999999999999["foo"]"#, .invalidID),
        // Namespaces.
        ("2/" + String(repeating: "n", count: 256) + #",["foo"]"#, .invalidNamespace),
        ("0/a\u{1E}b", .invalidNamespace),
        // Reserved names.
        (#"2["connect"]"#, .reservedEvent),
        (#"2["connect_error"]"#, .reservedEvent),
        (#"2["disconnect"]"#, .reservedEvent),
        (#"2["disconnecting"]"#, .reservedEvent),
        (#"2["newListener"]"#, .reservedEvent),
        (#"2["removeListener"]"#, .reservedEvent),
        (#"2["\u0063onnect"]"#, .reservedEvent),
        // Attachments.
        (#"5["foo"]"#, .invalidAttachmentCount),
        (#"5-["foo"]"#, .invalidAttachmentCount),
        (#"50-["foo"]"#, .invalidAttachmentCount),
        (#"51["foo"]"#, .invalidAttachmentCount),
        ("51", .invalidAttachmentCount),
        (#"5+1-["foo"]"#, .invalidAttachmentCount),
        (#"51.5-["foo"]"#, .invalidAttachmentCount),
        (#"599999999999999999999-["foo"]"#, .invalidAttachmentCount),
        (#"511-["foo"]"#, .tooManyAttachments),
        (#"51-["foo",{"_placeholder":true,"num":1}]"#, .invalidPlaceholder),
        (#"51-["foo",{"_placeholder":true,"num":-1}]"#, .invalidPlaceholder),
        (#"51-["foo",{"_placeholder":true,"num":0.5}]"#, .invalidPlaceholder),
        (#"51-["foo",{"_placeholder":true,"num":"0"}]"#, .invalidPlaceholder),
        (#"51-["foo",{"_placeholder":true}]"#, .invalidPlaceholder),
        (#"51-["foo",{"a":[{"_placeholder":true,"num":1e99}]}]"#, .invalidPlaceholder),
        ("61-[]", .invalidID),
    ]

    @Test("What is not well formed closes the connection", arguments: refused)
    func refuses(text: String, error: SocketIODecodingError) {
        var harness = Self.harness()
        #expect(harness.text(text).last == "close \(SocketIOCloseReason.malformed(error))")
    }

    @Test("Bytes that are not text close the connection")
    func notText() {
        for bytes: [UInt8] in [[0x32, 0xFF], [0x30, 0x2F, 0xFF], [0x32, 0x5B, 0x22, 0xC0, 0x80, 0x22, 0x5D]] {
            var connection = Self.harness().connection
            var actions: [SocketIOAction] = []
            connection.receive(.text(bytes), actions: &actions)
            #expect(connection.isClosed)
        }
    }

    @Test("Texts and attachments must come in their turn")
    func turns() {
        var harness = Self.harness()
        #expect(harness.binary([1]).last == "close \(SocketIOCloseReason.malformed(.unexpectedBinary))")
        harness = Self.harness()
        #expect(harness.text(#"51-["foo",{"_placeholder":true,"num":0}]"#) == [])
        #expect(harness.text("1").last == "close \(SocketIOCloseReason.malformed(.unexpectedText))")
        harness = Self.harness()
        #expect(harness.text(#"51-["foo",{"_placeholder":true,"num":0}]"#) == [])
        #expect(harness.binary([1]) == ["event / foo [[1]] -"])
        #expect(harness.binary([1]).last == "close \(SocketIOCloseReason.malformed(.unexpectedBinary))")
    }

    @Test("Attachments are bounded in bytes")
    func attachmentBytes() {
        var harness = SocketIOHarness(SocketIOSettings(maxAttachmentBytes: 4))
        _ = harness.text("0")
        _ = harness.step { $0.accept(sid: "S", actions: &$1) }
        #expect(harness.text(#"52-["foo",{"_placeholder":true,"num":0}]"#) == [])
        #expect(harness.binary([1, 2]) == [])
        #expect(
            harness.binary([1, 2, 3]).last == "close \(SocketIOCloseReason.malformed(.attachmentsTooLarge))"
        )
    }

    @Test("A packet cut anywhere closes the connection or means something smaller", arguments: read)
    func cutAnywhere(text: String, line: String) {
        let bytes = Array(text.utf8)
        for end in bytes.indices {
            var harness = Self.harness()
            let lines = harness.text(String(decoding: bytes[..<end], as: UTF8.self))
            #expect(lines.last != line || text.hasPrefix("1/admin"))
            #expect(!lines.isEmpty)
        }
    }

    private static func harness() -> SocketIOHarness {
        var harness = SocketIOHarness.connected()
        _ = harness.text("0/admin,")
        _ = harness.step { $0.accept(namespace: "/admin", sid: "T", actions: &$1) }
        return harness
    }
}
