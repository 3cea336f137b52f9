import Core

/// One open WebSocket of a session: tells its client what happens there. What the client sends is ignored.
final class ChatModuleSocket: SocketSession, EventSubscriber {
    /// Where a client left off: everything after this number is told first.
    struct Resumption {
        let number: Int64
    }

    /// Messages of one step of a replay: enough to be quick, few enough to let others have their turn.
    private static let replayStep: Int64 = 200
    private static let sessionGone: UInt16 = 4404

    private let side: Side
    private let userID: String
    private let conversation: Int64
    private let frames: ChatModuleFrames
    private let expiresAt: Int64?
    /// From where the client came, until the socket is open.
    private var place: ChatModulePlace?
    private var socket: LiveSocket?
    private var encoding: ChatModuleLane.Encoding?
    /// The newest message that was told, or counts as known.
    private var cursor: Int64
    /// While older messages are told, new ones are not: they are in the store and come up in their turn.
    private var isReplaying: Bool
    /// Of the session as the client knows it: an update that changes nothing it would see is not told.
    private var knownSession: Int
    private var replayTimer: LaneTimer?
    private var expiry: CredentialExpiry?

    init(
        _ party: ChatModuleParty,
        _ conversation: Conversation,
        at place: ChatModulePlace,
        frames: ChatModuleFrames,
        resuming: Resumption?,
        expiresAt: Int64?
    ) {
        side = party.side
        userID = party.id
        self.conversation = conversation.row
        self.place = place
        self.frames = frames
        self.expiresAt = expiresAt
        cursor = resuming?.number ?? 0
        isReplaying = resuming != nil
        knownSession = frames.sessionUpdate(conversation).hashValue
    }

    var agentID: String? { side == .agents ? userID : nil }

    func opened(_ socket: LiveSocket) {
        guard let place else { return }
        self.place = nil
        self.socket = socket
        encoding = socket.tenant.chatModule.enter(place)
        socket.tenant.subscribe(self, to: conversation)
        expiry = CredentialExpiry(expiresAt, socket)
        if isReplaying { replay() }
    }

    func received(_ message: [UInt8], kind: WebSocketMessageKind, from socket: LiveSocket) {}

    func closed(_ socket: LiveSocket) {
        guard let encoding else { return }
        self.socket = nil
        self.encoding = nil
        replayTimer = nil
        expiry = nil
        socket.tenant.unsubscribe(self, from: conversation)
        socket.tenant.chatModule.leave(encoding)
    }

    // MARK: Events

    func receive(_ published: PublishedEvent) {
        if case .message(let number, let author, _) = published.outline.kind {
            tell(number, by: author, published)
        } else {
            switch published.event {
            case .typing(let signal): tell(signal, published)
            case .tokenUsed: return
            case .chat(let event): tell(event, published)
            }
        }
    }

    private func tell(_ number: Int64, by author: AuthorKind, _ published: PublishedEvent) {
        guard let encoding, !isReplaying, number > cursor else { return }
        cursor = number
        let frame = published.bytes(encoding.key) { event in
            guard case .chat(let event) = event, case .message(let message) = event.change else { return nil }
            return frames.message(message, ChatModuleReceipts(event.conversation), at: encoding.place, now: event.at)
        }
        guard let frame else { return }
        send(frame)
        if author.side != side { socket?.tenant.markDelivered(published, to: side) }
    }

    /// Typing is for other people's sockets.
    private func tell(_ signal: TypingSignal, _ published: PublishedEvent) {
        guard signal.side != side || signal.userID != userID else { return }
        send(published.bytes(frames.sharedKey) { _ in frames.typing(signal) })
    }

    private func tell(_ event: ChatEvent, _ published: PublishedEvent) {
        switch event.change {
        case .status, .assigned, .updated:
            guard let frame = published.bytes(frames.sharedKey, { _ in frames.sessionUpdate(event.conversation) })
            else { return }
            let session = frame.hashValue
            guard session != knownSession else { return }
            knownSession = session
            send(frame)
        case .deleted:
            socket?.close(code: Self.sessionGone, reason: "Session not found")
        case .created, .message, .read, .rated:
            return
        }
    }

    private func send(_ frame: [UInt8]?) {
        if let frame { socket?.send(frames: frame) }
    }

    private func noteDelivered(_ message: Message, _ conversation: Conversation) {
        guard message.author.kind.side != side else { return }
        socket?.tenant.markDelivered(conversation, side, upTo: message.number)
    }

    // MARK: Replay

    /// Tells what was missed, a step at a time; the last step and going live are one.
    private func replay() {
        guard let socket, let encoding else { return }
        let tenant = socket.tenant
        do {
            guard let conversation = try tenant.reads.conversation(row: conversation) else {
                socket.close(code: Self.sessionGone, reason: "Session not found")
                return
            }
            let last = min(cursor + Self.replayStep, conversation.messageCount)
            if last > cursor {
                let reader = tenant.reads.reader
                let messages = try reader.messages(of: conversation.row, numbers: cursor + 1...last)
                let receipts = try ChatModuleReceipts(conversation, reader: reader)
                let now = tenant.clock.nowUnixMilliseconds
                for message in messages {
                    guard let frame = frames.message(message, receipts, at: encoding.place, now: now)
                    else { continue }
                    socket.send(frames: frame)
                    noteDelivered(message, conversation)
                }
                cursor = last
            }
            isReplaying = cursor < conversation.messageCount
        } catch {
            tenant.log.error("a replay failed", .field("tenant", tenant.id), .error(error))
            socket.close(code: WebSocketCloseCode.internalError, reason: "Internal error")
            return
        }
        guard isReplaying else { return }
        replayTimer = tenant.schedule(afterMilliseconds: 1) { [weak self] in self?.replay() }
    }
}
