import Core

/// Messages as the reads show them: `{"messageId", "sender", "senderName", "message", "image_url", "createdAt"}`.
struct ZenMessages {
    let settings: ZenSettings
    /// Where the client reached the daemon: stands before the URLs of pictures.
    let base: String?
    let prefix: String
    let linkExpiry: Int64

    init(_ settings: ZenSettings, for context: RequestContext) {
        self.settings = settings
        base = AttachmentLinks.base(of: context.head, isSecure: context.isEncrypted)
        prefix = context.prefix
        linkExpiry = settings.linkExpiry(context.now)
    }

    func write(_ messages: [Message], of conversation: Conversation, to json: inout JSONWriter) {
        json.array("messages") {
            for message in messages { $0.object { write(message, of: conversation, to: &$0) } }
        }
    }

    private func write(_ message: Message, of conversation: Conversation, to json: inout JSONWriter) {
        json.field("messageId", ZenIDs.message(message.id))
        json.field("sender", sender(message.author.kind))
        json.field("senderName", senderName(message.author, of: conversation))
        json.field("message", message.text)
        let picture = message.attachments.first { $0.isImage }
        json.nullable("image_url", picture.map(url(of:)) ?? message.imageURL)
        // What `image_url` cannot say: an agent's document, or further pictures.
        let others = message.attachments.filter { $0.id != picture?.id }
        if !others.isEmpty {
            json.array("attachments") {
                for file in message.attachments { $0.object { write(file, to: &$0) } }
            }
        }
        json.field("createdAt", CivilTime.text(message.createdAt))
    }

    private func write(_ file: Attachment, to json: inout JSONWriter) {
        json.field("name", file.name)
        json.field("type", file.mediaType)
        json.field("size", Int(file.size))
        json.field("url", url(of: file))
    }

    private func sender(_ kind: AuthorKind) -> String {
        switch kind {
        case .customer: "user"
        case .agent: "agent"
        case .system: "system"
        }
    }

    /// A customer who gave no name is known by the e-mail, an agent without one is support.
    private func senderName(_ author: Author, of conversation: Conversation) -> String {
        if !author.name.isEmpty { return author.name }
        switch author.kind {
        case .customer:
            return conversation.contact.name.isEmpty ? conversation.contact.email : conversation.contact.name
        case .agent: return "Support"
        case .system: return "System"
        }
    }

    private func url(of file: Attachment) -> String {
        settings.links.url(
            path: ZenFiles.path(of: file, settings: settings),
            name: file.name,
            prefix: prefix,
            base: base,
            expiresAt: linkExpiry
        )
    }
}
