/// A multipart body as it was taken in: text fields in memory, files already staged and digested.
package struct ReceivedForm {
    /// Text fields in the order they came; a name may come twice.
    package var fields: [(name: String, value: String)]
    package var files: [ReceivedFile]

    package init(fields: [(name: String, value: String)] = [], files: [ReceivedFile] = []) {
        self.fields = fields
        self.files = files
    }

    /// The last value of a field.
    package func field(_ name: String) -> String? { fields.last { $0.name == name }?.value }
}

/// One file of a form, staged: its bytes wait on disk under a temporary name until a turn needs them.
package struct ReceivedFile: Sendable {
    package let fieldName: String
    /// The last path component of what the client called it.
    package let fileName: String
    /// As the part declared it; nil when absent.
    package let declaredType: String?
    package let size: Int64
    /// The id of the blob that it becomes.
    package let hash: [UInt8]
    package let staged: StagedBlob

    package init(
        fieldName: String,
        fileName: String,
        declaredType: String?,
        size: Int64,
        hash: [UInt8],
        staged: StagedBlob
    ) {
        self.fieldName = fieldName
        self.fileName = fileName
        self.declaredType = declaredType
        self.size = size
        self.hash = hash
        self.staged = staged
    }

    /// The same for the same bytes, as `Attachment.contentDigest`.
    package var contentDigest: [UInt8] { Array(hash.prefix(Attachment.digestBytes)) }
}
