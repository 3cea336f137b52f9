import Core

/// One flag of a command. Every flag has an environment variable of the same name: `--log` is `GATEWAYD_LOG`.
struct Flag: Sendable {
    let name: String
    /// What stands for the value in the help; nil for a switch.
    let value: String?
    let standard: String?
    let help: String

    /// A switch.
    init(_ name: String, help: String) {
        self.name = name
        value = nil
        standard = nil
        self.help = help
    }

    init(_ name: String, _ value: String, default standard: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.standard = standard
        self.help = help
    }

    var variable: String {
        "GATEWAYD_" + name.dropFirst(2).uppercased().map { $0 == "-" ? "_" : $0 }
    }
}

/// The flags and words of one call, checked against what the command takes.
struct Arguments {
    let words: [String]
    let environment: [String: String]
    let wantsHelp: Bool
    private let values: [String: String]

    init(_ arguments: [String], environment: [String: String], for command: Command) throws {
        var words: [String] = []
        var values: [String: String] = [:]
        var help = false
        for flag in command.flags {
            if let standard = flag.standard { values[flag.name] = standard }
            if let given = environment[flag.variable], !given.isEmpty { values[flag.name] = given }
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument != "-" else {
                words.append(argument)
                continue
            }
            if argument == "--help" || argument == "-h" {
                help = true
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let flag = command.flags.first(where: { $0.name == name }) else {
                throw UsageError("unknown flag '\(name)'\(Self.suggestion(name, command.flags.map(\.name)))")
            }
            if flag.value == nil {
                guard parts.count == 1 else { throw UsageError("\(name) takes no value") }
                values[name] = "true"
            } else if parts.count == 2 {
                values[name] = String(parts[1])
            } else if let next = rest.popFirst() {
                values[name] = next
            } else {
                throw UsageError("\(name) needs a value")
            }
        }
        if !help, words.count > command.words.upperBound {
            throw UsageError("unexpected argument '\(words[command.words.upperBound])'")
        }
        if !help, words.count < command.words.lowerBound { throw UsageError("an argument is missing") }
        self.words = words
        self.values = values
        self.environment = environment
        wantsHelp = help
    }

    static func suggestion(_ word: String, _ known: [String]) -> String {
        guard let near = Wording.nearest(to: word, among: known) else { return "" }
        return "; did you mean '\(near)'?"
    }

    func value(_ name: String) -> String? { values[name] }

    func isSet(_ name: String) -> Bool { ["true", "1", "yes"].contains(values[name] ?? "") }

    /// A value that must be there.
    func required(_ name: String) throws -> String {
        guard let value = values[name], !value.isEmpty else { throw UsageError("\(name) is required") }
        return value
    }

    func duration(_ name: String) throws -> Int64 {
        let text = try required(name)
        guard let duration = QuantityText.duration(text) else {
            throw UsageError("\(name) must be a duration such as 10s, not '\(text)'")
        }
        return duration.wholeMilliseconds
    }

    /// How long to be patient: some time at least.
    func timeout(_ name: String) throws -> Int64 {
        let milliseconds = try duration(name)
        guard milliseconds > 0 else { throw UsageError("\(name) must be longer than nothing") }
        return milliseconds
    }

    func choice<Choice>(_ name: String, _ choices: [String: Choice]) throws -> Choice {
        let text = try required(name).lowercased()
        guard let choice = choices[text] else {
            throw UsageError("\(name) must be \(choices.keys.sorted().joined(separator: " or ")), not '\(text)'")
        }
        return choice
    }

    /// `host:port`, `[v6]:port`.
    func address(_ name: String) throws -> (host: String, port: UInt16)? {
        guard let text = values[name] else { return nil }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw UsageError("\(name) must be HOST:PORT, not '\(text)'")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard host == "localhost" || PeerAddress(host) != nil else {
            throw UsageError("\(name): '\(host)' is not an IP address or localhost")
        }
        return (host, port)
    }
}
