/// Hexadecimal text: written in lower case, read in either case.
package enum Hex {
    /// Two digits for each byte.
    package static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        encode(bytes, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Two digits for each byte.
    package static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes.span)
    }

    /// Appends two digits for each byte.
    package static func encode(_ bytes: Span<UInt8>, into out: inout [UInt8]) {
        for index in bytes.indices {
            out.append(digit(bytes[index] >> 4))
            out.append(digit(bytes[index] & 15))
        }
    }

    /// The bytes of an even number of digits; nil for anything else.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var index = 0
        while index < text.count {
            guard let high = value(text[index]), let low = value(text[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
            index += 2
        }
        return bytes
    }

    /// The bytes of an even number of digits; nil for anything else.
    package static func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8).span)
    }

    /// The digit of a number below 16.
    static func digit(_ number: UInt8) -> UInt8 {
        number < 10 ? 48 &+ number : 87 &+ number
    }

    /// The number of a digit.
    package static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit &- 48
        case 65...70: digit &- 55
        case 97...102: digit &- 87
        default: nil
        }
    }
}
