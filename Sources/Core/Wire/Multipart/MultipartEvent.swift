/// What a multipart body may hold at most; the size of the whole body and of its parts is the caller's to watch.
package struct MultipartLimits: Sendable {
    package var parts: Int
    /// All header lines of one part together, with their line ends.
    package var headerBytes: Int
    package var headerFields: Int
    /// What stands before the first boundary, which nobody reads.
    package var preambleBytes: Int

    package init(parts: Int = 100, headerBytes: Int = 8 << 10, headerFields: Int = 32, preambleBytes: Int = 4 << 10) {
        self.parts = parts
        self.headerBytes = headerBytes
        self.headerFields = headerFields
        self.preambleBytes = preambleBytes
    }
}

/// What the header of a part says (RFC 7578 4).
package struct MultipartPartHead: Equatable, Sendable {
    /// The name of the form field; several parts may have the same one.
    package var name: String
    /// Nil for a plain field. Empty for a file input in which nothing was chosen. As the client sent it, path and all:
    /// see `sanitizedFilename`.
    package var filename: String?
    /// As the client declared it, which proves nothing.
    package var contentType: String?

    package init(name: String, filename: String? = nil, contentType: String? = nil) {
        self.name = name
        self.filename = filename
        self.contentType = contentType
    }
}

/// What is wrong with a multipart body. The raw value may be shown to a client.
package enum MultipartViolation: String, Error, Sendable {
    case preambleTooLong = "too much before the first boundary"
    case tooManyParts = "too many parts"
    case headersTooLarge = "part headers are too large"
    case tooManyHeaderFields = "too many header fields in a part"
    case malformedHeader = "malformed part header"
    case duplicateHeader = "a part header is given twice"
    case missingContentDisposition = "a part has no Content-Disposition"
    case malformedContentDisposition = "Content-Disposition must be form-data with a name"
    case unsupportedTransferEncoding = "Content-Transfer-Encoding is not supported"
    case malformedBoundaryLine = "malformed boundary line"
    case noBoundary = "the boundary was not found"
    case truncated = "the body ends before the last boundary"
}

/// What a parser found in its input, in the order of the body: each part is a begin, any number of data events and an
/// end.
package enum MultipartEvent: Equatable, Sendable {
    /// The input is used up.
    case needMore
    case partBegin(MultipartPartHead)
    /// Content of the part in work: these indices of the input given.
    case partData(Range<Int>)
    /// Content of the part in work that looked like the begin of a boundary when its bytes came, and was none.
    case partDataHeld([UInt8])
    case partEnd
    /// The last boundary was found; all that follows is ignored.
    case end
    /// The body is refused; all that follows is ignored.
    case violation(MultipartViolation)
}
