import Core

/// The three events, as whole WebSocket frames that many sockets share. One for a dialect, held by each of its sockets.
final class ChatModuleFrames: Sendable {
    let renderer: ChatModuleRenderer
    /// Of frames that are the same for every socket: session updates and typing.
    let sharedKey: Int

    init(renderer: ChatModuleRenderer) {
        self.renderer = renderer
        sharedKey = EncodingKey.make()
    }

    /// `{"type": "message", …}`; nil for texts that are not shown.
    func message(
        _ message: Message,
        _ receipts: ChatModuleReceipts,
        at place: ChatModulePlace,
        now: Int64
    ) -> [UInt8]? {
        guard message.author.kind != .system || renderer.showsSystemTexts else { return nil }
        return frame("message", capacity: 320 + message.text.utf8.count) {
            renderer.write(message, receipts.status(of: message), at: place, now: now, into: &$0)
        }
    }

    /// `{"type": "session_update", …}`.
    func sessionUpdate(_ conversation: Conversation) -> [UInt8] {
        frame("session_update", capacity: 384) { renderer.write(conversation, .plain, into: &$0) }
    }

    /// `{"type": "typing", …}`. A nameless agent is "support".
    func typing(_ signal: TypingSignal) -> [UInt8] {
        let userID =
            switch signal.side {
            case .customer: ChatModuleRenderer.userID(signal.conversation)
            case .agents: signal.userID.isEmpty ? "support" : signal.userID
            }
        return frame("typing", capacity: 160) { data in
            data.field("userId", userID)
            data.field("isTyping", signal.isTyping)
            data.field("timestamp", CivilTime.text(signal.at))
        }
    }

    private func frame(_ type: String, capacity: Int, _ data: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(capacity: capacity)
        json.object { event in
            event.field("type", type)
            event.object("data") { data(&$0) }
        }
        return WebSocketFrameWriter.textFrame(json.bytes)
    }
}
