/// The forms of names in the configuration: tenant ids, hosts, paths, origins and the like.
enum ConfigForm {
    /// `[a-z0-9][a-z0-9-]{0,62}`: it names a folder.
    static func isTenantID(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// Letters, digits and `._@:-`, at most 128.
    static func isAgentID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "._@:-".utf8.contains($0) }
    }

    /// A host as clients send it, in lower case and without a port; nil and why not.
    static func host(_ text: String) -> (host: String?, problem: String) {
        if text.contains("://") { return (nil, "write the host alone, without a scheme") }
        if text.contains("*") { return (nil, "wildcards are not supported; write every host out") }
        if text.hasPrefix("[") {
            guard text.hasSuffix("]"), let address = PeerAddress(text), !address.isIPv4 else {
                return (nil, "write the IPv6 address in brackets, without a port")
            }
            return ("[\(address)]", "")
        }
        if text.contains(":") { return (nil, "write it without a port; the port of a request does not matter") }
        let host = text.lowercased()
        if PeerAddress(host) != nil { return (host, "") }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            host.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.utf8.first != UInt8(ascii: "-")
                    && label.utf8.last != UInt8(ascii: "-")
                    && label.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == 0x2D || $0 == 0x5F }
            }
        guard isName else { return (nil, "use letters, digits, '-' and '.' (other scripts in their xn-- form)") }
        return (host, "")
    }

    /// `/a/b`: starts with a slash, no slash at the end, nothing that would need escaping.
    static func isPathPrefix(_ text: String) -> Bool {
        guard text.hasPrefix("/"), text.utf8.count <= 256 else { return false }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy { segment in
            !segment.isEmpty && segment != "." && segment != ".."
                && segment.utf8.allSatisfy { isLetter($0) || isDigit($0) || "._~-".utf8.contains($0) }
        }
    }

    /// `scheme://host[:port]` in lower case, as browsers send it, or `*`.
    static func origin(_ text: String) -> String? {
        if text == "*" { return text }
        guard let separator = text.firstIndex(of: ":"), text[separator...].hasPrefix("://") else { return nil }
        let scheme = text[..<separator]
        let authority = text[separator...].dropFirst(3)
        guard let first = scheme.utf8.first, isLetter(first), !authority.isEmpty, text.utf8.count <= 512,
            scheme.utf8.allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) }),
            authority.utf8.allSatisfy({ isLetter($0) || isDigit($0) || "-._:[]".utf8.contains($0) })
        else { return nil }
        return text.lowercased()
    }

    /// Visible ASCII: what a header can carry without any doubt.
    static func isHeaderText(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) }
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
