import Core

/// Sends an operator's command where it belongs: to the running daemon, or into the database when no daemon has it.
struct AdminClient {
    private let dataFolder: String
    private let tenant: String
    private let arguments: Arguments

    init(_ arguments: Arguments) throws {
        dataFolder = try arguments.required("--data")
        tenant = try arguments.required("--tenant")
        self.arguments = arguments
    }

    /// Runs a command; returns the JSON that answers it.
    func run(_ name: String, _ fields: (inout JSONWriter) -> Void = { _ in }) throws -> JSONValue {
        var writer = JSONWriter()
        writer.object { json in
            json.field("command", name)
            json.field("tenant", tenant)
            fields(&json)
        }
        if try Files.status(dataFolder) == nil {
            try requireConfigured()
            try Files.makeDirectory(dataFolder, permissions: 0o750)
        }
        guard let lock = try DataFolderLock.taken(dataFolder) else { return try ask(writer.bytes) }
        defer { lock.release() }
        let offline = OfflineTenant(folder: dataFolder + "/" + tenant, name: tenant)
        // A tenant that was never served can be provisioned already, one that is a slip of the pen cannot.
        if try !offline.hasDatabase() { try requireConfigured() }
        return try offline.run(writer.bytes)
    }

    private func requireConfigured() throws {
        guard try arguments.configuredTenant() == nil else { return }
        let folder = try arguments.required("--config")
        throw Failure(
            "tenant '\(tenant)' has no database in '\(dataFolder)', and '\(folder)' has no such tenant in order;"
                + " look at --tenant, --data and --config"
        )
    }

    private func ask(_ body: [UInt8]) throws -> JSONValue {
        let bytes = try Files.readWhole(AdminAddress.file(in: dataFolder))
        guard let address = AdminAddress(String(decoding: bytes, as: UTF8.self)) else {
            throw Failure("the daemon that uses '\(dataFolder)' has not said where it takes commands; try again")
        }
        let answer = try AdminExchange(address).send(body)
        let document = try JSONDocument(parsing: answer.body)
        guard answer.status == 200 else {
            throw Failure(document.root["error"]?.string ?? "the daemon answered \(answer.status)")
        }
        return document.root
    }
}

/// One request to the admin listener over a blocking socket.
struct AdminExchange {
    private static let patienceMilliseconds = 10_000
    private let address: AdminAddress

    init(_ address: AdminAddress) {
        self.address = address
    }

    func send(_ body: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        let host = address.host == "localhost" ? "127.0.0.1" : address.host
        guard let peer = PeerAddress(host) else { throw Failure("the daemon's admin address is not usable") }
        let target = SocketAddress(Self.reachable(peer), port: address.port)
        let socket = try Sockets.connect(to: target, timeoutMilliseconds: Self.patienceMilliseconds)
        var request: [UInt8] = []
        request.append(
            utf8: "POST /commands HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n"
                + "Authorization: Bearer \(address.token)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        )
        request += body
        guard case .processed(let sent) = socket.send(request.span), sent == request.count else {
            throw Failure("the daemon did not take the command")
        }
        var parser = HTTPResponseParser(limits: HTTPLimits(body: 16 << 20))
        var status = 0
        var answer: [UInt8] = []
        while true {
            var input: [UInt8] = []
            let result = socket.receive(appendingTo: &input)
            var offset = 0
            reading: while true {
                switch parser.parse(input.span, from: &offset) {
                case .needMore: break reading
                case .head(let head): status = Int(head.status.code)
                case .body(let range): answer += input[range]
                case .end: return (status, answer)
                case .violation: throw Failure("the daemon's answer could not be read")
                }
            }
            guard case .processed = result else { throw Failure("the daemon did not answer") }
        }
    }

    /// A listener on all addresses is reached on loopback.
    private static func reachable(_ address: PeerAddress) -> PeerAddress {
        if address == PeerAddress(ipv4: 0) { return .loopbackIPv4 }
        return address == PeerAddress(high: 0, low: 0) ? .loopbackIPv6 : address
    }
}
