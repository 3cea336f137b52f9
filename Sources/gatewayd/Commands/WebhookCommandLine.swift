import Core

/// `gatewayd webhook`: deliveries that were given up.
enum WebhookCommandLine {
    static let command = Command(
        "webhook",
        synopsis: "list|replay",
        summary: "List webhook deliveries that were given up, or send them again.",
        details: """
            list     the dead letters of a tenant
            replay   put dead letters back into the queue: all, of one --endpoint, or one --row
            """,
        flags: [
            CommonFlags.config, CommonFlags.tenant, CommonFlags.data,
            Flag("--endpoint", "URL", "only this endpoint's (replay)"),
            Flag("--row", "N", "only this one (replay)"),
        ],
        words: 1...1
    ) { arguments in
        let client = try AdminClient(arguments)
        switch arguments.words[0] {
        case "list":
            let rows = try client.run("webhook.list").array?.map { delivery in
                ["row", "endpoint", "event", "attempts", "createdAt", "error"]
                    .map { delivery[$0].map(PropertyList.scalar) ?? "-" }
            }
            let titles = ["row", "endpoint", "event", "attempts", "created", "error"]
            StandardStreams.out(Columns.table([titles] + (rows ?? [])))
        case "replay":
            let endpoint = arguments.value("--endpoint")
            var row: Int?
            if let text = arguments.value("--row") {
                guard let number = Int(text) else { throw UsageError("--row must be a number, not '\(text)'") }
                row = number
            }
            let answer = try client.run("webhook.replay") { json in
                json.optional("endpoint", endpoint)
                json.optional("row", row)
            }
            let count = answer["count"]?.int ?? 0
            guard count > 0 || (endpoint == nil && row == nil) else {
                throw Failure("there is no such dead letter; 'gatewayd webhook list' shows them")
            }
            StandardStreams.out("\(count) to be sent again\n")
        case let word:
            throw UsageError("unknown action '\(word)'" + Arguments.suggestion(word, ["list", "replay"]))
        }
        return 0
    }
}
