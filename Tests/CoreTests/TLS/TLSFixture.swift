import Glibc
import Testing

@testable import Core

/// Certificates and keys made by the `openssl` command in a temporary folder, gone when the tests begin: a root, an
/// intermediate, a server certificate for `localhost`, `*.shop.example`, 127.0.0.1 and ::1, and another root.
struct TLSFixture: Sendable {
    struct CommandFailed: Error {
        var command: String
    }

    let server: TLSServerContext
    /// Trusts the root.
    let client: TLSClientContext
    /// Trusts the other root only.
    let stranger: TLSClientContext
    let rsaPrivatePEM: [UInt8]
    let rsaPublicPEM: [UInt8]
    let shortRSAPrivatePEM: [UInt8]
    let certificatePEM: [UInt8]
    let encryptedPEM: [UInt8]
    /// What a server context says about a key of another certificate, a missing file, an encrypted key, and a key of
    /// another kind.
    let refusals: [TLSError?]

    private static let outcome = Result { try TLSFixture() }

    static func shared() throws -> TLSFixture {
        try outcome.get()
    }

    private init() throws {
        let folder = try Self.makeFolder()
        defer {
            try? Self.run("rm -r '\(folder)'")
        }
        let request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650"
        let authority = "-addext basicConstraints=critical,CA:TRUE"
        let names = "DNS:localhost,DNS:*.shop.example,IP:127.0.0.1,IP:::1"
        try Self.run(
            "cd '\(folder)'",
            "\(request) -keyout root.key -out root.pem -subj /CN=root",
            "\(request) -keyout other.key -out other.pem -subj /CN=other",
            "\(request) -CA root.pem -CAkey root.key -keyout mid.key -out mid.pem -subj /CN=mid \(authority)",
            "\(request) -CA mid.pem -CAkey mid.key -keyout leaf.key -out leaf.pem -subj /CN=leaf"
                + " -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=\(names)",
            "cat leaf.pem mid.pem > chain.pem",
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem",
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out short.pem",
            "openssl pkey -in rsa.pem -pubout -out rsa.pub",
            "openssl pkey -in leaf.key -aes128 -passout pass:secret -out encrypted.key"
        )
        let chain = "\(folder)/chain.pem"
        server = try TLSServerContext(certificateChainFile: chain, privateKeyFile: "\(folder)/leaf.key")
        client = try TLSClientContext(authorities: .file("\(folder)/root.pem"))
        stranger = try TLSClientContext(authorities: .file("\(folder)/other.pem"))
        rsaPrivatePEM = try Self.read("\(folder)/rsa.pem")
        rsaPublicPEM = try Self.read("\(folder)/rsa.pub")
        shortRSAPrivatePEM = try Self.read("\(folder)/short.pem")
        certificatePEM = try Self.read(chain)
        encryptedPEM = try Self.read("\(folder)/encrypted.key")
        let misfits = [
            ("chain.pem", "root.key"), ("absent.pem", "leaf.key"), ("chain.pem", "encrypted.key"),
            ("chain.pem", "rsa.pem"),
        ]
        refusals = misfits.map {
            Self.refusal("\(folder)/\($0.0)", "\(folder)/\($0.1)")
        }
    }

    private static func refusal(_ chain: String, _ key: String) -> TLSError? {
        do {
            _ = try TLSServerContext(certificateChainFile: chain, privateKeyFile: key)
            return nil
        } catch {
            return error
        }
    }

    private static func makeFolder() throws -> String {
        var template = Array("/tmp/gatewayd-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailed(command: "mkdtemp")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func run(_ commands: String...) throws {
        let line = "(" + commands.joined(separator: " && ") + ") >/dev/null 2>&1 </dev/null"
        guard system(line) == 0 else {
            throw CommandFailed(command: line)
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else {
            throw CommandFailed(command: "read \(path)")
        }
        defer {
            fclose(file)
        }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF {
            bytes.append(UInt8(byte))
        }
        return bytes
    }
}

/// One end of a connection in memory, in a form that expectations can look into.
final class TLSEnd {
    private var stream: TLSStream

    init(_ stream: consuming TLSStream) {
        self.stream = stream
    }

    var state: TLSStream.State { stream.state }
    var hasOutgoing: Bool { stream.hasOutgoing }
    var applicationProtocol: String { stream.applicationProtocol }
    var version: String { stream.version }

    /// Takes ciphertext in pieces.
    func receive(_ bytes: [UInt8], piece: Int = .max) throws(TLSError) {
        var start = 0
        while start < bytes.count {
            let end = start + min(piece, bytes.count - start)
            try stream.receive(bytes.span.extracting(start..<end))
            start = end
        }
    }

    /// Takes ciphertext in two pieces.
    func receive(_ bytes: [UInt8], split: Int) throws(TLSError) {
        let split = min(split, bytes.count)
        try stream.receive(bytes.span.extracting(0..<split))
        try stream.receive(bytes.span.extracting(split..<bytes.count))
    }

    func read(into plaintext: inout [UInt8], limit: Int) throws(TLSError) -> TLSStream.ReadOutcome {
        try stream.read(into: &plaintext, limit: limit)
    }

    /// All that can be read now, and why no more.
    func readAll() throws(TLSError) -> (bytes: [UInt8], end: TLSStream.ReadOutcome) {
        try TLSEnd.readAll(&stream)
    }

    static func readAll(_ stream: inout TLSStream) throws(TLSError) -> (bytes: [UInt8], end: TLSStream.ReadOutcome) {
        var bytes: [UInt8] = []
        while true {
            let outcome = try stream.read(into: &bytes)
            guard case .bytes = outcome else {
                return (bytes, outcome)
            }
        }
    }

    func write(_ plaintext: [UInt8]) throws(TLSError) {
        try stream.write(plaintext.span)
    }

    func close() {
        stream.close()
    }

    func takeOutgoing() -> [UInt8] {
        stream.takeOutgoing()
    }
}

/// The two ends of a connection in memory.
struct TLSPair {
    let client: TLSEnd
    let server: TLSEnd

    init(host: String = "localhost", client context: TLSClientContext? = nil) throws {
        let fixture = try TLSFixture.shared()
        client = TLSEnd(try TLSStream(client: context ?? fixture.client, host: host))
        server = TLSEnd(try TLSStream(server: fixture.server))
    }

    /// Carries ciphertext to and fro in pieces until both are silent.
    func settle(piece: Int = .max) throws(TLSError) {
        while client.hasOutgoing || server.hasOutgoing {
            try server.receive(client.takeOutgoing(), piece: piece)
            try client.receive(server.takeOutgoing(), piece: piece)
        }
    }
}
