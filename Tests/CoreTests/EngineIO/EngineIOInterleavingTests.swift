import Core
import Testing

/// The client's WebSocket, its polls, its POST and the server's messages run side by side; here they meet in every
/// possible order, and whatever the order nothing may be lost, doubled or overtaken.
@Suite("Engine.IO upgrade, every interleaving")
struct EngineIOInterleavingTests {
    /// One step of one of the parties.
    enum Step: Character, Sendable {
        case open = "O"
        case probe = "P"
        case upgrade = "U"
        case garbage = "X"
        case hangUp = "C"
        case timeout = "T"
        case poll = "G"
        case postHead = "H"
        case postBody = "B"
        case send = "S"
    }

    /// How the trial of the WebSocket goes, and whether the session ends up on it.
    static let trials: [(String, Bool)] = [
        ("OPU", true), ("OU", true),
        ("OPX", false), ("OX", false), ("OPC", false), ("OC", false), ("OPT", false), ("OT", false), ("OP", false),
    ]

    @Test("Nothing is lost, doubled or overtaken", arguments: trials)
    func everyOrder(trial: String, ends: Bool) {
        var count = 0
        Self.interleave([trial, "GG", "HB", "SS"].map { $0.compactMap(Step.init(rawValue:)) }) { order in
            count += 1
            var run = Run()
            for step in order {
                run.take(step)
            }
            let problems = run.finish(upgraded: ends)
            #expect(problems.isEmpty, "\(String(order.map(\.rawValue))): \(problems)")
        }
        #expect(count > 1000)
    }

    /// Calls `body` with every merge of the sequences that keeps each of them in order.
    private static func interleave(_ parties: [[Step]], _ body: ([Step]) -> Void) {
        var positions = [Int](repeating: 0, count: parties.count)
        var order: [Step] = []
        func extend() {
            var isComplete = true
            for party in parties.indices where positions[party] < parties[party].count {
                isComplete = false
                order.append(parties[party][positions[party]])
                positions[party] += 1
                extend()
                positions[party] -= 1
                order.removeLast()
            }
            if isComplete {
                body(order)
            }
        }
        extend()
    }

    /// One order, with what client and server have seen of it.
    private struct Run {
        var session = EngineIOSession(
            settings: EngineIOSettings(pingInterval: 1_000_000, upgradeTimeout: 1000),
            transport: .polling
        )
        var now: Int64 = 0
        var isPolling = false
        var isPosting = false
        var hasWebSocket = false
        var sent = 0
        /// Texts of the messages the client read, on either transport.
        var received: [String] = []
        var delivered: [String] = []
        var posts: [EngineIOAction] = []
        var didUpgrade = false
        var problems: [String] = []

        init() {
            var actions: [EngineIOAction] = []
            session.open(sid: "A", now: 0, actions: &actions)
        }

        mutating func take(_ step: Step) {
            var actions: [EngineIOAction] = []
            now += 1
            switch step {
            case .open:
                hasWebSocket = session.webSocketOpened(now: now, actions: &actions) == .accepted
            case .probe:
                session.webSocketReceived(.text(wire("2probe")), now: now, actions: &actions)
                if !isPolling, !actions.contains(.sendFrames([.text(wire("3probe"))])) {
                    problems.append("no answer to the probe")
                }
            case .upgrade:
                session.webSocketReceived(.text(wire("5")), now: now, actions: &actions)
            case .garbage:
                session.webSocketReceived(.text(wire("4early")), now: now, actions: &actions)
            case .hangUp:
                hasWebSocket = false
                session.webSocketClosed(actions: &actions)
            case .timeout:
                now += 1000
                session.timerFired(now: now, actions: &actions)
            case .poll:
                poll(&actions)
            case .postHead:
                isPosting = session.postStarted(actions: &actions) == .accepted
            case .postBody where isPosting:
                session.postArrived(wire("4p1\u{1E}4p2").span, now: now, actions: &actions)
            case .postBody:
                break
            case .send:
                sent += 1
                session.send([.text(wire("4s\(sent)"))], actions: &actions)
            }
            read(actions)
        }

        /// Clients have one poll at a time.
        mutating func poll(_ actions: inout [EngineIOAction]) {
            guard !isPolling else {
                return
            }
            isPolling = session.pollArrived(now: now, actions: &actions) == .accepted
            if !isPolling, !didUpgrade {
                problems.append("a poll was refused")
            }
        }

        mutating func read(_ actions: [EngineIOAction]) {
            for action in actions {
                switch action {
                case .answerPoll(let body):
                    if !isPolling {
                        problems.append("an answer without a poll")
                    }
                    isPolling = false
                    receive(body)
                case .sendFrames(let frames):
                    for case .text(let text) in frames {
                        if !hasWebSocket || !didUpgrade && text != wire("3probe") {
                            problems.append("a frame too early")
                        }
                        receive(text)
                    }
                case .deliver(.text(let text)):
                    delivered.append(String(decoding: text, as: UTF8.self))
                case .deliver(.binary), .closed:
                    problems.append("\(action)")
                case .answerPost, .refusePost:
                    posts.append(action)
                case .upgraded:
                    didUpgrade = true
                case .closeWebSocket:
                    hasWebSocket = false
                case .armTimer:
                    break
                }
            }
        }

        mutating func receive(_ body: [UInt8]) {
            for packet in body.split(separator: 0x1E) where packet.first == UInt8(ascii: "4") {
                received.append(String(decoding: packet.dropFirst(), as: UTF8.self))
            }
        }

        /// Lets the client fetch the rest and compares.
        mutating func finish(upgraded: Bool) -> [String] {
            if !upgraded {
                for _ in 0..<4 {
                    now += 1000
                    var actions: [EngineIOAction] = []
                    session.timerFired(now: now, actions: &actions)
                    read(actions)
                    actions = []
                    poll(&actions)
                    read(actions)
                }
            } else if isPolling {
                problems.append("a poll was left waiting")
            }
            if received != ["s1", "s2"] {
                problems.append("received \(received)")
            }
            if delivered != (isPosting ? ["p1", "p2"] : []) {
                problems.append("delivered \(delivered)")
            }
            if posts != (isPosting ? [.answerPost] : []) {
                problems.append("posts \(posts)")
            }
            if didUpgrade != upgraded || session.transport != (upgraded ? .webSocket : .polling) {
                problems.append("upgraded \(didUpgrade)")
            }
            return problems
        }
    }
}
