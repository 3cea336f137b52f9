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
        let authority = port.map { "\(host):\($0)" } ?? host
        let lowered = origin.lowercased()
        return lowered == "http://" + authority || lowered == "https://" + authority
    }
}
