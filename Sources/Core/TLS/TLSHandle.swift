import COpenSSL

// OpenSSL's pointers live in this file (connections) and in CryptoHandle.swift (digests and keys); no other file of
// the folder says `@unchecked Sendable`.

/// What all connections of one kind share: `SSL_CTX`.
/// Unchecked: it is set up in `init` and not changed afterwards; OpenSSL lets every thread make connections from it.
final class TLSContextHandle: @unchecked Sendable {
    fileprivate let context: OpaquePointer

    /// The server's side, with the certificates (own first, then the intermediates) and the key of two PEM files.
    init(certificateChainFile: String, privateKeyFile: String) throws(TLSError) {
        context = try Self.make(TLS_server_method())
        copenssl_server_alpn(context)
        guard SSL_CTX_use_certificate_chain_file(context, certificateChainFile) == 1 else {
            throw .configuration("certificate \(certificateChainFile): \(OpenSSLError.take())")
        }
        guard SSL_CTX_use_PrivateKey_file(context, privateKeyFile, SSL_FILETYPE_PEM) == 1 else {
            throw .configuration("private key \(privateKeyFile): \(OpenSSLError.take())")
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            // A key of another kind than the certificate's passes the call above.
            throw .configuration("private key \(privateKeyFile): \(OpenSSLError.take())")
        }
    }

    /// The client's side; the certificate authorities are those of a PEM file, or the system's for nil.
    init(authorityFile: String?) throws(TLSError) {
        context = try Self.make(TLS_client_method())
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        guard copenssl_client_alpn(context) == 1 else {
            throw .configuration(OpenSSLError.take())
        }
        if let authorityFile {
            guard SSL_CTX_load_verify_file(context, authorityFile) == 1 else {
                throw .configuration("certificate authorities \(authorityFile): \(OpenSSLError.take())")
            }
        } else {
            guard SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw .configuration("certificate authorities of the system: \(OpenSSLError.take())")
            }
        }
    }

    deinit {
        SSL_CTX_free(context)
    }

    private static func make(_ method: OpaquePointer?) throws(TLSError) -> OpaquePointer {
        ERR_clear_error()
        guard let context = SSL_CTX_new(method) else {
            throw .configuration(OpenSSLError.take())
        }
        guard copenssl_harden(context) == 1 else {
            SSL_CTX_free(context)
            throw .configuration(OpenSSLError.take())
        }
        return context
    }
}

/// The two byte queues between OpenSSL and the socket. Empty, they hold no memory, unlike OpenSSL's own memory BIOs.
private final class TLSQueues {
    /// Ciphertext that came, up to `taken` already given to OpenSSL.
    private var incoming: [UInt8] = []
    private var taken = 0
    fileprivate var outgoing: [UInt8] = []

    fileprivate var hasIncoming: Bool { taken < incoming.count }

    fileprivate func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { incoming.append(contentsOf: $0) }
    }

    fileprivate func drop() {
        incoming = []
        taken = 0
    }

    fileprivate func take(into buffer: UnsafeMutableRawPointer, atMost limit: Int) -> Int {
        let count = min(limit, incoming.count - taken)
        incoming.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(start: buffer, count: count).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + count])
            )
        }
        taken += count
        if taken == incoming.count {
            drop()
        }
        return count
    }
}

/// The kind of BIO that reads and writes `TLSQueues`.
/// Unchecked: made once, then only read.
private struct QueueBIO: @unchecked Sendable {
    private let method: OpaquePointer

    static let shared = QueueBIO()

    private init() {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "queues") else {
            preconditionFailure("no memory for a BIO method")
        }
        BIO_meth_set_read(method) { bio, buffer, count in
            guard let bio, let buffer, let queues = QueueBIO.queues(of: bio), count > 0 else {
                return -1
            }
            copenssl_bio_clear_retry_flags(bio)
            guard queues.hasIncoming else {
                copenssl_bio_set_retry_read(bio)
                return -1
            }
            return Int32(queues.take(into: UnsafeMutableRawPointer(buffer), atMost: Int(count)))
        }
        BIO_meth_set_write(method) { bio, bytes, count in
            guard let bio, let bytes, let queues = QueueBIO.queues(of: bio), count >= 0 else {
                return -1
            }
            copenssl_bio_clear_retry_flags(bio)
            queues.outgoing.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in
            // Nothing is buffered here, so a flush has always happened; no other command means anything.
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        self.method = method
    }

