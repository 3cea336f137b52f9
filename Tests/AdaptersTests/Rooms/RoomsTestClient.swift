import Core
import Testing

@testable import Adapters

/// A tenant's rooms with clients that need no sockets.
final class RoomsBench {
    let lane: RoomsTestLane
    let hub: RoomsHub

    init(_ configuration: DialectConfiguration = RoomsFixture.configuration()) throws {
        lane = try RoomsTestLane()
        hub = RoomsHub(lane: lane, rules: try RoomsFixture.rules(configuration))
        lane.subscribers = [hub]
    }

    static func call(
        sid: String? = nil,
        transport: String? = "polling",
        version: String? = "4",
        method: EngineIOMethod = .get,
        isUpgrade: Bool = false,
        isAllowed: Bool = true,
        token: String? = nil,
        takesOffsets: Bool = false
    ) -> EngineCall {
        EngineCall(
            handshake: EngineIOHandshake(
                version: version,
                transport: transport,
                sid: sid,
                method: method,
                isUpgrade: isUpgrade
            ),
            isAllowed: isAllowed,
            client: EngineClient(address: .loopbackIPv4, token: token, takesOffsets: takesOffsets, scope: 0),
            subprotocol: nil
        )
    }

    /// A WebSocket for a call.
    func webSocket(_ call: EngineCall) throws -> RoomsTestSocket {
        guard case .webSocket(let opening) = hub.get(call, TestExchange()) else {
            throw Rejection(.malformed, "not upgraded")
        }
        let socket = RoomsTestSocket(try #require(opening.session as? RoomsSocket))
        socket.socket.begin(socket)
        return socket
    }

    /// A client on a WebSocket that has sent its CONNECT; its first frames are taken already.
    func connect(_ payload: String = "", token: String? = nil, takesOffsets: Bool = false) throws -> RoomsTestSocket {
        let call = Self.call(transport: "websocket", isUpgrade: true, token: token, takesOffsets: takesOffsets)
        let socket = try webSocket(call)
        _ = socket.takeFrames()
        socket.send("40" + payload)
        socket.greeting = socket.takeFrames().first ?? ""
        return socket
    }

    /// A client that has joined a room.
    func join(_ clientID: String, token: String? = nil) throws -> RoomsTestSocket {
        let socket = try connect(token: token)
        socket.send("420[\"join\",\"\(clientID)\"]")
        #expect(socket.takeFrames() == ["430[{\"ok\":true,\"clientId\":\"\(clientID)\"}]"])
        return socket
    }

    // MARK: Polling

    /// A request that is answered at once.
    func get(_ call: EngineCall, _ exchange: TestExchange = TestExchange()) -> Response? {
        switch hub.get(call, exchange) {
        case .respond(let response): return response
        case .later(let cancelled):
            exchange.cancelled = cancelled
            return nil
        default: return nil
        }
    }

    func post(_ sid: String, _ body: String, isBinary: Bool = false) -> Response {
        let call = Self.call(sid: sid, method: .post)
        let exchange = TestExchange()
        hub.postBegins(call, exchange, isBinary: isBinary)
        return hub.post(call, exchange, body: Array(body.utf8))
    }

    /// Opens a session on polling and returns its id.
    func openPolling(takesOffsets: Bool = false) throws -> String {
        let response = try #require(get(Self.call(takesOffsets: takesOffsets)))
        let sid = try JSONDocument(parsing: Array(response.text.utf8.dropFirst())).root["sid"]?.string
        return try #require(sid)
    }
}

/// A request that waits.
final class TestExchange: EngineExchange {
    private(set) var response: Response?
    var cancelled: (() -> Void)?

    func answer(_ response: Response) {
        #expect(self.response == nil)
        self.response = response
    }
}

/// The client's end of a WebSocket.
final class RoomsTestSocket: RoomsTransport {
    let socket: RoomsSocket
    /// The answer to CONNECT.
    var greeting = ""
    private(set) var closeCode: UInt16?
    private var receiver = WebSocketReceiver(maxMessageBytes: 1 << 20, role: .client)
    private var frames: [String] = []

    init(_ socket: RoomsSocket) {
        self.socket = socket
    }

    func send(frames bytes: [UInt8]) {
        guard closeCode == nil else { return }
        var offset = 0
        while case .message(_, let payload) = receiver.next(bytes.span, at: &offset) {
            frames.append(String(decoding: payload, as: UTF8.self))
        }
    }

    func close(code: UInt16, reason: String) {
        closeCode = code
        socket.ended()
    }

    // MARK: The client

    func send(_ text: String) { socket.take(.text(Array(text.utf8))) }

    /// The connection breaks.
    func cut() {
        closeCode = closeCode ?? 1006
        socket.ended()
    }

    /// What has come since the last time.
    func takeFrames() -> [String] {
        let taken = frames
        frames = []
        return taken
    }

    /// The `pid` of the answer to CONNECT.
    var pid: String? {
        guard let document = try? JSONDocument(parsing: Array(greeting.utf8.dropFirst(2))) else { return nil }
        return document.root["pid"]?.string
    }
}

/// What a `new-message` says, and the offset behind it.
struct ReceivedMessage: Equatable {
    let text: String
    let offset: String?

    init?(_ frame: String) {
        guard frame.hasPrefix("42"), let document = try? JSONDocument(parsing: Array(frame.utf8.dropFirst(2))),
            let arguments = document.root.array.map(Array.init), arguments.count >= 2,
            arguments[0].string == "new-message", let text = arguments[1]["message"]?.string
        else { return nil }
        self.text = text
        offset = arguments.count > 2 ? arguments[2].string : nil
    }
}
