import Core

/// A Socket.IO client on a WebSocket. Confined to one thread.
final class SocketIOClient {
    private let socket: WebSocketClient
    private var lastAck = 0
    /// Events that came while an acknowledgement was awaited.
    private var events: [JSONValue] = []

    init(_ client: TestClient, token: String? = nil) throws {
        socket = try WebSocketClient(client, "/socket.io/?EIO=4&transport=websocket")
        guard try socket.text().hasPrefix("0{") else { throw Broken("no Engine.IO handshake") }
        try socket.send(token.map { #"40{"token":"\#($0)"}"# } ?? "40")
        let answer = try socket.text()
        guard answer.hasPrefix("40{") else { throw Broken("not connected: \(answer)") }
    }

    /// Emits an event and waits for its acknowledgement.
    @discardableResult
    func emit(_ name: String, _ argument: String) throws -> JSONValue {
        lastAck += 1
        try socket.send("42\(lastAck)[\"\(name)\",\(argument)]")
        let prefix = "43\(lastAck)["
        while true {
            let text = try packet()
            if text.hasPrefix(prefix) {
                let arguments = try JSONDocument(parsing: Array(text.utf8.dropFirst(prefix.utf8.count - 1))).root
                return try arguments.element(0)
            }
            try note(text)
        }
    }

    /// The next event: its name and its argument in an array.
    func event() throws -> JSONValue {
        while events.isEmpty { try note(try packet()) }
        return events.removeFirst()
    }

    private func note(_ text: String) throws {
        guard text.hasPrefix("42") else { throw Broken("unexpected packet: \(text)") }
        events.append(try JSONDocument(parsing: Array(text.utf8.dropFirst(2))).root)
    }

    /// The next packet that is no ping.
    private func packet() throws -> String {
        while true {
            let text = try socket.text()
            guard text == "2" else { return text }
            try socket.send("3")
        }
    }
}
