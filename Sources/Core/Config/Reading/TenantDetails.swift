extension ReadingContext {
    static let agentKeys = ["id", "first_name", "last_name", "email", "avatar", "role", "token"]
    static let sizeKeys = [
        "request_line", "headers", "header_fields", "json_body", "message", "file", "files_per_message",
        "multipart_parts",
    ]
    static let uploadKeys = ["expire", "url_lifetime", "types"]

    /// The roster. Ids and tokens are unique in it, or nobody could tell who acts.
    func agents(_ reader: MappingReader) -> [AgentConfiguration] {
        var agents: [AgentConfiguration] = []
        for item in reader.list("agents") ?? [] {
            guard let inner = MappingReader(item, "each of 'agents'", keys: Self.agentKeys, in: self) else { continue }
            inner.require("id", in: "an agent")
            let id = agentID(inner)
            let token = inner.node("token").flatMap { secret($0, "'token'", for: .bearer) }
            if let id, agents.contains(where: { $0.id == id }) {
                error(inner.valueMark("id"), "agent \(Wording.quoted(id)) stands twice")
            }
            if let token, let other = agents.first(where: { $0.token?.value == token.value }) {
                error(inner.valueMark("token"), "the token is also that of agent \(Wording.quoted(other.id))")
            }
            agents.append(
                AgentConfiguration(
                    id: id ?? "",
                    firstName: inner.text("first_name") ?? id ?? "",
                    lastName: inner.text("last_name") ?? "",
                    email: agentEmail(inner),
                    avatar: inner.text("avatar", maximum: 2048),
                    role: agentRole(inner),
                    token: token
                )
            )
        }
        return agents
    }

    private func agentID(_ reader: MappingReader) -> String? {
        guard let text = reader.text("id") else { return nil }
        if ConfigForm.isAgentID(text) { return text }
        error(reader.valueMark("id"), "\(Wording.quoted(text)) is no agent id: use letters, digits and . _ @ : -")
        return nil
    }

    private func agentEmail(_ reader: MappingReader) -> String? {
        guard let text = reader.text("email") else { return nil }
        if EmailForm.isValid(text) { return text }
        error(reader.valueMark("email"), "\(Wording.quoted(text)) is not an e-mail address")
        return nil
    }

    /// The least power when nothing is said.
    private func agentRole(_ reader: MappingReader) -> AgentRole {
        guard let text = reader.text("role") else { return .support }
        if let role = AgentRole(name: text) { return role }
        error(reader.valueMark("role"), Wording.unknown("role", text, among: AgentRole.allCases.map(\.name)))
        return .support
    }

    /// Request sizes. The bounds keep a slip of the pen from switching a protection off or the service with it.
    func sizes(_ reader: MappingReader) -> SizesConfiguration {
        var sizes = SizesConfiguration()
        guard let node = reader.node("sizes"),
            let inner = MappingReader(node, "'sizes'", keys: Self.sizeKeys, in: self)
        else { return sizes }
        let kibibyte = 1024
        let mebibyte = 1024 * kibibyte
        sizes.requestLine = inner.size("request_line", in: kibibyte...(64 * kibibyte)) ?? sizes.requestLine
        sizes.headers = inner.size("headers", in: kibibyte...(256 * kibibyte)) ?? sizes.headers
        sizes.headerFields = inner.integer("header_fields", in: 16...1000) ?? sizes.headerFields
        sizes.jsonBody = inner.size("json_body", in: kibibyte...(64 * mebibyte)) ?? sizes.jsonBody
        sizes.message = inner.size("message", in: 1...(16 * mebibyte)) ?? sizes.message
        sizes.file = inner.size("file", in: kibibyte...(4096 * mebibyte)) ?? sizes.file
        sizes.filesPerMessage = inner.integer("files_per_message", in: 0...100) ?? sizes.filesPerMessage
        sizes.multipartParts = inner.integer("multipart_parts", in: 1...10_000) ?? sizes.multipartParts
        if sizes.message > sizes.jsonBody {
            error(inner.valueMark("message"), "'message' is larger than 'json_body', so it could never be sent")
        }
        return sizes
    }

    func uploads(_ reader: MappingReader) -> UploadsConfiguration {
        var uploads = UploadsConfiguration()
        guard let node = reader.node("uploads"),
            let inner = MappingReader(node, "'uploads'", keys: Self.uploadKeys, in: self)
        else { return uploads }
        let range = Duration.seconds(1) ... .seconds(3650 * 86_400)
        uploads.expire = inner.duration("expire", in: range) ?? uploads.expire
        uploads.urlLifetime = inner.duration("url_lifetime", in: range) ?? uploads.urlLifetime
        uploads.types = inner.values("types") { item, text in
            let type = text.lowercased()
            if (1...10).contains(type.utf8.count),
                type.utf8.allSatisfy({ ConfigForm.isLower($0) || ConfigForm.isDigit($0) })
            {
                return type
            }
            self.error(item.mark, "\(Wording.quoted(text)) is not a file extension such as png (without a dot)")
            return nil
        }
        return uploads
    }

    func retention(_ reader: MappingReader) -> Duration? {
        if case .scalar("off", _)? = reader.node("retention")?.content { return nil }
        return reader.duration("retention", in: .seconds(1) ... .seconds(36_525 * 86_400))
    }
}
