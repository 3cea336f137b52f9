/// The text behind strings with escapes. Ranges are those of an `escapedString` entry, so every escape is known to be
/// well formed.
enum JSONText {
    /// The text of a string with escapes, as UTF-8.
    static func unescaped(_ bytes: [UInt8], in range: Range<Int>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var index = range.lowerBound
        while let backslash = bytes.span.firstIndex(of: UInt8(ascii: "\\"), in: index..<range.upperBound) {
            text.append(bytes: bytes.span, in: index..<backslash)
            let escape = scalar(bytes, at: backslash)
            append(escape.scalar, to: &text)
            index = escape.end
        }
        text.append(bytes: bytes.span, in: index..<range.upperBound)
        return text
    }

    /// Whether a string with escapes is the given text; nothing is allocated.
    static func equals(_ wanted: Span<UInt8>, _ bytes: [UInt8], in range: Range<Int>) -> Bool {
        // An escape is always longer than its UTF-8, and at most six times as long.
        guard range.count > wanted.count, range.count <= wanted.count &* 6 else {
            return false
        }
        var index = range.lowerBound
        var position = 0
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                guard position < wanted.count, wanted[position] == bytes[index] else {
                    return false
                }
                position += 1
                index += 1
                continue
            }
            let escape = scalar(bytes, at: index)
            index = escape.end
            for unit in UTF8.encode(escape.scalar) ?? Unicode.UTF8.encodedReplacementCharacter {
                guard position < wanted.count, wanted[position] == unit else {
                    return false
                }
                position += 1
            }
        }
        return position == wanted.count
    }

    /// The character of the escape at `start`, and the index after it.
    private static func scalar(_ bytes: [UInt8], at start: Int) -> (scalar: Unicode.Scalar, end: Int) {
        switch bytes[start + 1] {
        case UInt8(ascii: "b"): return ("\u{8}", start + 2)
        case UInt8(ascii: "f"): return ("\u{C}", start + 2)
        case UInt8(ascii: "n"): return ("\n", start + 2)
        case UInt8(ascii: "r"): return ("\r", start + 2)
        case UInt8(ascii: "t"): return ("\t", start + 2)
        case UInt8(ascii: "u"):
            let unit = hexUnit(bytes, at: start)
            guard unit & 0xFC00 == 0xD800 else {
                return (Unicode.Scalar(unit) ?? "\u{FFFD}", start + 6)
            }
            let low = hexUnit(bytes, at: start + 6)
            let whole = 0x10000 + ((unit & 0x3FF) << 10 | low & 0x3FF)
            return (Unicode.Scalar(whole) ?? "\u{FFFD}", start + 12)
        default: return (Unicode.Scalar(bytes[start + 1]), start + 2)
        }
    }

    private static func hexUnit(_ bytes: [UInt8], at start: Int) -> UInt32 {
        var unit: UInt32 = 0
        for index in (start + 2)..<(start + 6) {
            unit = unit << 4 | UInt32(Hex.value(bytes[index]) ?? 0)
        }
        return unit
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        if scalar.isASCII {
            text.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
            text.append(contentsOf: UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter)
        }
    }
}
