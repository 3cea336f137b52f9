import Core

/// One read of a chat or ticket: what is new for the client, and whether anything is.
///
/// The same reading is made again while a long poll waits.
struct ZenReading {
    /// Messages of one answer; who has missed more asks again with the last one's id.
    private static let limit = 500

    /// The parameters of a read.
    struct Request {
        /// The newest message that the client has.
        let after: EntityIDRange?
        /// How long the answer may wait for news, milliseconds; 0 answers at once.
        let wait: Int64

        init(_ fields: ZenFields) throws(Rejection) {
            if let text = try fields.text("after") {
                guard let id = ZenIDs.message(text) else { throw Self.unknownAfter }
                after = id
            } else {
                after = nil
            }
            wait = try Self.wait(fields.text("wait"))
        }

        static let unknownAfter = Rejection.invalid("after", "Unknown message in after")

        /// `25s` or `25`: whole seconds, cut to 25, so that proxies between do not give up first.
        static func wait(_ text: String?) throws(Rejection) -> Int64 {
            guard let text else { return 0 }
            let digits = text.hasSuffix("s") ? text.dropLast() : text[...]
            let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber else { throw .invalid("wait", "wait must be a number of seconds, such as 25s") }
            return min(Int64(digits) ?? 25, 25) * 1000
        }
    }

    /// An answer that is ready to be sent.
    struct Answer {
        let response: Response
        let conversation: Conversation
        /// The last message in it; 0 for none.
        let lastNumber: Int64
        /// Whether it holds what the client lacks.
        let isNews: Bool
        /// Whether it says what the client's `If-None-Match` names.
        let isKnown: Bool
    }

    let context: RequestContext
    let settings: ZenSettings
    let name: ConversationName
    let access: Access
    let request: Request

    /// Reads once more.
    func answer() throws -> Answer {
        let conversation = try context.tenant.reads.conversation(name, by: access)
        let messages = try messages(of: conversation)
        let body = ZenEnvelope.body(sentence, capacity: 512 + messages.count * 256) {
            writeHead(of: conversation, to: &$0)
            ZenMessages(settings, for: context).write(messages, of: conversation, to: &$0)
        }
        let tag = HTTPEntityTag.strong(String(Hex.encode(SHA256.digest(of: body)).prefix(32)))
        let isKnown = context.head.ifNoneMatch(names: tag)
        let response =
            isKnown
            ? Response(ResponseHead(.notModified, [HTTPField("Cache-Control", "private, no-cache")]))
            : Response(ResponseHead(.ok, block: Response.revalidatedJSONType), body: .bytes(body))
        return Answer(
            response: response.adding("ETag", tag),
            conversation: conversation,
            lastNumber: messages.last?.number ?? 0,
            isNews: !isKnown && (request.after == nil || !messages.isEmpty),
            isKnown: isKnown
        )
    }

    /// What follows the client's message, or the newest there are, always ascending.
    private func messages(of conversation: Conversation) throws -> [Message] {
        let reads = context.tenant.reads
        guard let after = request.after else {
            return try reads.page(of: conversation, page: 1, limit: Self.limit, fromNewest: true)
        }
        guard let messages = try reads.messages(of: conversation, after: after, limit: Self.limit) else {
            throw Request.unknownAfter
        }
        return messages
    }

    private var sentence: String {
        name.kind == .ticket ? "Ticket retrieved successfully." : "Chat retrieved successfully."
    }

    private func writeHead(of conversation: Conversation, to json: inout JSONWriter) {
        if conversation.kind == .ticket {
            json.field("ticketId", conversation.externalID)
            json.field("subject", conversation.subject ?? "")
        } else {
            json.field("chatId", conversation.externalID)
        }
        json.field("status", Self.status(of: conversation))
    }

    static func status(of conversation: Conversation) -> String {
        conversation.status.isOpen ? "open" : "closed"
    }

    /// Answers at once, or waits for news where the client asked for that.
    func outcome() throws -> Outcome {
        let answer = try answer()
        guard !answer.isNews, request.wait > 0, context.head.method == .get else {
            return .respond(deliver(answer))
        }
        let poll = ZenLongPoll(self, conversation: answer.conversation.row)
        poll.begin()
        return .later(cancelled: { poll.end() })
    }

    /// Notes that the customer's side has been given the messages. The answer itself was made before.
    func deliver(_ answer: Answer) -> Response {
        if !answer.isKnown { context.markDelivered(answer.conversation, .customer, upTo: answer.lastNumber) }
        return answer.response
    }
}
