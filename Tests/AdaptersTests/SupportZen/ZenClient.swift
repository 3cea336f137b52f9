@testable import Core

/// A client of a test server that may be used on any thread.
struct ZenClient: Sendable {
    private struct Broken: Error {}

    let port: UInt16

    /// Sends a read and leaves it at that.
    func begin(_ path: String, bearer: String, fields: [(String, String)] = []) throws -> FileDescriptor {
        let socket = try connect()
        var head = "GET \(path) HTTP/1.1\r\nHost: zen.example\r\nConnection: close\r\n"
        head += "Authorization: Bearer \(bearer)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        try send(Array((head + "\r\n").utf8), socket)
        return socket
    }

    func get(_ path: String, bearer: String, fields: [(String, String)] = []) throws -> ZenGateway.Answer {
        let socket = try begin(path, bearer: bearer, fields: fields)
        return try receive(socket, isHead: false)
    }

    /// Sends a request and reads the whole answer.
    func exchange(_ bytes: [UInt8], isHead: Bool) throws -> ZenGateway.Answer {
        let socket = try connect()
        try send(bytes, socket)
        return try receive(socket, isHead: isHead)
    }

    private func connect() throws -> FileDescriptor {
        try Sockets.connect(to: SocketAddress(.loopbackIPv4, port: port), timeoutMilliseconds: 30_000)
    }

    /// The server may answer and close before it has read everything.
    private func send(_ bytes: [UInt8], _ socket: borrowing FileDescriptor) throws {
        var sent = 0
        while sent < bytes.count, case .processed(let count) = socket.send(bytes.span.extracting(sent...)) {
            sent += count
        }
    }

    private func receive(_ socket: borrowing FileDescriptor, isHead: Bool) throws -> ZenGateway.Answer {
        var parser = HTTPResponseParser(limits: HTTPLimits(body: 32 << 20), requestWasHead: isHead)
        var head: ReceivedResponseHead?
        var body: [UInt8] = []
        while true {
            var piece: [UInt8] = []
            let isOpen: Bool
            switch socket.receive(appendingTo: &piece) {
            case .processed: isOpen = true
            case .endOfFile: isOpen = false
            case .wouldBlock, .failed: throw Broken()
            }
            var offset = 0
            reading: while true {
                switch isOpen ? parser.parse(piece.span, from: &offset) : parser.finish() {
                case .needMore: break reading
                case .head(let received): head = received
                case .body(let range): body += piece[range]
                case .end:
                    guard let head else { throw Broken() }
                    return ZenGateway.Answer(status: Int(head.status.code), head: head, bytes: body)
                case .violation: throw Broken()
                }
            }
        }
    }
}
