import Testing

@testable import Core

@Suite("TLS between two ends in memory")
struct TLSStreamTests {
    @Test("Handshake, plaintext both ways, close", arguments: [1, 2, 7, 100, 1_399, Int.max])
    func conversation(piece: Int) throws {
        let pair = try TLSPair()
        #expect(pair.client.state == .handshaking)
        try pair.settle(piece: piece)
        #expect(pair.client.state == .established)
        #expect(pair.server.state == .established)
        #expect(pair.server.applicationProtocol == "http/1.1")
        #expect(pair.client.applicationProtocol == "http/1.1")
        #expect(pair.client.version == "TLSv1.3")

        let large = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try pair.client.write(Array("GET / HTTP/1.1\r\n".utf8))
        try pair.server.write(large)
        try pair.settle(piece: piece)
        let request = try pair.server.readAll()
        #expect(request.bytes == Array("GET / HTTP/1.1\r\n".utf8))
        #expect(request.end == .wantsInput)
        #expect(try pair.client.readAll().bytes == large)

        pair.server.close()
        pair.server.close()
        try pair.settle(piece: piece)
        #expect(try pair.client.readAll().end == .closedByPeer)
        #expect(pair.client.state == .closedByPeer)
        // The other direction stays open.
        try pair.client.write([1, 2, 3])
        pair.client.close()
        try pair.settle(piece: piece)
        let rest = try pair.server.readAll()
        #expect(rest.bytes == [1, 2, 3])
        #expect(rest.end == .closedByPeer)
        #expect(throws: TLSError.closed) { try pair.server.write([1]) }
    }

    @Test("Every flight of the handshake split at every byte")
    func splitHandshake() throws {
        var split = 1
        var splitsSomething = true
        while splitsSomething {
            splitsSomething = false
            let pair = try TLSPair()
            while pair.client.hasOutgoing || pair.server.hasOutgoing {
                let toServer = pair.client.takeOutgoing()
                splitsSomething = splitsSomething || split < toServer.count
                try pair.server.receive(toServer, split: split)
                let toClient = pair.server.takeOutgoing()
                splitsSomething = splitsSomething || split < toClient.count
                try pair.client.receive(toClient, split: split)
            }
            try #require(pair.client.state == .established && pair.server.state == .established, "split at \(split)")
            split += 1
        }
        #expect(split > 500)
    }

    @Test(
        "Names and addresses of the certificate are accepted",
        arguments: ["localhost", "a.shop.example", "127.0.0.1", "::1"]
    )
    func rightHost(host: String) throws {
        let pair = try TLSPair(host: host)
        try pair.settle()
        #expect(pair.client.state == .established)
    }

    @Test(
        "Others are refused",
        arguments: ["example.org", "localhost.example", "a.b.shop.example", "127.0.0.2", "::2"]
    )
    func wrongHost(host: String) throws {
        let pair = try TLSPair(host: host)
        let error = #expect(throws: TLSError.self) { try pair.settle() }
        guard case .certificate = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(pair.client.state == .failed)
        // The alert tells the server.
        #expect(pair.client.hasOutgoing)
        #expect(throws: TLSError.self) { try pair.server.receive(pair.client.takeOutgoing()) }
        #expect(pair.server.state == .failed)
        #expect(throws: TLSError.closed) { try pair.client.receive([1]) }
        #expect(throws: TLSError.closed) { try pair.client.write([1]) }
    }

    @Test("A host must be named", arguments: ["", "a\0b"])
    func noHost(host: String) throws {
        #expect(throws: TLSError.configuration("no host name")) { _ = try TLSPair(host: host) }
    }

    @Test("An unknown authority is refused, the system's store too")
    func unknownAuthority() throws {
        for context in [try TLSFixture.shared().stranger, try TLSClientContext()] {
            let pair = try TLSPair(client: context)
            let error = #expect(throws: TLSError.self) { try pair.settle() }
            guard case .certificate = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("Files that do not fit are named")
    func refusedFiles() throws {
        let words = ["key values mismatch", "absent.pem: No such file or directory", "encrypted.key: ", "rsa.pem: "]
        let refusals = try TLSFixture.shared().refusals
        #expect(refusals.count == words.count)
        for (refusal, words) in zip(refusals, words) {
            guard case .configuration(let text) = refusal else {
                Issue.record("\(String(describing: refusal))")
                continue
            }
            #expect(text.contains(words), "\(text)")
        }
    }

    @Test("A record damaged at any byte gives no plaintext")
    func damagedRecord() throws {
        let recordLength = 5 + 5 + 1 + 16  // header, plaintext, content type, tag (RFC 8446, section 5.2)
        for index in 0..<recordLength {
            let pair = try TLSPair()
            try pair.settle()
            try pair.client.write(Array("hello".utf8))
            var record = pair.client.takeOutgoing()
            try #require(record.count == recordLength)
            record[index] ^= 1
            var plaintext: [UInt8] = []
            do throws(TLSError) {
                try pair.server.receive(record)
                let outcome = try pair.server.read(into: &plaintext, limit: 100)
                // A longer length waits for the rest.
                #expect(outcome == .wantsInput)
            } catch {
                #expect(pair.server.state == .failed)
            }
            #expect(plaintext.isEmpty)
        }
    }

    @Test(
        "What is not TLS is refused",
        arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}\0\u{4}\u{7}\0\0\0", "SSH-2.0-x\r\n"]
    )
    func otherProtocols(bytes: String) throws {
        let server = TLSEnd(try TLSStream(server: try TLSFixture.shared().server))
        #expect(throws: TLSError.self) { try server.receive(Array(bytes.utf8)) }
        #expect(server.state == .failed)
    }

    @Test("Nothing is written before the handshake is over, and a cut shows")
    func earlyAndCut() throws {
        let pair = try TLSPair()
        #expect(throws: TLSError.notEstablished) { try pair.client.write([1]) }
        try pair.settle()
        try pair.server.write([1, 2])
        let record = pair.server.takeOutgoing()
        try pair.client.receive(Array(record.dropLast()))
        #expect(try pair.client.readAll().end == .wantsInput)
        #expect(pair.client.state == .established)  // not closedByPeer: the peer never said so
    }

    @Test("A limit is kept and the rest comes next")
    func readLimit() throws {
        let pair = try TLSPair()
        try pair.settle()
        try pair.client.write(Array(0..<100))
        try pair.settle()
        var plaintext: [UInt8] = [255]
        #expect(try pair.server.read(into: &plaintext, limit: 30) == .bytes(30))
        #expect(try pair.server.read(into: &plaintext, limit: 100) == .bytes(70))
        #expect(try pair.server.read(into: &plaintext, limit: 100) == .wantsInput)
        #expect(plaintext == [255] + Array(0..<100))
    }

    @Test("A connection goes on on another thread")
    func movedToAnotherThread() async throws {
        let fixture = try TLSFixture.shared()
        let client = TLSEnd(try TLSStream(client: fixture.client, host: "localhost"))
        var server = try TLSStream(server: fixture.server)
        try server.receive(client.takeOutgoing().span)
        try client.receive(server.takeOutgoing())
        try client.write([7])
        #expect(try await Self.readElsewhere(server, client.takeOutgoing()) == [7])
    }

    @concurrent
    private static func readElsewhere(_ stream: consuming TLSStream, _ records: [UInt8]) async throws -> [UInt8] {
        var stream = stream
        try stream.receive(records.span)
        return try TLSEnd.readAll(&stream).bytes
    }
}
