import Core
import Testing

@Suite("Engine.IO session on polling")
struct EngineIOPollingTests {
    @Test("The handshake is the first poll")
    func handshake() {
        var driver = EngineIOSessionDriver()
        #expect(driver.session.state == .opening)
        let lines = driver.step { $0.session.open(sid: "A", now: 0, actions: &$1) }
        #expect(
            lines == [
                #"poll 0{"sid":"A","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#,
                "timer 300",
            ]
        )
        #expect(driver.session.state == .open)
        #expect(driver.get() == [])
    }

    @Test("Messages come in by POST and go out by GET")
    func messages() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.post("4hello\u{1E}bAQIDBA==") == ["message hello", "binary [1, 2, 3, 4]", "post ok"])
        #expect(driver.send("test1") == [])
        #expect(driver.send("test2", "test3") == [])
        #expect(driver.get() == ["poll 4test1|4test2|4test3"])
        #expect(driver.get() == [])
        #expect(driver.send("late") == ["poll 4late"])
        #expect(driver.step { $0.session.send(.message(.binary([1, 2, 3, 4])), actions: &$1) } == [])
        #expect(driver.get() == ["poll bAQIDBA=="])
    }

    @Test("An answer holds at most sixteen packets and maxPayload bytes")
    func batches() {
        var driver = EngineIOSessionDriver.opened()
        for number in 1...20 {
            #expect(driver.send("\(number)") == [])
        }
        #expect(driver.get() == ["poll " + (1...16).map { "4\($0)" }.joined(separator: "|")])
        #expect(driver.get() == ["poll 417|418|419|420"])
        #expect(driver.session.bufferedByteCount == 0)

        let settings = EngineIOSettings(maxPayload: 200)
        driver = .opened(settings: settings)
        let long = String(repeating: "x", count: 120)
        #expect(driver.send(long, long) == [])
        #expect(driver.get() == ["poll 4" + long])
        #expect(driver.get() == ["poll 4" + long])
    }

    @Test("A second poll ends the session")
    func overlappingPolls() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        #expect(driver.get() == ["poll 1", "closed transport error", "refused 3"])
        #expect(driver.get() == ["refused 1"])
    }

    @Test("A second poll ends the session though a ping was due for the first")
    func overlappingPollsAtPing() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        driver.now = 310
        #expect(driver.get() == ["poll 1", "closed transport error", "refused 3"])
    }

    @Test("A second request body ends the session")
    func overlappingPosts() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        #expect(driver.postHead() == [])
        #expect(driver.postHead() == ["poll 1", "closed transport error", "refused 3"])
        #expect(driver.postBody("4hello") == ["post 400 1"])
    }

    @Test("Requests that break off end the session")
    func brokenRequests() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.step { $0.session.pollAborted(actions: &$1) } == [])
        #expect(driver.get() == [])
        #expect(driver.step { $0.session.pollAborted(actions: &$1) } == ["closed transport error"])
        #expect(driver.get() == ["refused 1"])

        driver = .opened()
        #expect(driver.step { $0.session.postAborted(actions: &$1) } == [])
        #expect(driver.get() == [])
        #expect(driver.postHead() == [])
        #expect(driver.step { $0.session.postAborted(actions: &$1) } == ["poll 1", "closed transport error"])
    }

    static let brokenBodies: [(String, [String])] = [
        ("abc", ["post 400 3", "poll 1", "closed parse error"]),
        ("", ["post 400 3", "poll 1", "closed parse error"]),
        ("4a\u{1E}", ["post 400 3", "poll 1", "closed parse error"]),
        ("4a\u{1E}bA", ["post 400 3", "poll 1", "closed parse error"]),
        ("2", ["post 400 3", "poll 1", "closed transport error"]),
        ("2probe", ["post 400 3", "poll 1", "closed transport error"]),
        ("4a\u{1E}2\u{1E}4b", ["message a", "post 400 3", "poll 1", "closed transport error"]),
        ("1", ["post ok", "poll 6", "closed transport close"]),
        ("4a\u{1E}1\u{1E}4b", ["message a", "post ok", "poll 6", "closed transport close"]),
    ]

    @Test("What a body may not hold ends the session", arguments: brokenBodies)
    func violations(body: String, lines: [String]) {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        #expect(driver.post(body) == lines)
        #expect(driver.session.state == .closed)
        #expect(driver.get() == ["refused 1"])
        #expect(driver.post("4x") == ["refused 1", "post 400 1"])
        #expect(driver.openWebSocket() == ["refused 1"])
        #expect(driver.timer(at: 9999) == [])
        #expect(driver.send("x") == [])
        #expect(driver.close() == [])
    }

    @Test("Packets without meaning for a server are ignored", arguments: ["0", "5", "6", "0{}", "6x"])
    func ignored(body: String) {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.post(body) == ["post ok"])
        #expect(driver.session.state == .open)
    }

    @Test("Bodies that are too large, in bytes or packets, or not text end the session")
    func limits() {
        let settings = EngineIOSettings(maxPayload: 10, maxPacketsPerPost: 2)
        var driver = EngineIOSessionDriver.opened(settings: settings)
        #expect(driver.post("4aaaaaaaaa") == ["message aaaaaaaaa", "post ok"])
        #expect(driver.post("4a\u{1E}4b") == ["message a", "message b", "post ok"])
        #expect(driver.post("4aaaaaaaaaa") == ["post 413", "closed parse error"])

        driver = .opened(settings: settings)
        #expect(driver.post("4a\u{1E}4b\u{1E}4c") == ["post 400 3", "closed parse error"])

        driver = .opened()
        #expect(driver.postHead(isBinary: true) == ["closed transport error", "refused 3"])
    }

    @Test("A buffer that nobody empties ends the session")
    func slowConsumer() {
        var driver = EngineIOSessionDriver.opened(settings: EngineIOSettings(maxBufferedBytes: 30))
        #expect(driver.send("aaaaaaaa") == [])
        #expect(driver.session.bufferedByteCount == 10)
        #expect(driver.send("aaaaaaaa") == [])
        #expect(driver.send("aaaaaaaa") == [])
        #expect(driver.send("a") == ["closed slow consumer"])
        #expect(driver.session.bufferedByteCount == 0)

        driver = .opened(settings: EngineIOSettings(maxBufferedPackets: 2))
        #expect(driver.send("a", "a") == [])
        #expect(driver.send("a") == ["closed slow consumer"])
    }

    @Test("Closing sends what waits, then the close packet")
    func closing() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        #expect(driver.close() == ["poll 1", "closed forced close"])

        driver = .opened()
        #expect(driver.close() == ["timer 3000"])
        #expect(driver.session.state == .closing)
        #expect(driver.send("dropped") == [])
        #expect(driver.post("4ignored") == ["post ok"])
        #expect(driver.get() == ["poll 1", "closed forced close"])

        driver = .opened()
        #expect(driver.send("last") == [])
        #expect(driver.close() == ["timer 3000"])
        #expect(driver.get() == ["poll 4last|1", "closed forced close"])

        driver = .opened()
        for number in 1...16 {
            #expect(driver.send("\(number)") == [])
        }
        #expect(driver.close() == ["timer 3000"])
        #expect(driver.get() == ["poll " + (1...16).map { "4\($0)" }.joined(separator: "|")])
        #expect(driver.get() == ["poll 1", "closed forced close"])

        driver = .opened()
        #expect(driver.close() == ["timer 3000"])
        #expect(driver.timer(at: 3000) == ["closed forced close"])

        driver = .opened()
        #expect(driver.close() == ["timer 3000"])
        #expect(driver.post("1") == ["post ok", "closed transport close"])
    }

    @Test("Aborting drops what waits")
    func aborting() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.send("lost") == [])
        #expect(driver.step { $0.session.abort(.slowConsumer, actions: &$1) } == ["closed slow consumer"])
        #expect(driver.step { $0.session.abort(.slowConsumer, actions: &$1) } == [])
    }
}

