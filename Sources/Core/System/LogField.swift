/// How much a log line matters.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case debug
    case info
    case warning
    case error

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    /// The level in JSON lines and on the command line.
    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }
}

/// One named value of a log line.
package struct LogField: Sendable {
    /// The kinds of value a line can hold.
    enum Value: Sendable {
        case text(String)
        case number(Int64)
        case flag(Bool)
    }

    let key: StaticString
    let value: Value

    /// A text; replaced by `[masked]` when the key names something that never belongs into a log.
    package static func field(_ key: StaticString, _ value: String) -> LogField {
        LogField(key: key, value: isConfidential(key) ? .text("[masked]") : .text(value))
    }

    /// A number; masked like a text.
    package static func field(_ key: StaticString, _ value: some BinaryInteger & Sendable) -> LogField {
        LogField(key: key, value: isConfidential(key) ? .text("[masked]") : .number(Int64(clamping: value)))
    }

    /// A yes or no.
    package static func field(_ key: StaticString, _ value: Bool) -> LogField {
        LogField(key: key, value: .flag(value))
    }

    /// An error, by its own description.
    package static func error(_ error: any Error) -> LogField {
        LogField(key: "error", value: .text("\(error)"))
    }

    /// Words of a key that name a credential or what people wrote to each other.
    private static let confidentialWords: [String] = [
        "token", "secret", "authorization", "password", "cookie", "pin", "content",
    ]

    /// True when the last word of the key is one of these: `token`, `guest_token`, not `token_count` or `content_length`.
    private static func isConfidential(_ key: StaticString) -> Bool {
        let text = key.description
        return confidentialWords.contains { word in
            guard text.utf8.count >= word.utf8.count else { return false }
            let tail = text.utf8.suffix(word.utf8.count)
            // Letters differ from their capitals by one bit.
            guard zip(tail, word.utf8).allSatisfy({ $0 | 32 == $1 }) else { return false }
            let before = text.utf8.dropLast(word.utf8.count).last
            // A word begins the key, follows a separator, or has a capital in camelCase.
            let first = tail.first ?? 0
            return before.map { "_-.".utf8.contains($0) || (65...90).contains(first) } ?? true
        }
    }
}
