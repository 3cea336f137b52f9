import Core
import Glibc
import Testing

@Suite struct OutputQueueTests {
    @Test func anEmptyQueueIsSmallAndDone() throws {
        let pair = try Sockets.makePair()
        var queue = OutputQueue()
        #expect(MemoryLayout<OutputQueue>.size <= 24)
        #expect(queue.isEmpty && queue.isEmpty && queue.count == 0)
        #expect(queue.flush(to: pair.first) == .drained(0))
        queue.append([])
        let isEmpty = queue.isEmpty
        #expect(isEmpty)
    }

    @Test(arguments: [1, 2, 63, 64, 65, 200, 1000])
    func manyChunksKeepTheirOrder(chunks: Int) throws {
        let pair = try Sockets.makePair()
        var queue = OutputQueue()
        var expected: [UInt8] = []
        for index in 0..<chunks {
            let chunk = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: index % 5 + 1)
            queue.append(chunk)
            expected += chunk
        }
        #expect(queue.count == expected.count)
        #expect(queue.byteCount == expected.count)
        #expect(queue.flush(to: pair.first) == .drained(expected.count))
        #expect(queue.isEmpty && queue.count == 0)
        #expect(try readAll(pair.second, count: expected.count) == expected)
    }

    @Test func aFullSocketBlocksAndGoesOn() throws {
        let pair = try Sockets.makePair()
        var queue = OutputQueue()
        var expected: [UInt8] = []
        for index in 0..<300 {
            let chunk = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 9973)
            queue.append(chunk)
            expected += chunk
        }
        var received: [UInt8] = []
        var sent = 0
        var blocks = 0
        loop: while true {
            switch queue.flush(to: pair.first) {
            case .blocked(let count):
                sent += count
                blocks += 1
                #expect(queue.count == expected.count - sent)
                while case .processed = pair.second.receive(appendingTo: &received, limit: 65_536) {}
            case .drained(let count):
                sent += count
                break loop
            case .yielded(let count): sent += count
            case .failed(let code): throw SystemError(code: code, operation: "flush")
            }
        }
        #expect(blocks > 0)
        #expect(sent == expected.count)
        received += try readAll(pair.second, count: expected.count - received.count)
        #expect(received == expected)
    }

    @Test func filesAreSentBetweenBytes() throws {
        let scratch = try ScratchDirectory()
        let contents = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let file = try FileReference(path: try scratch.make("picture", contents))
        #expect(file.size == 200_000)
        let listener = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        let address = SocketAddress(.loopbackIPv4, port: try Sockets.localPort(listener))
        let client = try Sockets.connect(to: address, timeoutMilliseconds: 5000)
        #expect(try Sockets.wait(for: .readable, on: listener, timeoutMilliseconds: 5000))
        guard case .accepted(let server, _) = Sockets.accept(listener) else {
            Issue.record("no connection")
            return
        }
        var queue = OutputQueue()
        queue.append(Array("head".utf8))
        queue.append(file: file, offset: 10, length: 199_000)
        queue.append(file: file, offset: 0, length: 0)
        queue.append(Array("tail".utf8))
        queue.append(file: file, offset: 0, length: 3)
        let expected = Array("head".utf8) + contents[10..<199_010] + Array("tail".utf8) + contents[..<3]
        #expect(queue.count == expected.count)
        #expect(queue.byteCount == 8)
        try client.setNonBlocking(true)
        var received: [UInt8] = []
        var yields = 0
        while !queue.isEmpty {
            if case .failed(let code) = queue.flush(to: server, limit: 50_000) {
                throw SystemError(code: code, operation: "flush")
            }
            yields += 1
            while case .processed = client.receive(appendingTo: &received, limit: 65_536) {}
        }
        #expect(yields >= 4)
        received += try readAll(client, count: expected.count - received.count)
        #expect(received == expected)
    }

    @Test func aFileThatWasCutBreaksTheConnection() throws {
        let scratch = try ScratchDirectory()
        let file = try FileReference(path: try scratch.make("short", [1, 2, 3]))
        let pair = try Sockets.makePair()
        var queue = OutputQueue()
        queue.append(file: file, offset: 0, length: 10)
        #expect(queue.flush(to: pair.first) == .failed(EIO))
        #expect(throws: SystemError.self) {
            while try queue.take(upTo: 100) != nil {}
        }
        queue.removeAll()
        let isEmpty = queue.isEmpty
        #expect(isEmpty)
    }

    @Test(arguments: [1, 2, 3, 5, 7, 100])
    func takingGivesTheSameBytes(limit: Int) throws {
        let scratch = try ScratchDirectory()
        let file = try FileReference(path: try scratch.make("file", [10, 11, 12, 13, 14]))
        var queue = OutputQueue()
        queue.append([1, 2, 3])
        queue.append([4])
        queue.append(file: file, offset: 1, length: 4)
        queue.append([5, 6])
        var taken: [UInt8] = []
        while let piece = try queue.take(upTo: limit) {
            #expect(piece.count <= limit)
            taken += piece
            let left = queue.count
            #expect(left == 10 - taken.count)
        }
        #expect(taken == [1, 2, 3, 4, 11, 12, 13, 14, 5, 6])
    }

    @Test func aClosedPeerFails() throws {
        let pair = try Sockets.makePair()
        let result = pair.split { first, second in
            _ = consume second
            var queue = OutputQueue()
            queue.append([1])
            queue.append([2])
            return queue.flush(to: first)
        }
        #expect(result == .failed(EPIPE))
    }
}
