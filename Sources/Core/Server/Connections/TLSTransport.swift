/// TLS between a connection's socket and its plain bytes.
struct TLSTransport: ~Copyable {
    enum Received {
        case open
        case closedByPeer
        case failed
    }

    private var stream: TLSStream
    private var outgoing = OutputQueue()

    init(_ context: TLSServerContext) throws(TLSError) {
        stream = try TLSStream(server: context)
    }

    init(_ stream: consuming TLSStream) {
        self.stream = stream
    }

    /// The TLS state alone, for another lane; to be taken when everything is sent.
    consuming func takeStream() -> TLSStream { stream }

    /// Ciphertext waits to be sent: handshake messages or an alert.
    var hasOutgoing: Bool { stream.hasOutgoing || !outgoing.isEmpty }

    /// Tells the peer that nothing follows, so that it can tell the end from a cut. Whether that is to be sent now.
    mutating func announceEnd() -> Bool {
        stream.close()
        return stream.hasOutgoing
    }

    /// Decrypts what came.
    mutating func receive(_ ciphertext: Span<UInt8>, into plaintext: inout [UInt8]) -> Received {
        do throws(TLSError) {
            try stream.receive(ciphertext)
            while true {
                switch try stream.read(into: &plaintext) {
                case .bytes: continue
                case .wantsInput: return .open
                case .closedByPeer: return .closedByPeer
                }
            }
        } catch {
            return .failed
        }
    }

    /// Encrypts queued output as far as the socket takes it: never more than a little ahead of it.
    mutating func flush(_ output: inout OutputQueue, to descriptor: borrowing FileDescriptor) -> FlushResult {
        var sent = 0
        while true {
            if stream.hasOutgoing { outgoing.append(stream.takeOutgoing()) }
            switch outgoing.flush(to: descriptor) {
            case .drained(let count): sent += count
            case .blocked(let count): return .blocked(sent + count)
            case .yielded(let count): return .yielded(sent + count)
            case .failed(let code): return .failed(code)
            }
            guard stream.state == .established || stream.state == .closedByPeer else { return .drained(sent) }
            if sent >= 1 << 20, !output.isEmpty { return .yielded(sent) }
            do {
                guard let piece = try output.take(upTo: TLSStream.maximumRecordLength) else { return .drained(sent) }
                try stream.write(piece.span)
            } catch {
                return .failed(0)
            }
        }
    }
}
