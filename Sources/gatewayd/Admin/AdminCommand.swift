import Core

/// What an operator's command does to a tenant: a write that becomes a turn, or a read. The same value serves the
/// running daemon and a database that no daemon has open.
enum AdminCommand {
    case write(Operation)
    case read(@Sendable (any ChatReader) throws -> [UInt8])

    /// Reads a command from its JSON form: `{"command": …, "tenant": …, …}`.
    init(_ body: JSONValue, now: Int64) throws {
        func text(_ key: String) throws -> String {
            guard let value = body[key]?.string, !value.isEmpty else { throw Failure("'\(key)' is missing") }
            return value
        }
        switch body["command"]?.string {
        case "user.provision":
            let email = try text("email")
            guard EmailForm.isValid(email) else { throw Failure("'\(email)' is not an e-mail address") }
            let command = UserCommand.provision(
                dialect: .supportZenClient,
                email: email,
                authToken: try text("authToken")
            )
            self = .write(Operation(.user(command), at: now))
        case "user.reset-pin":
            self = .write(Operation(.user(.resetPin(dialect: .supportZenClient, email: try text("email"))), at: now))
        case "user.show":
            let email = try text("email")
            self = .read { try UserView.json(email: email, reader: $0) }
        case "token.mint":
            guard let digest = Hex.decode(try text("digest")), let role = AgentRole(name: try text("role")) else {
                throw Failure("'digest' and 'role' must be well-formed")
            }
            let token = StoredToken(
                digest: digest,
                agentID: try text("agent"),
                role: role,
                name: body["name"]?.string ?? "",
                createdAt: now,
                expiresAt: body["expiresAt"]?.int.map(Int64.init)
            )
            self = .write(Operation(.token(.mint(token)), at: now))
        case "token.list":
            self = .read { try TokenView.json(reader: $0) }
        case "token.revoke":
            guard let digest = Hex.decode(try text("digest")) else { throw Failure("'digest' must be hex") }
            self = .write(Operation(.token(.revoke(digest: digest)), at: now))
        case "webhook.list":
            self = .read { try WebhookView.json(reader: $0) }
        case "webhook.replay":
            let replay = WebhookCommand.replay(
                endpoint: body["endpoint"]?.string,
                row: body["row"]?.int.map(Int64.init)
            )
            self = .write(Operation(.webhook(replay), at: now))
        default:
            throw Failure("unknown command")
        }
    }
}

/// A SupportZen user as `user show` prints it: what kind of proof is known, never the proof.
enum UserView {
    static func json(email: String, reader: any ChatReader) throws -> [UInt8] {
        guard let identity = try reader.identity(dialect: .supportZenClient, key: EmailForm.folded(email)) else {
            throw Failure("no such user: \(email)")
        }
        var writer = JSONWriter()
        writer.object { json in
            json.field("email", identity.email)
            json.field("name", identity.name)
            json.field("assurance", identity.assurance.name)
            json.field("pinned", identity.pin != nil)
            json.field("provisioned", identity.authToken != nil)
            json.field("flagged", identity.isFlagged)
            json.field("createdAt", CivilTime.text(identity.createdAt))
        }
        return writer.bytes
    }
}

/// Minted tokens as `token list` prints them.
enum TokenView {
    static func json(reader: any ChatReader) throws -> [UInt8] {
        let tokens = try reader.storedTokens()
        var writer = JSONWriter()
        writer.array { json in
            for token in tokens {
                json.object { json in
                    json.field("agent", token.agentID)
                    json.field("role", token.role.name)
                    json.field("name", token.name)
                    json.field("digest", Hex.encode(token.digest))
                    json.field("createdAt", CivilTime.text(token.createdAt))
                    json.optional("expiresAt", token.expiresAt.map { CivilTime.text($0) })
                }
            }
        }
        return writer.bytes
    }
}

/// Dead webhook deliveries as `webhook list` prints them.
enum WebhookView {
    static let limit = 1000

    static func json(reader: any ChatReader) throws -> [UInt8] {
        let dead = try reader.deadWebhooks(limit: limit)
        var writer = JSONWriter()
        writer.array { json in
            for delivery in dead {
                json.object { json in
                    json.field("row", Int(delivery.row))
                    json.field("endpoint", delivery.endpoint)
                    json.field("id", "evt_" + delivery.id.hex)
                    json.field("event", Int(delivery.event))
                    json.field("attempts", delivery.attempts)
                    json.field("createdAt", CivilTime.text(delivery.createdAt))
                    json.optional("error", delivery.lastError)
                }
            }
        }
        return writer.bytes
    }
}
