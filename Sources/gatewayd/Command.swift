import Core

/// Something the program can do.
struct Command: Sendable {
    let name: String
    /// What follows the name, as the help shows it.
    let synopsis: String
    let summary: String
    let details: String
    let flags: [Flag]
    /// How many words may follow besides flags.
    let words: ClosedRange<Int>
    let run: @Sendable (Arguments) throws -> Int32

    init(
        _ name: String,
        synopsis: String = "",
        summary: String,
        details: String = "",
        flags: [Flag] = [],
        words: ClosedRange<Int> = 0...0,
        run: @escaping @Sendable (Arguments) throws -> Int32
    ) {
        self.name = name
        self.synopsis = synopsis
        self.summary = summary
        self.details = details
        self.flags = flags
        self.words = words
        self.run = run
    }

    var help: String {
        var text = "Usage: gatewayd \(name)\(synopsis.isEmpty ? "" : " " + synopsis)"
        text += flags.isEmpty ? "\n\n" : " [flags]\n\n"
        text += summary + "\n"
        if !details.isEmpty { text += "\n" + details + "\n" }
        guard !flags.isEmpty else { return text }
        text += "\nFlags (each also as an environment variable):\n"
        let lefts = flags.map { flag in flag.name + (flag.value.map { " " + $0 } ?? "") }
        let width = lefts.map(\.count).max() ?? 0
        for (flag, left) in zip(flags, lefts) {
            let padding = String(repeating: " ", count: width - left.count)
            let standard = flag.standard.map { " (default \($0))" } ?? ""
            text += "  \(left)\(padding)  \(flag.help)\(standard)\n"
        }
        return text
    }
}

/// All commands.
enum CommandTable {
    static let all: [Command] = [
        ServeCommand.command,
        CheckCommand.command,
        DialectsCommand.command,
        RoutesCommand.command,
        UserCommandLine.command,
        TokenCommandLine.command,
        WebhookCommandLine.command,
        VersionCommand.command,
    ]

    static func command(_ name: String) -> Command? { all.first { $0.name == name } }

    static func suggestion(for name: String) -> String { Arguments.suggestion(name, all.map(\.name)) }
}

/// The page that `gatewayd --help` shows.
enum HelpText {
    static var overview: String {
        let width = CommandTable.all.map(\.name.count).max() ?? 0
        let lines = CommandTable.all.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count))  \(command.summary)"
        }
        return """
            gatewayd hosts the live chat of many brands from one daemon.

            Usage: gatewayd COMMAND [flags]

            Commands:
            \(lines.joined(separator: "\n"))

            'gatewayd COMMAND --help' tells more about one. Exit codes: 0 done, 1 failed, 2 wrong call.

            """
    }
}

enum VersionCommand {
    static let command = Command("version", summary: "Print the version.") { _ in
        StandardStreams.out("gatewayd \(Program.version)\n")
        return 0
    }
}
