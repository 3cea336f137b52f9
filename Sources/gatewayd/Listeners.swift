import Core

/// The daemon's sockets: bound first, so that a taken port stops the start, and served last.
final class Listeners {
    private let options: DaemonOptions
    private var http: FileDescriptor?
    private var admin: FileDescriptor?
    private var tls: FileDescriptor?
    private var encrypted: Listener?
    let httpName: String
    let adminName: String
    let adminPort: UInt16
    /// Nil without TLS.
    let httpsName: String?

    init(_ options: DaemonOptions) throws {
        self.options = options
        let http = try Self.bind(options.listen)
        let admin = try Self.bind(options.admin)
        httpName = Self.name(options.listen.host, try Sockets.localPort(http))
        adminPort = try Sockets.localPort(admin)
        adminName = Self.name(options.admin.host, adminPort)
        self.http = consume http
        self.admin = consume admin
        guard let tls = options.tls else {
            httpsName = nil
            return
        }
        let https = try Self.bind(tls.listen)
        httpsName = Self.name(tls.listen.host, try Sockets.localPort(https))
        self.tls = consume https
    }

    private static func bind(_ address: (host: String, port: UInt16)) throws -> FileDescriptor {
        do throws(SystemError) {
            return try Sockets.listenTCP(host: address.host, port: address.port)
        } catch {
            guard error.isAddressInUse else { throw error }
            let name = name(address.host, address.port)
            throw Failure("\(name) is in use; stop what listens there or choose another port")
        }
    }

    private static func name(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    func open(on server: GatewayServer, admin service: AdminService) {
        if let admin = admin.take() { server.listen(Listener(admin, role: .admin, service: service)) }
        if let http = http.take() { server.listen(Listener(http, role: .tenants)) }
        if let tls = tls.take(), let context = options.tls?.context {
            let listener = Listener(tls, role: .tenants, tls: context)
            encrypted = listener
            server.listen(listener)
        }
    }

    /// Reads certificate and key again, for connections to come.
    func renewCertificate() throws(TLSError) {
        guard let encrypted, let tls = options.tls else { return }
        encrypted.renew(try tls.freshContext())
    }
}
