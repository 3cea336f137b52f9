/// The server's side of HTTP/1.x reading (RFC 9112): bytes in, events out. It holds no buffer between requests and
/// none while a body streams; only a head that comes in pieces is kept, and only up to its limits. A head that comes
/// in one read is copied once, into its `RequestHead`.
///
///     var offset = 0
///     reading: while true {
///         switch parser.parse(input, from: &offset) {
///         case .needMore: break reading                      // everything was taken; read again
///         case .head(let head): parser.acceptBody(limit: …)  // after looking at the head
///         case .body(let range): …                           // input[range] is body
///         case .end: …                                       // answer, then parser.next()
///         case .violation(let violation): …                  // answer and close
///         }
///     }
package struct HTTPRequestParser: Sendable {
    /// What the bytes were.
    package enum Event: Sendable {
        /// All of the input was taken.
        case needMore
        /// A whole head. Call `acceptBody` before parsing on; without it `HTTPLimits.body` holds.
        case head(RequestHead)
        /// Bytes of the body, as a range of the input. Never empty.
        case body(Range<Int>)
        /// The request is complete; nothing behind it was taken. Repeated until `next()`.
        case end
        /// The request is refused; answer with its status and close. Repeated for ever.
        case violation(HTTPViolation)
    }

    private enum Stage: Sendable {
        /// Before a request, with the number of bytes of empty lines skipped.
        case idle(skipped: UInt8)
        case requestLine(HTTPRequestLineScanner)
        case fields(HTTPRequestLineScanner, HTTPFieldScanner)
        /// The head was given out and the body's limit is not known yet.
        case headGiven(HTTPBodyFraming)
        case fixed(remaining: Int)
        case chunked(HTTPChunkedDecoder)
        case complete
        case failed(HTTPViolation)
    }

    /// The limits of the heads to come.
    package var limits: HTTPLimits
    private var stage = Stage.idle(skipped: 0)
    /// The part of a head that earlier inputs held, and its fields so far. Empty at all other times.
    private var pending: [UInt8] = []
    private var ranges: [HTTPFieldRange] = []

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Whether no byte of a request was received: the peer may close here, and an idle timeout applies.
    package var isIdle: Bool {
        if case .idle(skipped: 0) = stage { true } else { false }
    }

    /// Whether a request has begun and its head is not complete: a header timeout applies.
    package var isInHead: Bool {
        switch stage {
        case .idle(let skipped): skipped > 0
        case .requestLine, .fields: true
        default: false
        }
    }

    /// Whether the body is being read or about to be: a body timeout applies.
    package var isInBody: Bool {
        switch stage {
        case .headGiven, .fixed, .chunked: true
        default: false
        }
    }

    /// Takes bytes from `offset` on and says what they were; `offset` moves behind what was taken.
    package mutating func parse(_ input: Span<UInt8>, from offset: inout Int) -> Event {
        switch stage {
        case .idle, .requestLine, .fields:
            return parseHead(input, &offset)
        case .headGiven:
            if let violation = acceptBody(limit: limits.body) { return .violation(violation) }
            return parseBody(input, &offset)
        case .fixed, .chunked:
            return parseBody(input, &offset)
        case .complete:
            return .end
        case .failed(let violation):
            return .violation(violation)
        }
    }

    /// Sets how many bytes the body of the request whose head was just given may have. A declared length beyond it is
    /// returned (and will be repeated by `parse`) at once. Has no effect at any other time.
    @discardableResult
    package mutating func acceptBody(limit: Int) -> HTTPViolation? {
        guard case .headGiven(let framing) = stage else { return nil }
        switch framing {
        case .length(let length) where length > limit: return fail(.bodyTooLarge)
        case .length(let length): stage = .fixed(remaining: length)
        case .chunked: stage = .chunked(HTTPChunkedDecoder(limit: limit, limits: limits))
        case .none, .untilClose: stage = .fixed(remaining: 0)
        }
        return nil
    }

    /// Makes ready for the next request of the connection. Has no effect before `.end`.
    package mutating func next() {
        if case .complete = stage { stage = .idle(skipped: 0) }
    }

    private mutating func parseHead(_ input: Span<UInt8>, _ offset: inout Int) -> Event {
        if case .idle(let skipped) = stage {
            if let event = skipEmptyLines(input, &offset, skipped: skipped) { return event }
            stage = .requestLine(HTTPRequestLineScanner())
        }
        let entry = offset
        let base = pending.count - entry
        if case .requestLine(var line) = stage {
            switch line.scan(input, &offset, base: base, limit: limits.requestLine) {
            case .failed(let violation):
                return .violation(fail(violation))
            case .needMore:
                stage = .requestLine(line)
                pending.append(bytes: input, in: entry..<offset)
                return .needMore
            case .done:
                ranges.reserveCapacity(16)
                stage = .fields(line, HTTPFieldScanner(start: offset + base, limits: limits))
            }
        }
        guard case .fields(let line, var scanner) = stage else { return .needMore }
        let found = scanner.scan(input, &offset, base: base, into: &ranges)
        if case .failed(let violation) = found { return .violation(fail(violation)) }
        pending.append(bytes: input, in: entry..<offset)
        guard case .done = found else {
            stage = .fields(line, scanner)
            return .needMore
        }
        return giveHead(line)
    }

    /// Turns the collected bytes into a head, which takes the buffers along.
    private mutating func giveHead(_ line: HTTPRequestLineScanner) -> Event {
        let fields = HTTPFields(bytes: pending, ranges: ranges)
        pending = []
        ranges = []
        do {
            let head = try RequestHead(line: line, fields: fields)
            stage = .headGiven(head.framing)
            return .head(head)
        } catch {
            return .violation(fail(error))
        }
    }

    /// Skips a few CRLFs in front of a request line; nil when the first byte of a line is there.
    private mutating func skipEmptyLines(_ input: Span<UInt8>, _ offset: inout Int, skipped: UInt8) -> Event? {
        var skipped = skipped
        while offset < input.count {
            let expectsLineFeed = skipped & 1 == 1
            switch input[offset] {
            case HTTPSyntax.carriageReturn where !expectsLineFeed:
                guard skipped < HTTPLimits.leadingLines * 2 else { return .violation(fail(.tooManyEmptyLines)) }
            case HTTPSyntax.lineFeed where expectsLineFeed:
                break
            case HTTPSyntax.lineFeed:
                return .violation(fail(.bareLineFeed))
            default:
                return expectsLineFeed ? .violation(fail(.bareCarriageReturn)) : nil
            }
            skipped += 1
            offset += 1
        }
        stage = .idle(skipped: skipped)
        return .needMore
    }

    private mutating func parseBody(_ input: Span<UInt8>, _ offset: inout Int) -> Event {
        switch stage {
        case .fixed(let remaining):
            let taken = min(remaining, input.count - offset)
            guard taken > 0 else {
                guard remaining == 0 else { return .needMore }
                stage = .complete
                return .end
            }
            let range = offset..<offset + taken
            offset += taken
            stage = .fixed(remaining: remaining - taken)
            return .body(range)
        case .chunked(var decoder):
            let step = decoder.step(input, &offset)
            stage = .chunked(decoder)
            switch step {
            case .needMore:
                return .needMore
            case .data(let range):
                return .body(range)
            case .end:
                stage = .complete
                return .end
            case .failed(let violation):
                return .violation(fail(violation))
            }
        default:
            return .needMore
        }
    }

    @discardableResult
    private mutating func fail(_ violation: HTTPViolation) -> HTTPViolation {
        pending = []
        ranges = []
        stage = .failed(violation)
        return violation
    }
}
