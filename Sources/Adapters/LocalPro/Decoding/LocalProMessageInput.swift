import Core

/// What a request to send a message brings: a text, files, and uploads by name.
struct LocalProMessageInput {
    let content: String
    let files: [Attachment]
    let uploads: [EntityID]

    /// Reads a JSON or multipart body.
    init(_ request: RequestContext, _ settings: LocalProSettings) throws {
        if case .form(let form) = request.body {
            content = try Self.checked(form.field("content") ?? "", settings)
            files = try Self.recognized(form, request, settings)
            for name in ["files", "files[]"] where !(form.field(name) ?? "").isEmpty {
                throw Rejection.invalid("files", "files must be files")
            }
            uploads = try form.field("attachments").nonEmpty.map { try Self.uploads(text: $0, request.tenant) } ?? []
        } else {
            let body = try request.jsonObject()
            content = try Self.checked(LocalProFields(body).text("content", atMost: .max) ?? "", settings)
            files = []
            uploads = try LocalProFields(body).value("attachments").map { try Self.uploads($0, request.tenant) } ?? []
        }
        let count = files.count + uploads.count
        guard !content.isBlank || count > 0 else { throw Rejection.invalid("content", "Message content is required") }
        guard count <= settings.sizes.filesPerMessage else {
            throw Rejection(
                .tooManyFiles,
                "A message takes at most \(settings.sizes.filesPerMessage) files",
                field: "attachments"
            )
        }
    }

    private static func checked(_ text: String, _ settings: LocalProSettings) throws(Rejection) -> String {
        guard text.utf8.count <= settings.sizes.message else {
            throw .invalid("content", "content must not be longer than \(settings.sizes.message) bytes")
        }
        return text
    }

    /// The files of a form, each judged by its content.
    static func recognized(
        _ form: ReceivedForm,
        _ request: RequestContext,
        _ settings: LocalProSettings
    ) throws(Rejection) -> [Attachment] {
        let sniffer = FileSniffer(ids: request.tenant.ids, log: request.tenant.log)
        var attachments: [Attachment] = []
        for file in form.files {
            guard file.fieldName == "files" || file.fieldName == "files[]" else {
                throw .invalid("files", "Files must be sent in the field files")
            }
            attachments.append(try sniffer.recognize(file, allowed: settings.fileTypes))
        }
        return attachments
    }

    /// `attachments: [{"id": …}]`; the other members that the upload answered with may be there. Whether an upload is
    /// this session's and unused is for the turn to say.
    private static func uploads(_ value: JSONValue, _ tenant: TenantLane) throws -> [EntityID] {
        let refusal = Self.noUploads
        guard let array = value.array else { throw refusal }
        let reader = tenant.reads.reader
        var ids: [EntityID] = []
        for element in array {
            guard let id = element["id"]?.string, let range = EntityIDRange(hex: id) else { throw refusal }
            guard let upload = try reader.attachment(range)?.attachment, !ids.contains(upload.id) else {
                throw Rejection.invalid("attachments", "attachments must name unused uploads of this session")
            }
            ids.append(upload.id)
        }
        return ids
    }

    /// The same as a field of a form: JSON in a text.
    private static func uploads(text: String, _ tenant: TenantLane) throws -> [EntityID] {
        guard let document = try? JSONDocument(parsing: Array(text.utf8)) else { throw noUploads }
        return try uploads(document.root, tenant)
    }

    private static let noUploads = Rejection.invalid(
        "attachments",
        "attachments must be a list of objects with the id of an upload"
    )

    /// The message to store, under a new id.
    var draft: MessageDraft {
        MessageDraft(text: content, files: files, uploads: uploads)
    }

    /// Writes what makes a retry the same request: of files their bytes count, not the ids they were given.
    func digest(into json: inout JSONWriter) {
        json.field("content", content)
        json.array("files", files.map { Hex.encode($0.contentDigest) + $0.name })
        json.array("attachments", uploads.map(\.hex))
    }
}
