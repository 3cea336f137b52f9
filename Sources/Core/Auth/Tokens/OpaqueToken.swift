/// Random bearer tokens of agents, `gwt_` and 43 characters. The daemon keeps only their digest; since a token has 256
/// random bits, a plain hash is enough to keep it secret. Tokens from a roster file may have any other form.
package enum OpaqueToken {
    /// What a minted token begins with, so that people and scanners for leaked secrets know one.
    package static let prefix = "gwt_"
    private static let randomByteCount = 32

    /// A new token.
    package static func mint(random: any RandomSource) -> String {
        prefix + Base64.encode(random.bytes(count: randomByteCount), .url)
    }

    /// What is stored of a token: SHA-256 of its UTF-8.
    package static func digest(of token: String) -> [UInt8] {
        SHA256.digest(of: Array(token.utf8))
    }

    /// Whether a stored digest is the token's, in constant time.
    package static func matches(_ token: String, digest: [UInt8]) -> Bool {
        ConstantTime.equal(self.digest(of: token), digest)
    }

    /// Whether a credential has the form of a minted token.
    package static func hasForm(_ credential: String) -> Bool {
        guard credential.hasPrefix(prefix) else {
            return false
        }
        let random = Base64.decode(String(credential.dropFirst(prefix.count)), .url, padding: .forbidden)
        return random?.count == randomByteCount
    }
}
