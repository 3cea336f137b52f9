import Core

/// What a socket is told, as whole frames that all sockets share.
final class ExampleFrames: Sendable {
    private let key = EncodingKey.make()

    /// The frame of an event; nil for those that are not told.
    func frame(_ published: PublishedEvent) -> [UInt8]? {
        published.bytes(key) { event in Self.text(event).map { WebSocketFrameWriter.textFrame($0) } }
    }

    static func text(_ event: LiveEvent) -> [UInt8]? {
        var json = JSONWriter()
        switch event {
        case .typing(let signal):
            json.object {
                $0.field("by", signal.side == .customer ? "guest" : "agent")
                $0.field("typing", signal.isTyping)
            }
        case .tokenUsed: return nil
        case .chat(let event):
            switch event.change {
            case .message(let message): json.object { line(message, to: &$0) }
            case .status: json.object { $0.field("open", event.conversation.status.isOpen) }
            case .created, .assigned, .updated, .read, .rated, .deleted: return nil
            }
        }
        return json.bytes
    }

    /// `"by"` and `"text"` of a line.
    static func line(_ message: Message, to json: inout JSONWriter) {
        switch message.author.kind {
        case .customer: json.field("by", "guest")
        case .agent: json.field("by", "agent")
        case .system: json.field("by", "system")
        }
        json.field("text", message.text)
    }
}

/// Tells one client what happens in a thread. What the client says is ignored.
final class ExampleSocket: SocketSession, EventSubscriber {
    private let conversation: Int64
    private let frames: ExampleFrames
    private var socket: LiveSocket?

    init(_ conversation: Int64, _ frames: ExampleFrames) {
        self.conversation = conversation
        self.frames = frames
    }

    func opened(_ socket: LiveSocket) {
        self.socket = socket
        socket.tenant.subscribe(self, to: conversation)
    }

    func received(_ message: [UInt8], kind: WebSocketMessageKind, from socket: LiveSocket) {}

    func closed(_ socket: LiveSocket) { self.socket = nil }

    func receive(_ published: PublishedEvent) {
        if let frame = frames.frame(published) { socket?.send(frames: frame) }
    }
}
