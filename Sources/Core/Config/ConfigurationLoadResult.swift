/// What a configuration folder says: the good tenants, and everything that is wrong with the rest.
package struct ConfigurationLoadResult: Sendable {
    /// The tenants whose files are in order.
    package let configuration: DaemonConfiguration
    /// Everything found in any file, by file and place.
    package let diagnostics: [ConfigDiagnostic]
    /// One entry a file, sorted by name, for a reload that keeps what ran before where a file is broken.
    package let files: [TenantFileStatus]
    /// Whether `plugins.yaml` and the list of tenants could be read. If not, nothing can be concluded from a tenant
    /// that is missing here, and a reload leaves everything as it is.
    package let isComplete: Bool

    package var hasErrors: Bool { diagnostics.contains { $0.isError } }
}

/// What became of one file in `tenants/`.
package struct TenantFileStatus: Sendable {
    /// Relative to the configuration folder.
    package let file: String
    /// Whose file it is, as far as it could be read; present also in a broken one.
    package let tenantID: String?
    /// Nil when the file, or `plugins.yaml` that it builds on, is broken.
    package let configuration: TenantConfiguration?
    /// The file as it was read; it may hold secrets.
    package let content: [UInt8]
}

extension TenantConfiguration {
    /// What two tenants both claim, or nil. The loader has reported it for files that it read together; a reload asks
    /// again when it keeps an older state of one of them.
    package func conflict(with other: TenantConfiguration) -> String? {
        if id == other.id { return "tenant '\(id)'" }
        if let host = hosts.first(where: { other.hosts.contains($0) }) { return "host '\(host)'" }
        if let pathPrefix, pathPrefix == other.pathPrefix { return "path_prefix '\(pathPrefix)'" }
        return nil
    }
}
