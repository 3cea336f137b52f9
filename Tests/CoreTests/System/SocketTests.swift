import Core
import Glibc
import Testing

@Suite struct SocketTests {
    @Test(arguments: [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1")])
    func acceptsAndExchangesBytes(host: String, peer: String) throws {
        let listener = try Sockets.listenTCP(host: host, port: 0)
        guard case .wouldBlock = Sockets.accept(listener) else {
            Issue.record("nobody has connected yet")
            return
        }
        let port = try Sockets.localPort(listener)
        #expect(port != 0)
        let target = SocketAddress(try #require(PeerAddress(peer)), port: port)
        let client = try Sockets.connect(to: target, timeoutMilliseconds: 5000)
        #expect(try Sockets.wait(for: .readable, on: listener, timeoutMilliseconds: 5000))
        switch Sockets.accept(listener) {
        case .accepted(let server, let address):
            #expect(address.address.description == peer)
            #expect(address.port == (try Sockets.localPort(client)))
            #expect(address.address.isLoopback)
            try Sockets.setNoDelay(server)
            #expect(client.send([1, 2, 3].span) == .processed(3))
            try Sockets.shutdownWrite(client)
            #expect(try readAll(server) == [1, 2, 3])
            var none: [UInt8] = []
            #expect(server.receive(appendingTo: &none) == .endOfFile)
            #expect(server.send([9].span) == .processed(1))
            #expect(try readAll(client, count: 1) == [9])
        default:
            Issue.record("no connection")
        }
    }

    @Test func dualStackListenerSeesIPv4AsIPv4() throws {
        let listener = try Sockets.listenTCP(host: "::", port: 0)
        let target = SocketAddress(.loopbackIPv4, port: try Sockets.localPort(listener))
        let client = try Sockets.connect(to: target, timeoutMilliseconds: 5000)
        #expect(try Sockets.wait(for: .readable, on: listener, timeoutMilliseconds: 5000))
        guard case .accepted(_, let peer) = Sockets.accept(listener) else {
            Issue.record("no connection")
            return
        }
        #expect(peer.address == .loopbackIPv4)
        #expect(try Sockets.localPort(client) == peer.port)
    }

    @Test func takenPortSaysSo() throws {
        let first = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        let port = try Sockets.localPort(first)
        let error = #expect(throws: SystemError.self) { _ = try Sockets.listenTCP(host: "127.0.0.1", port: port) }
        #expect(error?.isAddressInUse == true)
        #expect(error?.description.hasSuffix("127.0.0.1:\(port): Address already in use") == true)
    }

    @Test(arguments: ["", "example.org", "1.2.3", "127.0.0.1 ", "[127.0.0.1]"])
    func onlyLiteralsAreListenedOn(host: String) {
        #expect(throws: SystemError.self) { _ = try Sockets.listenTCP(host: host, port: 0) }
    }

    @Test func refusedConnectionIsAnError() throws {
        let listener = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        let target = SocketAddress(.loopbackIPv4, port: try Sockets.localPort(listener))
        try listener.close()
        let error = #expect(throws: SystemError.self) { _ = try Sockets.connect(to: target, timeoutMilliseconds: 5000) }
        #expect(error?.code == ECONNREFUSED)
    }

    @Test func backgroundConnectionCompletes() throws {
        let listener = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        let client = try Sockets.connect(to: SocketAddress(.loopbackIPv4, port: try Sockets.localPort(listener)))
        #expect(try Sockets.wait(for: .writable, on: client, timeoutMilliseconds: 5000))
        #expect(try Sockets.connectionError(client) == 0)
    }

    @Test func blockingReadEndsWithItsTimeout() throws {
        let pair = try Sockets.makePair(nonBlocking: false)
        try Sockets.setTimeouts(pair.first, milliseconds: 5)
        var bytes: [UInt8] = []
        #expect(pair.first.receive(appendingTo: &bytes) == .wouldBlock)
    }

    @Test func sendingToAClosedPeerIsAValue() throws {
        let pair = try Sockets.makePair()
        let result = pair.split { first, second in
            _ = consume second
            return first.send([1].span)
        }
        #expect(result == .failed(EPIPE))
    }

    @Test func readBufferHoldsTheLastRead() throws {
        let pair = try Sockets.makePair()
        let buffer = ReadBuffer(capacity: 4)
        #expect(buffer.capacity == 4)
        #expect(pair.first.receive(into: buffer) == .wouldBlock)
        #expect(buffer.count == 0)
        #expect(pair.second.send([1, 2, 3, 4, 5, 6].span) == .processed(6))
        #expect(pair.first.receive(into: buffer) == .processed(4))
        #expect(buffer.withSpan { $0.count == 4 && $0[0] == 1 && $0[3] == 4 })
        #expect(pair.first.receive(into: buffer) == .processed(2))
        #expect(buffer.copy(0..<2) == [5, 6])
        buffer.clear()
        #expect(buffer.withSpan { $0.isEmpty })
        try Sockets.shutdownWrite(pair.second)
        #expect(pair.first.receive(into: buffer) == .endOfFile)
    }

    @Test func descriptorsCloseWithTheirOwner() throws {
        let pair = try Sockets.makePair()
        var bytes: [UInt8] = []
        let ended = pair.split { first, second in
            let number = second.take()
            #expect(first.receive(appendingTo: &bytes) == .wouldBlock)
            _ = FileDescriptor(taking: number)
            return first.receive(appendingTo: &bytes)
        }
        #expect(ended == .endOfFile)
        let copy = try Sockets.makePair().first.duplicate()
        #expect(copy.raw >= 0)
        try copy.close()
        #expect(throws: SystemError(code: EBADF, operation: "close")) { try FileDescriptor(taking: -1).close() }
    }

    @Test func resolvesLiteralsAndLocalNames() throws {
        #expect(try Sockets.resolve("192.0.2.7").map(\.description) == ["192.0.2.7"])
        #expect(try Sockets.resolve("localhost").allSatisfy { $0.isLoopback })
        let error = #expect(throws: SystemError.self) { _ = try Sockets.resolve("name with spaces.invalid") }
        #expect(error?.description.hasPrefix("resolve name with spaces.invalid: ") == true)
        #expect(throws: SystemError.self) { _ = try Sockets.resolve("localhost\0.example") }
    }
}
