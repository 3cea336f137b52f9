import Core

/// LiveChatMessage and its attachments.
extension LocalProRenderer {
    /// Where a message's object stands.
    enum MessagePlace {
        /// A guest's page of messages, and events.
        case listed
        /// The agents' detail of a session, which has the session's id once.
        case detail
        case sent
        case replied
    }

    /// The members of a message. Strict shows those of the place's example, and everywhere the files: they must not
    /// vanish from a history.
    func message(
        _ message: Message,
        at place: MessagePlace,
        sessionID: String,
        marks: ReadMarks,
        to json: inout JSONWriter
    ) {
        let isWhole = settings.hasExtensions
        json.id("_id", message.id)
        if isWhole || place != .detail { json.field("sessionId", sessionID) }
        json.field("type", Self.type(of: message))
        json.field("content", message.text)
        if message.author.kind == .agent {
            json.field("agentName", message.author.name)
            if isWhole || place == .replied, !message.author.id.isEmpty { json.field("agentId", message.author.id) }
            json.optional("agentAvatar", message.author.avatar)
        }
        let hasFiles = !message.attachments.isEmpty || message.imageURL != nil
        if isWhole || hasFiles || place == .sent { files(of: message, to: &json) }
        if isWhole || place == .sent { json.field("isRead", marks.isRead(message)) }
        json.time("createdAt", message.createdAt)
        if showsOrigins {
            json.field("dialect", message.dialect.rawValue)
            json.field("delivery", marks.delivery(message))
        }
    }

    /// The welcome as the create example shows it: it alone has the system's name.
    func welcome(_ message: Message, sessionID: String, marks: ReadMarks, to json: inout JSONWriter) {
        if settings.hasExtensions { json.id("_id", message.id) }
        json.field("sessionId", sessionID)
        json.field("type", Self.type(of: message))
        json.field("content", message.text)
        json.field("agentName", "System")
        guard settings.hasExtensions else { return }
        json.array("attachments") { _ in }
        json.field("isRead", marks.isRead(message))
        json.time("createdAt", message.createdAt)
    }

    /// `lastMessage` of a session.
    func lastMessage(_ message: Message, to json: inout JSONWriter) {
        json.object("lastMessage") {
            $0.field("content", message.text)
            $0.field("type", Self.type(of: message))
            $0.time("timestamp", message.createdAt)
        }
    }

    static func type(of message: Message) -> String {
        switch message.author.kind {
        case .customer: "user"
        case .agent: "agent"
        case .system: "system"
        }
    }

    private func files(of message: Message, to json: inout JSONWriter) {
        json.array("attachments") { json in
            for attachment in message.attachments { json.object { self.attachment(attachment, to: &$0) } }
            if let link = message.imageURL { json.object { imageLink(link, of: message, to: &$0) } }
        }
    }

    /// The members of an attachment; only pictures have a preview, which is the picture.
    func attachment(_ attachment: Attachment, to json: inout JSONWriter) {
        let url = settings.links.url(
            path: settings.attachmentPath(attachment.id.shortHex),
            prefix: links.prefix,
            base: links.base,
            expiresAt: links.expiresAt
        )
        json.id("id", attachment.id)
        json.field("name", attachment.name)
        json.field("type", attachment.mediaType)
        json.field("size", Int(attachment.size))
        json.field("url", url)
        if attachment.isImage { json.field("previewUrl", url) }
        guard settings.hasExtensions else { return }
        json.optional("width", attachment.width)
        json.optional("height", attachment.height)
    }

    /// A link that came with a message of another dialect. It has no preview: a dashboard that loaded it by itself would
    /// tell a stranger's server when and from where an agent reads.
    private func imageLink(_ link: String, of message: Message, to json: inout JSONWriter) {
        json.id("id", message.id)
        json.field("name", "image")
        json.field("type", "image/*")
        json.field("url", link)
    }
}

extension ReadMarks {
    /// `pending`, `delivered` or `read`.
    func delivery(_ message: Message) -> String {
        if isRead(message) { return "read" }
        return isDelivered(message) ? "delivered" : "pending"
    }
}
