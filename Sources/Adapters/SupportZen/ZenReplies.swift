import Core

/// The successes of both documents.
enum ZenReplies {
    /// The customer as the author of a message: the turn knows the name and key that the conversation has.
    static let customer = Author(kind: .customer, id: "", name: "")

    static func created(_ reply: Reply) throws -> Response {
        guard case .created(let created) = reply else { throw Rejection.internalFailure }
        let conversation = created.conversation
        let response =
            switch conversation.kind {
            case .chat:
                ZenEnvelope.success("Live chat session created successfully.") {
                    $0.field("chatId", conversation.externalID)
                }
            case .ticket:
                ZenEnvelope.success("Ticket created successfully.") { $0.field("ticketId", conversation.externalID) }
            }
        return response.markingReplay(created.isReplay)
    }

    static func sent(_ reply: Reply) throws -> Response {
        guard case .message(let sent) = reply else { throw Rejection.internalFailure }
        let conversation = sent.conversation
        let message = ZenIDs.message(sent.message.id)
        let response =
            switch conversation.kind {
            case .chat:
                ZenEnvelope.success("Message sent successfully.") {
                    $0.field("chatId", conversation.externalID)
                    $0.field("messageId", message)
                }
            case .ticket:
                ZenEnvelope.success("Message appended to ticket successfully.") {
                    $0.field("ticketId", conversation.externalID)
                    $0.field("messageId", message)
                }
            }
        return response.markingReplay(sent.isReplay)
    }
}
