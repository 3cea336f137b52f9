import Core

/// The flags of `serve`, read and checked.
struct DaemonOptions {
    let config: String
    let data: String
    let listen: (host: String, port: UInt16)
    let admin: (host: String, port: UInt16)
    let tls: TLSOptions?
    let lanes: Int
    let durability: SQLiteOptions.Durability
    let log: Log
    let drainMilliseconds: Int
    let settings: ServerSettings
    let allowsDefaultSecrets: Bool
    let environment: [String: String]

    struct TLSOptions {
        let listen: (host: String, port: UInt16)
        let certificate: String
        let key: String
        /// As the files were at the start.
        let context: TLSServerContext

        /// As the files are now.
        func freshContext() throws(TLSError) -> TLSServerContext {
            try TLSServerContext(certificateChainFile: certificate, privateKeyFile: key)
        }
    }

    init(_ arguments: Arguments) throws {
        config = try arguments.required("--config")
        data = try arguments.required("--data")
        guard let listen = try arguments.address("--listen"), let admin = try arguments.address("--admin") else {
            throw UsageError("--listen and --admin are required")
        }
        self.listen = listen
        self.admin = admin
        tls = try Self.tls(arguments)
        lanes = try Self.lanes(arguments)
        durability = try arguments.choice("--durability", ["full": .full, "normal": .normal])
        log = try Self.log(arguments)
        drainMilliseconds = Int(try arguments.duration("--drain"))
        var settings = ServerSettings()
        settings.headerTimeout = try arguments.timeout("--header-timeout")
        settings.bodyTimeout = try arguments.timeout("--body-timeout")
        settings.idleTimeout = try arguments.timeout("--idle-timeout")
        settings.writeTimeout = try arguments.timeout("--write-timeout")
        self.settings = settings
        allowsDefaultSecrets = arguments.isSet("--allow-default-secrets")
        environment = arguments.environment
    }

    private static func tls(_ arguments: Arguments) throws -> TLSOptions? {
        guard let listen = try arguments.address("--tls-listen") else {
            for name in ["--tls-cert", "--tls-key"] where arguments.value(name) != nil {
                throw UsageError("\(name) is of no use without --tls-listen")
            }
            return nil
        }
        guard let certificate = arguments.value("--tls-cert"), let key = arguments.value("--tls-key") else {
            throw UsageError("--tls-listen needs --tls-cert and --tls-key")
        }
        let context = try TLSServerContext(certificateChainFile: certificate, privateKeyFile: key)
        return TLSOptions(listen: listen, certificate: certificate, key: key, context: context)
    }

    private static func lanes(_ arguments: Arguments) throws -> Int {
        guard let text = arguments.value("--lanes") else { return max(2, ResourceLimits.coreCount) }
        guard let lanes = Int(text), (1...128).contains(lanes) else {
            throw UsageError("--lanes must be a number from 1 to 128, not '\(text)'")
        }
        return lanes
    }

    private static func log(_ arguments: Arguments) throws -> Log {
        let format: LogFormat =
            arguments.value("--log") == nil
            ? .automatic() : try arguments.choice("--log", ["json": .json, "text": .text])
        let text = try arguments.required("--log-level")
        guard let level = LogLevel(name: text) else {
            throw UsageError("--log-level must be debug, info, warning or error, not '\(text)'")
        }
        return Log(level: level, format: format)
    }

    /// Whether every listener is reachable from this machine alone.
    var isLoopbackOnly: Bool {
        ([listen.host, admin.host] + (tls.map { [$0.listen.host] } ?? []))
            .allSatisfy { $0 == "localhost" || PeerAddress($0)?.isLoopback == true }
    }
}
