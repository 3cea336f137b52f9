import Core

/// Downloads.
extension ChatModuleDialect {
    /// A signed link opens its file until it expires; anybody else needs a token.
    func downloader(_ request: RequestContext) throws -> Caller {
        let path = renderer.attachmentPath(request.parameters.first ?? "")
        let verdict = renderer.links.verify(path: path, query: try request.query(), now: request.now)
        if verdict == .valid { return Caller(.anonymous, .guestRead) }
        if verdict != nil, request.bearerToken == nil {
            throw Rejection(.unauthenticated, "The link has expired or is not valid")
        }
        return try caller(request, user: .guestRead)
    }

    /// `GET /api/chat/attachments/{attachmentId}`. Uploads that no message names are nobody's yet.
    func downloadAttachment(_ request: RequestContext) throws -> Outcome {
        let unknown = Rejection(.unknownAttachment, "Attachment not found")
        let reads = request.tenant.reads
        guard let id = request.parameters.first.flatMap(Self.entity), let stored = try reads.reader.attachment(id),
            stored.messageNumber != nil, let conversation = try reads.conversation(row: stored.conversation)
        else { throw unknown }
        // Without a caller there is a signature, which names this very file.
        if let party = ChatModuleParty(request.caller) {
            let name = ConversationName(dialect: .chatModule, id: conversation.id.hex)
            _ = try reads.conversation(name, by: party.access)
        }
        let file = try open(stored.attachment, request.tenant)
        return .respond(FileDownload(stored.attachment, file: file).response(to: request.head))
    }

    private func open(_ attachment: Attachment, _ tenant: TenantLane) throws(Rejection) -> FileReference {
        let file: FileReference?
        do throws(SystemError) {
            file = try tenant.blobs.open(hash: attachment.hash)
        } catch {
            // Out of descriptors, say: that passes.
            tenant.log.error("a stored file cannot be opened", .field("tenant", tenant.id), .error(error))
            throw .unavailable
        }
        guard let file else { throw Rejection(.unknownAttachment, "Attachment not found") }
        return file
    }
}
