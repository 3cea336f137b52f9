/// The grammar of strings, numbers and literals.
enum JSONScalars {
    /// Validates the string whose opening quote is at `start`; the index of its closing quote.
    @inline(__always)
    static func scanString(
        _ bytes: Span<UInt8>,
        at start: Int
    ) throws(JSONError) -> (closingQuote: Int, hasEscapes: Bool) {
        let stop = bytes.endOfPlainASCIIJSON(from: start &+ 1)
        if stop < bytes.count, bytes[stop] == UInt8(ascii: "\"") {
            return (stop, false)
        }
        return try scanRest(bytes, at: stop)
    }

    /// The part of a string from its first character that is not plain ASCII.
    private static func scanRest(
        _ bytes: Span<UInt8>,
        at start: Int
    ) throws(JSONError) -> (closingQuote: Int, hasEscapes: Bool) {
        var index = start
        var hasEscapes = false
        while true {
            guard index < bytes.count else {
                throw JSONError(.unexpectedEnd, at: index)
            }
            let byte = bytes[index]
            if byte >= 0x80 {
                guard let end = bytes.endOfNonASCII(from: index) else {
                    throw JSONError(.invalidUTF8, at: index)
                }
                index = end
            } else if byte == UInt8(ascii: "\"") {
                return (index, hasEscapes)
            } else if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                index = try scanEscape(bytes, at: index)
            } else if byte < 0x20 {
                throw JSONError(.controlCharacter, at: index)
            }
            index = bytes.endOfPlainASCIIJSON(from: index)
        }
    }

    /// Validates the escape whose backslash is at `start`, both halves of a surrogate pair together; the index after it.
    private static func scanEscape(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
        guard start + 1 < bytes.count else {
            throw JSONError(.unexpectedEnd, at: bytes.count)
        }
        switch bytes[start + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:  // " \ / b f n r t
            return start + 2
        case UInt8(ascii: "u"):
            let unit = try hexUnit(bytes, at: start)
            switch unit {
            case 0xD800...0xDBFF:
                let second = start + 6
                guard second + 1 < bytes.count, bytes[second] == 0x5C, bytes[second + 1] == UInt8(ascii: "u"),
                    case 0xDC00...0xDFFF = try hexUnit(bytes, at: second)
                else {
                    throw JSONError(.loneSurrogate, at: start)
                }
                return start + 12
            case 0xDC00...0xDFFF:
                throw JSONError(.loneSurrogate, at: start)
            default:
                return start + 6
            }
        default:
            throw JSONError(.invalidEscape, at: start)
        }
    }

    /// The number in the `\uXXXX` at `start`.
    private static func hexUnit(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for index in (start + 2)..<(start + 6) {
            guard index < bytes.count else {
                throw JSONError(.unexpectedEnd, at: bytes.count)
            }
            guard let digit = Hex.value(bytes[index]) else {
                throw JSONError(.invalidEscape, at: start)
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// Validates the number at `start` (RFC 8259 6); the index after it. What follows is the caller's to judge.
    @inline(__always)
    static func scanNumber(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> (end: Int, isInteger: Bool) {
        var index = start
        var isInteger = true
        if bytes[index] == UInt8(ascii: "-") {
            index &+= 1
        }
        let firstDigit = index
        index = try endOfDigits(bytes, from: index, numberAt: start)
        guard index == firstDigit + 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            throw JSONError(.invalidNumber, at: start)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index = try endOfDigits(bytes, from: index &+ 1, numberAt: start)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index &+= 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index &+= 1
            }
            index = try endOfDigits(bytes, from: index, numberAt: start)
        }
        return (index, isInteger)
    }

    /// The end of the one or more digits at `start`.
    @inline(__always)
    private static func endOfDigits(
        _ bytes: Span<UInt8>,
        from start: Int,
        numberAt number: Int
    ) throws(JSONError) -> Int {
        var index = start
        while index < bytes.count, bytes[index].isASCIIDigit {
            index &+= 1
        }
        guard index > start else {
            throw index == bytes.count ? JSONError(.unexpectedEnd, at: index) : JSONError(.invalidNumber, at: number)
        }
        return index
    }

    /// Validates `true`, `false` or `null` at `start`; the index after it.
    static func scanLiteral(
        _ literal: StaticString,
        _ bytes: Span<UInt8>,
        at start: Int
    ) throws(JSONError) -> Int {
        let end = start + literal.utf8CodeUnitCount
        guard end <= bytes.count, bytes.equals(literal, in: start..<end) else {
            throw JSONError(.unexpectedCharacter, at: start)
        }
        return end
    }
}
