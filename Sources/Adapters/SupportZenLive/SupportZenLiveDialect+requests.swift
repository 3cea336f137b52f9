import Core

/// The document's two endpoints, and the read of the extension.
extension SupportZenLiveDialect {
    /// Ids of any kind are at most so long.
    private static let maximumID = 256

    /// `POST /api/client/live/create`: always a new chat.
    func createChat(_ context: RequestContext) throws -> Outcome {
        let fields = ZenFields(form: form(of: context))
        let images = try ZenDraft.images(of: context, settings: settings)
        try fields.require(["email", "uuid", "created_at"] + requiredMessage(images))
        let contact = try ZenContact(fields)
        let uuid = try fields.text("uuid", maximum: Self.maximumID) ?? ""
        let draft = try ZenDraft(fields, images: images, link: nil, settings: settings)
        let id = context.tenant.ids.next()
        let creation = CreateConversation(
            dialect: Self.name,
            access: .contactEmail(Self.name, email: contact.email),
            id: id,
            externalID: ZenIDs.chat(id),
            collision: .never,
            ownerKey: uuid,
            assurance: .sharedSecret,
            contact: Contact(name: contact.name, email: contact.email),
            account: contact.account,
            status: .pending,
            first: draft.message
        )
        let key = try draft.idempotencyKey(
            fields,
            ["email", "uuid", "name", "plan_id", "created_at", "message"],
            context: context,
            settings: settings
        )
        return .perform(Operation(.create(creation), at: context.now, idempotency: key)) { reply in
            try ZenReplies.created(reply)
        }
    }

    /// `POST /api/client/live/chat`: the e-mail must be the chat's or its person's present one.
    func sendMessage(_ context: RequestContext) throws -> Outcome {
        let fields = ZenFields(form: form(of: context))
        let images = try ZenDraft.images(of: context, settings: settings)
        try fields.require(["chat_id", "email"] + requiredMessage(images))
        let email = try ZenContact.email(fields)
        let chat = try fields.text("chat_id", maximum: Self.maximumID) ?? ""
        let draft = try ZenDraft(fields, images: images, link: nil, settings: settings)
        let sending = SendMessage(
            conversation: ConversationName(dialect: Self.name, id: chat, kind: .chat),
            access: .contactEmail(Self.name, email: email),
            author: ZenReplies.customer,
            draft: draft.message,
            onClosed: settings.closedPolicy(of: .chat)
        )
        let key = try draft.idempotencyKey(
            fields,
            ["chat_id", "email", "message"],
            context: context,
            settings: settings
        )
        return .perform(Operation(.send(sending), at: context.now, idempotency: key)) { reply in
            try ZenReplies.sent(reply)
        }
    }

    /// `GET /api/client/live/chat/{chatId}?email=…&after=…&wait=…` (compat).
    func readChat(_ context: RequestContext) throws -> Outcome {
        let fields = ZenFields(query: try context.query())
        let email = try ZenContact.email(fields)
        let request = try ZenReading.Request(fields)
        let reading = ZenReading(
            context: context,
            settings: settings,
            name: ConversationName(dialect: Self.name, id: context.parameters.first ?? "", kind: .chat),
            access: .contactEmail(Self.name, email: email),
            request: request
        )
        return try reading.outcome()
    }

    /// With a picture the text may be left out, as an extension.
    private func requiredMessage(_ images: [Attachment]) -> [String] {
        settings.hasExtensions && !images.isEmpty ? [] : ["message"]
    }

    private func form(of context: RequestContext) -> ReceivedForm {
        if case .form(let form) = context.body { form } else { ReceivedForm() }
    }
}
