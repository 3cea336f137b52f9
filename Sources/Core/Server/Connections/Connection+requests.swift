/// Requests: from parsed heads to handlers.
extension Connection {
    /// Parses input while requests can be taken; returns how much was used.
    func consumeHTTP(_ input: Span<UInt8>) -> Int {
        guard let http else { return input.count }
        var offset = 0
        isParsing = true
        defer { isParsing = false }
        while phase == .reading {
            guard output.byteCount < Self.pipelineLimit else {
                // Who asks faster than it reads waits until what it was told is gone.
                isPaused = true
                return offset
            }
            switch http.parser.parse(input, from: &offset) {
            case .needMore:
                awaitMore(http)
                return offset
            case .head(let head): begin(head)
            case .body(let range): http.exchange?.body.take(input.extracting(range))
            case .end: complete(http)
            case .violation(let violation):
                refuse(violation)
                return input.count
            }
        }
        return offset
    }

    /// How long the next bytes may take depends on what is being read. A head's patience starts with its first byte
    /// and is not prolonged by further ones.
    private func awaitMore(_ http: HTTPReading) {
        if http.parser.isInBody {
            setDeadline(lane.settings.bodyTimeout)
            isHeadTimed = false
        } else if http.parser.isInHead {
            guard !isHeadTimed else { return }
            isHeadTimed = true
            setDeadline(lane.settings.headerTimeout)
        } else {
            isHeadTimed = false
            setDeadline(lane.settings.idleTimeout)
        }
    }

    /// A complete head: finds who answers it.
    func begin(_ head: RequestHead) {
        guard let http else { return }
        switch listener.role {
        case .tenants:
            if answersHealth(head) { return }
            beginForTenant(head, http)
        case .admin, .bare:
            guard let service = listener.service else { return refuse(.invalidTarget) }
            if answersHealth(head) { return }
            http.begin(Exchange(head: head, body: .collected([]), plan: .bare(service), context: nil))
            acceptBody(limit: service.bodyLimit)
        }
    }

    /// `GET /healthz`, the question load balancers ask all day: answered before anything is looked up.
    private func answersHealth(_ head: RequestHead) -> Bool {
        guard listener.role != .bare, head.bytes.span.equals("/healthz", in: head.path) else { return false }
        if head.method == .get, head.version == .http11, head.keepAlive, head.framing == .none, !lane.isDraining {
            send(lane.healthAnswer)
            return true
        }
        let isRead = head.method == .get || head.method == .head
        let answer =
            isRead
            ? Response.json { $0.field("status", "ok") } : PlainErrors.otherMethod(head, allow: "GET, HEAD, OPTIONS")
        plan(answer, for: head)
        return true
    }

    private func beginForTenant(_ head: RequestHead, _ http: HTTPReading) {
        guard let place = lane.directory.place(of: head) else {
            let answer =
                lane.directory.isUnserved(head)
                ? PlainErrors.unavailable : PlainErrors.response(.misdirectedRequest, "Unknown host")
            plan(answer, for: head)
            return
        }
        guard place.lane === lane.handle else {
            // The request belongs to another lane; the connection follows it with everything it has.
            http.destination = place.lane
            http.movingHead = head
            // It goes at the end of this turn of the loop: bytes behind the head have to be kept first.
            phase = .moving
            markDirty()
            return
        }
        guard let tenant = lane.tenants[place.tenant] else {
            plan(PlainErrors.unavailable, for: head)
            return
        }
        RequestRouting(connection: self, head: head, place: place, tenant: tenant).run()
    }

    /// Answers with what is known already, after the body was read and dropped.
    func plan(_ response: Response, for head: RequestHead, context: RequestContext? = nil) {
        guard let http else { return }
        http.begin(Exchange(head: head, body: .dropped, plan: .answer(response), context: context))
        // A client that asks before it sends is told at once; a long body is not worth reading.
        let isShort = head.framing == .none || (head.contentLength ?? .max) <= 64 << 10
        if head.expectsContinue || !isShort {
            respond(response)
        } else {
            http.parser.acceptBody(limit: 64 << 10)
        }
    }

    /// Lets the body of the request in work come, up to a limit.
    func acceptBody(limit: Int) {
        guard let http, let exchange = http.exchange else { return }
        guard http.parser.acceptBody(limit: limit) == nil else { return }
        guard exchange.head.expectsContinue, exchange.head.framing != .none else { return }
        var interim: [UInt8] = []
        HTTPResponseWriter.appendContinue(to: &interim)
        send(interim)
    }

