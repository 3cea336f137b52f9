/// The bearer of the SupportZen client: HMAC-SHA256 in hexadecimal digits, the key being the user's `auth_token` and
/// the message the e-mail address exactly as sent.
///
/// The daemon mostly does not know the `auth_token`. Then it stores a *pin*, SHA-256 of the first digest it saw, and
/// compares later ones with it; a stolen database thus does not give away any bearer.
package enum EmailHMAC {
    private static let digestLength = 32

    /// The digest for a known `auth_token`.
    package static func digest(authToken: String, email: String) -> [UInt8] {
        HMACKey(Array(authToken.utf8)).authenticate(Array(email.utf8))
    }

    /// The digest for a known `auth_token`, as clients send it.
    package static func bearer(authToken: String, email: String) -> String {
        Hex.encode(digest(authToken: authToken, email: email))
    }

    /// The digest a credential carries: nil unless it is 64 hexadecimal digits, in either case.
    package static func digest(fromBearer credential: String) -> [UInt8]? {
        guard credential.utf8.count == 2 * digestLength else {
            return nil
        }
        return Hex.decode(credential)
    }

    /// What is stored of a digest.
    package static func pin(of digest: [UInt8]) -> [UInt8] {
        SHA256.digest(of: digest)
    }

    /// Whether a digest is the pinned one, in constant time.
    package static func matches(_ digest: [UInt8], pin: [UInt8]) -> Bool {
        ConstantTime.equal(self.pin(of: digest), pin)
    }

    /// Whether a digest belongs to the address and the known `auth_token`, in constant time.
    package static func matches(_ digest: [UInt8], authToken: String, email: String) -> Bool {
        ConstantTime.equal(digest, self.digest(authToken: authToken, email: email))
    }
}
