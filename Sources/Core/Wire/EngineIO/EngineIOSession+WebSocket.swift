/// The WebSocket transport, and the way to it from polling.
extension EngineIOSession {
    /// A WebSocket for this session is open. Sessions that began on a WebSocket do not call this for their own. A
    /// second one is refused, and so is any once the session has left polling.
    package mutating func webSocketOpened(now: Int64, actions: inout [EngineIOAction]) -> EngineIOAdmission {
        guard life == .open else {
            return .refused(.unknownSession)
        }
        guard transport == .polling, probe == .none else {
            return .refused(.badRequest)
        }
        probe = .opened
        probeDeadline = now + settings.upgradeTimeout
        rearm(&actions)
        return .accepted
    }

    /// A data frame arrives on the session's WebSocket.
    package mutating func webSocketReceived(
        _ frame: EngineIOFrame,
        now: Int64,
        actions: inout [EngineIOAction]
    ) {
        guard life != .closed, life != .opening else {
            return
        }
        if transport == .webSocket {
            receiveInUse(frame, now: now, actions: &actions)
        } else if probe != .none {
            receiveWhileProbing(frame, now: now, actions: &actions)
        }
        rearm(&actions)
    }

    /// The session's WebSocket is gone, by a close frame or without. A probe that ends so leaves polling untouched.
    package mutating func webSocketClosed(actions: inout [EngineIOAction]) {
        guard life != .closed else {
            return
        }
        if transport == .webSocket {
            life = .closed
            actions.append(.closed(.transportClose))
        } else {
            endProbe()
            rearm(&actions)
        }
    }

    private mutating func receiveInUse(_ frame: EngineIOFrame, now: Int64, actions: inout [EngineIOAction]) {
        do {
            let packet = try EngineIOPacket.decode(frame: frame)
            if packet == .close {
                finish(.transportClose, actions: &actions)
            } else if !receive(packet, now: now, actions: &actions) {
                finish(.transportError, code: 1002, actions: &actions)
            }
        } catch {
            finish(.parseError, code: 1002, actions: &actions)
        }
    }

    private mutating func receiveWhileProbing(
        _ frame: EngineIOFrame,
        now: Int64,
        actions: inout [EngineIOAction]
    ) {
        switch try? EngineIOPacket.decode(frame: frame) {
        case .ping(let data) where data.elementsEqual("probe".utf8):
            actions.append(.sendFrames([EngineIOPacket.pong(data).frame]))
            if probe == .opened {
                probe = .answered
                noopDeadline = now
            }
            releasePoll(now: now, actions: &actions)
        case .upgrade:
            completeUpgrade(now: now, actions: &actions)
        default:
            failProbe(actions: &actions)
        }
    }

    /// Moves to the WebSocket: a poll that still waits is released, then everything buffered follows in order.
    private mutating func completeUpgrade(now: Int64, actions: inout [EngineIOAction]) {
        endProbe()
        if hasPendingPoll {
            hasPendingPoll = false
            actions.append(.answerPoll([UInt8(ascii: "6")]))
        }
        transport = .webSocket
        actions.append(.upgraded)
        if life == .open, awaitsPong {
            // The client holds its pong back until it has upgraded.
            heartbeatDeadline = now + settings.pingTimeout
        }
        flush(&actions)
    }

    /// Gives the trial up; the session stays on polling and may try again.
    mutating func failProbe(actions: inout [EngineIOAction]) {
        guard probe != .none else {
            return
        }
        endProbe()
        actions.append(.closeWebSocket(code: 1000))
    }

    private mutating func endProbe() {
        probe = .none
        probeDeadline = .max
        noopDeadline = .max
    }
}
