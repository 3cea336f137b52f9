/// What the owner of a session has to do, in this order.
package enum EngineIOAction: Equatable, Sendable {
    /// Answers the pending poll: 200, `text/plain; charset=UTF-8`, `Cache-Control: no-store`.
    case answerPoll([UInt8])
    /// Answers the request body that was handed in with 200, `text/html`, `ok`.
    case answerPost
    /// Answers the request body that was handed in with an error.
    case refusePost(EngineIORefusal)
    /// Sends frames on the session's WebSocket, be it probing or in use.
    case sendFrames([EngineIOFrame])
    case deliver(EngineIOMessage)
    /// The WebSocket is the transport from now on.
    case upgraded
    /// Sends a close frame. The session has forgotten that WebSocket; its events must not be reported any more.
    case closeWebSocket(code: UInt16)
    /// Calls `timerFired` at this time; replaces the timer set before.
    case armTimer(at: Int64)
    /// The session is over and its id unknown from now on. Always the last action.
    case closed(EngineIOCloseReason)
}

/// How a request body is refused.
package enum EngineIORefusal: Equatable, Sendable {
    /// An Engine.IO error object.
    case failure(EngineIOFailure)
    /// Larger than `maxPayload`: 413, no body.
    case tooLarge
}

/// Whether a session takes a request or a WebSocket. On `refused` that request is answered with the failure, a
/// WebSocket is closed; the actions returned along with it concern earlier requests.
package enum EngineIOAdmission: Equatable, Sendable {
    case accepted
    case refused(EngineIOFailure)
}

/// Why a session ended.
package enum EngineIOCloseReason: String, Equatable, Sendable {
    /// The client said so or closed its WebSocket.
    case transportClose = "transport close"
    /// A connection broke, two requests of a kind overlapped, a packet came in the wrong direction.
    case transportError = "transport error"
    case pingTimeout = "ping timeout"
    case parseError = "parse error"
    /// `close` was called.
    case forcedClose = "forced close"
    /// The client did not fetch what was sent to it.
    case slowConsumer = "slow consumer"
}
