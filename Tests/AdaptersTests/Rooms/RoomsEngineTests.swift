import Core
import Testing

@testable import Adapters

/// Engine.IO through the hub: handshake, polling, upgrade, heartbeat, and what goes wrong.
struct RoomsEngineTests {
    @Test func pollingHandshake() throws {
        let bench = try RoomsBench()
        let response = try #require(bench.get(RoomsBench.call()))
        #expect(response.head.status == .ok)
        let sid = try #require(bench.hub.sessions.keys.first)
        #expect(sid.utf8.count == 22)
        #expect(
            response.text
                == #"0{"sid":"\#(sid)","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"#
                + #""maxPayload":1000000}"#
        )
    }

    @Test func settingsOfTheTenantShow() throws {
        let configuration = RoomsFixture.configuration {
            $0.pingInterval = .milliseconds(300)
            $0.pingTimeout = .milliseconds(200)
        }
        let bench = try RoomsBench(configuration)
        let response = try #require(bench.get(RoomsBench.call()))
        #expect(response.text.contains(#""pingInterval":300,"pingTimeout":200"#))
    }

    @Test(
        arguments: [
            (RoomsBench.call(version: "3"), 400, 5),
            (RoomsBench.call(version: nil), 400, 5),
            (RoomsBench.call(transport: "carrier-pigeon"), 400, 0),
            (RoomsBench.call(transport: nil), 400, 0),
            (RoomsBench.call(sid: "unknown"), 400, 1),
            (RoomsBench.call(method: .other), 400, 2),
            (RoomsBench.call(isUpgrade: true), 400, 3),
            (RoomsBench.call(transport: "websocket"), 400, 3),
            (RoomsBench.call(isAllowed: false), 403, 4),
            (RoomsBench.call(transport: "websocket", isUpgrade: true, isAllowed: false), 403, 4),
            (RoomsBench.call(transport: "websocket", version: "3", isUpgrade: true), 400, 5),
        ] as [(EngineCall, UInt16, Int)]
    )
    func refusedHandshakes(_ call: EngineCall, _ status: UInt16, _ code: Int) throws {
        let bench = try RoomsBench()
        let response = try #require(bench.get(call))
        #expect(response.head.status.code == status)
        #expect(try JSONDocument(parsing: Array(response.text.utf8)).root["code"]?.int == code)
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test func aWholeConversationOnPolling() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        #expect(bench.post(sid, "40").text == "ok")
        let connected = try #require(bench.get(RoomsBench.call(sid: sid)))
        #expect(connected.text.hasPrefix(#"40{"sid":""#))
        #expect(bench.post(sid, #"420["join","user123"]"# + "\u{1e}" + #"421["join","user123"]"#).text == "ok")
        let acks = try #require(bench.get(RoomsBench.call(sid: sid)))
        #expect(
            acks.text == #"430[{"ok":true,"clientId":"user123"}]"# + "\u{1e}"
                + #"431[{"ok":true,"clientId":"user123"}]"#
        )

        let waiting = TestExchange()
        #expect(bench.get(RoomsBench.call(sid: sid), waiting) == nil)
        let conversation = try bench.lane.begin("user123")
        try bench.lane.say("Hi", in: conversation)
        #expect(ReceivedMessage(waiting.response?.text ?? "") == ReceivedMessage(text: "Hi"))
    }

    @Test func answersOfPolling() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        let posted = bench.post(sid, "40")
        var head: [UInt8] = []
        let writer = HTTPResponseWriter()
        var mutable = writer
        mutable.append(posted.head, length: 2, date: "now", to: &head)
        #expect(String(decoding: head, as: UTF8.self).contains("Content-Type: text/html\r\n"))
        let polled = try #require(bench.get(RoomsBench.call(sid: sid)))
        head = []
        mutable.append(polled.head, length: 2, date: "now", to: &head)
        let text = String(decoding: head, as: UTF8.self)
        #expect(text.contains("Content-Type: text/plain; charset=UTF-8\r\n"))
        #expect(text.contains("Cache-Control: no-store\r\n"))
    }

    @Test func upgradeKeepsTheRooms() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        _ = bench.post(sid, "40")
        _ = bench.get(RoomsBench.call(sid: sid))
        _ = bench.post(sid, #"42["join","user123"]"#)
        let waiting = TestExchange()
        #expect(bench.get(RoomsBench.call(sid: sid), waiting) == nil)

        let call = RoomsBench.call(sid: sid, transport: "websocket", isUpgrade: true)
        let socket = try bench.webSocket(call)
        socket.send("2probe")
        #expect(socket.takeFrames() == ["3probe"])
        #expect(waiting.response?.text == "6")
        let conversation = try bench.lane.begin("user123")
        try bench.lane.say("while upgrading", in: conversation)
        #expect(socket.takeFrames().isEmpty)
        socket.send("5")
        #expect(socket.takeFrames().compactMap(ReceivedMessage.init) == [ReceivedMessage(text: "while upgrading")])
        try bench.lane.say("afterwards", in: conversation)
        #expect(socket.takeFrames().compactMap(ReceivedMessage.init) == [ReceivedMessage(text: "afterwards")])
        // Polling is over for this session.
        #expect(bench.get(RoomsBench.call(sid: sid))?.head.status == .badRequest)
        // Its place among the pollers is free.
        #expect(!bench.hub.isCrowded(.loopbackIPv4))
    }

    @Test func aFailedProbeLeavesPollingAsItWas() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        _ = bench.post(sid, "40")
        _ = bench.get(RoomsBench.call(sid: sid))
        _ = bench.post(sid, #"42["join","user123"]"#)
        let call = RoomsBench.call(sid: sid, transport: "websocket", isUpgrade: true)
        let socket = try bench.webSocket(call)
        let second = try bench.webSocket(call)
        #expect(second.closeCode == 1000)
        socket.cut()
        let conversation = try bench.lane.begin("user123")
        try bench.lane.say("still here", in: conversation)
        let polled = try #require(bench.get(RoomsBench.call(sid: sid)))
        #expect(ReceivedMessage(polled.text)?.text == "still here")
    }

    @Test func twoPollsAtOnceEndTheSession() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        let first = TestExchange()
        #expect(bench.get(RoomsBench.call(sid: sid), first) == nil)
        #expect(bench.get(RoomsBench.call(sid: sid))?.head.status == .badRequest)
        #expect(first.response?.text == "1")
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test func twoPostsAtOnceEndTheSession() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        let call = RoomsBench.call(sid: sid, method: .post)
        let (first, second) = (TestExchange(), TestExchange())
        bench.hub.postBegins(call, first, isBinary: false)
        bench.hub.postBegins(call, second, isBinary: false)
        #expect(bench.hub.post(call, second, body: [52, 48]).head.status == .badRequest)
        #expect(bench.hub.post(call, first, body: [52, 48]).head.status == .badRequest)
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test func aPostThatBreaksOffEndsTheSession() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        do {
            let broken = TestExchange()
            bench.hub.postBegins(RoomsBench.call(sid: sid, method: .post), broken, isBinary: false)
        }
        #expect(bench.post(sid, "40").head.status == .badRequest)
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test func aClientThatLeavesItsPollEndsTheSession() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        let waiting = TestExchange()
        #expect(bench.get(RoomsBench.call(sid: sid), waiting) == nil)
        waiting.cancelled?()
        #expect(bench.hub.sessions.isEmpty)
        #expect(waiting.response == nil)
    }

    @Test(arguments: ["", "garbage", "4\u{1e}", "\u{1e}", "2probe", "b!!!!"])
    func garbageInAPost(_ body: String) throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        let response = bench.post(sid, body)
        #expect(response.head.status == .badRequest)
        #expect(response.text == #"{"code":3,"message":"Bad request"}"#)
        #expect(bench.hub.sessions.isEmpty)
        #expect(bench.lane.timerCount == 0)
    }

    @Test func tooLongAPost() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        let response = bench.post(sid, "4" + String(repeating: "a", count: 1_000_000))
        #expect(response.head.status == .contentTooLarge)
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test(arguments: ["4", "4garbage", #"42{"a":1}"#, "42[]", #"42["connect"]"#, #"451-["a"]"#, "43", "9"])
    func garbageOnAWebSocket(_ text: String) throws {
        let bench = try RoomsBench()
        let socket = try bench.connect()
        socket.send(text)
        if text == #"451-["a"]"# { socket.send("4x") }
        #expect(socket.closeCode == 1002)
        #expect(bench.hub.sessions.isEmpty)
        #expect(bench.lane.timerCount == 0)
    }

    @Test func heartbeat() throws {
        let bench = try RoomsBench()
        let socket = try bench.connect()
        bench.lane.advance(milliseconds: 25_000)
        #expect(socket.takeFrames() == ["2"])
        socket.send("3")
        bench.lane.advance(milliseconds: 24_999)
        #expect(socket.takeFrames().isEmpty)
        bench.lane.advance(milliseconds: 1)
        #expect(socket.takeFrames() == ["2"])
        bench.lane.advance(milliseconds: 20_000)
        #expect(socket.closeCode != nil)
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test func aForgottenPollingSessionGoesWithItsPing() throws {
        let bench = try RoomsBench()
        _ = try bench.openPolling()
        bench.lane.advance(milliseconds: 45_000)
        #expect(bench.hub.sessions.isEmpty)
        #expect(bench.lane.timerCount == 0)
    }

    @Test func withoutConnectTheConnectionEnds() throws {
        let bench = try RoomsBench()
        let socket = try bench.webSocket(RoomsBench.call(transport: "websocket", isUpgrade: true))
        bench.lane.advance(milliseconds: 25_000)
        socket.send("3")
        bench.lane.advance(milliseconds: 20_000)
        #expect(socket.closeCode == 1000)
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test func pollersOfOneAddressAreCounted() throws {
        let limits = LimitsConfiguration(maxConnectionsPerAddress: 2)
        let bench = try RoomsBench(RoomsFixture.configuration(limits: limits))
        let first = try bench.openPolling()
        _ = try bench.openPolling()
        let refused = try #require(bench.get(RoomsBench.call()))
        #expect(refused.head.status == .tooManyRequests)
        _ = bench.post(first, "1")
        _ = try bench.openPolling()
    }

    @Test func atMostSixteenPacketsInOneAnswer() throws {
        let bench = try RoomsBench()
        let sid = try bench.openPolling()
        _ = bench.post(sid, "40")
        _ = bench.get(RoomsBench.call(sid: sid))
        _ = bench.post(sid, #"42["join","user123"]"#)
        let conversation = try bench.lane.begin("user123")
        for number in 1...20 { try bench.lane.say("\(number)", in: conversation) }
        let counts = (1...2).map { _ in
            bench.get(RoomsBench.call(sid: sid))?.text.split(separator: "\u{1e}").count ?? 0
        }
        #expect(counts == [16, 4])
    }

    @Test func changedRulesEndPolling() throws {
        let bench = try RoomsBench()
        _ = try bench.openPolling()
        bench.hub.adopt(try RoomsFixture.rules(RoomsFixture.configuration(limits: LimitsConfiguration())))
        #expect(bench.hub.sessions.count == 1)
        bench.hub.adopt(try RoomsFixture.rules(RoomsFixture.configuration(.secured)))
        bench.lane.advance(milliseconds: 30_000)
        #expect(bench.hub.sessions.isEmpty)
    }

    @Test(
        arguments: [
            ("User-Agent: Mozilla/5.0 (X11)\r\n", true),
            ("User-Agent: node-XMLHttpRequest\r\n", true),
            ("User-Agent: okhttp/4.12\r\n", true),
            ("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", true),
            ("User-Agent: python-requests/2.31\r\n", false),
            ("User-Agent: Python/3.11 aiohttp/3.9\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", false),
            ("User-Agent: Dart/3.4 (dart:io)\r\n", false),
            ("", false),
        ]
    )
    func offsetsAreForClientsThatBearThem(_ fields: String, _ takes: Bool) throws {
        let head = try Self.head("GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        #expect(EngineEndpoint.takesOffsets(head) == takes)
    }

    @Test(
        arguments: [
            ("/socket.io/?EIO=4", "", true), ("/socket.io", "", true), ("/rooms/socket.io/", "/rooms", true),
            ("/rooms/socket.io/", "", false), ("/api/chat/history/socket.io", "", false), ("/socket.io/x", "", false),
            ("/", "", false),
        ]
    )
    func enginePath(_ target: String, _ prefix: String, _ isEngine: Bool) throws {
        let head = try Self.head("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(EngineErrors.isEnginePath(head, prefix: prefix, "/socket.io") == isEngine)
    }

    private static func head(_ text: String) throws -> RequestHead {
        var parser = HTTPRequestParser(limits: HTTPLimits())
        var offset = 0
        guard case .head(let head) = parser.parse(Array(text.utf8).span, from: &offset) else {
            throw Rejection(.malformed, "no head")
        }
        return head
    }
}

extension ReceivedMessage {
    init(text: String) {
        self.text = text
        offset = nil
    }
}
