import Core

/// LiveChatMessage and its attachments.
extension LocalProRenderer {
    /// The members of a message. `attachments` is there when there are some; the answers to a send, and all objects
    /// outside strict, have it always.
    func message(
        _ message: Message,
        sessionID: String,
        marks: LocalProReadMarks,
        alwaysListsFiles: Bool = false,
        to json: inout JSONWriter
    ) {
        json.id("_id", message.id)
        json.field("sessionId", sessionID)
        json.field("type", Self.type(of: message))
        json.field("content", message.text)
        if message.author.kind == .agent {
            json.field("agentName", message.author.name)
            if !message.author.id.isEmpty { json.field("agentId", message.author.id) }
            json.optional("agentAvatar", message.author.avatar)
        }
        let hasFiles = !message.attachments.isEmpty || message.imageURL != nil
        if hasFiles || alwaysListsFiles || settings.hasExtensions { files(of: message, to: &json) }
        json.field("isRead", marks.isRead(message))
        json.time("createdAt", message.createdAt)
        if showsOrigins {
            json.field("dialect", message.dialect.rawValue)
            json.field("delivery", marks.delivery(message))
        }
    }

    /// The welcome as the create example shows it: it alone has the system's name.
    func welcome(_ message: Message, sessionID: String, marks: LocalProReadMarks, to json: inout JSONWriter) {
        if settings.hasExtensions { json.id("_id", message.id) }
        json.field("sessionId", sessionID)
        json.field("type", Self.type(of: message))
        json.field("content", message.text)
        json.field("agentName", "System")
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
        let id = attachment.id.hex
        let url = settings.links.url(
            path: settings.attachmentPath(id),
            prefix: links.prefix,
            base: links.base,
            expiresAt: links.expiresAt
        )
        json.field("id", id)
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
        json.id("id", message.id, digits: 32)
        json.field("name", "image")
        json.field("type", "image/*")
        json.field("url", link)
    }
}
