/// Where a webhook goes: the parts of an `http` or `https` URL.
package struct WebhookTarget: Sendable, Equatable {
    package let isEncrypted: Bool
    /// A name, or an address without brackets.
    package let host: String
    package let port: UInt16
    /// What the `Host` field says: the port only where it is not the scheme's own.
    package let authority: String
    /// Path and query.
    package let path: String

    /// Nil for what the configuration refuses too: other schemes, user names, fragments, bad ports.
    package init?(_ url: String) {
        let isPlain = url.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isPlain, !url.contains("#"), let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
            return nil
        }
        switch url[..<colon].lowercased() {
        case "http": isEncrypted = false
        case "https": isEncrypted = true
        default: return nil
        }
        let rest = url[url.index(colon, offsetBy: 3)...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let tail = rest[end...]
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        guard let place = Self.place(rest[..<end]) else { return nil }
        host = place.host
        let standard: UInt16 = isEncrypted ? 443 : 80
        port = place.port ?? standard
        let name = place.host.contains(":") ? "[\(place.host)]" : place.host
        authority = port == standard ? name : "\(name):\(port)"
    }

    private static func place(_ authority: Substring) -> (host: String, port: UInt16?)? {
        guard !authority.contains("@") else { return nil }
        var host = authority
        var suffix = Substring()
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[..<end].dropFirst()
            suffix = authority[authority.index(after: end)...]
            guard host.contains(":"), PeerAddress(String(host)) != nil else { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            suffix = authority[colon...]
        }
        guard !host.isEmpty else { return nil }
        if suffix.isEmpty { return (host.lowercased(), nil) }
        let digits = suffix.dropFirst()
        guard suffix.first == ":", digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits),
            port > 0
        else { return nil }
        return (host.lowercased(), port)
    }
}
