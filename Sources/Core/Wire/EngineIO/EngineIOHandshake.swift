/// How the packets of a session travel.
package enum EngineIOTransport: String, Equatable, Sendable {
    case polling
    case webSocket = "websocket"
}

/// The method of a request as far as Engine.IO tells methods apart.
package enum EngineIOMethod: Equatable, Sendable {
    case get
    case post
    case other
}

/// What a request on the Engine.IO path asks for.
package enum EngineIORequest: Equatable, Sendable {
    /// A new session that starts on this transport.
    case open(EngineIOTransport)
    case poll(sid: String)
    case post(sid: String)
    /// A WebSocket for a session that exists. The upgrade is accepted before the session is asked, as clients expect a
    /// superfluous WebSocket to be opened and closed, not refused.
    case probe(sid: String)
}

/// The parameters of a request and whether it wants to become a WebSocket. Where a name stands twice in the query the
/// last one counts.
package struct EngineIOHandshake: Equatable, Sendable {
    package var version: String?
    package var transport: String?
    package var sid: String?
    package var method: EngineIOMethod
    package var isUpgrade: Bool

    package init(version: String?, transport: String?, sid: String?, method: EngineIOMethod, isUpgrade: Bool) {
        self.version = version
        self.transport = transport
        self.sid = sid
        self.method = method
        self.isUpgrade = isUpgrade
    }

    /// Checks in the order of the Node server: transport, session, method, permission, version; which error a wrong
    /// request gets depends on it. An empty `sid` counts as none.
    ///
    /// `transportOf` looks a session up, nil when there is none; `isAllowed` is asked for new sessions only.
    package func request(
        transportOf: (String) -> EngineIOTransport?,
        isAllowed: () -> Bool = { true }
    ) throws(EngineIOFailure) -> EngineIORequest {
        guard let transport = transport.flatMap(EngineIOTransport.init(rawValue:)) else {
            throw .unknownTransport
        }
        let request: EngineIORequest
        if let sid, !sid.isEmpty {
            guard let current = transportOf(sid) else {
                throw .unknownSession
            }
            request = try existing(sid, transport, current)
        } else {
            guard method == .get else {
                throw .badHandshakeMethod
            }
            guard isUpgrade == (transport == .webSocket) else {
                throw .badRequest
            }
            guard isAllowed() else {
                throw .forbidden
            }
            request = .open(transport)
        }
        guard version == "4" else {
            throw .unsupportedProtocolVersion
        }
        return request
    }

    private func existing(
        _ sid: String,
        _ transport: EngineIOTransport,
        _ current: EngineIOTransport
    ) throws(EngineIOFailure) -> EngineIORequest {
        if isUpgrade {
            guard transport == .webSocket, method == .get else {
                throw .badRequest
            }
            return .probe(sid: sid)
        }
        guard transport == .polling, current == .polling else {
            throw .badRequest
        }
        switch method {
        case .get: return .poll(sid: sid)
        case .post: return .post(sid: sid)
        case .other: throw .badRequest
        }
    }

    /// The JSON of the `open` packet. The session id is of the characters A-Z a-z 0-9 - _ and needs no escaping.
    package static func openData(sid: String, transport: EngineIOTransport, settings: EngineIOSettings) -> [UInt8] {
        var json: [UInt8] = []
        json.append(ascii: "{\"sid\":\"")
        json.append(utf8: sid)
        json.append(ascii: transport == .polling ? "\",\"upgrades\":[\"websocket\"]" : "\",\"upgrades\":[]")
        json.append(ascii: ",\"pingInterval\":")
        json.append(decimal: Int(settings.pingInterval))
        json.append(ascii: ",\"pingTimeout\":")
        json.append(decimal: Int(settings.pingTimeout))
        json.append(ascii: ",\"maxPayload\":")
        json.append(decimal: settings.maxPayload)
        json.append(ascii: "}")
        return json
    }
}
