import Core
import Testing

/// Responses as a client reads them, each cut at every offset.
@Suite struct HTTPResponseParserTests {
    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", [.head("200 length(2) keep"), .body(raw("ok")), .end]),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP",
                [.head("200 length(2) keep"), .body(raw("ok")), .end]
            ),
            ("HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n", [.head("500 length(0) keep"), .end]),
            ("HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n", [.head("500 length(0) keep"), .end]),
            ("HTTP/1.1 200 caf\u{E9} \t!\r\nContent-Length: 0\r\n\r\n", [.head("200 length(0) keep"), .end]),
            ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", [.head("200 length(0) close"), .end]),
            (
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                [.head("200 length(0) close"), .end]
            ),
            ("HTTP/1.1 200 OK\r\n\r\nrest", [.head("200 untilClose close"), .body(raw("rest")), .end]),
            ("HTTP/1.1 200 OK\r\n\r\n", [.head("200 untilClose close"), .end]),
            ("HTTP/1.1 204 No Content\r\n\r\n", [.head("204 none keep"), .end]),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", [.head("304 none keep"), .end]),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nX: y\r\n\r\nHTTP/1.1 204 N\r\n\r\n",
                [.head("204 none keep"), .end]
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n",
                [.head("200 chunked keep"), .body(raw("abc")), .end]
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
                [.head("200 length(3) keep"), .body(raw("ok")), .violation(.truncated)]
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                [.head("200 chunked keep"), .body(raw("abc")), .violation(.truncated)]
            ),
            ("HTTP/1.1 200 OK\r\nContent-Le", [.violation(.truncated)]),
            ("HTTP/1.1 2", [.violation(.truncated)]),
            ("", [.violation(.truncated)]),
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", [.violation(.unexpectedUpgrade)]),
            ("HTTP/2.0 200 OK\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1  200 OK\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1 20 OK\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1 2000 OK\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1 099 OK\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1 600 OK\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1 200 O\0K\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1 200 OK\n\n", [.violation(.bareLineFeed)]),
            ("HTTP/1.1 200 OK\rX", [.violation(.bareCarriageReturn)]),
            ("ICY 200 OK\r\n\r\n", [.violation(.invalidStatusLine)]),
            ("<html>", [.violation(.invalidStatusLine)]),
            ("HTTP/1.1 200 OK\r\n X: y\r\n\r\n", [.violation(.foldedField)]),
            ("HTTP/1.1 200 OK\r\nX : y\r\n\r\n", [.violation(.spaceBeforeColon)]),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
                [.violation(.repeatedContentLength)]
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", [.violation(.invalidContentLength)]),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
                [.violation(.conflictingLengths)]
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", [.violation(.unsupportedTransferEncoding)]),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", [.violation(.transferEncodingInHTTP10)]),
        ] as [(String, [HTTPObservation])]
    )
    func responses(_ text: String, expected: [HTTPObservation]) {
        let bytes = raw(text)
        #expect(HTTPObservation.response(bytes, cutAt: []) == expected)
        for cut in 0...bytes.count {
            #expect(HTTPObservation.response(bytes, cutAt: [cut]) == expected, "cut at \(cut)")
        }
        let everywhere = Array((1..<max(bytes.count, 1)))
        #expect(HTTPObservation.response(bytes, cutAt: everywhere) == expected)
    }

    @Test func aResponseToHeadHasNoBody() {
        let bytes = raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        #expect(HTTPObservation.response(bytes, cutAt: [], toHead: true) == [.head("200 none keep"), .end])
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", HTTPViolation.bodyTooLarge),
        ("HTTP/1.1 200 OK\r\n\r\nhello", .bodyTooLarge),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .bodyTooLarge),
        ("HTTP/1.1 200 " + String(repeating: "a", count: 100), .statusLineTooLong),
        ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 100), .headersTooLarge),
        ("HTTP/1.1 200 OK\r\na:\r\nb:\r\nc:\r\nd:\r\n\r\n", .tooManyFields),
        (String(repeating: "HTTP/1.1 100 A\r\n\r\n", count: 9), .tooManyInterimResponses),
    ])
    func limitsHold(_ text: String, violation: HTTPViolation) {
        let limits = HTTPLimits(requestLine: 50, headers: 60, headerFields: 3, body: 4)
        let bytes = raw(text)
        for cut in 0...bytes.count {
            #expect(HTTPObservation.response(bytes, cutAt: [cut], limits: limits).last == .violation(violation))
        }
    }

    @Test func fieldsAreGivenOut() {
        var parser = HTTPResponseParser()
        var offset = 0
        let bytes = raw("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")
        guard case .head(let head) = parser.parse(bytes.span, from: &offset) else {
            Issue.record("no head")
            return
        }
        #expect(head.status == .serviceUnavailable)
        #expect(head.version == .http11)
        #expect(head.field("retry-after") == "7")
    }
}
