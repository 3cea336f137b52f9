/// What a request may measure at most, in bytes where nothing else is said.
package struct SizesConfiguration: Sendable, Equatable {
    package var requestLine = 8 * 1024
    package var headers = 16 * 1024
    /// A number of fields.
    package var headerFields = 100
    package var jsonBody = 1024 * 1024
    /// The text of one message, in UTF-8.
    package var message = 16 * 1024
    package var file = 10 * 1024 * 1024
    /// A number of files.
    package var filesPerMessage = 5
    /// A number of parts.
    package var multipartParts = 100

    package init() {}

    /// A multipart body: all files at their largest, and 1 MiB for what stands around them.
    package var multipartBody: Int { file * filesPerMessage + 1024 * 1024 }
}

/// What happens to stored files.
package struct UploadsConfiguration: Sendable, Equatable {
    /// When an upload that no message names is removed.
    package var expire = Duration.seconds(86_400)
    /// How long a signed URL opens its file.
    package var urlLifetime = Duration.seconds(86_400)
    /// Extensions in lower case, in place of the dialect's own list; nil: the dialect's own.
    package var types: [String]?

    package init() {}
}
