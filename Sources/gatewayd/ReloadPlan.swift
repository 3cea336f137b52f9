import Core

/// What a reload asks for: new states where files are in order, old ones where they are not.
struct ReloadPlan {
    private(set) var tenants: [TenantConfiguration] = []
    private(set) var diagnostics: [ConfigDiagnostic]
    /// Tenants whose last good state stays.
    private(set) var kept: [String] = []

    init(
        _ result: ConfigurationLoadResult,
        current: [TenantConfiguration],
        routeProblems: [ConfigDiagnostic]
    ) {
        diagnostics = result.diagnostics + routeProblems
        guard result.isComplete else {
            tenants = current
            kept = current.map(\.id)
            return
        }
        let unroutable = Set(routeProblems.map(\.file))
        var broken: [TenantFileStatus] = []
        for file in result.files {
            if let configuration = file.configuration, !unroutable.contains(configuration.sourceFile) {
                tenants.append(configuration)
            } else {
                broken.append(file)
            }
        }
        for file in broken {
            if let old = Self.last(file, current) { keep(old) }
        }
    }

    /// The running state of a broken file: by the id it names, else by the file.
    private static func last(_ file: TenantFileStatus, _ current: [TenantConfiguration]) -> TenantConfiguration? {
        let id = file.configuration?.id ?? file.tenantID
        return current.first { $0.id == id } ?? current.first { $0.sourceFile == file.file }
    }

    private mutating func keep(_ old: TenantConfiguration) {
        guard !tenants.contains(where: { $0.id == old.id }) else { return }
        if let rival = tenants.first(where: { $0.conflict(with: old) != nil }), let what = rival.conflict(with: old) {
            diagnostics.append(
                ConfigDiagnostic(
                    file: old.sourceFile,
                    mark: nil,
                    severity: .error,
                    message: "tenant '\(old.id)' cannot stay as it was: '\(rival.id)' has its \(what) now"
                )
            )
            return
        }
        tenants.append(old)
        kept.append(old.id)
    }
}
