import COpenSSL

// OpenSSL's pointers live in this file (digests and keys) and in TLSHandle.swift (connections); no other file of the
// folder says `@unchecked Sendable`. A handle owns what it points to and frees it in `deinit`. OpenSSL's queue of errors
// belongs to the thread: an operation that can fail empties it first and reads it at once.

/// OpenSSL's word for what went wrong last on this thread.
enum OpenSSLError {
    /// The reason of the first queued error; empties the queue.
    static func take() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else {
            return "unknown failure"
        }
        // "error:0A000086:SSL routines::certificate verify failed": the reason is what follows the last colon.
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            ERR_error_string_n(code, buffer.baseAddress, buffer.count)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        return text.split(separator: ":").last.map(String.init) ?? text
    }
}

/// A digest's implementation, looked up once: the lookup costs as much as hashing a kilobyte.
/// Unchecked: the object is immutable once fetched, and OpenSSL lets every thread use it.
struct DigestImplementation: @unchecked Sendable {
    fileprivate let pointer: OpaquePointer
    /// The length of a digest in bytes.
    let byteCount: Int

    fileprivate init(name: String) {
        // Only an OpenSSL without any usable provider lacks SHA-2; nothing can be served then.
        guard let found = EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("OpenSSL has no \(name)")
        }
        pointer = found
        byteCount = Int(EVP_MD_get_size(found))
    }

    static let sha256 = DigestImplementation(name: "SHA2-256")
}

/// A digest being computed.
/// Unchecked: it has one owner, since it cannot be copied, and holds nothing of the thread it was made on.
struct DigestHandle: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer
    private let implementation: DigestImplementation

    init(_ implementation: DigestImplementation) {
        guard let context = EVP_MD_CTX_new() else {
            preconditionFailure("no memory for a digest")
        }
        self.context = context
        self.implementation = implementation
        restart()
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    mutating func update(_ bytes: Span<UInt8>) {
        let status = bytes.withUnsafeBufferPointer { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(status == 1, "a digest that was started takes any bytes")
    }

    /// The digest of what came since the last start; starts anew.
    mutating func finish() -> [UInt8] {
        let digest = [UInt8](unsafeUninitializedCapacity: implementation.byteCount) { buffer, count in
            var length: UInt32 = 0
            let status = EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            precondition(status == 1, "a digest that was started can be finished")
            count = Int(length)
        }
        restart()
        return digest
    }

    private func restart() {
        precondition(EVP_DigestInit_ex2(context, implementation.pointer, nil) == 1, "a fetched digest can be started")
    }
}

/// An HMAC key, its padding blocks already hashed.
/// Unchecked: the context is only duplicated after `init`, which reads it.
final class HMACHandle: @unchecked Sendable {
    private let context: OpaquePointer
    private let byteCount: Int

    /// `digest` is OpenSSL's name of the hash.
    init(key: Span<UInt8>, digest: String, byteCount: Int) {
        guard let mac = EVP_MAC_fetch(nil, "HMAC", nil), let context = EVP_MAC_CTX_new(mac) else {
            preconditionFailure("OpenSSL has no HMAC")
        }
        EVP_MAC_free(mac)  // the context holds a reference
        var name = Array(digest.utf8CString)
        let status = name.withUnsafeMutableBufferPointer { name in
            key.withUnsafeBufferPointer { key in
                // A null key would mean "keep the key you have", hence the stand-in for an empty one.
                withUnsafePointer(to: UInt8(0)) { empty in
                    copenssl_hmac_init(context, key.baseAddress ?? empty, key.count, name.baseAddress)
                }
            }
        }
        precondition(status == 1, "HMAC takes a key of any length")
        self.context = context
        self.byteCount = byteCount
    }

    deinit {
        EVP_MAC_CTX_free(context)
    }

    func authenticate(_ message: Span<UInt8>) -> [UInt8] {
        guard let copy = EVP_MAC_CTX_dup(context) else {
            preconditionFailure("no memory for an HMAC")
        }
        defer {
            EVP_MAC_CTX_free(copy)
        }
        let updated = message.withUnsafeBufferPointer { EVP_MAC_update(copy, $0.baseAddress, $0.count) }
        precondition(updated == 1, "an HMAC that was started takes any bytes")
        return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            let status = EVP_MAC_final(copy, buffer.baseAddress, &count, buffer.count)
            precondition(status == 1, "an HMAC that was started can be finished")
        }
    }
}

/// A GMAC (NIST SP 800-38D) being computed with AES-128 under an IV of zeros.
///
/// One IV for all messages gives away the universal hash below to whoever sees tags, so no tag may leave the process as it
/// is: `ContentHasher` is the only caller.
/// Unchecked: it has one owner, since it cannot be copied, and holds nothing of the thread it was made on.
struct GMACHandle: ~Copyable, @unchecked Sendable {
    static let byteCount = 16

    private let context: OpaquePointer

