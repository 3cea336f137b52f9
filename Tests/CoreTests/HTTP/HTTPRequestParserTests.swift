import Core
import Testing

/// A stream of requests and what must be seen in it.
struct RequestCase: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let expected: [HTTPObservation]

    init(_ text: String, _ expected: HTTPObservation...) {
        bytes = raw(text)
        self.expected = expected
    }

    var testDescription: String { String(reflecting: String(decoding: bytes.prefix(80), as: UTF8.self)) }
}

/// Requests that must be understood, each cut at every offset.
@Suite struct HTTPRequestParserTests {
    @Test(arguments: validRequests)
    func understands(_ example: RequestCase) {
        #expect(HTTPObservation.requests(example.bytes, cutAt: []) == example.expected)
        for cut in 0...example.bytes.count {
            #expect(HTTPObservation.requests(example.bytes, cutAt: [cut]) == example.expected, "cut at \(cut)")
        }
        let everywhere = Array(1..<example.bytes.count)
        #expect(HTTPObservation.requests(example.bytes, cutAt: everywhere) == example.expected)
    }

    @Test func pipelinedRequestsComeOneByOne() {
        let all = validRequests.filter { !$0.bytes.isEmpty }
        let stream = all.flatMap(\.bytes)
        let expected = all.flatMap(\.expected)
        #expect(HTTPObservation.requests(stream, cutAt: []) == expected)
        for size in [1, 2, 3, 7, 64, 1_000] {
            let cuts = Array(stride(from: size, to: stream.count, by: size))
            #expect(HTTPObservation.requests(stream, cutAt: cuts) == expected, "pieces of \(size)")
        }
    }

    @Test func nothingBehindARequestIsTaken() {
        let stream = raw("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
        var parser = HTTPRequestParser()
        var offset = 0
        guard case .head(let first) = parser.parse(stream.span, from: &offset) else {
            Issue.record("no head")
            return
        }
        #expect(first.summary == "GET /a host=h 1.1 keep")
        let boundary = offset
        #expect(boundary == stream.count / 2)
        for _ in 0..<3 {
            guard case .end = parser.parse(stream.span, from: &offset) else {
                Issue.record("no end")
                return
            }
            #expect(offset == boundary)
        }
        parser.next()
        #expect(parser.isIdle)
        guard case .head(let second) = parser.parse(stream.span, from: &offset) else {
            Issue.record("no second head")
            return
        }
        #expect(second.summary == "GET /b host=h 1.1 keep")
        #expect(offset == stream.count)
    }

    @Test func tellsWhereItStands() {
        var parser = HTTPRequestParser()
        func feed(_ text: String) {
            var offset = 0
            _ = parser.parse(raw(text).span, from: &offset)
        }
        #expect(parser.isIdle && !parser.isInHead && !parser.isInBody)
        feed("\r\n")
        #expect(!parser.isIdle && parser.isInHead)
        feed("POST / HTTP/1.1\r\nHost: h\r\n")
        #expect(!parser.isIdle && parser.isInHead && !parser.isInBody)
        feed("Content-Length: 2\r\n\r\n")
        #expect(!parser.isInHead && parser.isInBody)
        feed("ok")
        feed("")
        #expect(!parser.isIdle && !parser.isInHead && !parser.isInBody)
        parser.next()
        #expect(parser.isIdle)
    }

    @Test func anIdleParserIsSmall() {
        #expect(MemoryLayout<HTTPRequestParser>.size <= 128)
    }

    @Test func aTooLongBodyIsKnownAtTheHead() {
        let stream = raw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n")
        var parser = HTTPRequestParser()
        var offset = 0
        _ = parser.parse(stream.span, from: &offset)
        #expect(parser.acceptBody(limit: 10) == .bodyTooLarge)
        guard case .violation(.bodyTooLarge) = parser.parse([UInt8]().span, from: &offset) else {
            Issue.record("the violation is not repeated")
            return
        }
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 5, true),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n", 5, false),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nff", 16, false),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, true),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", 5, true),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", 4, false),
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 0, true),
    ])
    func bodyLimitHolds(_ text: String, limit: Int, passes: Bool) {
        let stream = raw(text)
        for cut in 0...stream.count {
            let seen = HTTPObservation.requests(stream, cutAt: [cut], bodyLimit: limit)
            #expect(seen.last == (passes ? .end : .violation(.bodyTooLarge)), "cut at \(cut)")
        }
    }

    @Test func theDefaultBodyLimitHoldsWithoutACall() {
        let stream = raw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n123456789")
        let seen = HTTPObservation.requests(stream, cutAt: [], limits: HTTPLimits(body: 8))
        #expect(seen.last == .violation(.bodyTooLarge))
    }

    @Test func violationsHaveAStatusAndASentence() {
        for violation in HTTPViolation.allCases {
            #expect(400...505 ~= violation.status.code)
            #expect(!violation.reason.isEmpty)
        }
    }
}
