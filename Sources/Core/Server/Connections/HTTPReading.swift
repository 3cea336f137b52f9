/// The HTTP side of a connection: the parser, and the request in work.
final class HTTPReading {
    var parser: HTTPRequestParser
    /// The request whose body is being read.
    var exchange: Exchange?
    /// Whether any request was read: before the first, silence is no keep-alive.
    var wasUsed: Bool { serial > 0 }
    /// Counts requests, so that a late answer cannot reach the wrong one.
    private(set) var serial: UInt64 = 0
    /// Called when the client leaves while its answer is awaited elsewhere.
    var cancelled: (() -> Void)?
    /// The lane that the connection moves to, and the head that it takes along.
    var destination: LaneHandle?
    var movingHead: RequestHead?
    /// No further request after this one.
    private(set) var closesAfterwards = false

    init(limits: HTTPLimits) {
        parser = HTTPRequestParser(limits: limits)
    }

    init(parser: HTTPRequestParser) {
        self.parser = parser
    }

    /// Nothing of a request was received.
    var isIdle: Bool { parser.isIdle && exchange == nil }

    func begin(_ exchange: Exchange) {
        serial += 1
        self.exchange = exchange
    }

    /// The request is answered.
    func end() {
        exchange?.body.discard()
        exchange = nil
        cancelled = nil
        parser.next()
    }

    func drain() { closesAfterwards = true }

    /// The client has closed its side: an answer that may take long is no longer wanted.
    func clientLeft() {
        let cancel = cancelled
        cancelled = nil
        cancel?()
    }

    /// The connection is gone: files that were staged go too.
    func abandon() {
        clientLeft()
        exchange?.body.discard()
        exchange?.context?.responder = nil
        exchange = nil
    }
}

/// One request between its head and its answer.
final class Exchange {
    let head: RequestHead
    /// Where the body goes.
    var body: BodySink
    /// What will happen once the body is complete.
    let plan: Plan
    let context: RequestContext?

    init(head: RequestHead, body: BodySink, plan: Plan, context: RequestContext?) {
        self.head = head
        self.body = body
        self.plan = plan
        self.context = context
    }

    enum Plan {
        /// The route's handler.
        case handle(RouteTable.Entry)
        /// This answer, known since the head; the body is read and dropped first.
        case answer(Response)
        /// A bare service's.
        case bare(any BareService)
    }
}

/// Where a body's bytes go while they stream in.
enum BodySink {
    case dropped
    case collected([UInt8])
    case form(MultipartIntake)
    /// A file's consumer found something wrong: the rest is dropped, the answer is known.
    case refused(Rejection)

    /// What is said of a body beyond its limit.
    var excess: Rejection {
        switch self {
        case .refused(let rejection): rejection
        // All files at their largest would fit into a form: some file is too large, or there are too many.
        case .form: Rejection(.fileTooLarge, "Request body is too large")
        case .dropped, .collected: Rejection(.tooLarge, "Request body is too large")
        }
    }

    /// Takes a piece of the body.
    mutating func take(_ bytes: Span<UInt8>) {
        switch self {
        case .dropped, .refused: return
        case .collected(var collected):
            // Moved out and back, so that the bytes are appended in place.
            self = .dropped
            collected.append(bytes: bytes)
            self = .collected(collected)
        case .form(var intake):
            self = .dropped
            do throws(Rejection) {
                try intake.take(bytes)
                self = .form(intake)
            } catch {
                intake.abort()
                self = .refused(error)
            }
        }
    }

    /// The complete body.
    mutating func finish() throws(Rejection) -> RequestBody {
        switch self {
        case .dropped: return .none
        case .refused(let rejection): throw rejection
        case .collected(let bytes): return .bytes(bytes)
        case .form(var intake):
            self = .dropped
            return .form(try intake.finish())
        }
    }

    /// Removes what was staged.
    mutating func discard() {
        guard case .form(var intake) = self else { return }
        self = .dropped
        intake.abort()
    }
}
