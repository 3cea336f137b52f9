import Core

/// The document's four endpoints: two kinds of conversation, each created and written to.
extension SupportZenClientDialect {
    private static let maximumID = 256
    private static let maximumSubject = 120

    /// `POST /api/client/live/create` and `/ticket/create`: always a new conversation.
    func create(_ kind: ConversationKind, _ context: RequestContext) throws -> Outcome {
        let fields = try ClientBody.fields(of: context, settings: settings)
        try fields.require(["email", "created_at"] + requiredMessage(context))
        let contact = try ZenContact(fields)
        let draft = try draft(fields, context)
        let credential = EmailCredential(email: contact.email, digest: try digest(of: context))
        try throttleFirstContact(credential, context)
        let id = context.tenant.ids.next()
        let creation = CreateConversation(
            dialect: Self.name,
            access: .emailDigest(Self.name, credential),
            id: id,
            kind: kind,
            // Tickets are numbered in the turn.
            externalID: kind == .ticket ? nil : ZenIDs.chat(id),
            collision: .never,
            ownerKey: credential.normalizedEmail,
            assurance: .hmac,
            contact: Contact(name: contact.name, email: contact.email),
            account: contact.account,
            source: context.origin(),
            subject: kind == .ticket ? Self.subject(draft.message.text) : nil,
            status: .pending,
            first: draft.message,
            firstContact: firstContact
        )
        let key = try draft.idempotencyKey(
            fields,
            ["email", "name", "plan_id", "created_at", "message", "image_url"],
            context: context,
            settings: settings
        )
        return .perform(Operation(.create(creation), at: context.now, idempotency: key)) { reply in
            try ZenReplies.created(reply)
        }
    }

    /// `POST /api/client/live/chat` and `/ticket/append`.
    func append(_ kind: ConversationKind, _ context: RequestContext) throws -> Outcome {
        let idField = kind == .ticket ? "ticket_id" : "chat_id"
        let fields = try ClientBody.fields(of: context, settings: settings)
        try fields.require([idField, "email"] + requiredMessage(context))
        let email = try ZenContact.email(fields)
        let id = try fields.text(idField, maximum: Self.maximumID) ?? ""
        let draft = try draft(fields, context)
        let credential = EmailCredential(email: email, digest: try digest(of: context))
        let sending = SendMessage(
            conversation: ConversationName(dialect: Self.name, id: id, kind: kind),
            access: .emailDigest(Self.name, credential),
            author: ZenReplies.customer,
            draft: draft.message,
            onClosed: settings.closedPolicy(of: kind)
        )
        let key = try draft.idempotencyKey(
            fields,
            [idField, "email", "message", "image_url"],
            context: context,
            settings: settings
        )
        return .perform(Operation(.send(sending), at: context.now, idempotency: key)) { reply in
            try ZenReplies.sent(reply)
        }
    }

    private func draft(_ fields: ZenFields, _ context: RequestContext) throws(Rejection) -> ZenDraft {
        let link = try ZenDraft.link(fields)
        let images = try ZenDraft.images(of: context, settings: settings)
        return try ZenDraft(fields, images: images, link: link, settings: settings)
    }

    /// With a picture as a file, which is an extension itself, the text may be left out.
    private func requiredMessage(_ context: RequestContext) -> [String] {
        if case .form(let form) = context.body, !form.files.isEmpty { [] } else { ["message"] }
    }

    /// Making users costs nothing but an e-mail address: each address may make so many. What is read here is a hint;
    /// the turn decides.
    private func throttleFirstContact(_ credential: EmailCredential, _ context: RequestContext) throws {
        guard firstContact != .provisionedOnly else { return }
        let known = try context.tenant.reads.reader.identity(dialect: Self.name, key: credential.normalizedEmail)
        guard known == nil else { return }
        try context.tenant.takeFirstContact(context.client, limits: context.limits)
    }

    /// The first line of the message that says anything, at most 120 characters.
    static func subject(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: true) { $0.isNewline }
        let line = lines.first { $0.contains { !$0.isWhitespace } } ?? ""
        let start = line.drop { $0.isWhitespace }
        var subject = start.prefix(maximumSubject)
        while subject.last?.isWhitespace == true { subject.removeLast() }
        return String(subject)
    }
}