    /// A BIO over the queues, which must outlive it.
    func make(over queues: TLSQueues) -> OpaquePointer? {
        guard let bio = BIO_new(method) else {
            return nil
        }
        BIO_set_data(bio, Unmanaged.passUnretained(queues).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    private static func queues(of bio: OpaquePointer) -> TLSQueues? {
        BIO_get_data(bio).map { Unmanaged<TLSQueues>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// One connection's `SSL` object with its queues.
/// Unchecked: it has one owner, since it cannot be copied, and the queues are private to it; OpenSSL keeps nothing of a
/// connection with the thread that made it.
struct TLSConnectionHandle: ~Copyable, @unchecked Sendable {
    /// How far an operation came.
    enum Step {
        case done
        /// It goes on when more ciphertext has come.
        case wantsInput
        /// The peer has said that it sends no more (close_notify).
        case closedByPeer
        /// The connection is lost.
        case failed(TLSError)
    }

    private let connection: OpaquePointer
    private let queues: TLSQueues

    /// The server's end.
    init(server context: TLSContextHandle) throws(TLSError) {
        let queues = TLSQueues()
        let connection = try Self.make(context, queues)
        SSL_set_accept_state(connection)
        self.connection = connection
        self.queues = queues
    }

    /// The client's end, which accepts only a certificate for the host: a name, or an address in text.
    init(client context: TLSContextHandle, host: String) throws(TLSError) {
        let queues = TLSQueues()
        let connection = try Self.make(context, queues)
        SSL_set_connect_state(connection)
        guard Self.expect(host, on: connection) else {
            SSL_free(connection)
            throw .configuration("host name \(host): \(OpenSSLError.take())")
        }
        self.connection = connection
        self.queues = queues
    }

    deinit {
        SSL_free(connection)
    }

    private static func make(_ context: TLSContextHandle, _ queues: TLSQueues) throws(TLSError) -> OpaquePointer {
        ERR_clear_error()
        guard let connection = SSL_new(context.context) else {
            throw .configuration(OpenSSLError.take())
        }
        guard let bio = QueueBIO.shared.make(over: queues) else {
            SSL_free(connection)
            throw .configuration(OpenSSLError.take())
        }
        SSL_set_bio(connection, bio, bio)
        return connection
    }

    private static func expect(_ host: String, on connection: OpaquePointer) -> Bool {
        // An address is compared with the certificate's addresses and not sent as server name (RFC 6066, section 3).
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host) == 1 {
            return true
        }
        SSL_set_hostflags(connection, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return SSL_set1_host(connection, host) == 1 && copenssl_set_server_name(connection, host) == 1
    }

    var hasOutgoing: Bool { !queues.outgoing.isEmpty }

    mutating func takeOutgoing() -> [UInt8] {
        let bytes = queues.outgoing
        queues.outgoing = []
        return bytes
    }

    mutating func append(incoming bytes: Span<UInt8>) {
        queues.append(bytes)
    }

    /// Forgets ciphertext nobody will read.
    mutating func dropIncoming() {
        queues.drop()
    }

    mutating func handshake() -> Step {
        ERR_clear_error()
        return step(after: SSL_do_handshake(connection))
    }

    /// Appends what one record holds, at most `limit` bytes of it.
    mutating func read(into plaintext: inout [UInt8], limit: Int) -> Step {
        guard queues.hasIncoming || SSL_has_pending(connection) == 1 else {
            return .wantsInput
        }
        ERR_clear_error()
        return withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { buffer in
            var count = 0
            let status = SSL_read_ex(connection, buffer.baseAddress, buffer.count, &count)
            plaintext.append(contentsOf: buffer[..<count])
            return step(after: status)
        }
    }

    /// Encrypts all of it: the queue takes any number of bytes.
    mutating func write(_ plaintext: Span<UInt8>) -> Step {
        ERR_clear_error()
        return plaintext.withUnsafeBufferPointer { bytes in
            var count = 0
            return step(after: SSL_write_ex(connection, bytes.baseAddress, bytes.count, &count))
        }
    }

    /// Queues close_notify.
    mutating func shutDown() {
        ERR_clear_error()
        // A negative answer means there is nothing to send any more: the connection had failed already.
        _ = SSL_shutdown(connection)
        ERR_clear_error()
    }

    /// The protocol agreed on by ALPN; empty when the peer does not speak it.
    var applicationProtocol: String {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(connection, &name, &count)
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// "TLSv1.2" or "TLSv1.3".
    var version: String { SSL_get_version(connection).map { String(cString: $0) } ?? "" }

    private func step(after status: Int32) -> Step {
        guard status != 1 else {
            return .done
        }
        switch SSL_get_error(connection, status) {
        case SSL_ERROR_WANT_READ:
            return .wantsInput
        case SSL_ERROR_ZERO_RETURN:
            return .closedByPeer
        default:
            let verdict = SSL_get_verify_result(connection)
            guard verdict != X509_V_OK else {
                return .failed(.handshake(OpenSSLError.take()))
            }
            ERR_clear_error()
            return .failed(.certificate(String(cString: X509_verify_cert_error_string(verdict))))
        }
    }
}
