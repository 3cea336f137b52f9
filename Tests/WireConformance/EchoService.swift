import Core

/// Any method, path and host: 200 and the request's body. `/echo`: the field lines of the request. `/ws-echo`,
/// `/engine.io/` and `/socket.io/`: what their protocols make of an echo.
final class EchoService: BareService {
    static let maxMessageBytes = 16 << 20

    let bodyLimit = 64 << 20
    private let engine: EngineIOHost
    private let socketIO: EngineIOHost

    init(clock: any Clock, random: any RandomSource) throws(SystemError) {
        engine = try EngineIOHost(clock: clock, random: random) { _ in EngineIOEcho() }
        let settings = SocketIOSettings(namespaces: ["/", "/custom"], connectTimeout: 1000)
        socketIO = try EngineIOHost(clock: clock, random: random) { now in
            SocketIOEcho(connection: SocketIOConnection(settings: settings, now: now), random: random)
        }
    }

    /// Ends the threads of the hosts.
    func stop() {
        engine.stop()
        socketIO.stop()
    }

    func answer(_ request: BareRequest, _ reply: @escaping @Sendable (Response) -> Void) {
        if let host = host(of: request) {
            host.answer(request, reply)
        } else if path(of: request) == "/echo" {
            reply(Self.plain(Self.fieldLines(of: request.head)))
        } else {
            reply(Self.plain(request.body))
        }
    }

    func abandoned(_ request: BareRequest.ID) {
        engine.abandoned(request)
        socketIO.abandoned(request)
    }

    func webSocket(_ request: BareRequest) -> BareSocket? {
        if let host = host(of: request) { return host.webSocket(request) }
        guard path(of: request) == "/ws-echo" else { return nil }
        return BareSocket(maxMessageBytes: Self.maxMessageBytes) { kind, message in
            var frame: [UInt8] = []
            switch kind {
            case .text: WebSocketFrameWriter.appendText(message.span, into: &frame)
            case .binary: WebSocketFrameWriter.appendBinary(message.span, into: &frame)
            }
            return frame
        }
    }

    private func host(of request: BareRequest) -> EngineIOHost? {
        switch path(of: request) {
        case "/engine.io/", "/engine.io": engine
        case "/socket.io/", "/socket.io": socketIO
        default: nil
        }
    }

    private func path(of request: BareRequest) -> String {
        String(decoding: request.head.bytes[request.head.path], as: UTF8.self)
    }

    /// The lines between the request line and the empty one, as they came.
    private static func fieldLines(of head: RequestHead) -> [UInt8] {
        guard let lineEnd = head.bytes.firstIndex(of: UInt8(ascii: "\n")) else { return [] }
        return Array(head.bytes[(lineEnd + 1)...].dropLast(2))
    }

    private static func plain(_ body: [UInt8]) -> Response {
        Response(ResponseHead(.ok, [HTTPField("Content-Type", "application/octet-stream")]), body: .bytes(body))
    }
}
