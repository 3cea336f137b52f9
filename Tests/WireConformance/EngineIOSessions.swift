import Core

/// The sessions of a host: carries out what the state machines ask for.
struct EngineIOSessions: Sendable {
    typealias Reply = @Sendable (Response) -> Void

    /// The timings that the public suites expect.
    static let settings = EngineIOSettings(pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000)

    /// One session and what belongs to it.
    private struct Session: Sendable {
        var engine: EngineIOSession
        var application: any EngineIOApplication
        var poll: (id: BareRequest.ID, reply: Reply)?
        var post: Reply?
        var socket: UInt64?
        var deadline = Int64.max

        /// The next time that either the session or the application wants to be told.
        var next: Int64 { min(deadline, application.deadline ?? .max) }
    }

    private let random: any RandomSource
    private var sessions: [String: Session] = [:]
    private var sockets: [UInt64: (sid: String, handle: BareSocketHandle)] = [:]
    private var pendingPolls: [BareRequest.ID: String] = [:]
    private var socketCount: UInt64 = 0
    /// What the timer thread waits for.
    private var alarm = Int64.max
    private var isAlarmEarlier = false

    init(random: any RandomSource) {
        self.random = random
    }

    // MARK: - Requests

    /// What a request wants, by its query and method.
    func resolve(_ head: RequestHead) throws(EngineIOFailure) -> EngineIORequest {
        let query = head.query.flatMap { QueryItems(head.bytes.span.extracting($0)) } ?? QueryItems()
        let handshake = EngineIOHandshake(
            version: query.last("EIO"),
            transport: query.last("transport"),
            sid: query.last("sid"),
            method: head.method == .get ? .get : head.method == .post ? .post : .other,
            isUpgrade: WebSocketUpgradeRequest(head).asksForWebSocket
        )
        return try handshake.request(transportOf: { sessions[$0]?.engine.transport })
    }

    mutating func openPolling(
        _ application: any EngineIOApplication,
        _ id: BareRequest.ID,
        _ reply: @escaping Reply,
        _ now: Int64
    ) {
        let sid = newID()
        var engine = EngineIOSession(settings: Self.settings, transport: .polling)
        var actions: [EngineIOAction] = []
        engine.open(sid: sid, now: now, actions: &actions)
        sessions[sid] = Session(engine: engine, application: application, poll: (id, reply))
        pendingPolls[id] = sid
        carryOut(actions, sid, now)
    }

    mutating func poll(_ sid: String, _ id: BareRequest.ID, _ reply: @escaping Reply, _ now: Int64) {
        var actions: [EngineIOAction] = []
        let admission = sessions[sid]?.engine.pollArrived(now: now, actions: &actions)
        switch admission {
        case .accepted:
            sessions[sid]?.poll = (id, reply)
            pendingPolls[id] = sid
        case .refused(let failure): reply(Self.response(to: failure))
        case nil: reply(Self.response(to: .unknownSession))
        }
        carryOut(actions, sid, now)
    }

    mutating func post(_ sid: String, _ request: BareRequest, _ reply: @escaping Reply, _ now: Int64) {
        var actions: [EngineIOAction] = []
        let isBinary = request.head.field("content-type") == "application/octet-stream"
        let admission = sessions[sid]?.engine.postStarted(isBinary: isBinary, actions: &actions)
        switch admission {
        case .accepted:
            sessions[sid]?.post = reply
            sessions[sid]?.engine.postArrived(request.body.span, now: now, actions: &actions)
        case .refused(let failure): reply(Self.response(to: failure))
        case nil: reply(Self.response(to: .unknownSession))
        }
        carryOut(actions, sid, now)
    }

    /// The client of a poll has gone.
    mutating func abandoned(_ id: BareRequest.ID, _ now: Int64) {
        guard let sid = pendingPolls.removeValue(forKey: id) else { return }
        sessions[sid]?.poll = nil
        var actions: [EngineIOAction] = []
        sessions[sid]?.engine.pollAborted(actions: &actions)
        carryOut(actions, sid, now)
    }

    // MARK: - WebSockets

    mutating func nextSocket() -> UInt64 {
        socketCount += 1
        return socketCount
    }

    mutating func openWebSocket(
        _ application: any EngineIOApplication,
        _ number: UInt64,
        _ handle: BareSocketHandle,
        _ now: Int64
    ) {
        let sid = newID()
        var engine = EngineIOSession(settings: Self.settings, transport: .webSocket)
        var actions: [EngineIOAction] = []
        engine.open(sid: sid, now: now, actions: &actions)
        sockets[number] = (sid, handle)
        sessions[sid] = Session(engine: engine, application: application, socket: number)
        carryOut(actions, sid, now)
    }

    /// A socket for a session that exists; a superfluous one is closed again.
    mutating func socketOpened(_ number: UInt64, _ handle: BareSocketHandle, for sid: String, _ now: Int64) {
        var actions: [EngineIOAction] = []
        if sessions[sid]?.engine.webSocketOpened(now: now, actions: &actions) == .accepted {
            sockets[number] = (sid, handle)
            sessions[sid]?.socket = number
        } else {
            handle.close(code: WebSocketCloseCode.normal)
        }
        carryOut(actions, sid, now)
    }

