import Core

/// An agent's socket: gets what guests do in all sessions, and what agents do in those it has subscribed to.
final class LocalProAgentSocket: LocalProFrameReceiver, EventSubscriber {
    /// More than any dashboard shows at once.
    private static let maximumSubscriptions = 1000

    let settings: LocalProSettings
    private let agent: AgentIdentity
    private let place: UInt16
    private var after: String?
    private(set) var socket: LiveSocket?
    private var subscriptions: Set<Int64> = []
    /// Events up to this number were sent here, or came before.
    private var cursor: Int64 = 0
    private var replay: LocalProAgentReplay?
    var throttle = LocalProThrottle()
    var outstanding = LocalProOutstanding()
    private let expiresAt: Int64?
    private var expiry: CredentialExpiry?

    init(_ settings: LocalProSettings, _ agent: AgentIdentity, place: UInt16, after: String?, expiresAt: Int64?) {
        self.settings = settings
        self.expiresAt = expiresAt
        self.agent = agent
        self.place = place
        self.after = after
    }

    var agentID: String? { agent.id }

    func opened(_ socket: LiveSocket) {
        self.socket = socket
        expiry = CredentialExpiry(expiresAt, socket)
        socket.send(frames: LocalProAnswer.established(at: socket.tenant.clock.nowUnixMilliseconds))
        guard let after else {
            socket.tenant.subscribeToAll(self)
            return
        }
        self.after = nil
        replay = LocalProAgentReplay(self, socket)
        replay?.begin(after: after)
    }

    /// Everything up to an event was replayed; from here on what happens is told as it happens.
    func goLive(behind event: Int64, _ socket: LiveSocket) {
        guard self.socket != nil else { return }
        cursor = max(cursor, event)
        replay = nil
        socket.tenant.subscribeToAll(self)
    }

    func closed(_ socket: LiveSocket) {
        self.socket = nil
        expiry = nil
        replay = nil
    }

    // MARK: - Events

    func receive(_ published: PublishedEvent) {
        guard let socket else { return }
        let outline = published.outline
        var hasLinks = false
        if case .typing(_, let origin) = outline.kind {
            guard origin != socket.id else { return }
        } else {
            guard outline.number == 0 || outline.number > cursor else { return }
            cursor = max(cursor, outline.number)
            if case .deleted = outline.kind { subscriptions.remove(outline.conversation) }
        }
        guard Self.concernsAll(outline.kind) || subscriptions.contains(outline.conversation) else { return }
        if case .message(_, let author, let hasAttachments) = outline.kind {
            hasLinks = hasAttachments
            if case .customer = author { socket.tenant.markDelivered(published, to: .agents) }
        }
        let key = hasLinks ? LocalProLane.of(socket.tenant)[place].agentKey : settings.agentKey
        guard let frame = published.bytes(key, { frame($0, socket) }) else { return }
        socket.send(frames: frame)
    }

    /// What every agent's socket gets: what customers do.
    static func concernsAll(_ kind: EventOutline.Kind) -> Bool {
        switch kind {
        case .created: true
        case .message(_, let author, _): author == .customer
        case .typing(let side, _), .read(let side): side == .customer
        case .changed, .deleted, .tokenUsed: false
        }
    }

    /// The same of an event from the log.
    static func concernsAll(_ event: ChatEvent) -> Bool { concernsAll(EventOutline.Kind(event.change)) }

    func frame(_ event: LiveEvent, _ socket: LiveSocket) -> [UInt8]? {
        let links = LocalProSocketLinks.make(place, socket.tenant, settings)
        return LocalProRenderer(settings, for: .agent, links: links).agentFrame(event) { conversation in
            do {
                return try socket.tenant.reads.reader.lastMessage(of: conversation.row, people: false)
            } catch {
                socket.tenant.log.error(
                    "a last message was not read",
                    .field("tenant", socket.tenant.id),
                    .error(error)
                )
                return nil
            }
        }
    }

    // MARK: - Frames

    private func session(_ id: String, _ socket: LiveSocket) throws -> Conversation {
        try socket.tenant.reads.conversation(ConversationName(dialect: .localPro, id: id), by: .agent(agent))
    }

    func subscribe(_ sessionID: String, _ socket: LiveSocket) throws {
        let row = try session(sessionID, socket).row
        guard subscriptions.contains(row) || subscriptions.count < Self.maximumSubscriptions else {
            throw Rejection(.malformed, "Too many subscriptions")
        }
        subscriptions.insert(row)
        socket.send(frames: LocalProAnswer.subscribed(sessionID))
    }

    func unsubscribe(_ sessionID: String, _ socket: LiveSocket) throws {
        subscriptions.remove(try session(sessionID, socket).row)
        socket.send(frames: LocalProAnswer.unsubscribed(sessionID))
    }

    /// Without a `sessionId` the one session that is subscribed to is meant.
    func signal(_ isTyping: Bool, _ sessionID: String?, _ socket: LiveSocket) throws {
        let conversation: Conversation
        if let sessionID {
            conversation = try session(sessionID, socket)
        } else {
            guard subscriptions.count == 1, let row = subscriptions.first,
                let only = try socket.tenant.reads.conversation(row: row)
            else { throw Rejection.invalid("sessionId", "sessionId is required") }
            conversation = only
        }
        socket.tenant.signalTyping(
            TypingSignal(
                conversation: conversation,
                side: .agents,
                dialect: .localPro,
                userID: agent.id,
                isTyping: isTyping,
                at: socket.tenant.clock.nowUnixMilliseconds,
                socket: socket.id
            )
        )
    }

    func read(_ message: EntityIDRange, _ sessionID: String?, _ socket: LiveSocket) throws {
        let conversation: Conversation
        if let sessionID {
            conversation = try session(sessionID, socket)
        } else {
            guard let named = try socket.tenant.reads.reader.message(message),
                let found = try socket.tenant.reads.conversation(row: named.conversation)
            else { throw Rejection.invalid("messageId", "Unknown messageId") }
            conversation = found
        }
        let mark = MarkRead(
            conversation: conversation.localProName,
            access: .agent(agent),
            side: .agents,
            extent: .upTo(message),
            refusesUnknown: true
        )
        try store(mark, socket)
    }
}
