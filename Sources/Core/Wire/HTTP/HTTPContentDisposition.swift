/// Writes `Content-Disposition` (RFC 6266) for a file name that a client once chose.
package enum HTTPContentDisposition: String, Sendable {
    case inline, attachment

    /// The field's value. A name that is not plain ASCII is given twice: `filename` with `_` for what does not fit, and
    /// `filename*` in UTF-8 (RFC 8187), which browsers prefer. Control and direction characters are dropped and path
    /// separators replaced, so that what is shown and saved is one honest name.
    package func value(filename: String) -> String {
        let name = Self.cleaned(filename)
        var fallback = ""
        for scalar in name.unicodeScalars {
            let fits = scalar.isASCII && scalar != "\"" && scalar != "%"
            fallback.unicodeScalars.append(fits ? scalar : "_")
        }
        let plain = "\(rawValue); filename=\"\(fallback)\""
        return fallback == name ? plain : plain + "; filename*=UTF-8''" + PercentCoding.encode(name, for: .query)
    }

    private static func cleaned(_ filename: String) -> String {
        var name = ""
        for scalar in filename.unicodeScalars {
            switch scalar.value {
            case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: break
            case 0x2F, 0x5C: name.unicodeScalars.append("_")
            default: name.unicodeScalars.append(scalar)
            }
        }
        let hasName = name.unicodeScalars.contains { $0 != "." && $0 != " " }
        return hasName ? name : "download"
    }
}
