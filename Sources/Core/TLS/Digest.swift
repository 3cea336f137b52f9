/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The length of a digest.
    package static let byteCount = 32

    /// The digest of the bytes.
    package static func digest(of bytes: Span<UInt8>) -> [UInt8] {
        var handle = DigestHandle(.sha256)
        handle.update(bytes)
        return handle.finish()
    }

    /// The digest of the bytes.
    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        digest(of: bytes.span)
    }
}

/// SHA-256 of bytes that come in pieces.
package struct SHA256Hasher: ~Copyable, Sendable {
    private var handle = DigestHandle(.sha256)

    package init() {}

    /// Takes the next piece.
    package mutating func update(_ bytes: Span<UInt8>) {
        handle.update(bytes)
    }

    /// The digest of all pieces; what comes next belongs to a new one.
    package mutating func finish() -> [UInt8] {
        handle.finish()
    }
}

/// HMAC (RFC 2104) with a key that is used many times: its padding is hashed once.
package struct HMACKey: Sendable {
    /// The hash below.
    package enum Digest: Sendable {
        case sha256
        case sha384
        case sha512

        /// The length of the code.
        package var byteCount: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        var name: String {
            switch self {
            case .sha256: "SHA2-256"
            case .sha384: "SHA2-384"
            case .sha512: "SHA2-512"
            }
        }
    }

    package let digest: Digest
    private let handle: HMACHandle

    /// A key of any length.
    package init(_ key: Span<UInt8>, _ digest: Digest = .sha256) {
        self.digest = digest
        handle = HMACHandle(key: key, digest: digest.name, byteCount: digest.byteCount)
    }

    /// A key of any length.
    package init(_ key: [UInt8], _ digest: Digest = .sha256) {
        self.init(key.span, digest)
    }

    /// The code of a message. Whoever verifies one compares with `ConstantTime`.
    package func authenticate(_ message: Span<UInt8>) -> [UInt8] {
        handle.authenticate(message)
    }

    /// The code of a message.
    package func authenticate(_ message: [UInt8]) -> [UInt8] {
        handle.authenticate(message.span)
    }
}
