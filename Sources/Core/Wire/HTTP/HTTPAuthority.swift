/// The host and port of a `Host` field or an absolute target, checked.
struct HTTPAuthority: Sendable {
    /// Never empty; an IPv6 address with its brackets.
    let host: Range<Int>
    /// The digits behind the colon, if any.
    let port: Range<Int>?

    /// Takes DNS names, IPv4 addresses and bracketed IPv6 addresses with an optional port (RFC 3986 section 3.2). Other
    /// registered names (percent-encoded, with commas and such) and user information name no host that is served.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return nil }
        var index = range.lowerBound
        if bytes[index] == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]"), in: range), end > index + 2 else { return nil }
            for position in index + 1..<end where !Self.isAddressByte(bytes[position]) { return nil }
            index = end + 1
        } else {
            while index < range.upperBound, Self.isNameByte(bytes[index]) { index += 1 }
            guard index > range.lowerBound else { return nil }
        }
        host = range.lowerBound..<index
        guard index < range.upperBound else {
            port = nil
            return
        }
        let digits = index + 1..<range.upperBound
        guard bytes[index] == HTTPSyntax.colon, digits.count <= 5 else { return nil }
        guard digits.isEmpty || bytes.decimal(in: digits).map({ $0 <= 65_535 }) == true else { return nil }
        port = digits.isEmpty ? nil : digits
    }

    /// The unreserved characters of RFC 3986.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        HTTPSyntax.isLetter(byte) || byte.isASCIIDigit
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "~")
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        Hex.value(byte) != nil || byte == HTTPSyntax.colon || byte == UInt8(ascii: ".")
    }
}
