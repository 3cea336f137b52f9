/// Writes the response to one request: status line, fields, framing and body (RFC 9112 sections 4 and 6). Made from the
/// request, for it decides what may be sent: HEAD gets the head only, HTTP/1.0 no chunks.
package struct HTTPResponseWriter: Sendable {
    private enum Body: Sendable {
        case none, plain, chunked
    }

    let isHead: Bool
    private let version: HTTPVersion
    private var body = Body.none
    /// Whether the connection may be used again after this response. Final once the head is written.
    package private(set) var keepAlive: Bool

    /// The response to a request; `keepAlive: false` closes the connection whatever the request wants.
    package init(to request: RequestHead, keepAlive: Bool = true) {
        isHead = request.method == .head
        version = request.version
        self.keepAlive = keepAlive && request.keepAlive
    }

    /// The response to what could not be read as a request. The connection closes after it.
    package init() {
        isHead = false
        version = .http11
        keepAlive = false
    }

    /// Closes the connection after this response. Must come before the head.
    package mutating func closeAfterwards() {
        keepAlive = false
    }

    /// Writes a head whose body has `length` bytes, to follow by `appendBody`. HEAD and 304 pass the length of the body
    /// they do not send.
    package mutating func append(_ head: ResponseHead, length: Int, date: String, to out: inout [UInt8]) {
        body = isHead || head.status.forbidsBody ? .none : .plain
        appendStart(head, date: date, to: &out)
        if !head.status.forbidsBody {
            out.append(ascii: "Content-Length: ")
            out.append(decimal: length)
            out.append(ascii: "\r\n")
        }
        appendConnection(to: &out)
    }

    /// Writes a head whose body's length is not known: chunks, or for HTTP/1.0 everything until the close.
    package mutating func appendStreaming(_ head: ResponseHead, date: String, to out: inout [UInt8]) {
        let hasBody = !head.status.forbidsBody
        let chunks = hasBody && version == .http11
        if hasBody && !chunks { keepAlive = false }
        body = isHead || !hasBody ? .none : chunks ? .chunked : .plain
        appendStart(head, date: date, to: &out)
        if chunks { out.append(ascii: "Transfer-Encoding: chunked\r\n") }
        appendConnection(to: &out)
    }

    /// Writes a whole response.
    package mutating func append(
        _ head: ResponseHead,
        body bytes: Span<UInt8>,
        date: String,
        to out: inout [UInt8]
    ) {
        out.reserveCapacity(out.count + bytes.count + 512)
        append(head, length: bytes.count, date: date, to: &out)
        appendBody(bytes, to: &out)
    }

    /// Writes the head of a 101 response; `protocolName` is the `Upgrade` field's value. The connection is the new
    /// protocol's from then on.
    package mutating func appendUpgrade(
        to protocolName: String,
        _ fields: [HTTPField],
        date: String,
        to out: inout [UInt8]
    ) {
        body = .none
        keepAlive = false
        let upgrade = [HTTPField("Upgrade", protocolName)]
        appendStart(ResponseHead(.switchingProtocols, upgrade + fields), date: date, to: &out)
        out.append(ascii: "Connection: Upgrade\r\n\r\n")
    }

    /// Writes a part of the body, or nothing where the response has none. An empty part writes nothing.
    package func appendBody(_ bytes: Span<UInt8>, to out: inout [UInt8]) {
        switch body {
        case .none:
            break
        case .plain:
            out.append(bytes: bytes)
        case .chunked where !bytes.isEmpty:
            out.append(hex: UInt(bytes.count))
            out.append(ascii: "\r\n")
            out.append(bytes: bytes)
            out.append(ascii: "\r\n")
        case .chunked:
            break
        }
    }

    /// Writes what ends a streamed body. Needed once after `appendStreaming`; harmless otherwise.
    package mutating func appendEnd(to out: inout [UInt8]) {
        if case .chunked = body { out.append(ascii: "0\r\n\r\n") }
        body = .none
    }

    /// Writes the interim response that asks for the body (RFC 9110 section 15.2.1).
    package static func appendContinue(to out: inout [UInt8]) {
        out.append(ascii: "HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Whether a field is the writer's own and cannot be set.
    static func ownsField(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 4: name.equalsIgnoringASCIICase("date")
        case 10: name.equalsIgnoringASCIICase("connection")
        case 14: name.equalsIgnoringASCIICase("content-length")
        case 17: name.equalsIgnoringASCIICase("transfer-encoding")
        default: false
        }
    }

    private func appendStart(_ head: ResponseHead, date: String, to out: inout [UInt8]) {
        out.append(ascii: "HTTP/1.1 ")
        out.append(decimal: Int(head.status.code))
        out.append(ascii: " ")
        out.append(ascii: head.status.reason)
        out.append(ascii: "\r\nDate: ")
        out.append(utf8: date)
        out.append(ascii: "\r\n")
        for field in head.fields { out.append(field: field) }
        if let block = head.block { out.append(bytes: block.bytes.span) }
    }

    /// RFC 9112 section 9.3: persistence is the default of HTTP/1.1 and must be said to HTTP/1.0.
    private func appendConnection(to out: inout [UInt8]) {
        switch (keepAlive, version) {
        case (true, .http11): out.append(ascii: "\r\n")
        case (true, .http10): out.append(ascii: "Connection: keep-alive\r\n\r\n")
        case (false, _): out.append(ascii: "Connection: close\r\n\r\n")
        }
    }
}
