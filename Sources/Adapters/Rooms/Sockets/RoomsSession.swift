import Core

/// One Engine.IO session with the Socket.IO connection on it: carries out what the two state machines ask for.
///
/// Its owner is the hub. It holds the poll that waits, the WebSocket in use and the rooms that were joined; on an idle
/// WebSocket that is a few hundred bytes.
final class RoomsSession {
    unowned let hub: RoomsHub
    let sid: String
    /// Unique among the tenant's sockets of all dialects.
    let number: UInt64
    private(set) var client: EngineClient
    private(set) var engine: EngineIOSession
    var socketIO: SocketIOConnection
    var party = RoomsParty.anonymous
    /// The private id by which the client may come back; nil when it cannot.
    var pid: String?
    var joined: [Membership] = []
    /// Events up to this number were told when the connection was recovered.
    var cursor: Int64 = 0
    var typingBucket = TokenBucket()
    var joinBucket = TokenBucket()
    /// When the token ends; monotonic milliseconds.
    var credentialDeadline = Int64.max
    private var socket: RoomsSocket?
    private var poll: (any EngineExchange)?
    /// The POST whose body is being read. Not held: one that is gone was broken off.
    private weak var post: (any EngineExchange)?
    /// What the request at work is answered with before its handler returns.
    private var early: EarlyAnswer?
    private var pending: [EngineIOAction] = []
    private var isPerforming = false
    private var isOver = false
    private var engineDeadline = Int64.max
    private var timer: AnyObject?
    private var timerAt = Int64.max

    /// A request whose handler has not returned yet.
    private final class EarlyAnswer {
        let exchange: any EngineExchange
        var response: Response?

        init(_ exchange: any EngineExchange) {
            self.exchange = exchange
        }
    }

    init(hub: RoomsHub, sid: String, number: UInt64, transport: EngineIOTransport, client: EngineClient) {
        self.hub = hub
        self.sid = sid
        self.number = number
        self.client = client
        engine = EngineIOSession(settings: hub.rules.engine, transport: transport)
        socketIO = SocketIOConnection(settings: hub.rules.socketIO, now: hub.now)
    }

    var rules: RoomsRules { hub.rules }

    // MARK: - Polling

    /// The handshake on polling.
    func open(answering exchange: any EngineExchange) -> Outcome {
        answering(exchange) {
            poll = exchange
            run { $0.open(sid: sid, now: hub.now, actions: &$1) }
            return nil
        }
    }

    /// A poll: answered at once when something waits, else later.
    func poll(_ exchange: any EngineExchange) -> Outcome {
        answering(exchange) {
            let admission = run { engine, actions in
                // The poll before it, if there is one, is answered by these actions.
                let admission = engine.pollArrived(now: hub.now, actions: &actions)
                if admission == .accepted { poll = exchange }
                return admission
            }
            guard case .refused(let failure) = admission else { return nil }
            return EngineErrors.response(failure, mode: rules.mode)
        }
    }

    /// Runs a step in which the exchange may be answered before its handler has returned.
    private func answering(_ exchange: any EngineExchange, _ step: () -> Response?) -> Outcome {
        early = EarlyAnswer(exchange)
        let refusal = step()
        let response = refusal ?? early?.response
        early = nil
        if let response { return .respond(response) }
        return .later(cancelled: { [weak self, weak exchange] in
            guard let self, let exchange, poll === exchange else { return }
            poll = nil
            run { $0.pollAborted(actions: &$1) }
        })
    }

    /// The head of a POST. A second one while the first is read ends the session.
    func postBegins(_ exchange: any EngineExchange, isBinary: Bool) {
        if post == nil { run { $0.postAborted(actions: &$1) } }
        run { engine, actions in
            if engine.postStarted(isBinary: isBinary, actions: &actions) == .accepted { post = exchange }
        }
    }

    /// The body of a POST, answered at once.
    func post(_ exchange: any EngineExchange, _ body: [UInt8]) throws(EngineIOFailure) -> Response {
        guard post === exchange else { throw .badRequest }
        post = nil
        var response: Response?
        let mode = rules.mode
        run { engine, actions in
            var all: [EngineIOAction] = []
            engine.postArrived(body.span, now: hub.now, actions: &all)
            for action in all {
                switch action {
                case .answerPost: response = EngineAnswers.posted
                case .refusePost(let refusal): response = EngineAnswers.refused(refusal, mode: mode)
                default: actions.append(action)
                }
            }
        }
        guard let response else { throw .badRequest }
        return response
    }

