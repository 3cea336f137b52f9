import Core

/// Feeds everything that reads HTTP.
///
/// The first byte of an input says how the rest is cut; what is checked is that no way of cutting changes what is seen,
/// and that nothing crashes.
package enum HTTPFuzz {
    /// Runs one input; traps when an invariant does not hold.
    package static func run(_ bytes: [UInt8]) {
        guard let seed = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let size = Int(seed % 32) + 1

        let limits = HTTPLimits(requestLine: 200, headers: 400, headerFields: 8, body: 300)
        for limits in [limits, HTTPLimits()] {
            let whole = requests(stream, limits, pieces: max(stream.count, 1))
            precondition(requests(stream, limits, pieces: size) == whole, "requests depend on how they are cut")
            precondition(requests(stream, limits, pieces: 1) == whole, "requests depend on single bytes")
            for toHead in [false, true] {
                let whole = response(stream, limits, toHead: toHead, pieces: max(stream.count, 1))
                let cut = response(stream, limits, toHead: toHead, pieces: size)
                precondition(cut == whole, "responses depend on how they are cut")
            }
        }
        readValues(stream)
    }

    /// What a parser said, written down: heads as their bytes and meaning, bodies joined.
    private struct Transcript: Equatable {
        var entries: [String] = []
        var body: [UInt8] = []

        mutating func add(_ entry: String) {
            entries.append("\(body.count) \(entry)")
        }
    }

    private static func requests(_ stream: [UInt8], _ limits: HTTPLimits, pieces: Int) -> Transcript {
        var parser = HTTPRequestParser(limits: limits)
        var transcript = Transcript()
        var start = 0
        while start < stream.count {
            let input = Array(stream[start..<min(start + pieces, stream.count)])
            start += input.count
            var offset = 0
            feeding: while true {
                let entry = offset
                switch parser.parse(input.span, from: &offset) {
                case .needMore:
                    precondition(offset == input.count, "input left behind")
                    break feeding
                case .head(let head):
                    transcript.add("head \(head.bytes) \(head.framing) \(head.keepAlive) \(head.host ?? "-")")
                    read(head)
                    parser.acceptBody(limit: limits.body)
                case .body(let range):
                    precondition(!range.isEmpty && range.lowerBound >= entry && range.upperBound == offset)
                    transcript.body += input[range]
                    precondition(transcript.body.count <= stream.count)
                case .end:
                    transcript.add("end")
                    parser.next()
                case .violation(let violation):
                    transcript.add("violation \(violation)")
                    return transcript
                }
            }
        }
        return transcript
    }

    private static func response(_ stream: [UInt8], _ limits: HTTPLimits, toHead: Bool, pieces: Int) -> Transcript {
        var parser = HTTPResponseParser(limits: limits, requestWasHead: toHead)
        var transcript = Transcript()
        var start = 0
        while start < stream.count {
            let input = Array(stream[start..<min(start + pieces, stream.count)])
            start += input.count
            var offset = 0
            feeding: while true {
                switch parser.parse(input.span, from: &offset) {
                case .needMore:
                    break feeding
                case .head(let head):
                    transcript.add("head \(head.status.code) \(head.fields.bytes) \(head.framing) \(head.keepAlive)")
                case .body(let range):
                    transcript.body += input[range]
                case .end:
                    transcript.add("end")
                    return transcript
                case .violation(let violation):
                    transcript.add("violation \(violation)")
                    return transcript
                }
            }
        }
        transcript.add("\(parser.finish())")
        return transcript
    }

    /// Asks a head everything, and checks that what is written in answer can be read.
    private static func read(_ head: RequestHead) {
        precondition(head.fields.count <= 100)
        _ = head.pathSegments()
        _ = head.queryItems()
        _ = head.port
        _ = head.hasToken("connection", "upgrade")
        let fields = head.fields.map { HTTPField($0.name, $0.value) }
        var out: [UInt8] = []
        var writer = HTTPResponseWriter(to: head)
        writer.append(ResponseHead(.ok, fields), body: head.bytes.span, date: "now", to: &out)
        // The fields of the request pass unchanged, so none may break the response.
        var parser = HTTPResponseParser(
            limits: HTTPLimits(requestLine: 100, headers: 100_000, headerFields: 200),
            requestWasHead: head.method == .head
        )
        var offset = 0
        guard case .head = parser.parse(out.span, from: &offset) else {
            preconditionFailure("a written response cannot be read")
        }
        while case .body = parser.parse(out.span, from: &offset) {}
        precondition(offset == out.count, "a written response has the wrong length")
    }

    /// The readers of single values.
    private static func readValues(_ bytes: [UInt8]) {
        _ = QueryItems(bytes.span)
        _ = RequestTarget.segments(bytes.span)
        let text = String(decoding: bytes, as: UTF8.self)
        if let type = HTTPMediaType(text) {
            let names = type.parameters.map(\.name)
            precondition(Set(names).count == names.count)
        }
        _ = HTTPEntityTag.list(text, names: "\"a\"")
        if case .partial(let range) = HTTPByteRange(text, length: 1_000) {
            precondition(!range.isEmpty && range.upperBound <= 1_000)
        }
        for byte in HTTPContentDisposition.attachment.value(filename: text).utf8 {
            precondition(byte >= 0x20 && byte < 0x7F)
        }
        for byte in HTTPEntityTag.strong(text).utf8 {
            precondition(byte > 0x20 && byte != 0x7F)
        }
    }
}

/// The entry point of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    HTTPFuzz.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
