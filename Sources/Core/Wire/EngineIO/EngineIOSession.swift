/// One Engine.IO session on the server: which transport it is on, what waits for it, its heartbeat and its upgrade.
///
/// It owns no socket and no clock. Its owner keeps the pending poll, the request body in work and the WebSocket,
/// reports what happens to them with the time in monotonic milliseconds, and carries out the appended actions. An idle
/// session holds no heap memory of its own but an empty array.
package struct EngineIOSession: Sendable {
    /// Where the session stands in its life.
    package enum State: UInt8, Equatable, Sendable {
        /// Made, but `open` was not called.
        case opening
        case open
        /// A WebSocket is being tried while polling goes on.
        case upgrading
        /// Waits for a poll that takes away what is left.
        case closing
        case closed
    }

    /// How far the trial of a WebSocket has come.
    enum Probe: UInt8, Sendable {
        case none
        /// The WebSocket is open.
        case opened
        /// `2probe` was answered; polls are released.
        case answered
    }

    let settings: EngineIOSettings
    package internal(set) var transport: EngineIOTransport
    var life = State.opening
    var probe = Probe.none
    var hasPendingPoll = false
    var hasPendingPost = false
    var awaitsPong = false
    /// The code for the WebSocket's close frame while closing.
    var closeCode: UInt16 = 1000
    /// Waits for a poll; empty on a WebSocket.
    var buffer: [EngineIOFrame] = []
    var bufferedBytes = 0
    /// The next ping, the end of the wait for a pong, or, while closing, the end of the wait for a poll.
    var heartbeatDeadline = Int64.max
    var probeDeadline = Int64.max
    /// When the next poll may be released while probing.
    var noopDeadline = Int64.max
    private var armedDeadline = Int64.max

    /// A timer that fires this little late does not lengthen the wait it stands for.
    private static let timerSlack: Int64 = 100

    package init(settings: EngineIOSettings, transport: EngineIOTransport) {
        self.settings = settings
        self.transport = transport
    }

    package var state: State {
        life == .open && probe != .none ? .upgrading : life
    }

    /// The bytes that wait for a poll.
    package var bufferedByteCount: Int {
        bufferedBytes
    }

    /// Starts the session. On polling the handshake request is the first poll and is answered at once.
    package mutating func open(sid: String, now: Int64, actions: inout [EngineIOAction]) {
        guard life == .opening else {
            return
        }
        life = .open
        hasPendingPoll = transport == .polling
        heartbeatDeadline = now + settings.pingInterval
        let data = EngineIOHandshake.openData(sid: sid, transport: transport, settings: settings)
        enqueue([EngineIOPacket.open(data).frame], &actions)
        rearm(&actions)
    }

    /// Sends a packet.
    package mutating func send(_ packet: EngineIOPacket, actions: inout [EngineIOAction]) {
        send([packet.frame], actions: &actions)
    }

    /// Sends frames, which leave together if they can. A session that is not open drops them; one whose buffer is full
    /// ends, since dropping some of them would go unnoticed.
    package mutating func send(_ frames: [EngineIOFrame], actions: inout [EngineIOAction]) {
        guard life == .open else {
            return
        }
        enqueue(frames, &actions)
        rearm(&actions)
    }

    /// Ends the session after what waits has left. On polling that may take a poll or more, at most `closeTimeout`.
    package mutating func close(code: UInt16 = 1000, now: Int64, actions: inout [EngineIOAction]) {
        guard life == .open else {
            return
        }
        closeCode = code
        life = .closing
        heartbeatDeadline = now + settings.closeTimeout
        flush(&actions)
        rearm(&actions)
    }

    /// Ends the session now, dropping what waits.
    package mutating func abort(
        _ reason: EngineIOCloseReason,
        code: UInt16 = 1000,
        actions: inout [EngineIOAction]
    ) {
        guard life != .closed else {
            return
        }
        finish(reason, code: code, actions: &actions)
    }

    /// The armed time has come.
    package mutating func timerFired(now: Int64, actions: inout [EngineIOAction]) {
        armedDeadline = .max
        expire(now: now, actions: &actions)
        rearm(&actions)
    }

    // MARK: - Shared by the transports

    /// Does whatever is due. A poll does this first, so that a late timer does not keep a dead session alive; whatever
    /// may bring the pong does not, so that a late loop does not kill a living one.
    mutating func expire(now: Int64, actions: inout [EngineIOAction]) {
        guard life != .closed, life != .opening else {
            return
        }
        if now >= probeDeadline {
            failProbe(actions: &actions)
        }
        releasePoll(now: now, actions: &actions)
        guard now >= heartbeatDeadline else {
            return
        }
        if life == .closing {
            finish(.forcedClose, code: closeCode, actions: &actions)
        } else if awaitsPong {
            finish(.pingTimeout, actions: &actions)
        } else {
            let due = now - heartbeatDeadline <= Self.timerSlack ? heartbeatDeadline : now
            awaitsPong = true
            heartbeatDeadline = due + settings.pingTimeout
            enqueue([EngineIOPacket.ping([]).frame], &actions)
        }
    }

    /// Puts frames where they leave from and lets them leave.
    mutating func enqueue(_ frames: [EngineIOFrame], _ actions: inout [EngineIOAction]) {
        guard transport == .polling else {
            actions.append(.sendFrames(frames))
            return
        }
        buffer.append(contentsOf: frames)
        for frame in frames {
            bufferedBytes += EngineIOPayload.encodedCount(frame) + 1
        }
        flush(&actions)
        if bufferedBytes > settings.maxBufferedBytes || buffer.count > settings.maxBufferedPackets {
            finish(.slowConsumer, actions: &actions)
        }
    }

    /// Answers the pending poll with what waits, and finishes a closing session that has nothing left.
    mutating func flush(_ actions: inout [EngineIOAction]) {
        switch transport {
        case .polling:
            guard hasPendingPoll, !buffer.isEmpty else {
                break
            }
            answerPoll(&actions)
        case .webSocket:
            guard !buffer.isEmpty else {
                break
            }
            actions.append(.sendFrames(buffer))
            clearBuffer()
        }
        if life == .closing, buffer.isEmpty, transport == .webSocket || hasPendingPoll {
            finish(.forcedClose, code: closeCode, actions: &actions)
        }
    }

    private mutating func answerPoll(_ actions: inout [EngineIOAction]) {
        let count = EngineIOPayload.batchCount(
            buffer,
            maxBytes: settings.maxPayload,
            maxPackets: settings.maxPacketsPerPoll
        )
        var body: [UInt8] = []
        EngineIOPayload.encode(buffer[..<count], into: &body)
        let ends = life == .closing && count == buffer.count && count < settings.maxPacketsPerPoll
        if ends {
            body.append(EngineIOPacket.separator)
            body.append(UInt8(ascii: "1"))
        }
        if count == buffer.count {
            clearBuffer()
        } else {
            for frame in buffer[..<count] {
                bufferedBytes -= EngineIOPayload.encodedCount(frame) + 1
            }
            buffer.removeFirst(count)
        }
        hasPendingPoll = false
        actions.append(.answerPoll(body))
        if ends {
            finish(.forcedClose, code: closeCode, actions: &actions)
        }
    }

    private mutating func clearBuffer() {
        buffer = []
        bufferedBytes = 0
    }

    /// Ends the session: releases the poll with a `close` packet (or another), closes the WebSocket.
    mutating func finish(
        _ reason: EngineIOCloseReason,
        code: UInt16 = 1000,
        poll: UInt8 = UInt8(ascii: "1"),
        actions: inout [EngineIOAction]
    ) {
        guard life != .closed else {
            return
        }
        if hasPendingPoll {
            actions.append(.answerPoll([poll]))
        }
        if transport == .webSocket || probe != .none {
            actions.append(.closeWebSocket(code: code))
        }
        life = .closed
        probe = .none
        hasPendingPoll = false
        clearBuffer()
        actions.append(.closed(reason))
    }

    /// Asks for a timer when the earliest deadline has changed.
    mutating func rearm(_ actions: inout [EngineIOAction]) {
        guard life != .closed else {
            return
        }
        var earliest = min(heartbeatDeadline, probeDeadline)
        if probe == .answered, hasPendingPoll {
            earliest = min(earliest, noopDeadline)
        }
        if earliest != armedDeadline {
            armedDeadline = earliest
            actions.append(.armTimer(at: earliest))
        }
    }

    /// Takes a packet of the transport in use. Returns false when the session cannot go on.
    mutating func receive(_ packet: EngineIOPacket, now: Int64, actions: inout [EngineIOAction]) -> Bool {
        guard life == .open else {
            return true
        }
        switch packet {
        case .message(let message):
            actions.append(.deliver(message))
        case .pong:
            awaitsPong = false
            heartbeatDeadline = now + settings.pingInterval
        case .ping:
            // Only servers ping in revision 4.
            return false
        case .open, .close, .upgrade, .noop:
            break
        }
        return true
    }
}
