import Core

/// The message of a request: its text, its picture, its link.
struct ZenDraft {
    private static let maximumURL = 2048
    private static let imageField = "image"

    let message: MessageDraft
    private let fileHashes: [[UInt8]]

    /// Checks the text; `images` are what came as files, `link` what came as `image_url`.
    init(
        _ fields: ZenFields,
        images: [Attachment],
        link: String?,
        settings: ZenSettings
    ) throws(Rejection) {
        // Extension: a picture may speak for itself.
        let mayBeEmpty = settings.hasExtensions && !images.isEmpty
        if !mayBeEmpty { try fields.require(["message"]) }
        let text = try fields.text("message") ?? ""
        guard text.utf8.count <= settings.sizes.message else {
            throw .invalid("message", "message must have at most \(settings.sizes.message) bytes")
        }
        fileHashes = images.map(\.contentDigest)
        message = MessageDraft(text: text, imageURL: link, files: images)
    }

    /// The pictures among the files of a form, told by their bytes. Any other file is refused, so that none vanishes.
    static func images(
        of context: RequestContext,
        settings: ZenSettings
    ) throws(Rejection) -> [Attachment] {
        guard case .form(let form) = context.body else { return [] }
        // Text in its place is no picture, and must not vanish; forms send an empty one where nothing was chosen.
        guard form.field(imageField)?.isEmpty ?? true else {
            throw .invalid(imageField, "image must be a file")
        }
        guard !form.files.isEmpty else { return [] }
        for file in form.files where file.fieldName != imageField {
            throw .invalid(file.fieldName, "Unexpected file: \(file.fieldName)")
        }
        guard form.files.count == 1 else {
            throw Rejection(.tooManyFiles, "Only one image is accepted", field: imageField)
        }
        let sniffer = FileSniffer(ids: context.tenant.ids, log: context.tenant.log)
        return [try sniffer.recognize(form.files[0], allowed: settings.images)]
    }

    /// The `image_url` of a request: stored as a link and never fetched.
    static func link(_ fields: ZenFields) throws(Rejection) -> String? {
        guard let url = try fields.text("image_url", maximum: maximumURL) else { return nil }
        guard isWebLink(url) else {
            throw .invalid("image_url", "image_url must be an http or https URL")
        }
        return url
    }

    /// Nothing but http and https with a host: links of other schemes can run what they say.
    static func isWebLink(_ url: String) -> Bool {
        let lowered = url.prefix(8).lowercased()
        let length = lowered == "https://" ? 8 : lowered.hasPrefix("http://") ? 7 : 0
        guard length > 0, let first = url.utf8.dropFirst(length).first, !"/?#@:".utf8.contains(first) else {
            return false
        }
        return url.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control
        }
    }

    /// The key of a request that may be retried: only an extension knows it. The content is what the fields say and
    /// the files hold, not how they were sent.
    func idempotencyKey(
        _ fields: ZenFields,
        _ names: [String],
        context: RequestContext,
        settings: ZenSettings
    ) throws(Rejection) -> IdempotencyKey? {
        guard settings.hasExtensions else { return nil }
        var content: [UInt8] = []
        fields.appendContent(names, to: &content)
        for hash in fileHashes { content += hash }
        return try context.idempotencyKey(content)
    }
}
