/// Everything of a tenant that does not change while it lives: configuration, dialects, routes, turn rules.
/// A reload makes a new one; requests keep the one they began with.
package final class TenantSnapshot: Sendable {
    package let configuration: TenantConfiguration
    package let dialects: [any Dialect]
    /// The limits of each of them.
    package let limits: [LimitsConfiguration]
    package let routes: RouteTable
    package let rules: TurnRules
    /// Signs URLs; the tenant's own.
    package let secret: [UInt8]
    /// How much of a request's head may be there.
    let headLimits: HTTPLimits
    /// `Access-Control-…` and such, by configuration.
    package let origins: OriginPolicy

    package init(
        configuration: TenantConfiguration,
        dialects: [any Dialect],
        routes: RouteTable,
        rules: TurnRules,
        secret: [UInt8]
    ) {
        self.configuration = configuration
        self.dialects = dialects
        limits = dialects.map { configuration.limits(of: type(of: $0).name) }
        self.routes = routes
        self.rules = rules
        self.secret = secret
        headLimits = HTTPLimits(configuration.sizes)
        origins = OriginPolicy(configuration.origins)
    }

    package var id: String { configuration.id }
}

extension HTTPLimits {
    /// What a tenant allows.
    init(_ sizes: SizesConfiguration) {
        self.init(requestLine: sizes.requestLine, headers: sizes.headers, headerFields: sizes.headerFields)
    }

    /// Wide enough for heads that either would let in.
    func union(_ other: HTTPLimits) -> HTTPLimits {
        HTTPLimits(
            requestLine: max(requestLine, other.requestLine),
            headers: max(headers, other.headers),
            headerFields: max(headerFields, other.headerFields),
            body: max(body, other.body)
        )
    }
}
