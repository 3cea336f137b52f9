import Core
import Synchronization

/// Where a server is and by which name; makes requests on connections of their own, from any thread.
struct TestClient: Sendable {
    let port: UInt16
    let host: String
    /// Takes down everything that is received.
    var transcript: Transcript?

    func connect() throws -> FileDescriptor {
        let socket = try Sockets.connect(to: SocketAddress(.loopbackIPv4, port: port), timeoutMilliseconds: 30_000)
        try Sockets.setTimeouts(socket, milliseconds: 30_000)
        return socket
    }

    func get(_ path: String, bearer: String? = nil) throws -> Answer {
        try HTTPConnection(self).request("GET", path, bearer: bearer)
    }

    func send(_ method: String, _ path: String, _ json: String = "", bearer: String? = nil) throws -> Answer {
        try HTTPConnection(self).request(method, path, bearer: bearer, json: json)
    }

    static func write(_ bytes: [UInt8], to socket: borrowing FileDescriptor) throws {
        var sent = 0
        while sent < bytes.count {
            guard case .processed(let count) = socket.send(bytes.span.extracting(sent...)) else {
                throw Broken("a connection takes nothing more")
            }
            sent += count
        }
    }
}

/// Everything that some clients were shown.
final class Transcript: Sendable {
    private let texts = Mutex<[String]>([])

    func note(_ text: String) { texts.withLock { $0.append(text) } }

    var text: String { texts.withLock { $0.joined(separator: "\n") } }
}

/// An answer as a client got it.
struct Answer {
    let status: Int
    let head: ReceivedResponseHead
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var json: JSONValue {
        get throws { try JSONDocument(parsing: bytes).root }
    }

    /// Itself, if its status is the wanted one.
    @discardableResult
    func expecting(_ status: Int) throws -> Answer {
        guard self.status == status else { throw Broken("\(self.status) instead of \(status): \(text)") }
        return self
    }
}

/// A connection that serves one request after the other. Confined to one thread.
final class HTTPConnection {
    private let client: TestClient
    private var socket: FileDescriptor

    init(_ client: TestClient) throws {
        self.client = client
        socket = try client.connect()
    }

    func request(
        _ method: String,
        _ path: String,
        bearer: String? = nil,
        json: String? = nil,
        fields: [(String, String)] = []
    ) throws -> Answer {
        let body = json.map { Array($0.utf8) } ?? []
        return try request(method, path, bearer: bearer, type: "application/json", fields: fields, body: body)
    }

    /// A form with text fields and files.
    func form(
        _ path: String,
        _ values: [(String, String)],
        files: [(field: String, name: String, bytes: [UInt8])] = [],
        bearer: String? = nil
    ) throws -> Answer {
        let boundary = "----7MA4YWxkTrZu0gW"
        var body: [UInt8] = []
        for (name, value) in values {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        for file in files {
            let disposition = "Content-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\""
            body += Array("--\(boundary)\r\n\(disposition)\r\n\r\n".utf8) + file.bytes + Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        let type = "multipart/form-data; boundary=\(boundary)"
        return try request("POST", path, bearer: bearer, type: type, fields: [], body: body)
    }

    private func request(
        _ method: String,
        _ path: String,
        bearer: String?,
        type: String,
        fields: [(String, String)],
        body: [UInt8]
    ) throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(client.host)\r\n"
        if let bearer { head += "Authorization: Bearer \(bearer)\r\n" }
        if !body.isEmpty { head += "Content-Type: \(type)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(body.count)\r\n\r\n"
        try TestClient.write(Array(head.utf8) + body, to: socket)
        return try receive()
    }

    private func receive() throws -> Answer {
        var parser = HTTPResponseParser(limits: HTTPLimits(body: 32 << 20), requestWasHead: false)
        var head: ReceivedResponseHead?
        var body: [UInt8] = []
        while true {
            var piece: [UInt8] = []
            guard case .processed = socket.receive(appendingTo: &piece) else {
                throw Broken("a connection ended or fell silent before the answer was whole")
            }
            var offset = 0
            reading: while true {
                switch parser.parse(piece.span, from: &offset) {
                case .needMore: break reading
                case .head(let received): head = received
                case .body(let range): body += piece[range]
                case .end:
                    guard let head else { throw Broken("an answer without a head") }
                    client.transcript?.note(String(decoding: body, as: UTF8.self))
                    return Answer(status: Int(head.status.code), head: head, bytes: body)
                case .violation(let violation): throw Broken("an answer that is no HTTP: \(violation)")
                }
            }
        }
    }
}
