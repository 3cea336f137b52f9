import Core

/// A session with a clock that tests move, and the actions of each step as short lines:
/// `poll 4hi`, `post ok`, `ws 4hi`, `message hi`, `timer 300`, `closed ping timeout`.
struct EngineIOSessionDriver {
    var session: EngineIOSession
    var now: Int64 = 0

    static let settings = EngineIOSettings(
        pingInterval: 300,
        pingTimeout: 200,
        upgradeTimeout: 1000,
        closeTimeout: 3000
    )

    init(_ transport: EngineIOTransport = .polling, settings: EngineIOSettings = Self.settings) {
        session = EngineIOSession(settings: settings, transport: transport)
    }

    /// A session that is past its handshake.
    static func opened(
        _ transport: EngineIOTransport = .polling,
        settings: EngineIOSettings = Self.settings
    ) -> EngineIOSessionDriver {
        var driver = EngineIOSessionDriver(transport, settings: settings)
        _ = driver.step { $0.session.open(sid: "A", now: $0.now, actions: &$1) }
        return driver
    }

    mutating func step(_ work: (inout Self, inout [EngineIOAction]) -> Void) -> [String] {
        var actions: [EngineIOAction] = []
        work(&self, &actions)
        return actions.map(Self.line)
    }

    mutating func get() -> [String] {
        var admission = EngineIOAdmission.accepted
        let lines = step { admission = $0.session.pollArrived(now: $0.now, actions: &$1) }
        return lines + Self.lines(admission)
    }

    mutating func postHead(isBinary: Bool = false) -> [String] {
        var admission = EngineIOAdmission.accepted
        let lines = step { admission = $0.session.postStarted(isBinary: isBinary, actions: &$1) }
        return lines + Self.lines(admission)
    }

    mutating func postBody(_ body: String) -> [String] {
        step { $0.session.postArrived(Array(body.utf8).span, now: $0.now, actions: &$1) }
    }

    mutating func post(_ body: String) -> [String] {
        postHead() + postBody(body)
    }

    mutating func openWebSocket() -> [String] {
        var admission = EngineIOAdmission.accepted
        let lines = step { admission = $0.session.webSocketOpened(now: $0.now, actions: &$1) }
        return lines + Self.lines(admission)
    }

    mutating func frame(_ text: String) -> [String] {
        step { $0.session.webSocketReceived(.text(Array(text.utf8)), now: $0.now, actions: &$1) }
    }

    mutating func binaryFrame(_ bytes: [UInt8]) -> [String] {
        step { $0.session.webSocketReceived(.binary(bytes), now: $0.now, actions: &$1) }
    }

    mutating func closeWebSocket() -> [String] {
        step { $0.session.webSocketClosed(actions: &$1) }
    }

    mutating func send(_ texts: String...) -> [String] {
        step { $0.session.send(texts.map { EngineIOPacket.frame(text: Array($0.utf8)) }, actions: &$1) }
    }

    mutating func close(code: UInt16 = 1000) -> [String] {
        step { $0.session.close(code: code, now: $0.now, actions: &$1) }
    }

    mutating func timer(at time: Int64) -> [String] {
        now = time
        return step { $0.session.timerFired(now: time, actions: &$1) }
    }

    static func line(_ action: EngineIOAction) -> String {
        switch action {
        case .answerPoll(let body): "poll " + readable(body)
        case .answerPost: "post ok"
        case .refusePost(.failure(let failure)): "post \(failure.status) \(failure.rawValue)"
        case .refusePost(.tooLarge): "post 413"
        case .sendFrames(let frames): frames.map { "ws " + readable($0) }.joined(separator: ", ")
        case .deliver(.text(let text)): "message " + readable(text)
        case .deliver(.binary(let bytes)): "binary \(bytes)"
        case .upgraded: "upgraded"
        case .closeWebSocket(let code): "close ws \(code)"
        case .armTimer(let time): "timer \(time)"
        case .closed(let reason): "closed " + reason.rawValue
        }
    }

    private static func readable(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.map { $0 == 0x1E ? UInt8(ascii: "|") : $0 }, as: UTF8.self)
    }

    private static func readable(_ frame: EngineIOFrame) -> String {
        switch frame {
        case .text(let bytes): readable(bytes)
        case .binary(let bytes): "\(bytes)"
        }
    }

    private static func lines(_ admission: EngineIOAdmission) -> [String] {
        switch admission {
        case .accepted: []
        case .refused(let failure): ["refused \(failure.rawValue)"]
        }
    }
}
