@testable import Core

/// A configuration folder in memory, and short ways to load and look at it.
struct ConfigurationFolder: Sendable {
    static let allPlugins = """
        plugins:
          supportzen-live: {}
          supportzen-client: {}
          localpro: {}
          rooms: {}
          chat-module: {}
        """

    /// Contents by path below the folder.
    var contents: [String: [UInt8]]

    init(plugins: String = allPlugins, tenants: [String: String] = [:], others: [String: String] = [:]) {
        contents = ["plugins.yaml": Array(plugins.utf8)]
        for (name, text) in tenants { contents["tenants/\(name)"] = Array(text.utf8) }
        for (name, text) in others { contents[name] = Array(text.utf8) }
    }

    var files: ConfigurationFiles {
        let contents = contents
        return ConfigurationFiles(
            readFile: { path, limit throws(ConfigurationFiles.Failure) in
                guard path.hasPrefix("/etc/gatewayd/"), let bytes = contents[String(path.dropFirst(14))] else {
                    throw .missing
                }
                guard bytes.count <= limit else { throw .tooLarge }
                return bytes
            },
            listDirectory: { path throws(ConfigurationFiles.Failure) in
                guard path == "/etc/gatewayd/tenants" else { throw .missing }
                let names = contents.keys.filter { $0.hasPrefix("tenants/") }
                guard !names.isEmpty else { throw .missing }
                return names.map { String($0.dropFirst(8)) }.reversed()
            }
        )
    }

    func load(_ environment: [String: String] = [:], knownDialects: [String] = []) -> ConfigurationLoadResult {
        ConfigurationLoader(files: files, knownDialects: knownDialects)
            .load(directory: "/etc/gatewayd", environment: environment)
    }

    /// Loads one tenant's file, `tenants/t.yaml`.
    static func load(_ tenant: String, plugins: String = allPlugins, _ environment: [String: String] = [:])
        -> ConfigurationLoadResult
    {
        ConfigurationFolder(plugins: plugins, tenants: ["t.yaml": tenant]).load(environment)
    }
}

extension ConfigurationLoadResult {
    /// Every complaint as it is printed.
    var lines: [String] { diagnostics.map(\.description) }

    /// The one tenant of a good folder.
    var onlyTenant: TenantConfiguration? { configuration.tenants.count == 1 ? configuration.tenants.first : nil }
}
