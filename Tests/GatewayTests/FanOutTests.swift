import Core
import Testing

/// One conversation that many sockets follow, told more quickly than they read.
struct FanOutTests {
    /// So many that several events gather for a socket; tests run beside each other and share the descriptors.
    private static let count = 80

    @Test func everySocketGetsEverythingOnceAndInOrder() throws {
        let gateway = try TestGateway()
        let guest = try ExampleGuest(gateway.client(), "t1")
        try guest.begin("Hello")
        let sockets = try (0..<Self.count).map { _ in
            try WebSocketClient(gateway.client(), "/example/threads/t1/live")
        }
        let sent = (0..<60).map { "line \($0)" }
        for text in sent { #expect(try guest.send(text) == 201) }
        let expected = sent.map { #"{"by":"guest","text":"\#($0)"}"# }
        for socket in sockets {
            let told = try sent.map { _ in try socket.text() }
            #expect(told == expected)
        }
        // With all of that read, the next one arrives as well.
        #expect(try guest.send("last") == 201)
        for socket in sockets { #expect(try socket.text() == #"{"by":"guest","text":"last"}"#) }
    }
}
