import Core

/// The program's face: finds the command, runs it, and turns what went wrong into a sentence and an exit code.
enum Program {
    static let version = "1.0.0"

    /// 0: done. 1: it could not be done. 2: the call itself is wrong.
    static func run(arguments: [String], environment: [String: String]) -> Int32 {
        guard let name = arguments.first, name != "--help", name != "-h", name != "help" else {
            StandardStreams.out(HelpText.overview)
            return arguments.isEmpty ? 2 : 0
        }
        if name == "--version" { return run(arguments: ["version"], environment: environment) }
        guard let command = CommandTable.command(name) else {
            StandardStreams.error("gatewayd: unknown command '\(name)'\(CommandTable.suggestion(for: name))\n")
            StandardStreams.error("Try 'gatewayd --help'.\n")
            return 2
        }
        Files.keepFromOthers()
        do {
            let parsed = try Arguments(Array(arguments.dropFirst()), environment: environment, for: command)
            if parsed.wantsHelp {
                StandardStreams.out(command.help)
                return 0
            }
            return try command.run(parsed)
        } catch let error as UsageError {
            StandardStreams.error("gatewayd \(name): \(error.message)\nTry 'gatewayd \(name) --help'.\n")
            return 2
        } catch {
            StandardStreams.error("gatewayd \(name): \(error)\n")
            return 1
        }
    }
}

/// The call is wrong: exit code 2.
struct UsageError: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// It could not be done: exit code 1, with a sentence that says why.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
