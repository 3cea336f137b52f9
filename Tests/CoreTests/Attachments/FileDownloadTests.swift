import Core
import Testing

@Suite struct FileDownloadTests {
    private let scratch: ScratchDirectory
    private let content = Array("0123456789".utf8)
    private let hash = [UInt8](repeating: 0xAB, count: 32)
    private let tag = "\"" + String(repeating: "ab", count: 16) + "\""

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func answer(
        _ fields: String = "",
        method: String = "GET",
        name: String = "a.png",
        type: String = "image/png"
    ) throws -> Response {
        let file = try FileReference(path: scratch.make("blob", content))
        let attachment = Attachment(
            id: EntityID(high: 0, low: 1),
            hash: hash,
            name: name,
            mediaType: type,
            size: Int64(content.count)
        )
        let head = try requestHead("\(method) /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
        return FileDownload(attachment, file: file, maxAge: 60).response(to: head)
    }

    private func sent(_ response: Response) throws -> String? {
        guard case .file(let file, let offset, let length) = response.body else { return nil }
        return String(decoding: try file.read(at: offset, count: length), as: UTF8.self)
    }

    /// The head as it goes out.
    private func lines(_ response: Response) throws -> [String] {
        var out: [UInt8] = []
        var writer = HTTPResponseWriter(to: try requestHead("GET /a HTTP/1.1\r\nHost: h\r\n\r\n"))
        writer.append(response.head, length: response.body.length, date: "", to: &out)
        return String(decoding: out, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    @Test func wholeFile() throws {
        let response = try answer()
        #expect(try sent(response) == "0123456789")
        let lines = try lines(response)
        #expect(lines.first == "HTTP/1.1 200 OK")
        for line in [
            "Content-Type: image/png", "Content-Length: 10", "ETag: \(tag)", "Accept-Ranges: bytes",
            "Cache-Control: private, max-age=60, immutable", "X-Content-Type-Options: nosniff",
            "Content-Security-Policy: default-src 'none'; sandbox", "Content-Disposition: inline; filename=\"a.png\"",
        ] {
            #expect(lines.contains(line))
        }
    }

    static let ranges: [(fields: String, status: UInt16, body: String?, contentRange: String?)] = [
        ("Range: bytes=2-4\r\n", 206, "234", "bytes 2-4/10"),
        ("Range: bytes=7-\r\n", 206, "789", "bytes 7-9/10"),
        ("Range: bytes=-2\r\n", 206, "89", "bytes 8-9/10"),
        ("Range: bytes=10-\r\n", 416, nil, "bytes */10"),
        ("Range: bytes=0-1,3-4\r\n", 200, "0123456789", nil),
        ("Range: lines=1-2\r\n", 200, "0123456789", nil),
        ("Range: bytes=2-4\r\nIf-Range: TAG\r\n", 206, "234", "bytes 2-4/10"),
        ("Range: bytes=2-4\r\nIf-Range: W/TAG\r\n", 200, "0123456789", nil),
        ("Range: bytes=2-4\r\nIf-Range: \"other\"\r\n", 200, "0123456789", nil),
    ]

    @Test(arguments: ranges)
    func rangeAsked(fields: String, status: UInt16, body: String?, contentRange: String?) throws {
        let parts = fields.split(separator: "TAG", omittingEmptySubsequences: false)
        let response = try answer(parts.joined(separator: tag))
        #expect(response.head.status.code == status)
        #expect(try sent(response) == body)
        #expect(response.head.field("content-range") == contentRange)
    }

    @Test func notModified() throws {
        let fresh = try answer("If-None-Match: \"x\", W/\(tag)\r\nRange: bytes=0-1\r\n")
        #expect(fresh.head.status == .notModified)
        #expect(fresh.head.field("etag") == tag)
        #expect(fresh.body.length == 0)
        #expect(try answer("If-None-Match: \"x\"\r\n").head.status == .ok)
    }

    @Test func headIgnoresRanges() throws {
        let response = try answer("Range: bytes=2-4\r\n", method: "HEAD")
        #expect(response.head.status == .ok)
        #expect(response.body.length == 10)
    }

    @Test(arguments: [
        ("a.pdf", "application/pdf", "application/pdf", "attachment; filename=\"a.pdf\""),
        ("a.mp4", "video/mp4", "video/mp4", "attachment; filename=\"a.mp4\""),
        ("x.svg", "image/svg+xml", "application/octet-stream", "attachment; filename=\"x.svg\""),
        ("x.html", "text/html", "application/octet-stream", "attachment; filename=\"x.html\""),
        (
            "ü\".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "attachment; filename=\"__.docx\"; filename*=UTF-8''%C3%BC%22.docx"
        ),
    ])
    func disposition(name: String, type: String, served: String, disposition: String) throws {
        let response = try answer(name: name, type: type)
        #expect(response.head.field("content-type") == served)
        #expect(response.head.field("content-disposition") == disposition)
    }
}
