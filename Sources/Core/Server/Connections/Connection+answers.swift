/// Answers: from responses to bytes.
extension Connection {
    /// Answers the request in work and goes on to the next.
    func respond(_ answer: Response) {
        guard let http, let exchange = http.exchange, phase == .working || phase == .reading else { return }
        // A body that is not read to its end cannot be told from the next request.
        let isWhole = phase == .working || !http.parser.isInBody
        let keepAlive = isWhole && !answer.closes && !http.closesAfterwards && !lane.isDraining
        let writer = HTTPResponseWriter(to: exchange.head, keepAlive: keepAlive)
        var response = answer
        ResponseDecoration(exchange: exchange, lane: lane).apply(to: &response)
        let keepsAlive = write(response, writer)
        http.end()
        guard keepsAlive else {
            finish()
            return
        }
        phase = .reading
        setDeadline(lane.settings.idleTimeout)
        if !isParsing { resumeReading() }
    }

    /// Queues a response; says whether the connection may be used again.
    @discardableResult
    func write(_ response: Response, _ initial: HTTPResponseWriter) -> Bool {
        var writer = initial
        var out: [UInt8] = []
        switch response.body {
        case .none:
            out.reserveCapacity(384)
            writer.append(response.head, length: response.declaredLength ?? 0, date: lane.date, to: &out)
            send(out)
        case .bytes(let bytes):
            writer.append(response.head, body: bytes.span, date: lane.date, to: &out)
            send(out)
        case .file(let file, let offset, let length):
            writer.append(response.head, length: length, date: lane.date, to: &out)
            send(out)
            if !writer.isHead { send(file: file, offset: offset, length: length) }
        }
        return writer.keepAlive
    }
}

/// What the server adds to a dialect's answer: request id, CORS.
struct ResponseDecoration {
    let exchange: Exchange
    let lane: Lane

    func apply(to response: inout Response) {
        let head = exchange.head
        if let context = exchange.context {
            if response.head.status.code >= 400 {
                response.head.add("X-Request-Id", context.requestID)
                report(response.head.status, context)
            } else if head.fields.contains("x-request-id") {
                response.head.add("X-Request-Id", context.requestID)
            }
            addCrossOrigin(context, &response)
        } else if response.head.status.code >= 400 {
            Self.identify(&response, RequestID.of(head, random: lane.random), method: head.methodName, lane.log)
        }
    }

    /// Names an error outside of every dialect by an id that the log has.
    static func identify(_ response: inout Response, _ id: String, method: String?, _ log: Log) {
        response.head.add("X-Request-Id", id)
        var fields: [LogField] = [.field("request", id), .field("status", Int(response.head.status.code))]
        if let method { fields.append(.field("method", method)) }
        log.write(.info, "request refused", fields)
    }

    private func addCrossOrigin(_ context: RequestContext, _ response: inout Response) {
        guard context.dialect.allowsCrossOrigin else { return }
        response.addCrossOrigin(context.tenant.snapshot.origins, exchange.head)
    }

    private func report(_ status: HTTPStatus, _ context: RequestContext) {
        let fields: [LogField] = [
            .field("request", context.requestID),
            .field("tenant", context.tenant.id),
            .field("dialect", type(of: context.dialect).name.rawValue),
            .field("method", context.head.methodName),
            .field("route", context.route),
            .field("status", Int(status.code)),
        ]
        lane.log.write(status.code >= 500 ? .error : .info, "request refused", fields)
    }
}

extension Response {
    /// Lets the pages of a tenant's other origins read it (Fetch standard, CORS protocol).
    mutating func addCrossOrigin(_ policy: OriginPolicy, _ request: RequestHead) {
        guard policy.isConfigured else { return }
        // Also where no origin asks: a cache must not show that answer to a page.
        head.add("Vary", "Origin")
        guard let origin = request.field("origin") else { return }
        guard let allowance = policy.allowance(for: origin) else { return }
        head.add("Access-Control-Allow-Origin", allowance)
        head.add(
            "Access-Control-Expose-Headers",
            "X-Request-Id, Idempotent-Replayed, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, ETag"
        )
    }
}

/// The id that names a request in the log and in error answers.
enum RequestID {
    /// The client's own where it is fit to be logged, else a random one.
    static func of(_ head: RequestHead, random: any RandomSource) -> String {
        if let given = head.field("x-request-id"), isFit(given) { return given }
        return Self.random(random)
    }

    static func random(_ source: any RandomSource) -> String { Hex.encode(source.bytes(count: 12)) }

    private static func isFit(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

/// Errors outside of every dialect.
package enum PlainErrors {
    package static func response(_ status: HTTPStatus, _ message: String) -> Response {
        .json(status) { $0.field("error", message) }
    }

    /// A tenant that is there and cannot answer.
    static var unavailable: Response { response(.serviceUnavailable, "Service temporarily unavailable") }

    /// What a path of the server's own answers to a method that it does not have, or when asked for those that it has.
    package static func otherMethod(_ head: RequestHead, allow: String) -> Response {
        let answer =
            head.method == .options ? Response(.noContent) : response(.methodNotAllowed, "Method not allowed")
        return answer.adding("Allow", allow)
    }
}
