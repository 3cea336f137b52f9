import Core

/// The reads of the extension: chats, tickets, the list of tickets, files. The e-mail is in the query.
extension SupportZenClientDialect {
    private static let listLimit = 100

    /// `GET /api/client/live/chat/{chatId}` and `/ticket/{ticketId}`, `?email=…&after=…&wait=…`.
    func read(_ kind: ConversationKind, _ context: RequestContext) throws -> Outcome {
        let fields = ZenFields(query: try context.query())
        let email = try ZenContact.email(fields)
        let request = try ZenReading.Request(fields)
        let credential = EmailCredential(email: email, digest: try digest(of: context))
        let reading = ZenReading(
            context: context,
            settings: settings,
            name: ConversationName(dialect: Self.name, id: context.parameters.first ?? "", kind: kind),
            access: .emailDigest(Self.name, credential),
            request: request
        )
        return try reading.outcome()
    }

    /// `GET /api/client/ticket/list?email=…`: newest first; `page` and `limit` walk through more than 100.
    func listTickets(_ context: RequestContext) throws -> Outcome {
        let query = try context.query()
        let email = try ZenContact.email(ZenFields(query: query))
        let page = PageRequest(
            page: try query.positiveNumber("page", default: 1),
            limit: try query.positiveNumber("limit", default: Self.listLimit, atMost: Self.listLimit)
        )
        let credential = EmailCredential(email: email, digest: try digest(of: context))
        let reads = context.tenant.reads
        let owner = try Reach(reader: reads.reader, rules: context.tenant.snapshot.rules)
            .authenticate(credential, dialect: Self.name)
        let filter = ConversationFilter(identity: owner.row, kind: .ticket, order: .newest)
        let tickets = try reads.reader.conversations(filter, page: page).items.map(\.conversation)
        let unread = try tickets.map { try ReadMarks($0, reads.reader).unreadByCustomer }
        return .respond(
            ZenEnvelope.success("Tickets retrieved successfully.", capacity: 256 + tickets.count * 256) {
                $0.array("tickets") {
                    for (ticket, unread) in zip(tickets, unread) { $0.object { Self.write(ticket, unread, to: &$0) } }
                }
            }
        )
    }

    private static func write(_ ticket: Conversation, _ unread: Int, to json: inout JSONWriter) {
        json.field("ticketId", ticket.externalID)
        json.field("subject", ticket.subject ?? "")
        json.field("status", ZenReading.status(of: ticket))
        json.field("createdAt", CivilTime.text(ticket.createdAt))
        json.field("lastMessageAt", CivilTime.text(ticket.activeAt))
        json.field("unread", unread)
    }

    /// A file by its signed link, or by bearer and e-mail.
    func readFile(_ context: RequestContext) throws -> Outcome {
        let files = ZenFiles(settings: settings)
        let verdict = try files.verdict(context)
        if verdict == .valid { return try files.answer(context, by: nil) }
        if verdict != nil, context.bearerToken == nil {
            throw Rejection(.unauthenticated, "The link has expired or is not valid")
        }
        let email = try ZenContact.email(ZenFields(query: try context.query()))
        let credential = EmailCredential(email: email, digest: try digest(of: context))
        return try files.answer(context, by: .emailDigest(Self.name, credential))
    }
}
