/// Judging the digest that a SupportZen client sends for an e-mail.
///
/// The digest is constant for a (token, e-mail) pair, so SHA-256 of the first one seen identifies the user as
/// well as computing it would; a provisioned token is computed for real and wins.
enum EmailProof {
    static let refusal = Rejection(.unauthenticated, "Invalid authentication token")

    static func isValid(_ credential: EmailCredential, for identity: Identity) -> Bool {
        if let token = identity.authToken {
            return EmailHMAC.matches(credential.digest, authToken: token, email: credential.email)
        }
        // The pinned digest is that of the e-mail as it was spelled then: of another spelling there is no proof.
        guard let pin = identity.pin, credential.email.isExactly(identity.email) else { return false }
        return EmailHMAC.matches(credential.digest, pin: pin)
    }
}
