/// One complaint about the configuration, pointing at its place.
package struct ConfigDiagnostic: Sendable, Equatable, CustomStringConvertible {
    /// Whether the file can be used at all.
    package enum Severity: String, Sendable {
        case error
        case warning
    }

    /// What sort of warning it is, for those who act on some of them.
    package enum Topic: Sendable, Equatable {
        case general
        /// A power that its document leaves open to anybody.
        case unsafe
        /// A secret that is still the `:-default` of its file.
        case defaultSecret
        /// A secret that is too short to be one.
        case weakSecret
    }

    /// Relative to the configuration folder: `tenants/acme.yaml`.
    package let file: String
    /// Nil when the complaint is about the file as a whole.
    package let mark: SourceMark?
    package let severity: Severity
    package let topic: Topic
    package let message: String

    package init(
        file: String,
        mark: SourceMark?,
        severity: Severity,
        topic: Topic = .general,
        message: String
    ) {
        self.file = file
        self.mark = mark
        self.severity = severity
        self.topic = topic
        self.message = message
    }

    package var line: Int? { mark?.line }
    package var column: Int? { mark?.column }
    package var isError: Bool { severity == .error }
    package var isUnsafe: Bool { topic == .unsafe }
    package var isDefaultSecret: Bool { topic == .defaultSecret }

    /// `tenants/acme.yaml:12:5: error: unknown key 'dialcts'; did you mean 'dialects'?`
    package var description: String {
        let place = mark.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): \(severity.rawValue): \(message)"
    }
}
