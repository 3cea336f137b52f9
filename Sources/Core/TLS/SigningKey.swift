/// The public-key signatures of JSON web tokens (RFC 7518, section 3; RFC 8037).
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256, the signature as r and s of 32 bytes each.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"

    var digest: DigestImplementation? {
        self == .edDSA ? nil : .sha256
    }

    /// The kind of key it takes, in words.
    var keyKind: String {
        switch self {
        case .rs256: "an RSA key of at least 2048 bits"
        case .es256: "an elliptic-curve key on P-256"
        case .edDSA: "an Ed25519 key"
        }
    }

    func accepts(_ key: KeyHandle) -> Bool {
        switch self {
        case .rs256: key.isRSA && key.bitCount >= 2_048  // RFC 7518, section 3.3
        case .es256: key.isP256
        case .edDSA: key.isEd25519
        }
    }
}

/// Why a key is of no use.
package enum KeyError: Error, Equatable, Sendable {
    /// No PEM block that could be read: none at all, a damaged one, or one that wants a passphrase.
    case unreadable
    /// A key of another kind than the algorithm takes, which the text names.
    case wrongKind(expected: String)
    /// The key could not sign.
    case cannotSign
}

/// A key that verifies signatures of one algorithm.
package struct VerificationKey: Sendable {
    package let algorithm: SignatureAlgorithm
    private let handle: KeyHandle

    /// Reads PEM text: a public key, a certificate (only its key is used), or a private key, whose public half counts.
    package init(pem: Span<UInt8>, algorithm: SignatureAlgorithm) throws(KeyError) {
        guard
            let handle = KeyHandle.publicKey(pem: pem) ?? KeyHandle.certificateKey(pem: pem)
                ?? KeyHandle.privateKey(pem: pem)
        else {
            throw .unreadable
        }
        guard algorithm.accepts(handle) else {
            throw .wrongKind(expected: algorithm.keyKind)
        }
        self.algorithm = algorithm
        self.handle = handle
    }

    /// Whether the signature is the key's for the message.
    package func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        switch algorithm {
        case .rs256, .edDSA:
            return handle.verifies(signature, of: message, digest: algorithm.digest)
        case .es256:
            guard let structure = ECDSASignature.structure(ofPair: signature) else {
                return false
            }
            return handle.verifies(structure.span, of: message, digest: algorithm.digest)
        }
    }
}

/// A private key that signs with one algorithm.
package struct SigningKey: Sendable {
    package let algorithm: SignatureAlgorithm
    private let handle: KeyHandle

    /// Reads a private key without passphrase from PEM text.
    package init(pem: Span<UInt8>, algorithm: SignatureAlgorithm) throws(KeyError) {
        guard let handle = KeyHandle.privateKey(pem: pem) else {
            throw .unreadable
        }
        guard algorithm.accepts(handle) else {
            throw .wrongKind(expected: algorithm.keyKind)
        }
        self.algorithm = algorithm
        self.handle = handle
    }

    /// The signature of a message.
    package func sign(_ message: Span<UInt8>) throws(KeyError) -> [UInt8] {
        guard let signature = handle.sign(message, digest: algorithm.digest) else {
            throw .cannotSign
        }
        guard algorithm == .es256 else {
            return signature
        }
        guard let pair = ECDSASignature.pair(ofStructure: signature.span) else {
            throw .cannotSign
        }
        return pair
    }
}
