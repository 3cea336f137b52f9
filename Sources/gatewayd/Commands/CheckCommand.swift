import Core

/// `gatewayd check`: says everything that is wrong with a configuration, at once.
enum CheckCommand {
    static let command = Command(
        "check",
        summary: "Check the configuration and list everything that is wrong with it.",
        details: """
            Reads plugins.yaml and tenants/*.yaml, builds every route table, and prints each problem with its file, line
            and column. Exits 0 when there is no error, 1 otherwise. With --strict warnings count too: open admin
            access, secrets that are still their defaults, weak keys.
            """,
        flags: [CommonFlags.config, Flag("--strict", help: "treat warnings as errors")]
    ) { arguments in
        let result = try arguments.configuration()
        let diagnostics = result.diagnostics + Assembly.routeProblems(result)
        for diagnostic in diagnostics { StandardStreams.error("\(diagnostic)\n") }
        let errors = diagnostics.filter(\.isError).count
        let warnings = diagnostics.count - errors
        let tenants = result.configuration.tenants.count
        if errors > 0 || (arguments.isSet("--strict") && warnings > 0) {
            StandardStreams.error("\(count(errors, "error")), \(count(warnings, "warning"))\n")
            return 1
        }
        StandardStreams.out("ok: \(count(tenants, "tenant")), \(count(warnings, "warning"))\n")
        return 0
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
