/// Which browser origins may call a tenant.
package struct OriginPolicy: Sendable {
    private let allowed: Set<String>
    private let allowsAny: Bool

    package init(_ origins: [String]) {
        allowed = Set(origins.map { $0.lowercased() })
        allowsAny = allowed.contains("*")
    }

    /// Whether CORS is configured at all.
    package var isConfigured: Bool { allowsAny || !allowed.isEmpty }

    /// The value of `Access-Control-Allow-Origin` for an origin, nil when it is not allowed.
    package func allowance(for origin: String) -> String? {
        if allowsAny { return "*" }
        return allowed.contains(origin.lowercased()) ? origin : nil
    }

    /// Whether an upgrade may come from here: no origin (not a browser), the same origin, or a listed one.
    package func admitsUpgrade(origin: String?, host: String?, port: Int?) -> Bool {
        guard let origin else { return true }
        if allowance(for: origin) != nil { return true }
        guard let host else { return false }
        let lowered = origin.lowercased()
        return Self.isSame(lowered, "http://", host, port, standard: 80)
            || Self.isSame(lowered, "https://", host, port, standard: 443)
    }

    /// The scheme's own port may be said or left out (RFC 6454, section 4).
    private static func isSame(_ origin: String, _ scheme: String, _ host: String, _ port: Int?, standard: Int) -> Bool
    {
        guard origin.hasPrefix(scheme) else { return false }
        let own = port == standard ? nil : port
        let authority = own.map { "\(host):\($0)" } ?? host
        let given = origin.dropFirst(scheme.count)
        return given == authority || own == nil && given == "\(host):\(standard)"
    }
}
