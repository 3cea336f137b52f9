import Core

/// `gatewayd user`: SupportZen users and how they prove themselves.
enum UserCommandLine {
    static let command = Command(
        "user",
        synopsis: "provision|reset-pin|show",
        summary: "Provision a SupportZen user's auth token, reset its pin, or show what is known of it.",
        details: """
            provision   store the user's auth_token: from then on its digest is computed, not compared with the pin
            reset-pin   forget the pinned digest: the next first contact pins a new one
            show        what kind of proof is known

            Goes through the running daemon, or into the database when no daemon uses the data folder.
            """,
        flags: [
            CommonFlags.config, CommonFlags.tenant, CommonFlags.data,
            Flag("--email", "E-MAIL", "the user"),
            Flag("--auth-token", "TOKEN", "the user's auth_token (provision)"),
        ],
        words: 1...1
    ) { arguments in
        try requireDialect(arguments)
        let client = try AdminClient(arguments)
        let email = try arguments.required("--email")
        switch arguments.words[0] {
        case "provision":
            let token = try arguments.required("--auth-token")
            _ = try client.run("user.provision") { json in
                json.field("email", email)
                json.field("authToken", token)
            }
            StandardStreams.out("provisioned \(email)\n")
        case "reset-pin":
            _ = try client.run("user.reset-pin") { $0.field("email", email) }
            StandardStreams.out("pin of \(email) is reset\n")
        case "show":
            let user = try client.run("user.show") { $0.field("email", email) }
            StandardStreams.out(PropertyList.text(user))
        case let word:
            let actions = ["provision", "reset-pin", "show"]
            throw UsageError("unknown action '\(word)'" + Arguments.suggestion(word, actions))
        }
        return 0
    }

    /// Refuses a tenant that is known not to have such users.
    private static func requireDialect(_ arguments: Arguments) throws {
        guard let tenant = try arguments.configuredTenant() else { return }
        guard tenant.dialect(.supportZenClient) != nil else {
            let dialect = DialectName.supportZenClient
            throw Failure("tenant '\(tenant.id)' does not speak '\(dialect)', so it has no such users")
        }
    }
}

/// A JSON object as lines of `key: value`.
enum PropertyList {
    static func text(_ object: JSONValue) -> String {
        guard let members = object.object else { return "" }
        return members.map { "\($0.key): \(scalar($0.value))\n" }.joined()
    }

    static func scalar(_ value: JSONValue) -> String {
        if let text = value.string { return text }
        if let flag = value.bool { return flag ? "yes" : "no" }
        return value.numberText ?? "-"
    }
}
