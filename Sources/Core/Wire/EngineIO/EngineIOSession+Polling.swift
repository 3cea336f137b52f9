/// The polling transport: one GET that waits, one POST that brings.
extension EngineIOSession {
    /// A poll arrives. When accepted it is the pending poll, which the actions may answer at once.
    package mutating func pollArrived(now: Int64, actions: inout [EngineIOAction]) -> EngineIOAdmission {
        let admission = admitPoll(now: now, actions: &actions)
        rearm(&actions)
        return admission
    }

    private mutating func admitPoll(now: Int64, actions: inout [EngineIOAction]) -> EngineIOAdmission {
        if let failure = refusal {
            return .refused(failure)
        }
        guard !hasPendingPoll else {
            finish(.transportError, actions: &actions)
            return .refused(.badRequest)
        }
        // Not before: what is due could answer the earlier poll, and this one would take its place.
        expire(now: now, actions: &actions)
        if let failure = refusal {
            return .refused(failure)
        }
        hasPendingPoll = true
        flush(&actions)
        releasePoll(now: now, actions: &actions)
        return .accepted
    }

    /// The connection of the pending poll broke. What its answer held may be lost, so the session ends.
    package mutating func pollAborted(actions: inout [EngineIOAction]) {
        guard hasPendingPoll else {
            return
        }
        hasPendingPoll = false
        finish(.transportError, actions: &actions)
    }

    /// The head of a request with a body arrives. When accepted, exactly one of `postArrived` and `postAborted`
    /// follows. Binary bodies (`application/octet-stream`) were given up in revision 4.
    package mutating func postStarted(
        isBinary: Bool = false,
        actions: inout [EngineIOAction]
    ) -> EngineIOAdmission {
        if let failure = refusal {
            return .refused(failure)
        }
        guard !hasPendingPost, !isBinary else {
            finish(.transportError, actions: &actions)
            return .refused(.badRequest)
        }
        hasPendingPost = true
        return .accepted
    }

    /// The body of the accepted request is complete. One that outlasted the upgrade is still taken.
    package mutating func postArrived(_ body: Span<UInt8>, now: Int64, actions: inout [EngineIOAction]) {
        guard life != .closed else {
            actions.append(.refusePost(.failure(.unknownSession)))
            return
        }
        guard hasPendingPost else {
            actions.append(.refusePost(.failure(.badRequest)))
            return
        }
        hasPendingPost = false
        take(body, now: now, actions: &actions)
        rearm(&actions)
    }

    /// The request broke off, or its body was refused before it came here.
    package mutating func postAborted(actions: inout [EngineIOAction]) {
        guard hasPendingPost else {
            return
        }
        hasPendingPost = false
        finish(.transportError, actions: &actions)
    }

    private mutating func take(_ body: Span<UInt8>, now: Int64, actions: inout [EngineIOAction]) {
        let packets: [EngineIOPacket]
        do {
            packets = try EngineIOPayload.decode(
                body,
                maxBytes: settings.maxPayload,
                maxPackets: settings.maxPacketsPerPost
            )
        } catch {
            actions.append(.refusePost(error == .tooLarge ? .tooLarge : .failure(.badRequest)))
            finish(.parseError, code: 1002, actions: &actions)
            return
        }
        for packet in packets {
            if packet == .close {
                actions.append(.answerPost)
                finish(.transportClose, poll: UInt8(ascii: "6"), actions: &actions)
                return
            }
            guard receive(packet, now: now, actions: &actions) else {
                actions.append(.refusePost(.failure(.badRequest)))
                finish(.transportError, code: 1002, actions: &actions)
                return
            }
        }
        actions.append(.answerPost)
    }

    /// Why no polling request can be taken now, if so.
    private var refusal: EngineIOFailure? {
        guard life != .closed, life != .opening else {
            return .unknownSession
        }
        return transport == .polling ? nil : .badRequest
    }

    /// Answers the pending poll with a `noop` while a probe runs, so that the client can stop polling.
    mutating func releasePoll(now: Int64, actions: inout [EngineIOAction]) {
        guard probe == .answered, hasPendingPoll, now >= noopDeadline else {
            return
        }
        hasPendingPoll = false
        noopDeadline = now + settings.noopInterval
        actions.append(.answerPoll([UInt8(ascii: "6")]))
    }
}
