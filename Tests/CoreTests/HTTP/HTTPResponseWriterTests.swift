import Core
import Testing

/// The bytes of responses.
@Suite struct HTTPResponseWriterTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let start = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    private func writer(_ request: String, keepAlive: Bool = true) throws -> HTTPResponseWriter {
        var parser = HTTPRequestParser()
        var offset = 0
        guard case .head(let head) = parser.parse(raw(request).span, from: &offset) else {
            throw HTTPViolation.truncated
        }
        return HTTPResponseWriter(to: head, keepAlive: keepAlive)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", true, 200, "Content-Length: 2\r\n\r\nok"),
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", false, 200, "Content-Length: 2\r\nConnection: close\r\n\r\nok"),
        (
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", true, 200,
            "Content-Length: 2\r\nConnection: close\r\n\r\nok"
        ),
        ("GET / HTTP/1.0\r\n\r\n", true, 200, "Content-Length: 2\r\nConnection: close\r\n\r\nok"),
        (
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, 200,
            "Content-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
        ),
        ("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", true, 200, "Content-Length: 2\r\n\r\n"),
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", true, 204, "\r\n"),
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", true, 304, "\r\n"),
        ("GET / HTTP/1.0\r\n\r\n", true, 304, "Connection: close\r\n\r\n"),
    ])
    func wholeResponses(_ request: String, keepAlive: Bool, code: Int, rest: String) throws {
        var writer = try writer(request, keepAlive: keepAlive)
        var out: [UInt8] = []
        writer.append(ResponseHead(HTTPStatus(UInt16(code))), body: raw("ok").span, date: Self.date, to: &out)
        let phrase = [200: "OK", 204: "No Content", 304: "Not Modified"][code] ?? ""
        let expected = "HTTP/1.1 \(code) \(phrase)\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n" + rest
        #expect(String(decoding: out, as: UTF8.self) == expected)
        #expect(writer.keepAlive == !rest.contains("Connection: close"))
    }

    @Test func chunks() throws {
        var writer = try writer("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        var out: [UInt8] = []
        writer.appendStreaming(ResponseHead(.ok), date: Self.date, to: &out)
        writer.appendBody(raw("hello").span, to: &out)
        writer.appendBody([UInt8]().span, to: &out)
        writer.appendBody([UInt8](repeating: 0x61, count: 17).span, to: &out)
        writer.appendEnd(to: &out)
        writer.appendEnd(to: &out)
        let chunks = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n11\r\naaaaaaaaaaaaaaaaa\r\n0\r\n\r\n"
        #expect(String(decoding: out, as: UTF8.self) == Self.start + chunks)
        #expect(writer.keepAlive)
    }

    @Test(arguments: [
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, "Connection: close\r\n\r\nhello"),
        ("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", 200, "Transfer-Encoding: chunked\r\n\r\n"),
        ("HEAD / HTTP/1.0\r\n\r\n", 200, "Connection: close\r\n\r\n"),
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 204, "\r\n"),
    ])
    func streamsThatAreNotChunked(_ request: String, code: UInt16, rest: String) throws {
        var writer = try writer(request)
        var out: [UInt8] = []
        writer.appendStreaming(ResponseHead(HTTPStatus(code)), date: Self.date, to: &out)
        writer.appendBody(raw("hello").span, to: &out)
        writer.appendEnd(to: &out)
        let text = String(decoding: out, as: UTF8.self)
        #expect(text.hasSuffix(" GMT\r\n" + rest))
    }

    @Test func fieldsCannotSplitTheResponse() throws {
        var writer = try writer("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        var head = ResponseHead(.ok, [HTTPField("X-A", "b\r\nSet-Cookie: c\0\u{7F}\td é")])
        head.add("X B:\r\n", "1")
        head.add("content-length", "99")
        head.add("Transfer-Encoding", "chunked")
        head.add("CONNECTION", "upgrade")
        head.add("Date", "never")
        var out: [UInt8] = []
        writer.append(head, body: [UInt8]().span, date: Self.date, to: &out)
        let expected = Self.start + "X-A: b  Set-Cookie: c  \td é\r\nX_B___: 1\r\nContent-Length: 0\r\n\r\n"
        #expect(String(decoding: out, as: UTF8.self) == expected)
    }

    @Test func blocksAndFieldsOfAHead() throws {
        let block = HTTPFieldBlock([HTTPField("X-Content-Type-Options", "nosniff")])
        var head = ResponseHead(.ok, block: block)
        head.add("Vary", "a")
        head.add("vary", "b")
        head.set("VARY", "c")
        #expect(head.field("vary") == "c")
        var writer = HTTPResponseWriter()
        var out: [UInt8] = []
        writer.append(head, length: 0, date: Self.date, to: &out)
        let expected = "VARY: c\r\nX-Content-Type-Options: nosniff\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        #expect(String(decoding: out, as: UTF8.self) == Self.start + expected)
    }

    @Test func interimResponses() throws {
        var out: [UInt8] = []
        HTTPResponseWriter.appendContinue(to: &out)
        #expect(String(decoding: out, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
        out = []
        var writer = try writer("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        writer.appendUpgrade(to: "websocket", [HTTPField("Sec-WebSocket-Accept", "x")], date: Self.date, to: &out)
        let expected =
            "HTTP/1.1 101 Switching Protocols\r\nDate: \(Self.date)\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: x\r\nConnection: Upgrade\r\n\r\n"
        #expect(String(decoding: out, as: UTF8.self) == expected)
    }

    @Test func closingAfterwards() throws {
        var writer = try writer("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        writer.closeAfterwards()
        var out: [UInt8] = []
        writer.append(ResponseHead(.contentTooLarge), length: 0, date: Self.date, to: &out)
        let text = String(decoding: out, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
        #expect(text.hasSuffix("Content-Length: 0\r\nConnection: close\r\n\r\n"))
    }

    @Test func everyStatusHasAReason() {
        for code in UInt16(100)...599 {
            #expect(HTTPStatus(code).reason.utf8CodeUnitCount > 0)
        }
        #expect("\(HTTPStatus.requestHeaderFieldsTooLarge.reason)" == "Request Header Fields Too Large")
        #expect("\(HTTPStatus(499).reason)" == "Client Error")
    }
}
