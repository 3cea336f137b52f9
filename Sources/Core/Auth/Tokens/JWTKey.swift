/// A key that tokens are verified with, bound to the one algorithm it may be used for.
package struct JWTKey: Sendable {
    private enum Material: Sendable {
        case secret(HMACKey)
        case publicKey(VerificationKey)
    }

    /// The name tokens select it by (`kid`); nil for a key that tokens with any name, or none, may be tried with.
    package let id: String?
    package let algorithm: JWTAlgorithm
    /// Whether a shared secret is shorter than the digest, against RFC 7518, section 3.2. It works all the same:
    /// brands come with the secrets they have.
    package let isWeak: Bool
    private let material: Material

    /// `key` holds the bytes of a shared secret, or PEM text with a public key, a certificate or a private key.
    package init(id: String? = nil, algorithm: JWTAlgorithm, key: [UInt8]) throws(KeyError) {
        self.id = id
        self.algorithm = algorithm
        switch algorithm.family {
        case .secret(let digest):
            try JWTAlgorithm.checkSecret(key)
            isWeak = key.count < digest.byteCount
            material = .secret(HMACKey(key, digest))
        case .keyPair(let signature):
            isWeak = false
            material = .publicKey(try VerificationKey(pem: key.span, algorithm: signature))
        }
    }

    func verifies(_ signature: [UInt8], of signingInput: Span<UInt8>) -> Bool {
        switch material {
        case .secret(let key): ConstantTime.equal(key.authenticate(signingInput), signature)
        case .publicKey(let key): key.verifies(signature.span, of: signingInput)
        }
    }
}
