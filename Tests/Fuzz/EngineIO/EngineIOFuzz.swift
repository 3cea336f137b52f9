import Core

/// Feeds the polling codec and a session. The first byte of the input chooses the transport; the rest is a body on the
/// one hand, and on the other a script of events with data up to the next separator.
///
/// What must hold: a payload that was read is written and read again as the same packets; polls are answered only when
/// one waits; nothing follows the end of a session; what waits stays within its limit.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEngineIO(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else {
        return 0
    }
    let rest = Array(input.dropFirst())
    checkPayload(rest)
    var run = SessionRun(first & 1 == 0 ? .polling : .webSocket)
    var index = 0
    while index < rest.count, !run.isOver {
        let end = rest[(index + 1)...].firstIndex(of: 0x1F) ?? rest.count
        run.take(rest[index], Array(rest[(index + 1)..<end]))
        index = end + 1
    }
    return 0
}

private func checkPayload(_ body: [UInt8]) {
    guard let packets = try? EngineIOPayload.decode(body.span, maxBytes: 1000, maxPackets: 20) else {
        return
    }
    precondition(!packets.isEmpty && packets.count <= 20)
    let frames = packets.map(\.frame)
    var written: [UInt8] = []
    EngineIOPayload.encode(frames[...], into: &written)
    precondition(written.count == frames.reduce(-1) { $0 + EngineIOPayload.encodedCount($1) + 1 })
    precondition((try? EngineIOPayload.decode(written.span, maxBytes: 3000, maxPackets: 20)) == packets)
}

/// A session and what its owner must keep about it.
private struct SessionRun {
    let settings = EngineIOSettings(
        pingInterval: 50,
        pingTimeout: 40,
        upgradeTimeout: 60,
        closeTimeout: 70,
        noopInterval: 5,
        maxPayload: 200,
        maxPacketsPerPost: 20,
        maxBufferedBytes: 300,
        maxBufferedPackets: 30
    )
    var session: EngineIOSession
    var now: Int64 = 0
    var hasPoll: Bool
    var hasWebSocket: Bool
    var isOver = false

    init(_ transport: EngineIOTransport) {
        session = EngineIOSession(settings: settings, transport: transport)
        hasPoll = transport == .polling
        hasWebSocket = transport == .webSocket
        var actions: [EngineIOAction] = []
        session.open(sid: "A", now: 0, actions: &actions)
        check(actions)
    }

    mutating func take(_ code: UInt8, _ data: [UInt8]) {
        var actions: [EngineIOAction] = []
        now += Int64(code >> 4)
        switch code & 15 {
        case 0, 1:
            let had = hasPoll
            if session.pollArrived(now: now, actions: &actions) == .accepted {
                precondition(!had)
                hasPoll = true
            }
        case 2:
            hasPoll = false
            session.pollAborted(actions: &actions)
        case 3, 4:
            if session.postStarted(actions: &actions) == .accepted {
                session.postArrived(data.span, now: now, actions: &actions)
            }
        case 5:
            _ = session.postStarted(isBinary: data.count > 3, actions: &actions)
        case 6:
            session.postAborted(actions: &actions)
        case 7:
            let had = hasWebSocket
            if session.webSocketOpened(now: now, actions: &actions) == .accepted {
                precondition(!had)
                hasWebSocket = true
            }
        case 8 where hasWebSocket, 9 where hasWebSocket:
            session.webSocketReceived(.text(data), now: now, actions: &actions)
        case 10 where hasWebSocket:
            session.webSocketReceived(.binary(data), now: now, actions: &actions)
        case 11 where hasWebSocket && code >> 4 == 0:
            hasWebSocket = false
            session.webSocketClosed(actions: &actions)
        case 12:
            session.send([EngineIOPacket.frame(text: data), .binary(data)], actions: &actions)
        case 13 where code >> 4 == 0:
            session.close(code: 1001, now: now, actions: &actions)
        default:
            now += Int64(data.count)
            session.timerFired(now: now, actions: &actions)
        }
        check(actions)
        precondition(session.bufferedByteCount <= settings.maxBufferedBytes)
        precondition(session.transport == .polling || session.bufferedByteCount == 0)
    }

    private mutating func check(_ actions: [EngineIOAction]) {
        for action in actions {
            precondition(!isOver, "an action after the end")
            switch action {
            case .answerPoll(let body):
                precondition(hasPoll && !body.isEmpty)
                hasPoll = false
            case .sendFrames(let frames):
                precondition(hasWebSocket && !frames.isEmpty)
            case .closeWebSocket:
                precondition(hasWebSocket)
                hasWebSocket = false
            case .upgraded:
                precondition(hasWebSocket && !hasPoll && session.transport == .webSocket)
            case .closed:
                isOver = true
            case .answerPost, .refusePost, .deliver, .armTimer:
                break
            }
        }
        precondition(isOver == (session.state == .closed))
        precondition(!isOver || !hasPoll)
    }
}