    // MARK: - WebSocket

    /// The session begins on a WebSocket.
    func open(on socket: RoomsSocket) {
        self.socket = socket
        run { $0.open(sid: sid, now: hub.now, actions: &$1) }
    }

    /// A WebSocket is tried; says whether it may be.
    func probe(_ socket: RoomsSocket) -> Bool {
        run { engine, actions in
            guard engine.webSocketOpened(now: hub.now, actions: &actions) == .accepted else { return false }
            self.socket = socket
            return true
        }
    }

    func received(_ frame: EngineIOFrame) {
        run { $0.webSocketReceived(frame, now: hub.now, actions: &$1) }
    }

    func socketEnded(_ socket: RoomsSocket) {
        guard self.socket === socket else { return }
        self.socket = nil
        run { $0.webSocketClosed(actions: &$1) }
    }

    // MARK: - Sending and ending

    /// Gives an event that others share: straight to the WebSocket where there is one and nothing is to go before it.
    func deliver(_ packet: RoomsPacket) {
        if !isPerforming, engine.transport == .webSocket, engine.state == .open, let socket {
            socket.send(frames: packet.webSocket)
        } else {
            send(packet.frames)
        }
    }

    func send(_ frames: [EngineIOFrame]) {
        run { $0.send(frames, actions: &$1) }
    }

    /// Ends the session after what waits has left.
    func close(code: UInt16 = WebSocketCloseCode.normal) {
        run { $0.close(code: code, now: hub.now, actions: &$1) }
    }

    /// Ends the session now.
    func abort(_ reason: EngineIOCloseReason, code: UInt16 = WebSocketCloseCode.normal) {
        run { $0.abort(reason, code: code, actions: &$1) }
    }

    // MARK: - The machine

    /// Lets the session take a step and carries out what comes of it. Steps that come of that wait for their turn, so
    /// that actions are carried out in the order of the steps that asked for them.
    @discardableResult
    private func run<Result>(_ step: (inout EngineIOSession, inout [EngineIOAction]) -> Result) -> Result {
        var actions: [EngineIOAction] = []
        let result = step(&engine, &actions)
        guard !actions.isEmpty else { return result }
        pending.append(contentsOf: actions)
        guard !isPerforming else { return result }
        isPerforming = true
        while !pending.isEmpty {
            let batch = pending
            pending = []
            for action in batch { perform(action) }
        }
        isPerforming = false
        if !isOver { arm() }
        return result
    }

    private func perform(_ action: EngineIOAction) {
        switch action {
        case .answerPoll(let payload): answerPoll(EngineAnswers.poll(payload))
        case .answerPost, .refusePost: break
        case .sendFrames(let frames): socket?.send(frames: RoomsPacket.encode(frames))
        case .deliver(let message): take(message)
        case .upgraded: hub.leftPolling(self)
        case .closeWebSocket(let code):
            let left = socket
            socket = nil
            left?.leave(code: code)
        case .armTimer(let deadline): engineDeadline = deadline
        case .closed: ended()
        }
    }

    private func answerPoll(_ response: Response) {
        guard let waiting = poll else { return }
        poll = nil
        if let early, early.exchange === waiting { early.response = response } else { waiting.answer(response) }
    }

    private func ended() {
        guard !isOver else { return }
        isOver = true
        timer = nil
        if engine.transport == .polling { hub.leftPolling(self) }
        hub.forget(self)
        var actions: [SocketIOAction] = []
        socketIO.sessionClosed(actions: &actions)
        perform(actions)
    }

    // MARK: - Time

    /// One timer for all deadlines. One that fires too early looks again, so that a heartbeat moves no timer.
    func arm() {
        let next = min(engineDeadline, socketIO.connectDeadline ?? .max, credentialDeadline)
        guard next != .max, timer == nil || next < timerAt else { return }
        timerAt = next
        timer = hub.lane.timer(afterMilliseconds: max(1, next - hub.now)) { [unowned self] in timerFired() }
    }

    private func timerFired() {
        timer = nil
        let now = hub.now
        if now >= engineDeadline {
            engineDeadline = .max
            run { $0.timerFired(now: now, actions: &$1) }
        }
        guard !isOver else { return }
        var actions: [SocketIOAction] = []
        socketIO.timerFired(now: now, actions: &actions)
        perform(actions)
        if !isOver, now >= credentialDeadline { credentialEnded() }
        if !isOver { arm() }
    }
}
