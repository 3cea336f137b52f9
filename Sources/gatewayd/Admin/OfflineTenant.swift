import Core

/// A tenant's database while no daemon has it: commands run as turns here too.
struct OfflineTenant {
    let folder: String
    let name: String

    func hasDatabase() throws -> Bool { try Files.status(folder + "/chat.db") != nil }

    /// Carries a command out; a database that is not there yet is made.
    func run(_ body: [UInt8]) throws -> JSONValue {
        let random = SystemRandom()
        let store = SQLiteChatStore(directory: folder, random: random)
        try store.prepare()
        let document = try JSONDocument(parsing: body)
        switch try AdminCommand(document.root, now: SystemClock().nowUnixMilliseconds) {
        case .read(let read):
            return try JSONDocument(parsing: read(store.makeReader())).root
        case .write(let operation):
            let reply = try write(operation, store, random)
            var json = JSONWriter()
            json.object { AdminAnswer.write(reply, to: &$0) }
            return try JSONDocument(parsing: json.bytes).root
        }
    }

    private func write(_ operation: Operation, _ store: SQLiteChatStore, _ random: SystemRandom) throws -> Reply {
        let secret = try store.makeReader().secret()
        let rules = TurnRules(
            tenant: name,
            roster: Roster([]),
            sessionAuth: .guarded,
            autoCreateAgents: false,
            secret: secret,
            webhooks: []
        )
        let writer = try store.makeWriter()
        defer { writer.close() }
        try writer.begin()
        let outcome: TurnOutcome
        do throws(TurnFailure) {
            outcome = try TurnRunner(ids: RandomIDSource(random)).run(operation, on: writer, rules: rules)
        } catch {
            writer.rollback()
            switch error {
            case .rejected(let rejection): throw Failure(rejection.message)
            case .store(let failure): throw Failure("\(failure)")
            }
        }
        try writer.commit()
        return outcome.reply
    }
}
