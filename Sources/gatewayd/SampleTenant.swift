import Core

/// A tenant made up to ask a dialect for its routes.
enum SampleTenant {
    static func routes(of type: any Dialect.Type) throws -> [Route] {
        let configuration = DialectConfiguration(dialect: type.name, auth: policies(type.name))
        let tenant = TenantConfiguration(id: "sample", name: "Sample", dialects: [configuration])
        let setup = DialectSetup(
            tenant: tenant,
            configuration: configuration,
            authenticator: try Authenticator(policies: configuration.auth, agents: []),
            roster: Roster([]),
            secret: [UInt8](repeating: 0, count: 32)
        )
        return try type.init(setup).routes
    }

    private static func policies(_ name: DialectName) -> [AuthPolicyConfiguration] {
        switch name {
        case .supportZenLive: [.sharedSecret([NamedSecret(name: "sample", secret: Secret("sample"))])]
        case .supportZenClient: [.hmacEmail(firstContact: .trust)]
        case .rooms: [.none, .agentToken]
        default: [.agentToken]
        }
    }
}
