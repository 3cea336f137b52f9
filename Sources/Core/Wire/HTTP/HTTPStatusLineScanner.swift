/// Walks a status line, `HTTP/1.x SP code [SP reason] CRLF` (RFC 9112 section 4), byte by byte and resumably. Positions
/// are those of the whole head: the index in the present input plus `base`.
struct HTTPStatusLineScanner: Sendable {
    private(set) var code: UInt16 = 0
    private(set) var minorVersion: UInt8 = 0
    private var sawCarriageReturn = false

    mutating func scan(_ input: Span<UInt8>, _ index: inout Int, base: Int, limit: Int) -> HTTPScan {
        while index < input.count {
            let byte = input[index]
            let position = index + base
            index += 1
            if sawCarriageReturn {
                return byte == HTTPSyntax.lineFeed ? .done : .failed(.bareCarriageReturn)
            }
            if position >= 12, byte == HTTPSyntax.carriageReturn {
                sawCarriageReturn = true
                continue
            }
            guard position < limit else { return .failed(.statusLineTooLong) }
            guard take(byte, at: position) else {
                return .failed(byte == HTTPSyntax.lineFeed ? .bareLineFeed : .invalidStatusLine)
            }
        }
        return .needMore
    }

    private mutating func take(_ byte: UInt8, at position: Int) -> Bool {
        let digit = byte &- 0x30
        switch (position, byte) {
        case (0, 0x48), (1, 0x54), (2, 0x54), (3, 0x50), (4, 0x2F), (5, 0x31), (6, 0x2E):  // "HTTP/1."
            break
        case (7, _) where digit < 10:
            minorVersion = digit
        case (8, HTTPSyntax.space), (12, HTTPSyntax.space):
            break
        case (9, _) where digit >= 1 && digit < 6, (10, _) where digit < 10, (11, _) where digit < 10:
            code = code * 10 + UInt16(digit)
        default:
            return position > 12 && HTTPSyntax.isFieldByte(byte)
        }
        return true
    }
}
