import Core

/// A guest's socket: gets what happens in one session, sends typing and receipts. Thousands of them are idle, so it
/// keeps little; what it knows of its session it reads again when asked.
final class LocalProGuestSocket: LocalProFrameReceiver, EventSubscriber {
    /// What is needed until the socket is live.
    struct Opening {
        var after: String?
        var presentation: PresentToken?
    }

    let settings: LocalProSettings
    let conversation: Int64
    var socket: LiveSocket?
    /// Messages up to this number were sent here.
    private var cursor: Int64 = 0
    private var replay: LocalProReplayStep?
    var throttle = LocalProThrottle()
    var outstanding = LocalProOutstanding()
    private let place: UInt16
    /// Whether it came with the session's token.
    let isProven: Bool

    init(
        _ settings: LocalProSettings,
        conversation: Int64,
        place: UInt16,
        isProven: Bool,
        opening: Opening
    ) {
        self.settings = settings
        self.conversation = conversation
        self.place = place
        self.isProven = isProven
        if opening.after != nil || opening.presentation != nil { replay = LocalProReplayStep(opening) }
    }

    func opened(_ socket: LiveSocket) {
        self.socket = socket
        guard let presentation = replay?.opening.presentation else { return begin(socket) }
        let operation = Operation(.presentToken(presentation), at: socket.tenant.clock.nowUnixMilliseconds)
        socket.tenant.perform(operation) { [weak self] reply in
            guard let self, let socket = self.socket else { return }
            if case .rejected(let rejection) = reply {
                let isGone = rejection.reason == .unknownConversation
                socket.close(code: isGone ? 4404 : WebSocketCloseCode.tryAgainLater, reason: rejection.message)
            } else {
                begin(socket)
            }
        }
    }

    func closed(_ socket: LiveSocket) {
        self.socket = nil
        replay = nil
    }

    // MARK: - Going live

    private func begin(_ socket: LiveSocket) {
        socket.send(frames: LocalProAnswer.established(at: socket.tenant.clock.nowUnixMilliseconds))
        guard let after = replay?.opening.after else {
            replay = nil
            socket.tenant.subscribe(self, to: conversation)
            return
        }
        do {
            guard let range = EntityIDRange(hex: after), let anchor = try socket.tenant.reads.reader.message(range),
                anchor.conversation == conversation
            else { throw Rejection.invalid("after", "Unknown message in after: reload the messages") }
            cursor = anchor.number
            replayNext(socket)
        } catch {
            goLive(after: error, socket)
        }
    }

    /// Sends a stretch of what was missed; the last one and the subscription are one step of the lane.
    private func replayNext(_ socket: LiveSocket) {
        do {
            let reader = socket.tenant.reads.reader
            guard let conversation = try reader.conversation(row: conversation) else {
                socket.close(code: 4404, reason: "Session not found")
                return
            }
            let last = min(conversation.messageCount, cursor + LocalProReplayStep.length)
            if last > cursor {
                let renderer = renderer(socket)
                for message in try reader.messages(of: conversation.row, numbers: cursor + 1...last) {
                    socket.send(frames: renderer.messageFrame(message, conversation))
                }
                cursor = last
                socket.tenant.markDelivered(conversation, .customer, upTo: last)
            }
            // A client that does not keep up may have lost the socket on the way.
            guard self.socket != nil else { return }
            guard last < conversation.messageCount else {
                replay = nil
                socket.tenant.subscribe(self, to: conversation.row)
                return
            }
            replay?.timer = socket.tenant.schedule(afterMilliseconds: 1) { [weak self] in
                guard let self, let socket = self.socket else { return }
                replayNext(socket)
            }
        } catch {
            goLive(after: error, socket)
        }
    }

    private func goLive(after error: any Error, _ socket: LiveSocket) {
        replay = nil
        socket.send(frames: LocalProAnswer.error(error, socket.tenant))
        socket.tenant.subscribe(self, to: conversation)
    }

    private func renderer(_ socket: LiveSocket) -> LocalProRenderer {
        LocalProRenderer(settings, for: .guest, links: LocalProSocketLinks.make(place, socket.tenant, settings))
    }

    // MARK: - Events

    func receive(_ published: PublishedEvent) {
        guard let socket else { return }
        let outline = published.outline
        var hasLinks = false
        if outline.isTokenUsed, !isProven, settings.sessionAuth != .open {
            socket.close(code: 4401, reason: "Session token required")
            return
        }
        if case .typing(_, let origin) = outline.kind {
            guard origin != socket.id else { return }
        }
        switch outline.kind {
        case .deleted:
            socket.close(code: 4404, reason: "Session deleted")
            return
        case .message(let number, let author, let hasAttachments):
            guard number > cursor else { return }
            cursor = number
            hasLinks = hasAttachments
            // Not compared with `!=`, which is generic and costs as much as all the rest.
            if case .customer = author { break }
            socket.tenant.markDelivered(published, to: .customer)
        case .tokenUsed: return
        case .typing, .created, .read, .changed: break
        }
        let key = hasLinks ? LocalProLane.of(socket.tenant)[place].guestKey : settings.guestKey
        guard let frame = published.bytes(key, { renderer(socket).guestFrame($0) }) else { return }
        socket.send(frames: frame)
    }
}
