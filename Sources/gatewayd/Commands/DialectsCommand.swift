import Adapters
import Core

/// `gatewayd dialects`: what this program speaks, and how each dialect shows the canonical facts.
enum DialectsCommand {
    static let command = Command(
        "dialects",
        synopsis: "[matrix]",
        summary: "List the dialects with their versions and routes, or the matrix of what each of them shows.",
        words: 0...1
    ) { arguments in
        switch arguments.words.first {
        case nil: StandardStreams.out(try list())
        case "matrix": StandardStreams.out(matrix())
        case let word?: throw UsageError("unknown argument '\(word)'; did you mean 'matrix'?")
        }
        return 0
    }

    private static func list() throws -> String {
        let schemas = DialectSchema.all(knownDialects: Catalog.dialects.map { $0.name.rawValue })
        var text = ""
        for type in Catalog.dialects {
            text += "\(type.name) \(type.version)\n"
            let schema = schemas.first { $0.name == type.name }
            text += "  options: \((schema?.keys ?? []).joined(separator: " "))\n"
            for route in try SampleTenant.routes(of: type) {
                text += "  \(Columns.padded(route.method.name ?? "", 7))\(route.pattern)  (\(route.audience))\n"
            }
        }
        return text
    }

    /// A Markdown table: rows are canonical facts, columns dialects.
    static func matrix() -> String {
        let types = Catalog.dialects
        var text = "| fact | " + types.map { $0.name.rawValue }.joined(separator: " | ") + " |\n"
        text += "|---" + String(repeating: "|---", count: types.count) + "|\n"
        for fact in CanonicalFact.allCases {
            let cells = types.map { type -> String in
                guard let entry = type.coverage.first(where: { $0.fact == fact }) else { return "not shown" }
                return entry.form.isEmpty ? entry.degree.rawValue : "\(entry.degree.rawValue): \(entry.form)"
            }
            text += "| \(fact.rawValue) | " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }
}

/// `gatewayd routes`: what one tenant answers.
enum RoutesCommand {
    static let command = Command(
        "routes",
        summary: "List what a tenant answers: method, path, dialect, who may.",
        flags: [CommonFlags.config, CommonFlags.tenant]
    ) { arguments in
        let id = try arguments.required("--tenant")
        let result = try arguments.configuration()
        guard let tenant = result.tenant(id) else {
            for diagnostic in result.diagnostics where diagnostic.isError { StandardStreams.error("\(diagnostic)\n") }
            throw Failure("there is no tenant '\(id)' in order")
        }
        let snapshot = try Assembly.snapshot(tenant, secret: [UInt8](repeating: 0, count: 32))
        let rows = snapshot.routes.entries.map { entry -> [String] in
            let dialect = type(of: snapshot.dialects[entry.dialect]).name
            let hosts = tenant.dialect(dialect)?.hosts?.joined(separator: " ")
            return [
                entry.route.method.name ?? "",
                entry.path,
                "\(dialect)",
                entry.route.audience,
            ] + (hosts.map { ["on \($0)"] } ?? [])
        }
        StandardStreams.out(Columns.table(rows))
        return 0
    }
}

/// Text in columns.
enum Columns {
    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    static func table(_ rows: [[String]]) -> String {
        guard let count = rows.map(\.count).max() else { return "" }
        let widths = (0..<count).map { column in
            (rows.compactMap { $0.count > column ? $0[column].count : nil }.max() ?? 0) + 2
        }
        return rows.map { row in
            row.enumerated().map { $0.offset == row.count - 1 ? $0.element : padded($0.element, widths[$0.offset]) }
                .joined() + "\n"
        }
        .joined()
    }
}
