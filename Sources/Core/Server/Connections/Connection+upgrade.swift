/// From HTTP to WebSocket.
extension Connection {
    /// Upgrades the connection for a dialect's session, or answers why not.
    func upgrade(_ opening: WebSocketOpening, _ context: RequestContext, _ http: HTTPReading) {
        let head = context.head
        let origins = context.tenant.snapshot.origins
        guard origins.admitsUpgrade(origin: head.field("origin"), host: head.host, port: head.port) else {
            respond(context.render(Rejection(.forbidden, "Origin is not allowed")))
            return
        }
        guard !lane.isDraining else {
            respond(context.render(Rejection.unavailable))
            return
        }
        switch WebSocketHandshake.answer(WebSocketUpgradeRequest(head)) {
        case .reject(let status, let fields, let reason):
            var response = context.render(Rejection(.malformed, reason))
            response.head.status = HTTPStatus(UInt16(status))
            for field in fields { response.head.add(field.name, field.value) }
            respond(response)
        case .accept(let fields):
            let driver = WebSocketDriver(self, opening, context, id: lane.nextSocketID())
            switchProtocols(to: driver, fields, head, http)
        }
    }

    /// Upgrades the connection for a program without tenants.
    func upgradeBare(_ opening: BareSocket, _ head: RequestHead) {
        guard let http else { return }
        switch WebSocketHandshake.answer(WebSocketUpgradeRequest(head)) {
        case .reject(let status, let fields, let reason):
            var response = PlainErrors.response(HTTPStatus(UInt16(status)), reason)
            for field in fields { response.head.add(field.name, field.value) }
            respond(response)
        case .accept(let fields):
            switchProtocols(to: WebSocketDriver(self, bare: opening), fields, head, http)
        }
    }

    private func switchProtocols(
        to driver: WebSocketDriver,
        _ fields: [WebSocketHandshake.Field],
        _ head: RequestHead,
        _ http: HTTPReading
    ) {
        var writer = HTTPResponseWriter(to: head)
        var out: [UInt8] = []
        let others = fields.filter { $0.name != "Upgrade" && $0.name != "Connection" }
        writer.appendUpgrade(
            to: "websocket",
            others.map { HTTPField($0.name, $0.value) },
            date: lane.date,
            to: &out
        )
        send(out)
        http.end()
        self.http = nil
        phase = .upgraded
        socket = driver
        driver.opened()
        // Frames may have come right behind the request.
        guard !isParsing, phase == .upgraded, !held.isEmpty else { return }
        let bytes = held
        held = []
        driver.take(bytes.span)
    }
}

extension WebSocketUpgradeRequest {
    /// What an HTTP head says about an upgrade.
    package init(_ head: RequestHead) {
        // HEAD asks what GET would say, and cannot upgrade.
        let isHead = head.method == .head
        self.init(
            isGet: head.method == .get || isHead,
            isHTTP11: head.version == .http11,
            upgrade: isHead ? [] : head.fields(named: "upgrade"),
            connection: head.fields(named: "connection"),
            key: head.fields(named: "sec-websocket-key"),
            version: head.fields(named: "sec-websocket-version"),
            protocols: head.fields(named: "sec-websocket-protocol")
        )
    }
}
