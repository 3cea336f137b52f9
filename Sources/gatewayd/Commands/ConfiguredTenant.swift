import Core

extension Arguments {
    /// What `--config` holds.
    func configuration() throws -> ConfigurationLoadResult {
        Assembly.load(try required("--config"), environment: environment)
    }

    /// The tenant that `--tenant` names, of that configuration; nil when none of that id is in order there.
    func configuredTenant() throws -> TenantConfiguration? {
        try configuration().tenant(try required("--tenant"))
    }
}

extension ConfigurationLoadResult {
    /// The tenant of an id, if its file is in order.
    func tenant(_ id: String) -> TenantConfiguration? { configuration.tenants.first { $0.id == id } }
}
