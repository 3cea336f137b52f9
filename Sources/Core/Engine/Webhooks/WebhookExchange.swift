/// One attempt: connects, posts, and reads the answer's head. Blocks, within the time it was given.
struct WebhookExchange {
    let network: WebhookNetwork
    let settings: WebhookSettings
    let clock: any Clock
    /// Nil for a receiver without TLS.
    let tls: TLSClientContext?

    /// Posts and returns when the receiver has accepted with a 2xx; throws for everything else.
    ///
    /// The answer's head decides and nothing behind it is read, so that no answer is too long. Redirects are not
    /// followed: they are failures like any other status.
    func post(_ request: [UInt8], to target: WebhookTarget, allowsPrivate: Bool) throws {
        let address = try network.address(of: target, allowsPrivate: allowsPrivate)
        let socket = try network.connect(address, settings.connectMilliseconds)
        var stream = ByteStream(
            socket,
            tls: try makeTLS(target),
            deadline: clock.nowMonotonicMilliseconds + Int64(settings.answerMilliseconds),
            clock: clock
        )
        try stream.open()
        try stream.write(request)
        let status = try readStatus(&stream)
        guard (200...299).contains(status.code) else {
            throw WebhookFailure("answered \(status.code)")
        }
    }

    private func makeTLS(_ target: WebhookTarget) throws -> TLSStream? {
        guard let tls else { return nil }
        return try TLSStream(client: tls, host: target.host)
    }

    private func readStatus(_ stream: inout ByteStream) throws -> HTTPStatus {
        var parser = HTTPResponseParser()
        while true {
            var bytes: [UInt8] = []
            let isOpen = try stream.read(into: &bytes)
            var offset = 0
            switch isOpen ? parser.parse(bytes.span, from: &offset) : parser.finish() {
            case .head(let head): return head.status
            case .needMore: continue
            case .violation, .body, .end:
                throw WebhookFailure(isOpen ? "answered with something other than HTTP" : "closed without an answer")
            }
        }
    }
}

/// A blocking socket with or without TLS, and the moment by which all must be over.
private struct ByteStream: ~Copyable {
    private static let timeout = WebhookFailure("no answer in time")

    private let socket: FileDescriptor
    private var tls: TLSStream?
    private let deadline: Int64
    private let clock: any Clock

    init(_ socket: consuming FileDescriptor, tls: consuming TLSStream?, deadline: Int64, clock: any Clock) {
        self.socket = socket
        self.tls = tls
        self.deadline = deadline
        self.clock = clock
    }

    /// Shakes hands, where TLS is spoken.
    mutating func open() throws {
        guard tls != nil else { return }
        try flush()
        while tls?.state == .handshaking { try exchangeHandshake() }
    }

    private mutating func exchangeHandshake() throws {
        var ciphertext: [UInt8] = []
        guard try receive(into: &ciphertext) else { throw WebhookFailure("closed during the TLS handshake") }
        try tls?.receive(ciphertext.span)
        try flush()
    }

    mutating func write(_ bytes: [UInt8]) throws {
        guard tls != nil else {
            try send(bytes)
            return
        }
        try tls?.write(bytes.span)
        try flush()
    }

    /// Appends what comes next; false when the other side sends no more.
    mutating func read(into bytes: inout [UInt8]) throws -> Bool {
        guard tls != nil else { return try receive(into: &bytes) }
        while true {
            switch try tls?.read(into: &bytes) {
            case .bytes: return true
            case .closedByPeer, nil: return false
            case .wantsInput:
                var ciphertext: [UInt8] = []
                guard try receive(into: &ciphertext) else { return false }
                try tls?.receive(ciphertext.span)
                try flush()
            }
        }
    }

    private mutating func flush() throws {
        while let outgoing = tls?.takeOutgoing(), !outgoing.isEmpty { try send(outgoing) }
    }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            try boundNextCall()
            switch socket.send(bytes.span.extracting(sent...)) {
            case .processed(let count): sent += count
            case .wouldBlock: throw Self.timeout
            case .endOfFile: throw WebhookFailure("closed while the request was sent")
            case .failed(let code): throw SystemError(code: code, operation: "send")
            }
        }
    }

    private func receive(into bytes: inout [UInt8]) throws -> Bool {
        try boundNextCall()
        switch socket.receive(appendingTo: &bytes) {
        case .processed: return true
        case .wouldBlock: throw Self.timeout
        case .endOfFile: return false
        case .failed(let code): throw SystemError(code: code, operation: "receive")
        }
    }

    /// Each call may wait for what is left of the whole time, however slowly a receiver drips.
    private func boundNextCall() throws {
        let left = deadline - clock.nowMonotonicMilliseconds
        guard left > 0 else { throw Self.timeout }
        try Sockets.setTimeouts(socket, milliseconds: Int(left))
    }
}
