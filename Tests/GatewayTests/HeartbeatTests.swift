import Core
import Testing

/// Pings every 25 seconds, and 60 seconds of patience with who is silent, on a clock that the test moves.
struct HeartbeatTests {
    private let clock = ManualClock()
    private let gateway: TestGateway
    private let guest: ExampleGuest

    init() throws {
        gateway = try TestGateway(clock: clock)
        guest = try ExampleGuest(gateway.client(), "t1")
        try guest.begin("Hello")
    }

    private func open() throws -> WebSocketClient {
        try WebSocketClient(gateway.client(), "/example/threads/t1/live")
    }

    /// Lets time pass, and the tenant's lane notice it.
    private func wait(until seconds: Int64, from start: inout Int64) throws {
        clock.advance(milliseconds: (seconds - start) * 1000)
        start = seconds
        _ = try gateway.client().get("/example/threads/t1/lines")
    }

    @Test func whoIsSilentIsPingedAndThenDropped() throws {
        let socket = try open()
        var now: Int64 = 0
        try wait(until: 24, from: &now)
        for moment in [25, 50] as [Int64] {
            try wait(until: moment, from: &now)
            #expect(try socket.signal() == .ping)
        }
        try wait(until: 59, from: &now)
        try wait(until: 60, from: &now)
        #expect(try socket.signal() == .close(1001))
    }

    @Test func anySignOfLifeCounts() throws {
        let socket = try open()
        var now: Int64 = 0
        try wait(until: 25, from: &now)
        #expect(try socket.signal() == .ping)
        try wait(until: 30, from: &now)
        try socket.pong()
        try wait(until: 31, from: &now)
        for moment in [50, 75] as [Int64] {
            try wait(until: moment, from: &now)
            #expect(try socket.signal() == .ping)
        }
        try wait(until: 89, from: &now)
        try wait(until: 92, from: &now)
        #expect(try socket.signal() == .close(1001))
    }

    /// A minute of grace and half a minute of leeway behind the token's end.
    @Test(arguments: ["/ws/live-chat?admin=true", "/ws/chat/"]) func aSocketEndsWithItsToken(_ path: String) throws {
        let now = clock.nowUnixMilliseconds / 1000
        let token = TestTenant.token("agent123", role: "admin", expiry: now + 10)
        var path = path
        if path.hasSuffix("/") {
            let created = try gateway.client().send("POST", "/api/chat/sessions", "{}", bearer: TestTenant.token("u1"))
            path += try created.json["id"]?.string ?? ""
        }
        let socket = try WebSocketClient(gateway.client(), path, bearer: token)
        #expect(socket.status == 101)
        var seconds: Int64 = 0
        for moment in [25, 50, 75] as [Int64] {
            try wait(until: moment, from: &seconds)
            #expect(try socket.signal() == .ping)
            try socket.pong()
            _ = try gateway.client().get("/example/threads/t1/lines")
        }
        try wait(until: 99, from: &seconds)
        try wait(until: 101, from: &seconds)
        var signal = try socket.signal()
        if signal == .ping { signal = try socket.signal() }
        #expect(signal == .close(4401))
    }
}
