import Synchronization

@testable import Core

/// A receiver of webhooks on a port of its own that behaves as it is told, one connection after the other.
final class WebhookTestReceiver: Sendable {
    /// What it does with a request.
    enum Behaviour: Sendable {
        case status(Int)
        /// Answers after so many milliseconds.
        case slow(Int)
        /// Sends a byte of its answer every so often, without an end.
        case drip(milliseconds: Int)
        /// Never answers.
        case hang
        /// Resets the connection when the request has come.
        case reset
        /// Closes without an answer.
        case close
        case redirect(String)
        case garbage
        /// A head without end.
        case endless
    }

    /// A request that came.
    struct Received: Sendable {
        let target: String
        let fields: [String: String]
        let body: [UInt8]

        var id: String { fields["webhook-id"] ?? "" }

        var type: String {
            get throws { try JSONDocument(parsing: body).root["type"]?.string ?? "" }
        }

        var content: String {
            get throws { try JSONDocument(parsing: body).root["data"]?["message"]?["content"]?.string ?? "" }
        }
    }

    let port: UInt16
    private let listener: FileDescriptor
    private let script: Mutex<[Behaviour]>
    private let received = BlockingQueue<Received>()
    private let release = BlockingQueue<Bool>()
    private let isStopped = Atomic(false)
    private let thread = Mutex<LoopThread?>(nil)
    private let tls: TLSServerContext?

    /// Follows the script, then answers 200.
    init(_ script: [Behaviour] = [], tls: TLSServerContext? = nil) throws {
        self.script = Mutex(script)
        self.tls = tls
        let listener = try Sockets.listenTCP(host: "127.0.0.1", port: 0)
        try listener.setNonBlocking(false)
        port = try Sockets.localPort(listener)
        self.listener = listener
        let started = try LoopThread.start(name: "receiver") { [self] in run() }
        thread.withLock { $0 = started }
    }

    var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)/hook?brand=acme" }

    /// The next request, waited for.
    func next(timeoutMilliseconds: Int = 10_000) -> Received? {
        if case .element(let request) = received.pop(timeoutMilliseconds: timeoutMilliseconds) { return request }
        return nil
    }

    /// How many requests wait to be looked at.
    var pendingCount: Int { received.count }

    /// Ends what hangs, and the thread.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        release.close()
        // The thread waits in `accept`: a connection wakes it.
        if let poke = try? Sockets.connect(to: SocketAddress(.loopbackIPv4, port: port), timeoutMilliseconds: 1000) {
            try? poke.close()
        }
        thread.withLock { $0 }?.join()
    }

    private func run() {
        while !isStopped.load(ordering: .acquiring) {
            guard case .accepted(let socket, _) = Sockets.accept(listener) else { continue }
            guard !isStopped.load(ordering: .acquiring) else { return }
            do {
                try socket.setNonBlocking(false)
                try Sockets.setTimeouts(socket, milliseconds: 10_000)
                try serve(socket)
            } catch {
                // The client has gone, as some of the tests want it to.
                continue
            }
        }
    }

    private func serve(_ socket: consuming FileDescriptor) throws {
        var line = ReceiverLine(socket, tls: try tls.map { try TLSEnd(TLSStream(server: $0)) })
        guard let request = try read(&line) else { return }
        let behaviour = script.withLock { $0.isEmpty ? .status(200) : $0.removeFirst() }
        _ = received.push(request)
        switch behaviour {
        case .status(let code): try line.send("HTTP/1.1 \(code) Status\r\nContent-Length: 0\r\n\r\n")
        case .slow(let milliseconds):
            _ = release.pop(timeoutMilliseconds: milliseconds)
            try line.send("HTTP/1.1 204 No Content\r\n\r\n")
        case .drip(let milliseconds):
            while case .timedOut = release.pop(timeoutMilliseconds: milliseconds) { try line.send("H") }
        case .hang: _ = release.pop()
        case .reset: try line.reset()
        case .close: break
        case .redirect(let target):
            try line.send("HTTP/1.1 302 Found\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
        case .garbage: try line.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")
        case .endless:
            try line.send("HTTP/1.1 200 OK\r\n")
            while true { try line.send("X-Filler: " + String(repeating: "x", count: 1000) + "\r\n") }
        }
    }

    private func read(_ line: inout ReceiverLine) throws -> Received? {
        var parser = HTTPRequestParser(limits: HTTPLimits())
        var head: RequestHead?
        var body: [UInt8] = []
        while true {
            guard let bytes = try line.receive() else { return nil }
            var offset = 0
            while true {
                let event = parser.parse(bytes.span, from: &offset)
                if case .needMore = event { break }
                switch event {
                case .head(let received):
                    head = received
                    _ = parser.acceptBody(limit: 1 << 20)
                case .body(let range): body += bytes[range]
                case .end:
                    guard let head else { return nil }
                    let fields = head.fields.map { ($0.name.lowercased(), $0.value) }
                    let target = String(decoding: head.bytes.prefix { $0 != 13 }, as: UTF8.self)
                    return Received(
                        target: target,
                        fields: Dictionary(fields, uniquingKeysWith: { first, _ in first }),
                        body: body
                    )
                case .needMore, .violation: return nil
                }
            }
        }
    }
}

/// A connection of the receiver, in clear or with TLS.
private struct ReceiverLine: ~Copyable {
    private struct Gone: Error {}

    private let socket: FileDescriptor
    private let tls: TLSEnd?

    init(_ socket: consuming FileDescriptor, tls: TLSEnd?) {
        self.socket = socket
        self.tls = tls
    }

    /// The next bytes; nil at the end.
    mutating func receive() throws -> [UInt8]? {
        while true {
            var bytes: [UInt8] = []
            guard case .processed = socket.receive(appendingTo: &bytes) else { return nil }
            guard let tls else { return bytes }
            try tls.receive(bytes)
            try write(tls.takeOutgoing())
            let plaintext = try tls.readAll().bytes
            if !plaintext.isEmpty { return plaintext }
        }
    }

    mutating func send(_ text: String) throws {
        guard let tls else { return try write(Array(text.utf8)) }
        try tls.write(Array(text.utf8))
        try write(tls.takeOutgoing())
    }

    func reset() throws { try Sockets.resetOnClose(socket) }

    private func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            guard case .processed(let count) = socket.send(bytes.span.extracting(sent...)) else { throw Gone() }
            sent += count
        }
    }
}
