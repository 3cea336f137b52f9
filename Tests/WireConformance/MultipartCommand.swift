import Core

/// `wire-conformance multipart`: the parts of the body on standard input as one JSON array. Of a part, `filename` and
/// `type` are left out when it has none; the size and the digest are those of its content.
enum MultipartCommand {
    static func run(boundary text: String) -> Int32 {
        guard let boundary = MultipartBoundary.parse(contentType: "multipart/form-data; boundary=\"\(text)\"") else {
            return refuse("the boundary is not one that RFC 2046 allows")
        }
        guard let body = StandardStreams.readInput(limit: ConformanceProgram.inputLimit) else {
            return refuse("the body is too long")
        }
        var report = PartReport()
        var parser = MultipartParser(boundary: boundary)
        let input = body.span
        var offset = 0
        var isReading = true
        while isReading {
            switch parser.next(input, at: &offset) {
            case .needMore: isReading = false
            case .partBegin(let head): report.begin(head)
            case .partData(let range): report.take(input.extracting(range))
            case .partDataHeld(let bytes): report.take(bytes.span)
            case .partEnd: report.end()
            case .end: break
            case .violation(let violation): return refuse(violation.rawValue)
            }
        }
        if let violation = parser.finish() {
            return refuse(violation.rawValue)
        }
        StandardStreams.out(report.text)
        return 0
    }

    private static func refuse(_ reason: String) -> Int32 {
        StandardStreams.error("wire-conformance multipart: \(reason)\n")
        return 1
    }
}

/// Describes parts as they come.
private struct PartReport: ~Copyable {
    private var json = JSONWriter()
    private var head: MultipartPartHead?
    private var size = 0
    private var hasher = SHA256Hasher()

    init() {
        json.open(UInt8(ascii: "["))
    }

    mutating func begin(_ head: MultipartPartHead) {
        self.head = head
        size = 0
    }

    mutating func take(_ content: Span<UInt8>) {
        size += content.count
        hasher.update(content)
    }

    mutating func end() {
        let digest = Hex.encode(hasher.finish())
        guard let head else { return }
        json.object {
            $0.field("name", head.name)
            $0.optional("filename", head.filename)
            $0.optional("type", head.contentType)
            $0.field("size", size)
            $0.field("sha256", digest)
        }
    }

    /// The finished array, on a line of its own.
    var text: String {
        var json = json
        json.close(UInt8(ascii: "]"))
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}
