/// Base64 (RFC 4648), read strictly: no white space, no foreign characters, no bits left over.
package enum Base64 {
    /// Which two characters stand for 62 and 63.
    package enum Alphabet: Sendable {
        /// `+` and `/` (RFC 4648 4).
        case standard
        /// `-` and `_` (RFC 4648 5).
        case url
    }

    /// What a reader expects of the `=` signs at the end.
    package enum Padding: Sendable {
        /// They must be there.
        case required
        /// They must not be there.
        case forbidden
        /// Either all of them or none.
        case optional
    }

    /// Encodes bytes, by default with padding in the standard alphabet only, as both are mostly used.
    package static func encode(
        _ bytes: Span<UInt8>,
        _ alphabet: Alphabet = .standard,
        padded: Bool? = nil
    ) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        encode(bytes, alphabet, padded: padded, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Encodes bytes, by default with padding in the standard alphabet only.
    package static func encode(_ bytes: [UInt8], _ alphabet: Alphabet = .standard, padded: Bool? = nil) -> String {
        encode(bytes.span, alphabet, padded: padded)
    }

    /// Appends the encoding of bytes.
    package static func encode(
        _ bytes: Span<UInt8>,
        _ alphabet: Alphabet = .standard,
        padded: Bool? = nil,
        into out: inout [UInt8]
    ) {
        let padded = padded ?? (alphabet == .standard)
        var index = 0
        while index + 3 <= bytes.count {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            out.append(character(group >> 18, alphabet))
            out.append(character(group >> 12, alphabet))
            out.append(character(group >> 6, alphabet))
            out.append(character(group, alphabet))
            index += 3
        }
        let left = bytes.count - index
        guard left > 0 else {
            return
        }
        let group = UInt32(bytes[index]) << 16 | (left == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
        out.append(character(group >> 18, alphabet))
        out.append(character(group >> 12, alphabet))
        if left == 2 {
            out.append(character(group >> 6, alphabet))
        } else if padded {
            out.append(UInt8(ascii: "="))
        }
        if padded {
            out.append(UInt8(ascii: "="))
        }
    }

    /// Decodes text; nil when any character, the length, the padding or a left-over bit is not as it must be.
    package static func decode(
        _ text: Span<UInt8>,
        _ alphabet: Alphabet = .standard,
        padding: Padding = .optional
    ) -> [UInt8]? {
        var end = text.count
        while end > 0, text.count - end < 2, text[end - 1] == UInt8(ascii: "=") {
            end -= 1
        }
        let signs = text.count - end
        let left = end % 4
        guard left != 1 else {
            return nil
        }
        let wanted = left == 0 ? 0 : 4 - left
        guard signs == wanted && padding != .forbidden || signs == 0 && (wanted == 0 || padding != .required) else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount = 0
        for index in 0..<end {
            guard let number = value(text[index], alphabet) else {
                return nil
            }
            bits = bits << 6 | UInt32(number)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
                bits &= (1 << UInt32(bitCount)) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    /// Decodes text; nil when any character, the length, the padding or a left-over bit is not as it must be.
    package static func decode(
        _ text: String,
        _ alphabet: Alphabet = .standard,
        padding: Padding = .optional
    ) -> [UInt8]? {
        decode(Array(text.utf8).span, alphabet, padding: padding)
    }

    private static func character(_ bits: UInt32, _ alphabet: Alphabet) -> UInt8 {
        let number = UInt8(truncatingIfNeeded: bits & 63)
        switch number {
        case 0..<26: return number &+ 65
        case 26..<52: return number &+ 71
        case 52..<62: return number &- 4
        case 62: return alphabet == .standard ? 43 : 45
        default: return alphabet == .standard ? 47 : 95
        }
    }

    private static func value(_ character: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch (character, alphabet) {
        case (65...90, _): character &- 65
        case (97...122, _): character &- 71
        case (48...57, _): character &+ 4
        case (43, .standard), (45, .url): 62
        case (47, .standard), (95, .url): 63
        default: nil
        }
    }
}
