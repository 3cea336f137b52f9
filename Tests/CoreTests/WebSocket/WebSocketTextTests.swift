import Core
import Testing

/// UTF-8 on the wire, and the codes of close frames.
@Suite struct WebSocketTextTests {
    static let valid: [[UInt8]] = [
        Array("Hello-µ@ßöäüàá-UTF-8!!".utf8),
        [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xCE, 0xBC, 0xCE, 0xB5],
        [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xEF, 0xBF, 0xBF], [0xED, 0x9F, 0xBF],
        [0xEE, 0x80, 0x80], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xEF, 0xBF, 0xBE], [0xEF, 0xBB, 0xBF],
    ]

    /// Ill-formed text, and how many of its bytes are enough to know.
    static let invalid: [(text: [UInt8], known: Int)] = [
        ([0x80], 1), ([0xBF, 0x80], 1), ([0xC0, 0xAF], 1), ([0xC1, 0xBF], 1), ([0xE0, 0x80, 0xAF], 2),
        ([0xE0, 0x9F, 0xBF], 2), ([0xF0, 0x80, 0x80, 0xAF], 2), ([0xF0, 0x8F, 0xBF, 0xBF], 2),
        ([0xF8, 0x88, 0x80, 0x80, 0x80], 1), ([0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], 1), ([0xFE], 1), ([0xFF], 1),
        ([0xED, 0xA0, 0x80], 2), ([0xED, 0xBF, 0xBF], 2), ([0xF4, 0x90, 0x80, 0x80], 2), ([0xF5, 0x80], 1),
        ([0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xF4, 0x90, 0x80, 0x80, 0x65], 7), ([0x61, 0xC3, 0x28], 3),
        ([0xE2, 0x82, 0x41], 3), ([0xF0, 0x9F, 0x98, 0x41], 4),
    ]

    private static let violation = WebSocketEvent.violation(code: 1007, reason: "text is not UTF-8")

    @Test(arguments: valid)
    func wellFormedTextPassesInEveryFragmentation(_ text: [UInt8]) {
        for cut in 0...text.count {
            let input =
                WebSocketFeed.masked(.text, Array(text[..<cut]), isFinal: false)
                + WebSocketFeed.masked(.continuation, Array(text[cut...]))
            #expect(WebSocketFeed.events(of: input) == [.message(.text, text)])
            #expect(WebSocketFeed.events(of: input, cuts: Array(input.indices)) == [.message(.text, text)])
        }
    }

    @Test(arguments: invalid)
    func illFormedTextFailsAtTheFirstByteThatShowsIt(_ text: [UInt8], known: Int) {
        // The frame announces a hundred bytes; the violation does not wait for them.
        let frame = WebSocketFeed.masked(.text, text + [UInt8](repeating: 0x61, count: 100 - text.count))
        var receiver = WebSocketReceiver(maxMessageBytes: 1000)
        for index in 0..<6 + known - 1 {
            #expect(WebSocketFeed.feed([frame[index]], to: &receiver) == [])
        }
        #expect(WebSocketFeed.feed([frame[6 + known - 1]], to: &receiver) == [Self.violation])
    }

    @Test(arguments: [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x61, 0xCE]] as [[UInt8]])
    func textMayNotEndInsideACharacter(_ text: [UInt8]) {
        let event = WebSocketEvent.violation(code: 1007, reason: "text ends inside a character")
        #expect(WebSocketFeed.events(of: WebSocketFeed.masked(.text, text)) == [event])
        let fragmented =
            WebSocketFeed.masked(.text, text, isFinal: false) + WebSocketFeed.masked(.continuation, [])
        #expect(WebSocketFeed.events(of: fragmented) == [event])
    }

    @Test func aFailureInOneMessageIsNotCarriedIntoBinary() {
        let input = WebSocketFeed.masked(.text, [0x61]) + WebSocketFeed.masked(.binary, [0xFF, 0xC3])
        #expect(WebSocketFeed.events(of: input) == [.message(.text, [0x61]), .message(.binary, [0xFF, 0xC3])])
    }

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
    func closeCodesThatMayBeSent(_ code: UInt16) {
        let payload = WebSocketFrameWriter.closePayload(code: code, reason: "bye")
        let input = WebSocketFeed.masked(.close, payload)
        #expect(WebSocketFeed.events(of: input) == [.close(code: code, reason: "bye")])
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
    func closeCodesThatMayNot(_ code: UInt16) {
        let input = WebSocketFeed.masked(.close, WebSocketFrameWriter.closePayload(code: code))
        let reason = "close code \(code) is not allowed"
        #expect(WebSocketFeed.events(of: input) == [.violation(code: 1002, reason: reason)])
    }
}
