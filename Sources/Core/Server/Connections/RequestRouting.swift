/// Finds the route of a tenant's request, and prepares what its body will meet.
struct RequestRouting {
    let connection: Connection
    let head: RequestHead
    let place: TenantPlace
    let tenant: TenantLane

    private var lane: Lane { connection.lane }

    func run() {
        let snapshot = tenant.snapshot
        if let violation = head.violation(of: snapshot.headLimits) {
            connection.plan(PlainErrors.response(violation.status, violation.reason), for: head)
            return
        }
        guard let segments = PathSegments(head, place.path) else {
            let readable = PathSegments(readableOf: head, place.path)
            let dialect = snapshot.routes.match(head, segments: readable, host: place.host).dialect
            refuse(Rejection(.malformed, "Malformed path"), dialect.map { snapshot.dialects[$0] })
            return
        }
        if head.method == .options {
            answerOptions(snapshot, head.targetForm == .asterisk ? nil : segments)
            return
        }
        switch snapshot.routes.match(head, segments: segments, host: place.host) {
        case .found(let entry, let parameters): begin(entry, parameters, snapshot)
        case .wrongMethod(let allow, let dialect):
            refuse(Rejection(.wrongMethod, "Method not allowed", allow: allow), dialect.map { snapshot.dialects[$0] })
        case .unknown(let dialect):
            refuse(Rejection(.unknownRoute, "Not found"), dialect.map { snapshot.dialects[$0] })
        }
    }

    private func refuse(_ rejection: Rejection, _ dialect: (any Dialect)?) {
        guard let dialect else {
            let status: HTTPStatus =
                switch rejection.reason {
                case .wrongMethod: .methodNotAllowed
                case .malformed: .badRequest
                default: .notFound
                }
            var response = PlainErrors.response(status, rejection.message)
            if let allow = rejection.allow { response.head.add("Allow", allow) }
            let snapshot = tenant.snapshot
            if snapshot.dialects.contains(where: \.allowsCrossOrigin) {
                response.addCrossOrigin(snapshot.origins, head)
            }
            connection.plan(response, for: head)
            return
        }
        let context = makeContext(dialect, [])
        connection.plan(context.render(rejection), for: head, context: context)
    }

    private func makeContext(
        _ dialect: any Dialect,
        _ parameters: [String],
        route: String = "",
        limits: LimitsConfiguration? = nil
    ) -> RequestContext {
        let context = RequestContext(
            head: head,
            parameters: parameters,
            tenant: tenant,
            dialect: dialect,
            client: ClientAddress.of(head, peer: connection.peer, trusting: tenant.configuration.trustedProxies),
            now: lane.clock.nowUnixMilliseconds,
            prefix: place.prefix,
            route: route,
            limits: limits,
            isEncrypted: connection.listener.isEncrypted
        )
        return context
    }

    private func begin(_ entry: RouteTable.Entry, _ parameters: [String], _ snapshot: TenantSnapshot) {
        let context = makeContext(
            snapshot.dialects[entry.dialect],
            parameters,
            route: entry.route.pattern,
            limits: snapshot.limits[entry.dialect]
        )
        let allowed = context.limits.maxConnectionsPerAddress
        guard connection.admit(to: tenant, client: context.client, limit: allowed) else {
            let rejection = Rejection(.rateLimited, "Too many connections", retryAfter: 1, limit: allowed, reset: 1)
            var response = context.render(rejection)
            response.closes = true
            connection.plan(response, for: head, context: context)
            return
        }
        do {
            context.caller = try entry.route.authorize(context)
            try tenant.takeToken(
                context.caller.rateClass,
                context.client,
                limits: context.limits,
                scope: entry.dialect
            )
            let (sink, limit) = try makeSink(entry.route.body)
            let connection = self.connection
            guard let http = connection.http else { return }
            http.begin(Exchange(head: head, body: sink, plan: .handle(entry), context: context))
            let serial = http.serial
            context.responder = { response in
                guard connection.http?.serial == serial else { return }
                connection.respond(response)
            }
            connection.acceptBody(limit: limit)
        } catch {
            connection.plan(context.render(guessing(error, context, entry)), for: head, context: context)
        }
    }

