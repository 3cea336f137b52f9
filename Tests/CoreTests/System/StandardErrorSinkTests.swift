import Testing

@testable import Core

/// A log whose reader is slow, away, or gone.
struct StandardErrorSinkTests {
    private func lines(_ count: Int) -> [String] {
        (0..<count).map { "line \($0) " + String(repeating: "x", count: $0 % 300) + "\n" }
    }

    private func read(_ count: Int, from socket: borrowing FileDescriptor) throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < count {
            switch socket.receive(appendingTo: &bytes) {
            case .processed: continue
            case .wouldBlock: Scheduling.yield()
            default: return "the other side is gone"
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [false, true]) func nobodyWaitsForAReaderWhoComesLate(_ isNonBlocking: Bool) throws {
        let pair = try Sockets.makePair(nonBlocking: isNonBlocking)
        let sink = StandardErrorSink(descriptor: pair.first.raw)
        let lines = lines(5_000)
        for line in lines { sink.write(Array(line.utf8)) }
        sink.flush(milliseconds: 50)
        let expected = lines.joined()
        #expect(try read(expected.utf8.count, from: pair.second) == expected)
        sink.flush(milliseconds: 10_000)
        sink.write(Array("at once again\n".utf8))
        #expect(try read(14, from: pair.second) == "at once again\n")
    }

    @Test func whatIsTooMuchIsCounted() throws {
        let pair = try Sockets.makePair(nonBlocking: false)
        let sink = StandardErrorSink(descriptor: pair.first.raw, limit: 10_000)
        let lines = lines(20_000)
        for line in lines { sink.write(Array(line.utf8)) }
        // Whole lines, in order, with each gap told at its place.
        var next = 0
        var gaps = 0
        var received: [UInt8] = []
        while next < lines.count {
            guard let end = received.firstIndex(of: 0x0a) else {
                guard case .processed = pair.second.receive(appendingTo: &received) else { break }
                continue
            }
            let line = String(decoding: received[...end], as: UTF8.self)
            received.removeFirst(end + 1)
            if line.hasPrefix("("), let count = line.dropFirst().split(separator: " ").first.flatMap({ Int($0) }) {
                next += count
                gaps += 1
            } else {
                try #require(line == lines[next])
                next += 1
            }
        }
        #expect(next == lines.count)
        #expect(gaps > 0)
    }
}
