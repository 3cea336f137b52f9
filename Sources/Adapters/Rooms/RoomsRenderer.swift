import Core

/// Renders the canonical conversation and its messages in the document's form.
struct RoomsRenderer: Sendable {
    let mode: DialectMode
    /// Whether system texts are shown, as the admin's.
    let showsSystemTexts: Bool

    private var hasExtensions: Bool { mode != .strict }

    /// The client id under which a conversation is known here: its own where it was born here, else its stable one.
    static func clientID(of conversation: Conversation) -> String {
        conversation.origin == .rooms ? conversation.externalID : conversation.id.hex
    }

    /// `active` or `closed`.
    static func status(_ status: ConversationStatus) -> String { status.isOpen ? "active" : "closed" }

    /// How many messages are shown: of those that retention has left.
    func total(of conversation: Conversation, firstPeopleNumber: Int64 = 1) -> Int {
        let (first, last) =
            showsSystemTexts
            ? (conversation.firstNumber, conversation.messageCount) : (firstPeopleNumber, conversation.peopleCount)
        return max(0, Int(last - first + 1))
    }

    /// Whether a message is shown at all.
    func shows(_ message: Message) -> Bool { showsSystemTexts || message.author.kind != .system }

    /// System texts are support's where they are shown.
    static func sender(of message: Message) -> RoomsSender { message.author.kind == .customer ? .client : .admin }

    /// The text; behind it, for messages of other dialects, the link and the names of the files that came along.
    static func text(of message: Message) -> String {
        guard message.imageURL != nil || !message.attachments.isEmpty else { return message.text }
        let files = message.attachments.map(\.name).joined(separator: ", ")
        return [message.text, message.imageURL ?? "", files].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    static func time(_ milliseconds: Int64) -> String { CivilTime.text(milliseconds, milliseconds: false) }

    // MARK: REST

    /// A message of a history: `{"message", "sender", "createdAt"}`; outside strict also its id and whether it is read.
    func historyMessage(_ message: Message, marks: ReadMarks, to json: inout JSONWriter) {
        json.object {
            if hasExtensions { $0.field("_id", message.id.shortHex) }
            $0.field("message", Self.text(of: message))
            $0.field("sender", Self.sender(of: message).rawValue)
            $0.field("createdAt", Self.time(message.createdAt))
            guard hasExtensions else { return }
            $0.field("read", marks.isRead(message))
            if message.author.kind == .agent, !message.author.name.isEmpty {
                $0.field("senderName", message.author.name)
            }
        }
    }

    /// The answer to `initialize`.
    func initialized(_ conversation: Conversation, _ messages: [Message], marks: ReadMarks) -> Response {
        .json(capacity: 128 + messages.count * 128) { json in
            json.object("session") {
                $0.field("clientId", Self.clientID(of: conversation))
                $0.field("status", Self.status(conversation.status))
            }
            json.array("messages") { list in
                for message in messages { historyMessage(message, marks: marks, to: &list) }
            }
        }
    }

    /// The answer to `history`.
    func history(_ messages: [Message], marks: ReadMarks, total: Int, page: Int, limit: Int) -> Response {
        .json(capacity: 128 + messages.count * 128) { json in
            json.array("messages") { list in
                for message in messages { historyMessage(message, marks: marks, to: &list) }
            }
            json.field("total", total)
            json.field("page", page)
            json.field("totalPages", (total + limit - 1) / limit)
        }
    }

    /// The answer to `history` for a client id that names nothing.
    static func emptyHistory(page: Int) -> Response {
        .json { json in
            json.array("messages") { _ in }
            json.field("total", 0)
            json.field("page", page)
            json.field("totalPages", 0)
        }
    }

    /// One element of `sessions`.
    func session(_ summary: ConversationSummary, marks: ReadMarks, to json: inout JSONWriter) {
        let conversation = summary.conversation
        json.object {
            $0.field("clientId", Self.clientID(of: conversation))
            $0.field("status", Self.status(conversation.status))
            if let message = showsSystemTexts ? summary.lastMessage : summary.lastPeopleMessage {
                $0.object("lastMessage") {
                    $0.field("message", Self.text(of: message))
                    $0.field("createdAt", Self.time(message.createdAt))
                }
            } else {
                $0.null("lastMessage")
            }
            guard hasExtensions else { return }
            $0.field("unread", marks.unreadByAgents)
        }
    }

    static func notice(_ text: String) -> Response {
        .json { $0.field("message", text) }
    }

    // MARK: Sockets

    /// A message as `new-message` and acknowledgements have it.
    func liveMessage(_ message: Message, clientID: String, to json: inout JSONWriter) {
        json.object {
            $0.field("_id", message.id.shortHex)
            $0.field("clientId", clientID)
            $0.field("message", Self.text(of: message))
            $0.field("sender", Self.sender(of: message).rawValue)
            $0.field("createdAt", Self.time(message.createdAt))
            if hasExtensions, message.author.kind == .agent, !message.author.name.isEmpty {
                $0.field("senderName", message.author.name)
            }
        }
    }

    /// `{"code", "message"}`.
    static func error(_ rejection: Rejection, to json: inout JSONWriter) {
        json.object { fields(of: rejection, to: &$0) }
    }

    static func fields(of rejection: Rejection, to json: inout JSONWriter) {
        json.field("code", rejection.code)
        json.field("message", rejection.message)
    }
}
