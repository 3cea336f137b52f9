import Testing

@testable import Core

/// The repository's own folder has to load as it is.
struct DemoTenantsTests {
    /// The package's folder, told from where this file stands.
    private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }

    @Test func repositoryLoadsWithoutErrors() {
        let result = ConfigurationLoader(files: .system).load(directory: Self.root, environment: [:])
        #expect(result.lines.filter { $0.contains(": error: ") } == [])
        #expect(result.diagnostics.filter { ![.defaultSecret, .unsafe].contains($0.topic) } == [])
        #expect(result.diagnostics.filter { $0.isUnsafe }.map(\.file) == ["tenants/acme.yaml", "tenants/rooms.yaml"])
        #expect(result.configuration.tenants.map(\.id) == ["acme", "localpro", "rooms", "zen"])
        for tenant in result.configuration.tenants {
            #expect(tenant.hosts == ["\(tenant.id).localhost"])
            #expect(tenant.pathPrefix == "/\(tenant.id)")
        }
        #expect(result.configuration.tenants.map(\.dialects.count) == [5, 1, 1, 2])
        let documented = Rate(100, per: .seconds(900))
        #expect(result.configuration.tenants.allSatisfy { $0.limits.guestWrite == documented })
    }
}
