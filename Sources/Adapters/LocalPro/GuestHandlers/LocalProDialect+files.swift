import Core

/// Files: uploads ahead of a message, and downloads.
extension LocalProDialect {
    /// `POST /api/live-chat/upload`. The files wait under the session until a message names them, or they expire.
    func upload(_ request: RequestContext) throws -> Outcome {
        guard case .form(let form) = request.body else {
            throw Rejection(.unsupportedContentType, "Content-Type must be multipart/form-data")
        }
        guard let id = form.field("sessionId"), !id.isEmpty else {
            throw Rejection.invalid("sessionId", "sessionId is required")
        }
        guard !form.files.isEmpty else { throw Rejection.invalid("files", "No files uploaded") }
        let name = ConversationName(dialect: .localPro, id: id)
        let access = guestAccess(request)
        _ = try request.tenant.reads.conversation(name, by: access)
        let files = try LocalProMessageInput.recognized(form, request, settings)
        let lifetime = settings.uploads.expire.components.seconds * 1000
        let keeping = KeepUploads(
            conversation: name,
            access: access,
            files: files,
            expiresAt: request.now + lifetime
        )
        let renderer = LocalProRenderer(settings, for: .guest, request)
        return .perform(Operation(.keepUploads(keeping), at: request.now)) { reply in
            guard case .uploads(let files, _) = reply else { throw Rejection.internalFailure }
            return .localPro(.ok, "Files uploaded successfully") { json in
                json.array("attachments") { json in
                    for file in files { json.object { renderer.attachment(file, to: &$0) } }
                }
            }
        }
    }

    /// Who may download: whoever has a link that holds, an agent, or a guest with the session's token.
    func downloader(_ request: RequestContext) throws -> Caller {
        let link = try verifiedLink(request)
        if link == .valid { return Caller(.anonymous, .guestRead) }
        guard let token = request.bearerToken else {
            switch link {
            case .expired: throw Rejection(.forbidden, "The link has expired")
            case .invalid: throw Rejection(.forbidden, "The link is not valid")
            case .valid, nil: throw Self.unauthorized
            }
        }
        if SessionToken.hasForm(token) { return Caller(.anonymous, .guestRead) }
        return try agentCaller(request)
    }

    /// What the link says by itself; nil when it is not signed.
    private func verifiedLink(_ request: RequestContext) throws -> SignedURL.Verdict? {
        settings.links.verify(
            path: settings.attachmentPath(request.parameters.first ?? ""),
            query: try request.query(),
            now: request.now
        )
    }

    /// `GET /api/live-chat/attachments/{attachmentId}`.
    func download(_ request: RequestContext) throws -> Outcome {
        let unknown = Rejection(.unknownAttachment, "Attachment not found")
        let reads = request.tenant.reads
        guard let id = EntityIDRange(hex: request.parameters.first ?? ""),
            let stored = try reads.reader.attachment(id)
        else { throw unknown }
        if request.caller.agent == nil, try verifiedLink(request) != .valid {
            guard let token = request.bearerToken,
                let conversation = try reads.conversation(row: stored.conversation),
                SessionToken.matches(token, conversation: conversation.id, secret: settings.secret)
            else { throw unknown }
        }
        guard let file = try request.tenant.blobs.open(hash: stored.attachment.hash) else { throw unknown }
        return .respond(FileDownload(stored.attachment, file: file).response(to: request.head))
    }
}
