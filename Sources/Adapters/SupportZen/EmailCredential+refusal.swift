import Core

extension EmailCredential {
    /// The same for every wrong credential.
    static let refusal = Rejection(.unauthenticated, "Invalid authentication token")
}
