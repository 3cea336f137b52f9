/// What is at hand while one file is read, and where its complaints gather. Confined to the one call that loads.
final class ReadingContext {
    let file: String
    /// The configuration folder; `{file: …}` is relative to it.
    let directory: String
    let environment: [String: String]
    let files: ConfigurationFiles
    private(set) var diagnostics: [ConfigDiagnostic] = []
    private(set) var hasErrors = false

    /// Complaints past this many are counted only.
    private static let maximumDiagnostics = 500

    init(file: String, directory: String, environment: [String: String], files: ConfigurationFiles) {
        self.file = file
        self.directory = directory
        self.environment = environment
        self.files = files
    }

    func error(_ mark: SourceMark?, _ message: String) {
        hasErrors = true
        add(mark, .error, .general, message)
    }

    func warn(_ mark: SourceMark?, _ message: String) {
        add(mark, .warning, .general, message)
    }

    func warn(_ mark: SourceMark?, _ topic: ConfigDiagnostic.Topic, _ message: String) {
        add(mark, .warning, topic, message)
    }

    private func add(
        _ mark: SourceMark?,
        _ severity: ConfigDiagnostic.Severity,
        _ topic: ConfigDiagnostic.Topic,
        _ message: String
    ) {
        guard diagnostics.count < Self.maximumDiagnostics else { return }
        diagnostics.append(
            ConfigDiagnostic(file: file, mark: mark, severity: severity, topic: topic, message: message)
        )
    }

    /// The path of something named in a file.
    func path(of name: String) -> String { name.hasPrefix("/") ? name : "\(directory)/\(name)" }
}
