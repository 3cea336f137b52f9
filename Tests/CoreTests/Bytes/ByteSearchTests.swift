import Testing

@testable import Core

/// The functions under test for arrays: a span cannot stand inside an expectation.
extension Array where Element == UInt8 {
    fileprivate func position(of byte: UInt8) -> Int? { span.firstIndex(of: byte) }
    fileprivate func position(of byte: UInt8, in range: Range<Int>) -> Int? { span.firstIndex(of: byte, in: range) }
    fileprivate func crlf(in range: Range<Int>) -> Int? { span.firstCRLF(in: range) }
    fileprivate func holds(_ literal: StaticString) -> Bool { span.equals(literal) }
    fileprivate func holds(_ literal: StaticString, in range: Range<Int>) -> Bool { span.equals(literal, in: range) }
    fileprivate func holds(_ other: [UInt8]) -> Bool { span.equals(other.span) }
    fileprivate func holdsInAnyCase(_ literal: StaticString) -> Bool { span.equalsIgnoringASCIICase(literal) }
    fileprivate func holdsInAnyCase(_ literal: StaticString, in range: Range<Int>) -> Bool {
        span.equalsIgnoringASCIICase(literal, in: range)
    }
    fileprivate func trimmed(_ range: Range<Int>) -> Range<Int> { span.trimmingOWS(range) }
    fileprivate func decimalNumber(in range: Range<Int>) -> Int? { span.decimal(in: range) }
    fileprivate func hexNumber(in range: Range<Int>) -> Int? { span.hexadecimal(in: range) }
}

@Suite("Byte search")
struct ByteSearchTests {
    @Test func findsAByteAtEveryPosition() {
        for length in 0..<40 {
            for position in 0..<length {
                var bytes = [UInt8](repeating: 0x41, count: length)
                bytes[position] = 0x40
                #expect(bytes.position(of: 0x40) == position)
                #expect(bytes.position(of: 0x40, in: position..<length) == position)
                #expect(bytes.position(of: 0x40, in: 0..<position) == nil)
                #expect(bytes.position(of: 0x40, in: (position + 1)..<length) == nil)
            }
        }
        // Neighbours that differ in one bit and the extremes must not be taken for one another.
        for byte in UInt8.min...UInt8.max {
            let bytes = [byte ^ 1, byte &+ 1, byte &- 1, byte ^ 0x80, byte ^ 1, byte ^ 1, byte, byte, byte]
            #expect(bytes.position(of: byte) == 6)
        }
    }

    @Test(
        "finds CRLF",
        arguments: [
            ("", nil), ("\r", nil), ("\n", nil), ("\r\n", 0), ("a\r\n", 1), ("a\n\r\n", 2), ("\r\r\n", 1),
            ("abcdefgh\r\nij\r\n", 8),
            ("a\rb\nc", nil),
        ] as [(String, Int?)]
    )
    func crlf(_ text: String, _ index: Int?) {
        let bytes = Array(text.utf8)
        #expect(bytes.crlf(in: 0..<bytes.count) == index)
    }

    @Test func crlfMustLieInTheRange() {
        let bytes = Array("ab\r\ncd".utf8)
        #expect(bytes.crlf(in: 0..<3) == nil)
        #expect(bytes.crlf(in: 3..<6) == nil)
        #expect(bytes.crlf(in: 2..<4) == 2)
    }

    @Test func compares() {
        let bytes = Array("Content-Length: [`@{".utf8)
        #expect(bytes.holds("Content", in: 0..<7))
        #expect(!bytes.holds("content", in: 0..<7))
        #expect(bytes.holdsInAnyCase("CONTENT-length", in: 0..<14))
        #expect(!bytes.holdsInAnyCase("content-lengt", in: 0..<14))
        // These differ from one another by the bit that tells the case of letters.
        #expect(!bytes.holdsInAnyCase("{@`[", in: 16..<20))
        #expect(Array("ab".utf8).holds("ab"))
        #expect(Array("AB".utf8).holdsInAnyCase("ab"))
        #expect(Array("AB".utf8).holds(Array("AB".utf8)))
        #expect(!Array("AB".utf8).holds(Array("AC".utf8)))
    }

    @Test(
        "trims optional white space",
        arguments: [
            ("", 0..<0), ("  ", 2..<2), (" a ", 1..<2), ("\t a b\t", 2..<5), ("a", 0..<1), ("\ra\n", 0..<3),
        ]
    )
    func trims(_ text: String, _ range: Range<Int>) {
        let bytes = Array(text.utf8)
        #expect(bytes.trimmed(0..<bytes.count) == range)
    }

    @Test(
        "numbers",
        arguments: [
            ("", nil, nil), ("0", 0, 0), ("007", 7, 7), ("12", 12, 0x12), ("1f", nil, 0x1F), ("-1", nil, nil),
            ("+1", nil, nil), (" 1", nil, nil),
            ("9223372036854775807", Int.max, nil), ("9223372036854775808", nil, nil),
            ("7fffffffffffffff", nil, Int.max),
            ("8000000000000000", 8_000_000_000_000_000, nil), ("Ff", nil, 255), ("g", nil, nil), (":", nil, nil),
            ("/", nil, nil),
        ] as [(String, Int?, Int?)]
    )
    func numbers(_ text: String, _ decimal: Int?, _ hexadecimal: Int?) {
        let bytes = Array(text.utf8)
        #expect(bytes.decimalNumber(in: 0..<bytes.count) == decimal)
        #expect(bytes.hexNumber(in: 0..<bytes.count) == hexadecimal)
    }
}
