/// Percent-encoding (RFC 3986 2.1).
package enum PercentCoding {
    /// Where encoded text will stand; decides which characters may stay as they are.
    package enum Component: Sendable {
        /// One segment of a path: unreserved characters, `:` and `@`; `/`, `?` and `%` never come out bare.
        case path
        /// A name or value in a query: unreserved characters only; a space becomes `%20`, never `+`.
        case query
    }

    /// Decodes once. Nil when a `%` is not followed by two hexadecimal digits; the result may be any bytes, `/`, NUL
    /// and ill-formed UTF-8 included, so that callers decide what they take. With `plusIsSpace` a `+` is a space, as in
    /// form-encoded text.
    package static func decode(_ text: Span<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < text.count,
                    let high = Hex.value(text[index + 1]),
                    let low = Hex.value(text[index + 2])
                else {
                    return nil
                }
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(plusIsSpace && byte == UInt8(ascii: "+") ? 32 : byte)
                index += 1
            }
        }
        return out
    }

    /// Decodes once into a string; nil when malformed or when the result is not UTF-8.
    package static func decodeString(_ text: Span<UInt8>, plusIsSpace: Bool = false) -> String? {
        guard let bytes = decode(text, plusIsSpace: plusIsSpace) else {
            return nil
        }
        return String(decodingUTF8: bytes)
    }

    /// Encodes a string for one component.
    package static func encode(_ string: String, for component: Component) -> String {
        var out: [UInt8] = []
        encode(string, for: component, into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends a string encoded for one component, with upper case digits (RFC 3986 2.1).
    package static func encode(_ string: String, for component: Component, into out: inout [UInt8]) {
        for byte in string.utf8 {
            if staysAsItIs(byte, in: component) {
                out.append(byte)
            } else {
                out.append(UInt8(ascii: "%"))
                out.append(upperDigit(byte >> 4))
                out.append(upperDigit(byte & 15))
            }
        }
    }

    /// RFC 3986 2.3, and in a path the `:` and `@` that ids and addresses hold (3.3).
    private static func staysAsItIs(_ byte: UInt8, in component: Component) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 46, 95, 126: true
        case 58, 64: component == .path
        default: false
        }
    }

    private static func upperDigit(_ number: UInt8) -> UInt8 {
        number < 10 ? 48 &+ number : 55 &+ number
    }
}
