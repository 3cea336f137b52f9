/// The `shared-secret` policy: several named secrets, all valid at once, so that one can be replaced in peace.
struct SharedSecrets: Sendable {
    private let secrets: [(name: String, digest: [UInt8])]

    init(_ secrets: [NamedSecret]) throws(AuthPolicyError) {
        for secret in secrets where secret.secret.value.isEmpty {
            throw AuthPolicyError("shared secret '\(secret.name)' is empty")
        }
        self.secrets = secrets.map { ($0.name, OpaqueToken.digest(of: $0.secret.value)) }
    }

    /// The name of the secret that a credential is. All are compared, by digests of one length: the time tells neither
    /// which one it was nor how long it is.
    func name(of credential: String) -> String? {
        let digest = OpaqueToken.digest(of: credential)
        var found: String?
        for secret in secrets where ConstantTime.equal(digest, secret.digest) { found = found ?? secret.name }
        return found
    }
}
