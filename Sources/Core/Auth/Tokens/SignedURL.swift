/// URLs of attachments that open without a credential until they expire: `?exp=1735689600&sig=…`.
///
/// The signature is HMAC-SHA256 over the expiry in digits, a line feed and the path, cut to 24 bytes (192 bits, 32
/// characters of base64url). The path is signed as the caller gives it: whoever strips a prefix before verifying must
/// do so before signing.
package enum SignedURL {
    /// What a signature is worth.
    package enum Verdict: Equatable, Sendable {
        case valid
        /// It was right, and is no longer.
        case expired
        /// It is not one of ours for this path.
        case invalid
    }

    private static let signatureLength = 24

    /// The query that opens a path until a time in Unix seconds, exclusive, which may not be negative.
    package static func query(path: String, expiry: Int64, key: HMACKey) -> String {
        let digits = String(max(0, expiry))
        return "exp=\(digits)&sig=\(Base64.encode(signature(path: path, expiry: digits, key: key), .url))"
    }

    /// Judges the values of `exp` and `sig` that came with a path. The signature is compared in constant time and
    /// before the expiry is looked at.
    package static func verify(
        path: String,
        expiry: String,
        signature: String,
        nowUnixSeconds: Int64,
        key: HMACKey
    ) -> Verdict {
        guard
            let given = Base64.decode(signature, .url, padding: .forbidden),
            let end = Int64(expiry), end >= 0, String(end) == expiry,
            ConstantTime.equal(given, self.signature(path: path, expiry: expiry, key: key))
        else {
            return .invalid
        }
        return nowUnixSeconds < end ? .valid : .expired
    }

    private static func signature(path: String, expiry: String, key: HMACKey) -> [UInt8] {
        Array(key.authenticate(Array("\(expiry)\n\(path)".utf8)).prefix(signatureLength))
    }
}
