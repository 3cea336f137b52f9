import Core
import Testing

@Suite struct WebSocketReceiverTests {
    /// A name, the bytes of the wire, and what they mean.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let input: [UInt8]
        let events: [WebSocketEvent]

        init(_ name: String, _ input: [UInt8], _ events: [WebSocketEvent]) {
            self.name = name
            self.input = input
            self.events = events
        }

        var testDescription: String { name }
    }

    private static let noMask: [UInt8] = [0, 0, 0, 0]

    static let accepted: [Case] = [
        Case(
            "text of RFC 6455 5.7",
            [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58],
            [.message(.text, Array("Hello".utf8))]
        ),
        Case("empty text", [0x81, 0x80, 1, 2, 3, 4], [.message(.text, [])]),
        Case("binary", [0x82, 0x83] + noMask + [0xFF, 0x00, 0xC0], [.message(.binary, [0xFF, 0x00, 0xC0])]),
        Case(
            "two fragments of RFC 6455 5.7",
            [0x01, 0x83] + noMask + Array("Hel".utf8) + [0x80, 0x82] + noMask + Array("lo".utf8),
            [.message(.text, Array("Hello".utf8))]
        ),
        Case(
            "ping between fragments",
            [0x01, 0x81] + noMask + [0x61, 0x89, 0x82] + noMask + [1, 2, 0x80, 0x81] + noMask + [0x62],
            [.ping([1, 2]), .message(.text, [0x61, 0x62])]
        ),
        Case(
            "empty fragments",
            [0x01, 0x80] + noMask + [0x00, 0x80] + noMask + [0x80, 0x80] + noMask,
            [.message(.text, [])]
        ),
        Case(
            "a character over two fragments, a pong between",
            [0x01, 0x82] + noMask + [0xE2, 0x82, 0x8A, 0x80] + noMask + [0x80, 0x81] + noMask + [0xAC],
            [.pong([]), .message(.text, Array("€".utf8))]
        ),
        Case("unasked pong", [0x8A, 0x81] + noMask + [7], [.pong([7])]),
        Case(
            "two messages at once",
            [0x81, 0x81] + noMask + [0x61, 0x82, 0x81] + noMask + [0x62],
            [.message(.text, [0x61]), .message(.binary, [0x62])]
        ),
        Case("empty close", [0x88, 0x80] + noMask, [.close(code: nil, reason: "")]),
        Case("close", [0x88, 0x82] + noMask + [0x03, 0xE8], [.close(code: 1000, reason: "")]),
        Case(
            "close with a reason, and bytes after it",
            [0x88, 0x85] + noMask + [0x0F, 0xA0, 0xE2, 0x82, 0xAC, 0x81, 0x00, 0xFF],
            [.close(code: 4000, reason: "€")]
        ),
        Case(
            "the reason of the greatest length",
            WebSocketFeed.masked(.close, [0x03, 0xE8] + filler(123)),
            [.close(code: 1000, reason: String(repeating: "*", count: 123))]
        ),
    ]

    static let refused: [Case] =
        [
            Case("unmasked", [0x81, 0x01, 0x61], [violation("unmasked frame")]),
            Case("unmasked and empty", [0x89, 0x00], [violation("unmasked frame")]),
            Case("continuation of nothing", [0x80], [violation("continuation without a message")]),
            Case(
                "continuation after a whole message",
                [0x81, 0x80] + noMask + [0x00],
                [.message(.text, []), violation("continuation without a message")]
            ),
            Case(
                "text inside a fragmented text",
                [0x01, 0x80] + noMask + [0x81],
                [violation("new message inside a fragmented one")]
            ),
            Case(
                "binary inside a fragmented text",
                [0x01, 0x80] + noMask + [0x02],
                [violation("new message inside a fragmented one")]
            ),
            Case("fragmented ping", [0x09], [violation("fragmented control frame")]),
            Case("fragmented close", [0x08], [violation("fragmented control frame")]),
            Case("ping of 126 bytes", [0x89, 0xFE], [violation("control frame longer than 125 bytes")]),
            Case("close of 64 bits of length", [0x88, 0xFF], [violation("control frame longer than 125 bytes")]),
            Case("125 in two bytes", [0x81, 0xFE, 0, 125], [violation("length not in its shortest form")]),
            Case(
                "65535 in eight bytes",
                [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
                [violation("length not in its shortest form")]
            ),
            Case("64 bits", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], [violation("length of 64 bits")]),
            Case(
                "63 bits",
                [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
                [.violation(code: 1009, reason: "message longer than 1048576 bytes")]
            ),
            Case("close of one byte", [0x88, 0x81], [violation("close frame with half a code")]),
            Case(
                "close reason that is no UTF-8",
                [0x88, 0x84] + noMask + [0x03, 0xE8, 0xCE, 0xBA & 0x3F],
                [.violation(code: 1007, reason: "close reason is not UTF-8")]
            ),
        ]
        + [0x40, 0x20, 0x10, 0x70, 0xC0, 0xF1].map { first in
            Case("reserved bits \(first)", [first], [violation("reserved bits without an extension")])
        }
        + ([3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF] as [UInt8]).map { opcode in
            Case("opcode \(opcode)", [0x80 | opcode], [violation("unknown opcode")])
        }

    private static func violation(_ reason: String) -> WebSocketEvent {
        .violation(code: 1002, reason: reason)
    }

    private static func filler(_ count: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(ascii: "*"), count: count)
    }

    @Test(arguments: accepted + refused)
    func framesMeanTheSameHoweverTheyAreCut(_ testCase: Case) {
        let input = testCase.input
        #expect(WebSocketFeed.events(of: input) == testCase.events)
        #expect(WebSocketFeed.events(of: input, cuts: Array(input.indices)) == testCase.events)
        for first in input.indices {
            #expect(WebSocketFeed.events(of: input, cuts: [first]) == testCase.events)
        }
    }

    @Test(arguments: refused)
    func nothingFollowsAViolation(_ testCase: Case) {
        let more = WebSocketFeed.text("more")
        #expect(WebSocketFeed.events(of: testCase.input + more) == testCase.events)
    }

    @Test(arguments: [0, 1, 125, 126, 127, 128, 65_535, 65_536, 70_001])
    func sizesAtTheBordersOfTheLengthForms(_ size: Int) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let input = WebSocketFeed.masked(.binary, payload)
        #expect(input.count == size + WebSocketFrameWriter.headerBytes(for: size) + 4)
        #expect(WebSocketFeed.events(of: input) == [.message(.binary, payload)])
        let cuts = Array(stride(from: 1, to: input.count, by: 997))
        #expect(WebSocketFeed.events(of: input, cuts: cuts) == [.message(.binary, payload)])
    }

    @Test func theKeyIsTurnedOverPiecesOfEverySize() {
        let payload = (0..<80).map { UInt8($0) }
        let input = WebSocketFeed.masked(.binary, payload, key: 0xA1B2_C3D4)
        for size in 1...input.count {
            let cuts = Array(stride(from: size, to: input.count, by: size))
            #expect(WebSocketFeed.events(of: input, cuts: cuts) == [.message(.binary, payload)])
        }
    }

    @Test func aClientTakesUnmaskedFramesOnly() {
        #expect(WebSocketFeed.events(of: [0x81, 1, 0x61], role: .client) == [.message(.text, [0x61])])
        #expect(
            WebSocketFeed.events(of: WebSocketFeed.text("a"), role: .client)
                == [.violation(code: 1002, reason: "masked frame")]
        )
    }

    @Test func aMessageOfTheGreatestSizePassesAndOneByteMoreIsRefusedAtItsHeader() {
        let whole = WebSocketFeed.masked(.binary, [UInt8](repeating: 0, count: 200))
        #expect(WebSocketFeed.events(of: whole, maxMessageBytes: 200).count == 1)
        let tooBig = WebSocketEvent.violation(code: 1009, reason: "message longer than 199 bytes")
        #expect(WebSocketFeed.events(of: Array(whole[..<4]), maxMessageBytes: 199) == [tooBig])
    }

    @Test func theSizeOfAllFragmentsCounts() {
        let first = WebSocketFeed.masked(.binary, [1, 2, 3], isFinal: false)
        let last = WebSocketFeed.masked(.continuation, [4, 5])
        #expect(WebSocketFeed.events(of: first + last, maxMessageBytes: 5) == [.message(.binary, [1, 2, 3, 4, 5])])
        let tooBig = WebSocketEvent.violation(code: 1009, reason: "message longer than 4 bytes")
        #expect(WebSocketFeed.events(of: first + Array(last[..<2]), maxMessageBytes: 4) == [tooBig])
    }

    @Test func thousandsOfFragmentsMakeOneMessage() {
        var input = WebSocketFeed.masked(.text, [0x61], isFinal: false)
        for _ in 0..<5_000 {
            input += WebSocketFeed.masked(.continuation, [0x62], isFinal: false)
            input += WebSocketFeed.masked(.ping, [])
        }
        input += WebSocketFeed.masked(.continuation, [])
        let events = WebSocketFeed.events(of: input)
        #expect(events.count == 5_001)
        #expect(events.last == .message(.text, [0x61] + [UInt8](repeating: 0x62, count: 5_000)))
    }

    @Test func anIdleReceiverIsSmall() {
        #expect(MemoryLayout<WebSocketReceiver>.stride <= 48)
        #expect(MemoryLayout<WebSocketCloseState>.stride <= 8)
    }

    @Test func aReceiverTellsWhetherItIsBetweenMessages() {
        var receiver = WebSocketReceiver(maxMessageBytes: 10)
        #expect(!receiver.isMidMessage)
        _ = WebSocketFeed.feed(WebSocketFeed.masked(.text, [], isFinal: false), to: &receiver)
        #expect(receiver.isMidMessage)
        _ = WebSocketFeed.feed(WebSocketFeed.masked(.continuation, []) + [0x81], to: &receiver)
        #expect(receiver.isMidMessage)
        _ = WebSocketFeed.feed([0x80, 0, 0, 0, 0], to: &receiver)
        #expect(!receiver.isMidMessage)
    }
}