    /// The whole request is there.
    private func complete(_ http: HTTPReading) {
        clearDeadline()
        isHeadTimed = false
        guard let exchange = http.exchange else {
            // Answered from its head alone.
            http.parser.next()
            return
        }
        switch exchange.plan {
        case .answer(let response): respond(response)
        case .bare(let service): runBare(service, http)
        case .handle(let entry): run(entry, exchange, http)
        }
    }

    private func run(_ entry: RouteTable.Entry, _ exchange: Exchange, _ http: HTTPReading) {
        guard let context = exchange.context else { return }
        phase = .working
        do {
            context.body = try exchange.body.finish()
            carryOut(try entry.route.handle(context), context, http)
        } catch {
            respond(context.render(error))
        }
    }

    private func carryOut(_ outcome: Outcome, _ context: RequestContext, _ http: HTTPReading) {
        let serial = http.serial
        switch outcome {
        case .respond(let response):
            respond(response)
        case .perform(let operation, let render):
            context.tenant.perform(operation, files: context.stagedFiles) { [self] reply in
                performed(serial, reply, context, render)
            }
        case .query(let query):
            let token = self.token
            let handle = lane.handle
            lane.readers.run(tenant: context.tenant.id, query) { result in
                handle.send(.queried(connection: token, exchange: serial, result))
            }
        case .webSocket(let opening):
            upgrade(opening, context, http)
        case .later(let cancelled):
            http.cancelled = cancelled
            if peerFinished { http.clientLeft() }
        }
    }

    private func performed(
        _ serial: UInt64,
        _ reply: Reply,
        _ context: RequestContext,
        _ render: (Reply) throws -> Response
    ) {
        guard phase == .working, http?.serial == serial else { return }
        do {
            if case .rejected(let rejection) = reply { throw rejection }
            respond(try render(reply))
        } catch {
            respond(context.render(error))
        }
    }

    /// A reader thread has answered.
    func queried(_ serial: UInt64, _ result: Result<Response, Rejection>) {
        guard phase == .working, let http, http.serial == serial, let context = http.exchange?.context else { return }
        switch result {
        case .success(let response): respond(response)
        case .failure(let rejection): respond(context.render(rejection))
        }
    }

    private func runBare(_ service: any BareService, _ http: HTTPReading) {
        guard let exchange = http.exchange else { return }
        phase = .working
        var bytes: [UInt8] = []
        if case .bytes(let collected)? = try? exchange.body.finish() { bytes = collected }
        let serial = http.serial
        let token = self.token
        let handle = lane.handle
        let id = BareRequest.ID(lane: handle.index, connection: token, exchange: serial)
        let request = BareRequest(id: id, head: exchange.head, body: bytes, peer: peer)
        if let opening = service.webSocket(request) {
            upgradeBare(opening, exchange.head)
            return
        }
        service.answer(request) { response in
            handle.send(.bareAnswer(connection: token, exchange: serial, response))
        }
        http.cancelled = { service.abandoned(id) }
        if peerFinished { http.clientLeft() }
    }

    /// A bare service has answered.
    func answered(_ serial: UInt64, _ response: Response) {
        guard phase == .working, http?.serial == serial else { return }
        respond(response)
    }

    /// A request that cannot be read: answered where somebody can read it, and the connection closed.
    func refuse(_ violation: HTTPViolation) {
        guard let http else { return }
        let rejection: Rejection? =
            switch violation.status {
            case .contentTooLarge: http.exchange?.body.excess
            case .badRequest: Rejection(.malformed, violation.reason)
            default: nil
            }
        end(http, with: PlainErrors.response(violation.status, violation.reason), or: rejection)
    }

    /// The client took too long with a request.
    func readingTimedOut() {
        guard let http, !http.isIdle || !http.wasUsed else {
            finish()
            return
        }
        if http.parser.isIdle {
            // Not a single byte: nobody is there to read an answer.
            close()
            return
        }
        let message = "Request timed out"
        end(http, with: PlainErrors.response(.requestTimeout, message), or: Rejection(.timedOut, message))
    }

    /// Answers what was not, or not wholly, a request, and ends the connection: in the words of the dialect it was
    /// meant for, where that is known.
    private func end(_ http: HTTPReading, with plain: Response, or rejection: Rejection?) {
        let told = rejection.flatMap { http.exchange?.context?.render($0) }
        var response = told ?? plain
        // What is left of the request would be taken for the next one.
        response.closes = true
        guard http.exchange == nil else { return respond(response) }
        ResponseDecoration.identify(&response, RequestID.random(lane.random), method: nil, lane.log)
        write(response, HTTPResponseWriter())
        finish()
    }
}
