/// The body of one webhook: `{"type", "timestamp", "data": {"tenant", "conversation", "message"}}`.
///
/// It is made once, in the turn, and sent as it is at every attempt. Members that have no value are null, so that
/// every event has the same form.
struct WebhookPayload {
    let tenant: String
    let name: WebhookEventName
    let event: ChatEvent
    let message: Message?

    func json() -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.object {
            $0.field("type", name.rawValue)
            $0.field("timestamp", CivilTime.text(event.at))
            $0.object("data") {
                $0.field("tenant", tenant)
                $0.object("conversation") { Self.write(event.conversation, to: &$0) }
                writeMessage(to: &$0)
                if case .read(let side, _, _) = event.change {
                    $0.field("readBy", side == .customer ? "customer" : "agent")
                }
            }
        }
        return json.bytes
    }

    private func writeMessage(to json: inout JSONWriter) {
        guard let message else {
            json.null("message")
            return
        }
        json.object("message") { Self.write(message, in: event.conversation, to: &$0) }
    }

    private static func write(_ conversation: Conversation, to json: inout JSONWriter) {
        json.field("id", conversation.id.hex)
        json.field("externalId", conversation.externalID)
        json.field("dialect", conversation.origin.rawValue)
        json.field("kind", conversation.kind == .ticket ? "ticket" : "chat")
        json.field("status", conversation.status.name)
        json.field("priority", conversation.priority.name)
        json.field("department", conversation.department)
        json.array("tags", conversation.tags)
        json.nullable("subject", conversation.subject)
        json.object("customer") {
            $0.field("id", conversation.personID.hex)
            $0.field("key", conversation.ownerKey)
            $0.field("name", conversation.contact.name)
            $0.field("email", conversation.contact.email)
            $0.nullable("phone", conversation.contact.phone)
            $0.field("assurance", conversation.assurance.name)
        }
        if let agent = conversation.assignment {
            json.object("assignedAgent") {
                $0.field("id", agent.agentID)
                $0.field("name", agent.agentName)
            }
        } else {
            json.null("assignedAgent")
        }
        if let rating = conversation.rating {
            json.object("rating") {
                $0.field("score", rating.score)
                $0.nullable("feedback", rating.feedback)
                $0.field("ratedAt", CivilTime.text(rating.ratedAt))
            }
        } else {
            json.null("rating")
        }
        json.field("messageCount", Int(conversation.messageCount))
        json.field("createdAt", CivilTime.text(conversation.createdAt))
        json.field("updatedAt", CivilTime.text(conversation.updatedAt))
        json.nullable("endedAt", conversation.endedAt.map { CivilTime.text($0) })
    }

    private static func write(_ message: Message, in conversation: Conversation, to json: inout JSONWriter) {
        json.field("id", message.id.hex)
        json.field("number", Int(message.number))
        json.field("dialect", message.dialect.rawValue)
        json.object("sender") {
            $0.field("type", name(of: message.author.kind))
            $0.field("id", message.author.id)
            $0.field("name", message.author.name)
        }
        json.field("content", message.text)
        json.nullable("imageUrl", message.imageURL)
        json.array("attachments") {
            for attachment in message.attachments { $0.object { write(attachment, to: &$0) } }
        }
        json.field("delivery", delivery(of: message, in: conversation))
        json.field("createdAt", CivilTime.text(message.createdAt))
    }

    private static func write(_ attachment: Attachment, to json: inout JSONWriter) {
        json.field("id", attachment.id.hex)
        json.field("name", attachment.name)
        json.field("type", attachment.mediaType)
        json.field("size", Int(attachment.size))
        json.nullable("width", attachment.width)
        json.nullable("height", attachment.height)
    }

    private static func name(of author: AuthorKind) -> String {
        switch author {
        case .customer: "customer"
        case .agent: "agent"
        case .system: "system"
        }
    }

    private static func delivery(of message: Message, in conversation: Conversation) -> String {
        if conversation.isRead(message) { return "read" }
        return conversation.isDelivered(message) ? "delivered" : "pending"
    }
}
