/// A header value with parameters, as `form-data; name="file"` (RFC 2045 5.1, RFC 9110 5.6.6).
struct MultipartHeaderValue: Sendable {
    /// More parameters than anybody sends, and few enough to search one by one.
    private static let maxParameters = 16

    /// What stands before the first semicolon, in lower case.
    let value: String
    /// Names in lower case, each once.
    private(set) var parameters: [(name: String, value: [UInt8])] = []

    /// Nil when the value is malformed or names a parameter twice. An empty parameter, as after a last semicolon, is
    /// passed over. A bare value goes up to white space or a semicolon, since boundaries and names with characters that
    /// would need quotes are sent without.
    init?(_ text: [UInt8]) {
        let bytes = text.span
        let semicolon = UInt8(ascii: ";")
        var index = bytes.firstIndex(of: semicolon) ?? bytes.count
        let main = text[bytes.trimmingOWS(0..<index)]
        guard !main.isEmpty, main.allSatisfy({ Self.isTokenCharacter($0) || $0 == UInt8(ascii: "/") }) else {
            return nil
        }
        value = String(decoding: main, as: UTF8.self).lowercased()
        while index < text.count {
            guard text[index] == semicolon else {
                return nil
            }
            index = bytes.trimmingOWS(index + 1..<text.count).lowerBound
            guard index < text.count, text[index] != semicolon else {
                continue
            }
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "="), in: index..<text.count), equals > index,
                text[index..<equals].allSatisfy(Self.isTokenCharacter)
            else {
                return nil
            }
            let name = String(decoding: text[index..<equals], as: UTF8.self).lowercased()
            index = equals + 1
            guard let value = Self.takeValue(text, at: &index), self[name] == nil,
                parameters.count < Self.maxParameters
            else {
                return nil
            }
            parameters.append((name, value))
            index = bytes.trimmingOWS(index..<text.count).lowerBound
        }
    }

    /// The value of a parameter.
    subscript(name: String) -> [UInt8]? {
        parameters.first { $0.name == name }?.value
    }

    /// RFC 9110 5.6.2.
    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 33, 35...39, 42, 43, 45, 46, 94...96, 124, 126: true
        default: false
        }
    }

    private static func takeValue(_ text: [UInt8], at index: inout Int) -> [UInt8]? {
        guard index < text.count, text[index] == UInt8(ascii: "\"") else {
            let rest = text[index...]
            let value = rest.prefix { $0 != UInt8(ascii: ";") && $0 != 32 && $0 != 9 }
            guard !value.isEmpty, !value.contains(UInt8(ascii: "\"")) else {
                return nil
            }
            index = value.endIndex
            return Array(value)
        }
        return takeQuoted(text, at: &index)
    }

    /// A backslash quotes a quote and a backslash only: old browsers send whole Windows paths as file names, in which
    /// it stands for itself.
    private static func takeQuoted(_ text: [UInt8], at index: inout Int) -> [UInt8]? {
        var value: [UInt8] = []
        index += 1
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                return value
            }
            if byte == UInt8(ascii: "\\"), index < text.count,
                text[index] == UInt8(ascii: "\"") || text[index] == UInt8(ascii: "\\")
            {
                value.append(text[index])
                index += 1
            } else {
                value.append(byte)
            }
        }
        return nil
    }
}