@Suite("Engine.IO heartbeat")
struct EngineIOHeartbeatTests {
    @Test("Pings go out at the interval and pongs keep the session")
    func polling() {
        var driver = EngineIOSessionDriver.opened()
        for round in 0..<3 {
            let start = Int64(round) * 400
            #expect(driver.get() == [])
            #expect(driver.timer(at: start + 300) == ["poll 2", "timer \(start + 500)"])
            driver.now = start + 400
            #expect(driver.post("3") == ["post ok", "timer \(start + 700)"])
        }
    }

    @Test("Without a pong the session ends")
    func pollingTimeout() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.timer(at: 300) == ["timer 500"])
        #expect(driver.get() == ["poll 2"])
        #expect(driver.get() == [])
        #expect(driver.timer(at: 499) == ["timer 500"])
        #expect(driver.timer(at: 500) == ["poll 1", "closed ping timeout"])
    }

    @Test("Other packets are no pong")
    func onlyPongsCount() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.timer(at: 300) == ["timer 500"])
        driver.now = 400
        #expect(driver.post("4alive") == ["message alive", "post ok"])
        #expect(driver.timer(at: 500) == ["closed ping timeout"])
    }

    @Test("A poll at a dead session is refused though the timer is late")
    func lateTimer() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.timer(at: 302) == ["timer 500"])
        driver.now = 501
        #expect(driver.get() == ["closed ping timeout", "refused 1"])
    }

    @Test("A timer that fires very late still leaves the whole time for the pong")
    func stalledTimer() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.timer(at: 5000) == ["timer 5200"])
    }

    @Test("WebSockets are pinged too")
    func webSocket() {
        var driver = EngineIOSessionDriver.opened(.webSocket)
        #expect(driver.timer(at: 300) == ["ws 2", "timer 500"])
        driver.now = 350
        #expect(driver.frame("3") == ["timer 650"])
        #expect(driver.timer(at: 650) == ["ws 2", "timer 850"])
        #expect(driver.timer(at: 850) == ["close ws 1000", "closed ping timeout"])
    }
}

