/// Reads `plugins.yaml` and every file in `tenants/`, and never stops at the first error.
package struct ConfigurationLoader: Sendable {
    package static let pluginsFile = "plugins.yaml"
    package static let tenantsFolder = "tenants"

    private let files: ConfigurationFiles
    private let vocabulary: ConfigurationVocabulary

    /// `knownDialects` are dialects beyond the built-in five (common keys, any policy); `webhookEvents` the names that
    /// webhooks may ask for, or nothing to accept every name of the right form.
    package init(files: ConfigurationFiles, knownDialects: [String] = [], webhookEvents: [String] = []) {
        self.files = files
        vocabulary = ConfigurationVocabulary(
            schemas: DialectSchema.all(knownDialects: knownDialects),
            webhookEvents: webhookEvents
        )
    }

    /// Loads the folder. `environment` is what `${NAME}` is looked up in; `running` are the tenants as they are served
    /// now, from whom no other file takes what they have.
    package func load(
        directory: String,
        environment: [String: String],
        running: [TenantConfiguration] = []
    ) -> ConfigurationLoadResult {
        func context(_ file: String) -> ReadingContext {
            ReadingContext(file: file, directory: directory, environment: environment, files: files)
        }
        let pluginsContext = context(Self.pluginsFile)
        let plugins = plugins(in: pluginsContext)
        let folderContext = context(Self.tenantsFolder)
        let names = tenantFiles(in: folderContext)
        var tenants: [LoadedTenant] = []
        for name in names ?? [] {
            let fileContext = context("\(Self.tenantsFolder)/\(name)")
            tenants.append(tenant(in: fileContext, plugins: plugins))
        }
        reportConflicts(among: tenants, running)
        let pluginsAreSound = !pluginsContext.hasErrors
        let statuses = tenants.map { tenant in
            let isSound = pluginsAreSound && !tenant.context.hasErrors
            return TenantFileStatus(
                file: tenant.context.file,
                tenantID: tenant.reading.id,
                configuration: isSound ? tenant.reading.configuration : nil,
                content: tenant.content
            )
        }
        let contexts = [pluginsContext, folderContext] + tenants.map(\.context)
        return ConfigurationLoadResult(
            configuration: DaemonConfiguration(
                plugins: (plugins ?? [:]).keys.sorted(),
                tenants: statuses.compactMap(\.configuration)
            ),
            diagnostics: contexts.flatMap { Self.sorted($0.diagnostics) },
            files: statuses,
            isComplete: pluginsAreSound && names != nil
        )
    }

    /// One tenant's file on its way through the loader.
    private struct LoadedTenant {
        let context: ReadingContext
        let reading: TenantReading
        let content: [UInt8]
    }

    /// The dialects that the daemon may speak; nil when their file could not be made out at all.
    private func plugins(in context: ReadingContext) -> [DialectName: DialectSettings]? {
        guard let (document, _) = document(in: context), document.issues.isEmpty else { return nil }
        guard let root = document.root,
            let reader = MappingReader(root, "plugins.yaml", keys: ["plugins"], in: context)
        else {
            if document.root == nil { context.error(nil, "is empty; it needs 'plugins'") }
            return nil
        }
        reader.require("plugins", in: "plugins.yaml")
        guard let node = reader.node("plugins") else { return nil }
        guard case .mapping(let entries) = node.content else {
            context.error(node.mark, "'plugins' must be a mapping of dialects, not \(node.kindName)")
            return nil
        }
        var plugins: [DialectName: DialectSettings] = [:]
        for entry in entries {
            guard let schema = vocabulary.schema(entry.key) else {
                context.error(entry.keyMark, Wording.unknown("dialect", entry.key, among: vocabulary.dialectNames))
                continue
            }
            // A refused mapping still names the dialect, so that tenants need not be told that it is missing.
            plugins[schema.name] =
                context.dialectSettings(entry, schema, of: .plugin)
                ?? context.dialectSettings(entry.withoutValue, schema, of: .plugin)
        }
        return plugins
    }

    private func tenantFiles(in context: ReadingContext) -> [String]? {
        do {
            let names = try files.listDirectory(context.path(of: Self.tenantsFolder))
            let chosen = names.filter { name in
                !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
            }
            if chosen.isEmpty { context.warn(nil, "has no tenant files (*.yaml, *.yml)") }
            return chosen.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        } catch {
            context.error(nil, error == .missing ? "the folder does not exist" : error.sentence)
            return nil
        }
    }

    private func tenant(in context: ReadingContext, plugins: [DialectName: DialectSettings]?) -> LoadedTenant {
        guard let (document, content) = document(in: context) else {
            return LoadedTenant(context: context, reading: TenantReading(), content: [])
        }
        guard let root = document.root else {
            if document.issues.isEmpty { context.error(nil, "is empty; it needs 'tenant'") }
            return LoadedTenant(context: context, reading: TenantReading(), content: content)
        }
        guard document.isWhole else {
            let reading = TenantReading(id: context.tenantIDOnly(root))
            return LoadedTenant(context: context, reading: reading, content: content)
        }
        let reading = context.tenant(root, vocabulary, plugins: plugins)
        return LoadedTenant(context: context, reading: reading, content: content)
    }

    /// Reads a file and reports what is wrong with it as YAML; nil when there is nothing to go on with.
    private func document(in context: ReadingContext) -> (YAMLDocument, [UInt8])? {
        do {
            let content = try files.readFile(context.path(of: context.file), YAMLDocument.maximumBytes)
            let document = YAMLDocument(reading: content)
            for issue in document.issues { context.error(issue.mark, issue.message) }
            return (document, content)
        } catch {
            context.error(nil, error.sentence)
            return nil
        }
    }

    /// A running tenant keeps what it has and its file still claims, or cannot say because it is broken. Otherwise the
    /// first file in order keeps what two claim; the other one is told where it stands already.
    private func reportConflicts(among tenants: [LoadedTenant], _ running: [TenantConfiguration]) {
        var owners = TenantClaimOwners()
        for tenant in tenants {
            let file = tenant.context.file
            guard let present = running.first(where: { $0.sourceFile == file }) else { continue }
            let held = present.claims
            if tenant.context.hasErrors { for claim in held { owners.give(claim, to: file) } }
            for claim in tenant.reading.claims where held.contains(where: { $0.isSame(as: claim) }) {
                owners.give(claim, to: file)
            }
        }
        for tenant in tenants {
            for claim in tenant.reading.claims {
                guard let place = owners.give(claim, to: tenant.context.file) else { continue }
                let what = "\(claim.kind.rawValue) '\(claim.value)'"
                tenant.context.error(claim.mark, "\(what) is already that of \(place)")
            }
        }
    }

    /// By place; complaints about a file as a whole come first.
    private static func sorted(_ diagnostics: [ConfigDiagnostic]) -> [ConfigDiagnostic] {
        let start = SourceMark(line: 0, column: 0)
        return diagnostics.enumerated().sorted { left, right in
            let (leftMark, rightMark) = (left.element.mark ?? start, right.element.mark ?? start)
            return leftMark == rightMark ? left.offset < right.offset : leftMark < rightMark
        }.map(\.element)
    }
}

extension YAMLEntry {
    /// The same key with nothing behind it.
    fileprivate var withoutValue: YAMLEntry {
        YAMLEntry(key: key, keyMark: keyMark, value: YAMLNode(.scalar("", isQuoted: false), at: keyMark))
    }
}
