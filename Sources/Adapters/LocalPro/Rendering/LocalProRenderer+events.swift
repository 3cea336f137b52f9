import Core

/// The frames of live events, complete and ready to be sent to many sockets.
extension LocalProRenderer {
    /// What a guest is told of an event in its session; nil: nothing.
    func guestFrame(_ event: LiveEvent) -> [UInt8]? {
        switch event {
        case .typing(let signal):
            return signal.side == .agents ? typingFrame("agent_typing", signal) : nil
        case .tokenUsed: return nil
        case .chat(let event):
            switch event.change {
            case .message(let message): return messageFrame(message, event.conversation)
            case .status: return statusFrame(event.conversation)
            case .assigned: return assignmentFrame(event.conversation)
            case .read(.agents, _, let message): return receiptFrame(message, readBy: "agent", event.conversation)
            case .read, .created, .updated, .rated, .deleted: return nil
            }
        }
    }

    /// What agents are told; `lastMessage` is asked for where a new session is shown.
    func agentFrame(_ event: LiveEvent, lastMessage: (Conversation) -> Message?) -> [UInt8]? {
        switch event {
        case .typing(let signal):
            return typingFrame(signal.side == .agents ? "agent_typing" : "user_typing", signal)
        case .tokenUsed: return nil
        case .chat(let event):
            switch event.change {
            case .created: return newSessionFrame(event.conversation, lastMessage(event.conversation))
            case .message(let message): return messageFrame(message, event.conversation)
            case .status: return statusFrame(event.conversation)
            case .assigned: return assignmentFrame(event.conversation)
            case .read(.customer, _, let message): return receiptFrame(message, readBy: "user", event.conversation)
            case .read, .updated, .rated, .deleted: return nil
            }
        }
    }

    /// A message as it travels: `user_message` for the customer's, `agent_message` for all others.
    func messageFrame(_ message: Message, _ conversation: Conversation) -> [UInt8] {
        let sessionID = conversation.localProID
        let marks = ReadMarks(conversation)
        return Self.frame(message.author.kind == .customer ? "user_message" : "agent_message", capacity: 512) { json in
            json.field("sessionId", sessionID)
            json.object("message") { self.message(message, at: .listed, sessionID: sessionID, marks: marks, to: &$0) }
        }
    }

    private func newSessionFrame(_ conversation: Conversation, _ lastMessage: Message?) -> [UInt8] {
        Self.frame("new_session", capacity: 1024) { json in
            json.object("session") {
                session(
                    conversation,
                    at: .listed,
                    marks: ReadMarks(conversation),
                    SessionExtras(lastMessage: lastMessage),
                    to: &$0
                )
            }
        }
    }

    private func typingFrame(_ type: String, _ signal: TypingSignal) -> [UInt8] {
        Self.frame(type) {
            $0.field("sessionId", signal.conversation.localProID)
            $0.field("isTyping", signal.isTyping)
        }
    }

    private func statusFrame(_ conversation: Conversation) -> [UInt8] {
        Self.frame("session_status_changed") {
            $0.field("sessionId", conversation.localProID)
            $0.field("status", conversation.status.name)
        }
    }

    private func assignmentFrame(_ conversation: Conversation) -> [UInt8]? {
        guard let assignment = conversation.assignment else { return nil }
        return Self.frame("agent_assigned") {
            $0.field("sessionId", conversation.localProID)
            $0.object("agent") {
                $0.field("id", assignment.agentID)
                $0.field("name", assignment.agentName)
            }
        }
    }

    private func receiptFrame(_ message: EntityID, readBy: String, _ conversation: Conversation) -> [UInt8] {
        Self.frame("read_receipt") {
            $0.field("sessionId", conversation.localProID)
            $0.id("messageId", message)
            $0.field("readBy", readBy)
        }
    }

    /// A text frame that holds `{"type": …, …}`.
    static func frame(
        _ type: String,
        capacity: Int = 128,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) -> [UInt8] {
        var json = JSONWriter(capacity: capacity)
        json.object {
            $0.field("type", type)
            members(&$0)
        }
        return WebSocketFrameWriter.textFrame(json.bytes)
    }
}