    /// A context of its own for each message: OpenSSL 3.0 cannot duplicate one, and making one costs two microseconds.
    init(key: Span<UInt8>) {
        precondition(key.count == Self.byteCount, "AES-128 has keys of 16 bytes")
        guard let context = EVP_MAC_CTX_new(GMACImplementation.shared.pointer) else {
            preconditionFailure("no memory for a GMAC")
        }
        let status = key.withUnsafeBufferPointer { copenssl_gmac_init(context, $0.baseAddress, $0.count) }
        precondition(status == 1, "GMAC takes a key of the cipher's length")
        self.context = context
    }

    deinit {
        EVP_MAC_CTX_free(context)
    }

    mutating func update(_ bytes: Span<UInt8>) {
        let status = bytes.withUnsafeBufferPointer { bytes in
            bytes.isEmpty ? 1 : EVP_MAC_update(context, bytes.baseAddress, bytes.count)
        }
        precondition(status == 1, "a GMAC that was started takes any bytes")
    }

    /// The tag of what came; nothing may come after it.
    mutating func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            let status = EVP_MAC_final(context, buffer.baseAddress, &count, buffer.count)
            precondition(status == 1, "a GMAC that was started can be finished")
        }
    }
}

/// GMAC's implementation, looked up once.
/// Unchecked: the object is immutable once fetched, and OpenSSL lets every thread use it.
private struct GMACImplementation: @unchecked Sendable {
    let pointer: OpaquePointer

    static let shared = GMACImplementation()

    private init() {
        guard let found = EVP_MAC_fetch(nil, "GMAC", nil) else {
            preconditionFailure("OpenSSL has no GMAC")
        }
        pointer = found
    }
}

/// A public or private key.
/// Unchecked: a key is not changed after `init`; signing and verifying use a context of their own.
final class KeyHandle: @unchecked Sendable {
    private let key: OpaquePointer

    private init(key: OpaquePointer) {
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// The key of the first `PRIVATE KEY` block; nil when there is none or it wants a passphrase.
    static func privateKey(pem: Span<UInt8>) -> KeyHandle? {
        withReader(of: pem) { PEM_read_bio_PrivateKey($0, nil, copenssl_no_passphrase, nil) }
    }

    /// The key of the first `PUBLIC KEY` block.
    static func publicKey(pem: Span<UInt8>) -> KeyHandle? {
        withReader(of: pem) { PEM_read_bio_PUBKEY($0, nil, copenssl_no_passphrase, nil) }
    }

    /// The public key of the first `CERTIFICATE` block, whose dates and issuer are not looked at.
    static func certificateKey(pem: Span<UInt8>) -> KeyHandle? {
        withReader(of: pem) { reader in
            guard let certificate = PEM_read_bio_X509(reader, nil, copenssl_no_passphrase, nil) else {
                return nil
            }
            defer {
                X509_free(certificate)
            }
            return X509_get_pubkey(certificate)
        }
    }

    private static func withReader(of pem: Span<UInt8>, _ read: (OpaquePointer) -> OpaquePointer?) -> KeyHandle? {
        ERR_clear_error()
        defer {
            ERR_clear_error()
        }
        return pem.withUnsafeBufferPointer { bytes in
            guard let count = Int32(exactly: bytes.count), let reader = BIO_new_mem_buf(bytes.baseAddress, count) else {
                return nil
            }
            defer {
                BIO_free(reader)
            }
            return read(reader).map { KeyHandle(key: $0) }
        }
    }

    var isRSA: Bool { EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA }

    var isEd25519: Bool { EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 }

    /// Whether it is an elliptic-curve key on NIST's P-256.
    var isP256: Bool {
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_EC else {
            return false
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
            guard let start = name.baseAddress, EVP_PKEY_get_group_name(key, start, name.count, nil) == 1 else {
                return false
            }
            return String(cString: start) == "prime256v1"
        }
    }

    var bitCount: Int { Int(EVP_PKEY_get_bits(key)) }

    /// Whether the signature is right. `digest` is nil for Ed25519, which hashes by itself.
    func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>, digest: DigestImplementation?) -> Bool {
        guard let context = EVP_MD_CTX_new() else {
            preconditionFailure("no memory for a signature")
        }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        guard EVP_DigestVerifyInit(context, nil, digest?.pointer, nil, key) == 1 else {
            return false
        }
        return signature.withUnsafeBufferPointer { signature in
            message.withUnsafeBufferPointer { message in
                EVP_DigestVerify(context, signature.baseAddress, signature.count, message.baseAddress, message.count)
                    == 1
            }
        }
    }

    /// The signature (DER for elliptic curves); nil when the key is not a private one.
    func sign(_ message: Span<UInt8>, digest: DigestImplementation?) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else {
            preconditionFailure("no memory for a signature")
        }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        guard EVP_DigestSignInit(context, nil, digest?.pointer, nil, key) == 1 else {
            return nil
        }
        return message.withUnsafeBufferPointer { message in
            var count = 0
            guard EVP_DigestSign(context, nil, &count, message.baseAddress, message.count) == 1 else {
                return nil
            }
            var signature = [UInt8](repeating: 0, count: count)
            guard EVP_DigestSign(context, &signature, &count, message.baseAddress, message.count) == 1 else {
                return nil
            }
            signature.removeLast(signature.count - count)
            return signature
        }
    }
}
