import Testing

@testable import Core

@Suite("Byte appending and decoding")
struct ByteAppendingTests {
    @Test func appendsText() {
        var bytes: [UInt8] = []
        bytes.append(ascii: "GET ")
        bytes.append(utf8: "/\u{E9}")
        bytes.append(bytes: [1, 2, 3].span)
        bytes.append(bytes: [1, 2, 3, 4].span, in: 1..<3)
        bytes.append(bytes: [7, 8, 9][1...])
        bytes.append(ascii: "")
        bytes.append(utf8: "")
        #expect(bytes == Array("GET /\u{E9}".utf8) + [1, 2, 3, 2, 3, 8, 9])
    }

    @Test("decimal", arguments: [0, 1, 9, 10, 99, 100, -1, -10, 18_446_744, Int.max, Int.min])
    func decimal(_ number: Int) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number)
        #expect(String(decoding: bytes, as: UTF8.self) == String(number))
    }

    @Test func largestDecimal() {
        var bytes: [UInt8] = []
        bytes.append(decimal: UInt64.max)
        #expect(String(decoding: bytes, as: UTF8.self) == "18446744073709551615")
    }

    @Test("hexadecimal", arguments: [0, 1, 15, 16, 255, 256, 4_095, 0xDEAD_BEEF, UInt.max])
    func hexadecimal(_ number: UInt) {
        var bytes: [UInt8] = []
        bytes.append(hex: number)
        #expect(String(decoding: bytes, as: UTF8.self) == String(number, radix: 16))
    }

    @Test func decodesOnlyWellFormedText() {
        #expect(String(decodingUTF8: Array("h\u{E9}\u{1F600}".utf8)) == "h\u{E9}\u{1F600}")
        #expect(String(decodingUTF8: Array("hello".utf8), in: 1..<3) == "el")
        #expect(String(decodingUTF8: Array("hello".utf8)[3...]) == "lo")
        #expect(String(decodingUTF8: [] as [UInt8]) == "")
        #expect(String(decodingUTF8: [0x61, 0xFF]) == nil)
        #expect(String(decodingUTF8: [0xED, 0xA0, 0x80]) == nil)
        #expect(String(decodingUTF8: [0xC3, 0xA9], in: 0..<1) == nil)
    }
}
