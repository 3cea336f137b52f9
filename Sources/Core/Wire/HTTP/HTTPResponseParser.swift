/// A response's status and fields as a client received them.
package struct ReceivedResponseHead: Sendable {
    package let status: HTTPStatus
    package let version: HTTPVersion
    package let fields: HTTPFields
    package let framing: HTTPBodyFraming
    /// Whether the connection may be used again when the response has ended.
    package let keepAlive: Bool

    /// The value of the first field with this name, in any case: trimmed, UTF-8 or else ISO-8859-1.
    package func field(_ name: StaticString) -> String? { fields.first(name) }
}

/// The client's side of HTTP/1.x reading (RFC 9112): one response, bytes in, events out. Interim responses are skipped;
/// a switch of protocols, which no caller asks for, is refused.
package struct HTTPResponseParser: Sendable {
    /// What the bytes were.
    package enum Event: Sendable {
        /// All of the input was taken.
        case needMore
        case head(ReceivedResponseHead)
        /// Bytes of the body, as a range of the input. Never empty.
        case body(Range<Int>)
        /// The response is complete; nothing behind it was taken. Repeated.
        case end
        /// The response is of no use; close the connection. Repeated.
        case violation(HTTPViolation)
    }

    private enum Stage: Sendable {
        case statusLine(HTTPStatusLineScanner)
        case fields(HTTPStatusLineScanner, HTTPFieldScanner)
        case fixed(remaining: Int)
        case chunked(HTTPChunkedDecoder)
        case untilClose(allowance: Int)
        case complete
        case failed(HTTPViolation)
    }

    private let limits: HTTPLimits
    private let requestWasHead: Bool
    private var stage = Stage.statusLine(HTTPStatusLineScanner())
    private var interimResponses = 0
    private var pending: [UInt8] = []
    private var ranges: [HTTPFieldRange] = []

    /// Reads the response to one request, with a body of at most `limits.body`.
    package init(limits: HTTPLimits = HTTPLimits(), requestWasHead: Bool = false) {
        self.limits = limits
        self.requestWasHead = requestWasHead
    }

    /// Takes bytes from `offset` on and says what they were; `offset` moves behind what was taken.
    package mutating func parse(_ input: Span<UInt8>, from offset: inout Int) -> Event {
        while true {
            switch stage {
            case .statusLine, .fields:
                // Nil after an interim response: the next one may be in the same input.
                if let event = parseHead(input, &offset) { return event }
            case .complete:
                return .end
            case .failed(let violation):
                return .violation(violation)
            default:
                return parseBody(input, &offset)
            }
        }
    }

    /// The peer closed: the end of a body that runs until then, else a violation.
    package mutating func finish() -> Event {
        switch stage {
        case .untilClose, .complete, .fixed(remaining: 0):
            stage = .complete
            return .end
        case .failed(let violation):
            return .violation(violation)
        default:
            return fail(.truncated)
        }
    }

    private mutating func parseHead(_ input: Span<UInt8>, _ offset: inout Int) -> Event? {
        let entry = offset
        let base = pending.count - entry
        if case .statusLine(var line) = stage {
            switch line.scan(input, &offset, base: base, limit: limits.requestLine) {
            case .failed(let violation):
                return fail(violation)
            case .needMore:
                stage = .statusLine(line)
                pending.append(bytes: input, in: entry..<offset)
                return .needMore
            case .done:
                stage = .fields(line, HTTPFieldScanner(start: offset + base, limits: limits))
            }
        }
        guard case .fields(let line, var scanner) = stage else { return .needMore }
        let found = scanner.scan(input, &offset, base: base, into: &ranges)
        if case .failed(let violation) = found { return fail(violation) }
        pending.append(bytes: input, in: entry..<offset)
        guard case .done = found else {
            stage = .fields(line, scanner)
            return .needMore
        }
        let fields = HTTPFields(bytes: pending, ranges: ranges)
        pending = []
        ranges = []
        return takeHead(line, fields)
    }

    /// Gives a head out, or nil for an interim one.
    private mutating func takeHead(_ line: HTTPStatusLineScanner, _ fields: HTTPFields) -> Event? {
        let status = HTTPStatus(line.code)
        let version: HTTPVersion = line.minorVersion == 0 ? .http10 : .http11
        if status == .switchingProtocols { return fail(.unexpectedUpgrade) }
        if status.code < 200 {
            interimResponses += 1
            guard interimResponses <= HTTPLimits.interimResponses else { return fail(.tooManyInterimResponses) }
            stage = .statusLine(HTTPStatusLineScanner())
            return nil
        }
        do {
            let meaning = try HTTPFramingFields(fields, isRequest: false, version: version)
            let framing = framing(of: status, meaning)
            if let violation = begin(framing) { return violation }
            return .head(
                ReceivedResponseHead(
                    status: status,
                    version: version,
                    fields: fields,
                    framing: framing,
                    keepAlive: framing != .untilClose && meaning.keepsAlive(version)
                )
            )
        } catch {
            return fail(error)
        }
    }

    /// RFC 9112 section 6.3.
    private func framing(of status: HTTPStatus, _ meaning: HTTPFramingFields) -> HTTPBodyFraming {
        if requestWasHead || status.forbidsBody { return .none }
        if meaning.isChunked { return .chunked }
        return meaning.contentLength.map { .length($0) } ?? .untilClose
    }

    private mutating func begin(_ framing: HTTPBodyFraming) -> Event? {
        switch framing {
        case .none: stage = .fixed(remaining: 0)
        case .length(let length) where length > limits.body: return fail(.bodyTooLarge)
        case .length(let length): stage = .fixed(remaining: length)
        case .chunked: stage = .chunked(HTTPChunkedDecoder(limit: limits.body, limits: limits))
        case .untilClose: stage = .untilClose(allowance: limits.body)
        }
        return nil
    }

    private mutating func parseBody(_ input: Span<UInt8>, _ offset: inout Int) -> Event {
        switch stage {
        case .fixed(let remaining):
            if remaining == 0 { return end() }
            guard let range = take(remaining, of: input, &offset) else { return .needMore }
            stage = .fixed(remaining: remaining - range.count)
            return .body(range)
        case .untilClose(let allowance):
            guard offset < input.count else { return .needMore }
            guard let range = take(allowance, of: input, &offset) else { return fail(.bodyTooLarge) }
            stage = .untilClose(allowance: allowance - range.count)
            return .body(range)
        case .chunked(var decoder):
            let step = decoder.step(input, &offset)
            stage = .chunked(decoder)
            switch step {
            case .needMore: return .needMore
            case .data(let range): return .body(range)
            case .end: return end()
            case .failed(let violation): return fail(violation)
            }
        default:
            return .needMore
        }
    }

    /// Up to `count` bytes of the input, or nil when there are none to take.
    private func take(_ count: Int, of input: Span<UInt8>, _ offset: inout Int) -> Range<Int>? {
        let taken = min(count, input.count - offset)
        guard taken > 0 else { return nil }
        defer { offset += taken }
        return offset..<offset + taken
    }

    private mutating func end() -> Event {
        stage = .complete
        return .end
    }

    private mutating func fail(_ violation: HTTPViolation) -> Event {
        pending = []
        ranges = []
        stage = .failed(violation)
        return .violation(violation)
    }
}
