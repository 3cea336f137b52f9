import Core

/// The document's bodies, in the order of its examples.
struct ChatModuleRenderer: Sendable {
    /// Where files are fetched, before the mount.
    private static let attachmentFolder = "/api/chat/attachments/"

    let showsSystemTexts: Bool
    let links: AttachmentLinks
    private let mount: String
    private let linkLifetime: Duration

    init(settings: ChatModuleSettings) {
        showsSystemTexts = settings.showsSystemTexts
        mount = settings.mount
        linkLifetime = settings.uploads.urlLifetime
        links = AttachmentLinks(secret: settings.secret)
    }

    // MARK: Sessions

    /// Which fields of a session are null rather than left out.
    enum SessionForm {
        /// Reads, close, events: what is absent is left out.
        case plain
        /// The answer to a create, whatever has become of the session when a retry asks again.
        case created
        /// The answer to an assign.
        case assigned
    }

    func session(_ conversation: Conversation) -> Response {
        .json { write(conversation, .plain, into: &$0) }
    }

    func createdSession(_ conversation: Conversation) -> Response {
        .json(.created) { write(conversation, .created, into: &$0) }
    }

    func assignedSession(_ conversation: Conversation) -> Response {
        .json { write(conversation, .assigned, into: &$0) }
    }

    func sessionList(_ conversations: [Conversation], total: Int) -> Response {
        .json(capacity: 64 + conversations.count * 320) { json in
            json.array("sessions") { list in
                for conversation in conversations {
                    list.object { write(conversation, .plain, into: &$0) }
                }
            }
            json.field("totalCount", total)
        }
    }

    /// The members of a session object.
    func write(_ conversation: Conversation, _ form: SessionForm, into json: inout JSONWriter) {
        json.field("id", Self.sessionID(conversation))
        json.field("userId", Self.userID(conversation))
        switch form {
        case .created: json.null("agentId")
        case .plain, .assigned: json.optional("agentId", conversation.assignment?.agentID)
        }
        let isOpen = form == .created || conversation.status.isOpen
        json.field("status", isOpen ? "active" : "closed")
        json.field("startedAt", CivilTime.text(conversation.createdAt))
        let end = isOpen ? nil : conversation.endedAt.map { CivilTime.text($0) }
        switch form {
        case .created, .assigned: json.nullable("endedAt", end)
        case .plain: json.optional("endedAt", end)
        }
        json.optional("subject", conversation.subject)
        json.field("priority", Self.priority(conversation.priority))
        if !conversation.tags.isEmpty { json.array("tags", conversation.tags) }
    }

    /// A session born elsewhere goes by the core's id.
    static func sessionID(_ conversation: Conversation) -> String {
        conversation.origin == .chatModule ? conversation.externalID : conversation.id.hex
    }

    /// A person from another dialect goes by the canonical id.
    static func userID(_ conversation: Conversation) -> String {
        conversation.origin == .chatModule ? conversation.ownerKey : conversation.personID.hex
    }

    private static func priority(_ priority: ConversationPriority) -> String {
        priority == .urgent ? ConversationPriority.high.name : priority.name
    }

    /// `averageResponseTime` is in minutes.
    func statistics(_ figures: ChatStatistics) -> Response {
        .json { json in
            json.field("totalSessions", figures.totalSessions)
            json.field("activeSessions", figures.activeSessions)
            json.field("averageResponseTime", figures.averageResponse / 60_000)
            json.field("messagesExchanged", figures.messages)
        }
    }

    // MARK: Messages

    /// The answer to a send: nobody has read it yet, also when a retry asks again.
    func sentMessage(_ message: Message, at place: ChatModulePlace, now: Int64) -> Response {
        .json(.created, capacity: 256 + message.text.utf8.count) {
            write(message, .sent, at: place, now: now, into: &$0)
        }
    }

    func messageList(
        _ messages: [Message],
        _ receipts: ChatModuleReceipts,
        total: Int64,
        hasMore: Bool,
        at place: ChatModulePlace,
        now: Int64
    ) -> Response {
        .json(capacity: 64 + messages.reduce(0) { $0 + 256 + $1.text.utf8.count }) { json in
            json.array("messages") { list in
                for message in messages {
                    list.object { write(message, receipts.status(of: message), at: place, now: now, into: &$0) }
                }
            }
            json.field("totalCount", Int(total))
            json.field("hasMore", hasMore)
        }
    }

    /// The members of a message object.
    func write(
        _ message: Message,
        _ status: ChatModuleMessageStatus,
        at place: ChatModulePlace,
        now: Int64,
        into json: inout JSONWriter
    ) {
        json.field("id", message.id.hex)
        json.field("content", message.text)
        json.field("sender", message.author.kind == .customer ? "user" : "support")
        json.field("timestamp", CivilTime.text(message.createdAt))
        json.field("read", status == .read)
        json.field("status", status.rawValue)
        guard !message.attachments.isEmpty || message.imageURL != nil else { return }
        let expiry = AttachmentLinks.expiry(now: now, lifetime: linkLifetime)
        json.array("attachments") { list in
            for attachment in message.attachments {
                list.object { write(attachment, at: place, expiresAt: expiry, into: &$0) }
            }
            if let link = message.imageURL { list.object { write(imageLink: link, of: message, into: &$0) } }
        }
    }

    /// A picture that another dialect's customer linked to. It is never fetched, so its size is not known.
    private func write(imageLink link: String, of message: Message, into json: inout JSONWriter) {
        json.field("id", message.id.hex + "-image")
        json.field("url", link)
        json.field("type", "image/*")
        json.field("name", "image")
        json.field("size", 0)
    }

    private func write(
        _ attachment: Attachment,
        at place: ChatModulePlace,
        expiresAt: Int64,
        into json: inout JSONWriter
    ) {
        let url = links.url(
            path: attachmentPath(attachment.id.hex),
            prefix: place.prefix,
            base: place.base,
            expiresAt: expiresAt
        )
        json.field("id", attachment.id.hex)
        json.field("url", url)
        json.field("type", attachment.mediaType)
        json.field("name", attachment.name)
        json.field("size", Int(attachment.size))
        guard attachment.width != nil || attachment.height != nil || attachment.duration != nil else { return }
        json.object("metadata") { metadata in
            metadata.optional("width", attachment.width)
            metadata.optional("height", attachment.height)
            metadata.optional("duration", attachment.duration)
        }
    }

    /// The path that a link signs: inside the tenant, mount included.
    func attachmentPath(_ id: String) -> String { mount + Self.attachmentFolder + id }
}