    /// Guessing credentials draws from the guests' bucket, so that it ends.
    private func guessing(_ error: any Error, _ context: RequestContext, _ entry: RouteTable.Entry) -> any Error {
        guard let rejection = error as? Rejection, rejection.reason == .unauthenticated else { return error }
        do throws(Rejection) {
            try tenant.takeToken(.guestRead, context.client, limits: context.limits, scope: entry.dialect)
            return rejection
        } catch {
            return error
        }
    }

    private func makeSink(_ body: Route.Body) throws -> (sink: BodySink, limit: Int) {
        let sizes = tenant.configuration.sizes
        var isForm: Bool { MultipartBoundary.isFormData(head) }
        switch body {
        case .ignored: return (.dropped, sizes.jsonBody)
        case .collected: return (.collected([]), sizes.jsonBody)
        case .collectedOrMultipart where !isForm: return (.collected([]), sizes.jsonBody)
        case .multipart where !isForm:
            throw Rejection(.unsupportedContentType, "Content-Type must be multipart/form-data")
        case .collectedOrMultipart, .multipart:
            guard let boundary = MultipartBoundary.parse(contentType: head.field("content-type") ?? "") else {
                throw Rejection(.malformed, "Malformed multipart boundary")
            }
            let intake = MultipartIntake(
                boundary: boundary,
                rules: IntakeRules(sizes),
                blobs: tenant.blobs,
                log: tenant.log
            )
            return (.form(intake), sizes.multipartBody)
        }
    }

    // MARK: - OPTIONS

    /// What a path can be asked, and for browsers whether another origin may (Fetch standard, CORS protocol).
    private func answerOptions(_ snapshot: TenantSnapshot, _ segments: PathSegments?) {
        guard let segments else {
            connection.plan(
                Response(.noContent).adding("Allow", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
                for: head
            )
            return
        }
        let entries = snapshot.routes.entries(at: segments, host: place.host)
        guard let first = entries.first else {
            if case .unknown(let dialect) = snapshot.routes.match(head, segments: segments, host: place.host) {
                refuse(Rejection(.unknownRoute, "Not found"), dialect.map { snapshot.dialects[$0] })
            }
            return
        }
        let allow = RouteTable.allow(entries)
        var response = Response(.noContent).adding("Allow", allow)
        let open = entries.filter { snapshot.dialects[$0.dialect].allowsCrossOrigin }
        let dialect = snapshot.dialects[(open.first ?? first).dialect]
        if snapshot.origins.isConfigured, !open.isEmpty, let origin = head.field("origin"),
            snapshot.origins.allowance(for: origin) != nil, head.fields.contains("access-control-request-method")
        {
            response.head.add("Access-Control-Allow-Methods", RouteTable.allow(open))
            response.head.add(
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
            )
            response.head.add("Access-Control-Max-Age", "600")
        }
        connection.plan(response, for: head, context: makeContext(dialect, []))
    }
}

/// Who a request comes from, when proxies stand between.
enum ClientAddress {
    /// The peer, or behind trusted proxies the last address of `X-Forwarded-For` that is not one of them.
    static func of(_ head: RequestHead, peer: PeerAddress, trusting proxies: [AddressBlock]) -> PeerAddress {
        guard proxies.contains(where: { $0.contains(peer) }) else { return peer }
        let hops = head.fields(named: "x-forwarded-for").flatMap { $0.split(separator: ",") }
        var client = peer
        for hop in hops.reversed() {
            let text = String(hop).trimmingSpaces()
            guard let address = PeerAddress(text) ?? PeerAddress(text.withoutPort) else { return client }
            client = address
            guard proxies.contains(where: { $0.contains(address) }) else { return client }
        }
        return client
    }
}

extension String {
    /// `192.0.2.1:80` and `[2001:db8::1]:80` without the port: some proxies write it along.
    fileprivate var withoutPort: String {
        if first == "[" { return String(dropFirst().prefix { $0 != "]" }) }
        return String(prefix { $0 != ":" })
    }

    fileprivate func trimmingSpaces() -> String {
        var text = self[...]
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
