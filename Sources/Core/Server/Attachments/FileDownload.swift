/// Answers a request for a stored file: whole, in part, or not again (RFC 9110, sections 13 and 14).
package struct FileDownload {
    /// Nothing in a file may load, run or be framed, should a browser ever take it for a document.
    private static let safety = HTTPFieldBlock([
        HTTPField("X-Content-Type-Options", "nosniff"),
        HTTPField("Content-Security-Policy", "default-src 'none'; sandbox"),
        HTTPField("Accept-Ranges", "bytes"),
    ])

    private let attachment: Attachment
    private let file: FileReference
    private let maxAge: Int64

    /// `maxAge` is how many seconds a browser may keep the file; its bytes never change.
    package init(_ attachment: Attachment, file: FileReference, maxAge: Int64 = 86_400) {
        self.attachment = attachment
        self.file = file
        self.maxAge = maxAge
    }

    /// The answer to GET or HEAD. For HEAD the body is there too, for its length: whoever writes the answer leaves it
    /// out.
    package func response(to head: RequestHead) -> Response {
        let tag = HTTPEntityTag.strong(Hex.encode(attachment.contentDigest))
        var answer = ResponseHead(.ok, block: Self.safety)
        answer.add("ETag", tag)
        answer.add("Cache-Control", "private, max-age=\(maxAge), immutable")
        if head.ifNoneMatch(names: tag) {
            answer.status = .notModified
            return Response(answer)
        }
        let range = requestedRange(head, tag: tag)
        if let contentRange = range.contentRange(length: file.size) { answer.add("Content-Range", contentRange) }
        switch range {
        case .unsatisfiable:
            answer.status = .rangeNotSatisfiable
            return Response(answer)
        case .partial(let bytes):
            answer.status = .partialContent
            describe(&answer)
            return Response(answer, body: .file(file, offset: bytes.lowerBound, length: bytes.count))
        case .full:
            describe(&answer)
            return Response(answer, body: .file(file, offset: 0, length: file.size))
        }
    }

    /// Ranges are for GET alone (RFC 9110, section 14.2), and only of the file that the client has begun with.
    private func requestedRange(_ head: RequestHead, tag: String) -> HTTPByteRange {
        guard head.method == .get else { return .full }
        if let condition = head.field("if-range"), !HTTPEntityTag.ifRange(condition, is: tag) { return .full }
        return HTTPByteRange(head.field("range"), length: file.size)
    }

    private func describe(_ answer: inout ResponseHead) {
        let disposition: HTTPContentDisposition = isPicture ? .inline : .attachment
        answer.add("Content-Type", isDocument ? "application/octet-stream" : attachment.mediaType)
        answer.add("Content-Disposition", disposition.value(filename: attachment.name))
    }

    /// The pictures that browsers show and that cannot hold scripts.
    private var isPicture: Bool {
        ["image/jpeg", "image/png", "image/gif", "image/webp"].contains(attachment.mediaType)
    }

    /// What a browser would run. No upload is stored as such; an import may be.
    private var isDocument: Bool {
        let type = attachment.mediaType.lowercased()
        return type.contains("html") || type.contains("xml") && !type.contains("openxmlformats")
            || type.contains("svg") || type.contains("javascript")
    }
}
