import Core

/// Serving the pictures and documents that messages carry, at the URLs that the reads render.
struct ZenFiles {
    let settings: ZenSettings

    /// The path of a route below the dialect's own folder of files.
    static func pattern(_ dialect: DialectName) -> String {
        dialect == .supportZenLive ? "/api/client/live/files" : "/api/client/files"
    }

    /// What is signed: the path inside the tenant, without the file's name.
    static func path(of file: Attachment, settings: ZenSettings) -> String {
        path(file.id.hex, settings: settings)
    }

    private static func path(_ id: String, settings: ZenSettings) -> String {
        "\(settings.mount)\(pattern(settings.dialect))/\(PercentCoding.encode(id, for: .path))"
    }

    /// Whether a valid signature came along. One that is wrong or has expired is told apart from none, which leaves it
    /// to the bearer.
    func verdict(_ context: RequestContext) throws -> SignedURL.Verdict? {
        settings.links.verify(
            path: Self.path(context.parameters.first ?? "", settings: settings),
            query: try context.query(),
            now: context.now
        )
    }

    /// The file, if the caller may have it: `access` is nil where a signature has opened the link.
    func answer(_ context: RequestContext, by access: Access?) throws -> Outcome {
        let unknown = Rejection(.unknownAttachment, "File not found")
        let reads = context.tenant.reads
        guard let id = EntityIDRange(hex: context.parameters.first ?? ""),
            let stored = try reads.reader.attachment(id), stored.messageNumber != nil,
            let conversation = try reads.conversation(row: stored.conversation),
            conversation.origin == settings.dialect
        else { throw unknown }
        if let access {
            let name = ConversationName(dialect: settings.dialect, id: conversation.externalID)
            _ = try reads.conversation(name, by: access)
        }
        guard let file = try context.tenant.blobs.open(hash: stored.attachment.hash) else { throw unknown }
        return .respond(FileDownload(stored.attachment, file: file).response(to: context.head))
    }
}
