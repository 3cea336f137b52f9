import Core
import Testing

@Suite("Engine.IO handshake")
struct EngineIOHandshakeTests {
    /// A request in short: version, transport, session, method, upgrade.
    struct Case: Sendable, CustomTestStringConvertible {
        var version: String? = "4"
        var transport: String? = "polling"
        var sid: String?
        var method = EngineIOMethod.get
        var isUpgrade = false
        var isAllowed = true
        var expected: Result<EngineIORequest, EngineIOFailure>

        var testDescription: String {
            "EIO=\(version ?? "-") transport=\(transport ?? "-") sid=\(sid ?? "-") \(method) upgrade=\(isUpgrade)"
        }
    }

    static let cases: [Case] = [
        Case(expected: .success(.open(.polling))),
        Case(sid: "", expected: .success(.open(.polling))),
        Case(transport: "websocket", isUpgrade: true, expected: .success(.open(.webSocket))),
        Case(sid: "P", expected: .success(.poll(sid: "P"))),
        Case(sid: "P", method: .post, expected: .success(.post(sid: "P"))),
        Case(transport: "websocket", sid: "P", isUpgrade: true, expected: .success(.probe(sid: "P"))),
        // The session, not the handshake, turns a second WebSocket away.
        Case(transport: "websocket", sid: "W", isUpgrade: true, expected: .success(.probe(sid: "W"))),
        // Transport first.
        Case(transport: nil, expected: .failure(.unknownTransport)),
        Case(version: "3", transport: "abc", sid: "?", method: .other, expected: .failure(.unknownTransport)),
        Case(transport: "Polling", expected: .failure(.unknownTransport)),
        Case(transport: "webtransport", expected: .failure(.unknownTransport)),
        // Then the session.
        Case(version: "3", sid: "?", method: .other, expected: .failure(.unknownSession)),
        Case(transport: "websocket", sid: "?", isUpgrade: true, expected: .failure(.unknownSession)),
        Case(sid: "W", expected: .failure(.badRequest)),
        Case(sid: "W", method: .post, expected: .failure(.badRequest)),
        Case(transport: "websocket", sid: "P", expected: .failure(.badRequest)),
        Case(transport: "websocket", sid: "W", expected: .failure(.badRequest)),
        Case(sid: "P", method: .other, expected: .failure(.badRequest)),
        Case(sid: "P", isUpgrade: true, expected: .failure(.badRequest)),
        // Then the method of a handshake.
        Case(version: nil, method: .post, expected: .failure(.badHandshakeMethod)),
        Case(method: .other, isAllowed: false, expected: .failure(.badHandshakeMethod)),
        Case(transport: "websocket", expected: .failure(.badRequest)),
        Case(isUpgrade: true, expected: .failure(.badRequest)),
        // Then permission, then the version.
        Case(version: "3", isAllowed: false, expected: .failure(.forbidden)),
        Case(version: "3", expected: .failure(.unsupportedProtocolVersion)),
        Case(version: nil, expected: .failure(.unsupportedProtocolVersion)),
        Case(version: "abc", expected: .failure(.unsupportedProtocolVersion)),
        Case(version: "04", expected: .failure(.unsupportedProtocolVersion)),
        Case(version: "3", sid: "P", expected: .failure(.unsupportedProtocolVersion)),
    ]

    @Test("Requests are told apart and refused in the order of the Node server", arguments: cases)
    func requests(_ it: Case) {
        let handshake = EngineIOHandshake(
            version: it.version,
            transport: it.transport,
            sid: it.sid,
            method: it.method,
            isUpgrade: it.isUpgrade
        )
        let sessions: [String: EngineIOTransport] = ["P": .polling, "W": .webSocket]
        let result = Result { () throws(EngineIOFailure) in
            try handshake.request(transportOf: { sessions[$0] }, isAllowed: { it.isAllowed })
        }
        #expect(result == it.expected)
    }

    static let objects: [(EngineIOFailure, Int, String)] = [
        (.unknownTransport, 400, #"{"code":0,"message":"Transport unknown"}"#),
        (.unknownSession, 400, #"{"code":1,"message":"Session ID unknown"}"#),
        (.badHandshakeMethod, 400, #"{"code":2,"message":"Bad handshake method"}"#),
        (.badRequest, 400, #"{"code":3,"message":"Bad request"}"#),
        (.forbidden, 403, #"{"code":4,"message":"Forbidden"}"#),
        (.unsupportedProtocolVersion, 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
    ]

    @Test("Error objects are those of Engine.IO", arguments: objects)
    func errorObjects(failure: EngineIOFailure, status: Int, body: String) {
        #expect(failure.status == status)
        #expect(String(decoding: failure.body, as: UTF8.self) == body)
    }

    @Test("The open packet lists its members in the usual order")
    func openPacket() {
        let settings = EngineIOSettings(pingInterval: 25000, pingTimeout: 20000, maxPayload: 1_000_000)
        let polling = EngineIOHandshake.openData(sid: "lv_VI97HAXpY6yYWAAAC", transport: .polling, settings: settings)
        #expect(
            String(decoding: polling, as: UTF8.self)
                == #"{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"#
                + #""pingTimeout":20000,"maxPayload":1000000}"#
        )
        let webSocket = EngineIOHandshake.openData(sid: "A", transport: .webSocket, settings: settings)
        #expect(
            String(decoding: webSocket, as: UTF8.self)
                == #"{"sid":"A","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
        )
    }
}