@Suite("Engine.IO session on a WebSocket")
struct EngineIOWebSocketTests {
    @Test("It starts with the open packet and sends at once")
    func messages() {
        var driver = EngineIOSessionDriver(.webSocket)
        #expect(
            driver.step { $0.session.open(sid: "A", now: 0, actions: &$1) } == [
                #"ws 0{"sid":"A","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#,
                "timer 300",
            ]
        )
        #expect(driver.frame("4hello") == ["message hello"])
        #expect(driver.binaryFrame([1, 2, 3, 4]) == ["binary [1, 2, 3, 4]"])
        #expect(driver.frame("bAQIDBA==") == ["binary [1, 2, 3, 4]"])
        #expect(driver.send("a", "b") == ["ws 4a, ws 4b"])
        #expect(driver.step { $0.session.send(.message(.binary([9])), actions: &$1) } == ["ws [9]"])
        #expect(driver.session.bufferedByteCount == 0)
    }

    static let lastFrames: [(String, [String])] = [
        ("abc", ["close ws 1002", "closed parse error"]),
        ("", ["close ws 1002", "closed parse error"]),
        ("1", ["close ws 1000", "closed transport close"]),
        ("2", ["close ws 1002", "closed transport error"]),
        ("2probe", ["close ws 1002", "closed transport error"]),
    ]

    @Test("What ends it", arguments: lastFrames)
    func ends(frame: String, lines: [String]) {
        var driver = EngineIOSessionDriver.opened(.webSocket)
        #expect(driver.frame(frame) == lines)
        #expect(driver.frame("4x") == [])
        #expect(driver.closeWebSocket() == [])
    }

    @Test("Polling and a second WebSocket are refused without harm")
    func otherTransports() {
        var driver = EngineIOSessionDriver.opened(.webSocket)
        #expect(driver.get() == ["refused 3"])
        #expect(driver.postHead() == ["refused 3"])
        #expect(driver.openWebSocket() == ["refused 3"])
        #expect(driver.send("still here") == ["ws 4still here"])
        #expect(driver.closeWebSocket() == ["closed transport close"])
    }

    @Test("Closing carries the code")
    func closing() {
        var driver = EngineIOSessionDriver.opened(.webSocket)
        #expect(driver.close(code: 1012) == ["close ws 1012", "closed forced close"])
    }
}
