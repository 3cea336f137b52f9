extension MultipartPartHead {
    /// Reads the value of a Content-Disposition field; nil when it is not form-data with a name.
    init?(contentDisposition: [UInt8]) {
        guard let header = MultipartHeaderValue(contentDisposition),
            header.value == "form-data",
            let nameBytes = header["name"],
            let name = String(decodingUTF8: Self.unescapeQuotes(nameBytes)),
            !name.isEmpty
        else {
            return nil
        }
        self.init(name: name)
        if let extended = header["filename*"] {
            guard let text = Self.decodeExtended(extended) else {
                return nil
            }
            filename = text
        } else if let plain = header["filename"] {
            // A name in some other encoding is no reason to lose the file.
            filename = String(decoding: Self.unescapeQuotes(plain), as: UTF8.self)
        }
    }

    /// Browsers write a quote in a name as `%22` and escape no percent sign (HTML 4.10.21.8), so that only this is
    /// undone. They write line ends as `%0D%0A`; these stay as they are, for a name with a line end serves nobody.
    private static func unescapeQuotes(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "%")) else {
            return bytes
        }
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: "%22".utf8) {
                out.append(UInt8(ascii: "\""))
                index += 3
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }

    /// `charset'language'percent-encoded` (RFC 8187 3.2) in one of the two character sets it ever had; RFC 7578 4.2
    /// tells clients not to send it, yet some do. Nil when malformed or holding control characters.
    private static func decodeExtended(_ bytes: [UInt8]) -> String? {
        let pieces = bytes.split(
            separator: UInt8(ascii: "'"),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard pieces.count == 3, let decoded = PercentCoding.decode(Array(pieces[2]).span),
            !decoded.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            return nil
        }
        switch String(decoding: pieces[0], as: UTF8.self).lowercased() {
        case "utf-8":
            return String(decodingUTF8: decoded)
        case "iso-8859-1":
            return String(String.UnicodeScalarView(decoded.map { Unicode.Scalar($0) }))
        default:
            return nil
        }
    }
}