    mutating func socketReceived(_ number: UInt64, _ frame: EngineIOFrame, _ now: Int64) {
        guard let sid = sockets[number]?.sid else { return }
        var actions: [EngineIOAction] = []
        sessions[sid]?.engine.webSocketReceived(frame, now: now, actions: &actions)
        carryOut(actions, sid, now)
    }

    mutating func socketClosed(_ number: UInt64, _ now: Int64) {
        guard let sid = sockets.removeValue(forKey: number)?.sid else { return }
        sessions[sid]?.socket = nil
        var actions: [EngineIOAction] = []
        sessions[sid]?.engine.webSocketClosed(actions: &actions)
        carryOut(actions, sid, now)
    }

    // MARK: - Timers

    /// Whether the timer thread waits longer than it may; it is told once.
    mutating func takeAlarm() -> Bool {
        defer { isAlarmEarlier = false }
        return isAlarmEarlier
    }

    /// Does what is due; returns when to come again.
    mutating func fireTimers(_ now: Int64) -> Int64? {
        for sid in sessions.filter({ $0.value.next <= now }).map(\.key) {
            var actions: [EngineIOAction] = []
            if let deadline = sessions[sid]?.deadline, deadline <= now {
                sessions[sid]?.deadline = .max
                sessions[sid]?.engine.timerFired(now: now, actions: &actions)
            }
            var reactions: [EngineIOReaction] = []
            sessions[sid]?.application.timerFired(now: now, reactions: &reactions)
            carryOut(reactions, sid, now, &actions)
            carryOut(actions, sid, now)
        }
        alarm = sessions.values.map(\.next).min() ?? .max
        isAlarmEarlier = false
        return alarm == .max ? nil : alarm
    }

    // MARK: - Actions

    /// Carries out actions in order, and what they bring about behind them.
    private mutating func carryOut(_ initial: [EngineIOAction], _ sid: String, _ now: Int64) {
        var actions = initial
        var index = 0
        while index < actions.count {
            let action = actions[index]
            index += 1
            switch action {
            case .answerPoll(let body): takePoll(sid)?(Self.pollAnswer(body))
            case .answerPost: takePost(sid)?(Self.postAnswer)
            case .refusePost(.failure(let failure)): takePost(sid)?(Self.response(to: failure))
            case .refusePost(.tooLarge): takePost(sid)?(Response(.contentTooLarge))
            case .sendFrames(let frames): socket(of: sid)?.send(Self.encode(frames))
            case .deliver(let message):
                var reactions: [EngineIOReaction] = []
                sessions[sid]?.application.received(message, reactions: &reactions)
                carryOut(reactions, sid, now, &actions)
            case .upgraded: continue
            case .closeWebSocket(let code):
                guard let number = sessions[sid]?.socket else { continue }
                sessions[sid]?.socket = nil
                sockets.removeValue(forKey: number)?.handle.close(code: code)
            case .armTimer(let time): sessions[sid]?.deadline = time
            case .closed: sessions[sid] = nil
            }
        }
        guard let next = sessions[sid]?.next, next < alarm else { return }
        alarm = next
        isAlarmEarlier = true
    }

    private mutating func carryOut(
        _ reactions: [EngineIOReaction],
        _ sid: String,
        _ now: Int64,
        _ actions: inout [EngineIOAction]
    ) {
        for reaction in reactions {
            switch reaction {
            case .send(let frames): sessions[sid]?.engine.send(frames, actions: &actions)
            case .close: sessions[sid]?.engine.close(now: now, actions: &actions)
            }
        }
    }

    private mutating func takePoll(_ sid: String) -> Reply? {
        guard let poll = sessions[sid]?.poll else { return nil }
        sessions[sid]?.poll = nil
        pendingPolls[poll.id] = nil
        return poll.reply
    }

    private mutating func takePost(_ sid: String) -> Reply? {
        let reply = sessions[sid]?.post
        sessions[sid]?.post = nil
        return reply
    }

    private func socket(of sid: String) -> BareSocketHandle? {
        sessions[sid]?.socket.flatMap { sockets[$0]?.handle }
    }

    private func newID() -> String {
        Base64.encode(random.bytes(count: 15), .url)
    }
}

/// How packets and answers look.
extension EngineIOSessions {
    static func response(to failure: EngineIOFailure) -> Response {
        Response(
            ResponseHead(HTTPStatus(UInt16(failure.status)), fields(type: "application/json")),
            body: .bytes(failure.body)
        )
    }

    fileprivate static func pollAnswer(_ body: [UInt8]) -> Response {
        Response(ResponseHead(.ok, fields(type: "text/plain; charset=UTF-8")), body: .bytes(body))
    }

    fileprivate static var postAnswer: Response {
        Response(ResponseHead(.ok, fields(type: "text/html")), body: .bytes(Array("ok".utf8)))
    }

    /// The public suites also run in browsers, on a page of another origin.
    private static func fields(type: String) -> [HTTPField] {
        [
            HTTPField("Content-Type", type),
            HTTPField("Cache-Control", "no-store"),
            HTTPField("Access-Control-Allow-Origin", "*"),
        ]
    }

    fileprivate static func encode(_ frames: [EngineIOFrame]) -> [UInt8] {
        var bytes: [UInt8] = []
        for frame in frames {
            switch frame {
            case .text(let text): WebSocketFrameWriter.appendText(text.span, into: &bytes)
            case .binary(let binary): WebSocketFrameWriter.appendBinary(binary.span, into: &bytes)
            }
        }
        return bytes
    }
}
