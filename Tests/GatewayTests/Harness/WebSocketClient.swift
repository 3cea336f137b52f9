import Core

/// The client's end of a WebSocket. Confined to one thread.
final class WebSocketClient {
    private let socket: FileDescriptor
    private var receiver = WebSocketReceiver(maxMessageBytes: 16 << 20, role: .client)
    private var waiting: [UInt8] = []
    private let transcript: Transcript?
    /// Of the answer to the upgrade; 101 when it was granted.
    let status: Int

    init(_ client: TestClient, _ path: String, bearer: String? = nil) throws {
        var head = "GET \(path) HTTP/1.1\r\nHost: \(client.host)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        if let bearer { head += "Authorization: Bearer \(bearer)\r\n" }
        let socket = try client.connect()
        try TestClient.write(Array((head + "\r\n").utf8), to: socket)
        // Byte by byte, so that no frame is swallowed.
        var received: [UInt8] = []
        while !received.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard case .processed = socket.receive(appendingTo: &received, limit: 1) else {
                throw Broken("no answer to an upgrade")
            }
        }
        let line = String(decoding: received.prefix(32), as: UTF8.self)
        guard let status = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Broken("not an HTTP answer: \(line)")
        }
        self.status = status
        transcript = client.transcript
        self.socket = socket
    }

    func send(_ text: String) throws {
        var frame: [UInt8] = []
        WebSocketFrameWriter.appendMasked(.text, Array(text.utf8).span, key: 0x0102_0304, into: &frame)
        try TestClient.write(frame, to: socket)
    }

    /// What the server says besides messages.
    enum Signal: Equatable {
        case ping
        case close(UInt16?)
    }

    /// The next ping or close; messages before it are skipped. It is not answered.
    func signal() throws -> Signal {
        while true {
            var offset = 0
            let event = receiver.next(waiting.span, at: &offset)
            waiting.removeFirst(offset)
            switch event {
            case .ping: return .ping
            case .close(let code, _): return .close(code)
            case .needMore:
                guard case .processed = socket.receive(appendingTo: &waiting) else {
                    throw Broken("a socket ended or stayed silent")
                }
            case .message, .pong: continue
            case .violation: throw Broken("a frame that is none")
            }
        }
    }

    /// A sign of life.
    func pong() throws {
        var frame: [UInt8] = []
        WebSocketFrameWriter.appendMasked(.pong, [UInt8]().span, key: 0x0102_0304, into: &frame)
        try TestClient.write(frame, to: socket)
    }

    /// The next message, or nil with the close code once the server has closed; waits for it.
    func next() throws -> (text: String?, closeCode: UInt16?) {
        while true {
            var offset = 0
            let event = receiver.next(waiting.span, at: &offset)
            waiting.removeFirst(offset)
            switch event {
            case .message(_, let bytes): return (String(decoding: bytes, as: UTF8.self), nil)
            case .needMore:
                guard case .processed = socket.receive(appendingTo: &waiting) else {
                    throw Broken("a socket ended or stayed silent")
                }
            case .close(let code, _): return (nil, code)
            case .ping, .pong: continue
            case .violation: throw Broken("a frame that is none")
            }
        }
    }

    /// The next message; a closed socket is a failure.
    func text() throws -> String {
        let (text, code) = try next()
        guard let text else { throw Broken("the socket was closed: \(code ?? 0)") }
        transcript?.note(text)
        return text
    }
}
