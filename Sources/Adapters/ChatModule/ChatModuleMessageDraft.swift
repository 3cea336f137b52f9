import Core

/// What the body of a new message says, before its files are judged.
struct ChatModuleMessageDraft {
    let content: String
    /// In the order of their indices.
    let files: [ReceivedFile]

    /// Text only: `{"content": …}`.
    init(_ body: JSONValue, settings: ChatModuleSettings) throws(Rejection) {
        content = try body.requiredText("content", atMost: settings.sizes.message)
        files = []
        try refuseBlank()
    }

    /// `content` and `attachments[0]`, `attachments[1]`, …
    init(_ form: ReceivedForm, settings: ChatModuleSettings) throws(Rejection) {
        let text = form.field("content") ?? ""
        guard text.utf8.count <= settings.sizes.message else {
            throw .invalid("content", "content must have at most \(settings.sizes.message) bytes")
        }
        for field in form.fields where Self.index(field.name, lenient: true) != nil {
            throw .invalid(field.name, "\(field.name) must be a file")
        }
        var numbered: [(index: Int, file: ReceivedFile)] = []
        for file in form.files {
            guard let index = Self.index(file.fieldName, lenient: settings.hasExtensions) else {
                throw .invalid(file.fieldName, "Unexpected file field: \(file.fieldName)")
            }
            numbered.append((index, file))
        }
        let limit = settings.sizes.filesPerMessage
        guard numbered.count <= limit else {
            throw Rejection(.tooManyFiles, "A message takes at most \(limit) files", field: "attachments")
        }
        content = text
        // The sort is stable: files without an index keep the order they came in.
        files = numbered.sorted { $0.index < $1.index }.map(\.file)
        if files.isEmpty { try refuseBlank() }
    }

    private func refuseBlank() throws(Rejection) {
        guard content.contains(where: { !$0.isWhitespace }) else {
            throw .invalid("content", "content is required")
        }
    }

    /// The index of `attachments[3]`; leniently, `attachments` and `attachments[]` have the index 0.
    private static func index(_ name: String, lenient: Bool) -> Int? {
        if lenient, name == "attachments" || name == "attachments[]" { return 0 }
        guard name.hasPrefix("attachments["), name.hasSuffix("]") else { return nil }
        let digits = name.dropFirst(12).dropLast()
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }

    /// The decoded fields and the files' hashes, for telling a retry from another request under the same key.
    var digestible: [UInt8] {
        var json = JSONWriter(capacity: content.utf8.count + 128)
        json.object {
            $0.field("content", content)
            $0.array("files") { list in
                for file in files {
                    list.element(Hex.encode(file.contentDigest))
                    list.element(file.fileName)
                }
            }
        }
        return json.bytes
    }
}
