/// What a form may hold.
package struct IntakeRules: Sendable, Equatable {
    /// Fields and files together.
    package var parts: Int
    /// Bytes of one file.
    package var fileBytes: Int
    package var files: Int
    /// Bytes of all names and text values together: they are kept in memory.
    package var fieldBytes: Int

    package init(parts: Int = 100, fileBytes: Int = 10 << 20, files: Int = 5, fieldBytes: Int = 1 << 20) {
        self.parts = parts
        self.fileBytes = fileBytes
        self.files = files
        self.fieldBytes = fieldBytes
    }

    /// A tenant's sizes.
    package init(_ sizes: SizesConfiguration) {
        self.init(parts: sizes.multipartParts, fileBytes: sizes.file, files: sizes.filesPerMessage)
    }
}

extension IntakeRules {
    /// `10MB`, as people say it, where it comes out even.
    static func words(bytes: Int) -> String {
        if bytes >= 1 << 20, bytes.isMultiple(of: 1 << 20) { return "\(bytes >> 20)MB" }
        if bytes >= 1 << 10, bytes.isMultiple(of: 1 << 10) { return "\(bytes >> 10)KB" }
        return "\(bytes) bytes"
    }
}
