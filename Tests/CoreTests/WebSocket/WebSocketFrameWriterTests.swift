import Core
import Testing

@Suite struct WebSocketFrameWriterTests {
    private func written(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var out: [UInt8] = [0xEE]
        write(&out)
        return out
    }

    @Test func literalFrames() {
        let hello = Array("Hello".utf8)
        let (none, bytes): ([UInt8], [UInt8]) = ([], [0xFF, 0x00])
        let text = written { WebSocketFrameWriter.appendText(hello.span, into: &$0) }
        let binary = written { WebSocketFrameWriter.appendBinary(bytes.span, into: &$0) }
        let ping = written { WebSocketFrameWriter.appendPing(none.span, into: &$0) }
        let pong = written { WebSocketFrameWriter.appendPong(bytes.span, into: &$0) }
        let close = written { WebSocketFrameWriter.appendClose(code: 1000, reason: "ok", into: &$0) }
        let emptyClose = written { WebSocketFrameWriter.appendClose(code: nil, reason: "ok", into: &$0) }
        let fragment = written { WebSocketFrameWriter.append(.text, bytes.span, isFinal: false, into: &$0) }
        #expect(WebSocketFrameWriter.textFrame(hello) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(text == [0xEE, 0x81, 5, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(binary == [0xEE, 0x82, 2, 0xFF, 0x00])
        #expect(ping == [0xEE, 0x89, 0])
        #expect(pong == [0xEE, 0x8A, 2, 0xFF, 0x00])
        #expect(close == [0xEE, 0x88, 4, 0x03, 0xE8, 0x6F, 0x6B])
        #expect(emptyClose == [0xEE, 0x88, 0])
        #expect(fragment == [0xEE, 0x01, 2, 0xFF, 0x00])
    }

    @Test func aMaskedFrameOfTheRFC() {
        let hello = Array("Hello".utf8)
        let frame = written { WebSocketFrameWriter.appendMasked(.text, hello.span, key: 0x3D21_FA37, into: &$0) }
        #expect(frame == [0xEE, 0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    }

    @Test(
        arguments: [
            (125, [0x82, 125]), (126, [0x82, 126, 0, 126]), (65_535, [0x82, 126, 0xFF, 0xFF]),
            (65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(Int, [UInt8])]
    )
    func lengthsAreWrittenInTheirShortestForm(_ count: Int, header: [UInt8]) {
        let payload = [UInt8](repeating: 7, count: count)
        var out: [UInt8] = []
        WebSocketFrameWriter.appendBinary(payload.span, into: &out)
        #expect(Array(out.prefix(header.count)) == header)
        #expect(out.count == header.count + count)
        #expect(WebSocketFrameWriter.headerBytes(for: count) == header.count)
        #expect(WebSocketFeed.events(of: out, role: .client) == [.message(.binary, payload)])
    }

    @Test func controlFramesAreCutToWhatTheyMayHold() {
        let long = [UInt8](repeating: 1, count: 200)
        let ping = written { WebSocketFrameWriter.appendPing(long.span, into: &$0) }
        #expect(ping.count == 1 + 2 + 125)
        let reason = String(repeating: "x", count: 122) + "€"
        let close = WebSocketFrameWriter.closePayload(code: 4000, reason: reason)
        #expect(close == [0x0F, 0xA0] + [UInt8](repeating: UInt8(ascii: "x"), count: 122))
    }
}
