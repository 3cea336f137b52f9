/// Why a webhook's secret is of no use.
package enum WebhookSecretError: Error, Equatable, Sendable {
    /// Not base64, with or without `whsec_` before it.
    case malformed
    /// There is nothing behind the prefix, or no secret at all.
    case empty
}

/// A key that webhooks are signed with, in the form of the Standard Webhooks specification: `whsec_` and base64.
package struct WebhookSecret: Sendable {
    /// What a secret begins with; it may be left out.
    package static let prefix = "whsec_"

    /// The specification asks for 24 bytes at least; a shorter key works.
    package let isWeak: Bool
    fileprivate let key: HMACKey

    /// Reads the text form. Receivers' libraries drop the bits that are left over at the end of base64, and so does
    /// this.
    package init(_ text: String) throws(WebhookSecretError) {
        var digits = Array((text.hasPrefix(Self.prefix) ? text.dropFirst(Self.prefix.count) : text[...]).utf8)
        while digits.last == UInt8(ascii: "=") {
            digits.removeLast()
        }
        // Filled up with zero bits to whole groups of four, of which each filler then stands for one byte too many.
        let fillers = (4 - digits.count % 4) % 4
        digits.append(contentsOf: repeatElement(UInt8(ascii: "A"), count: fillers))
        guard fillers != 3, let padded = Base64.decode(digits.span, .standard) else {
            throw .malformed
        }
        let bytes = Array(padded.dropLast(fillers))
        guard !bytes.isEmpty else {
            throw .empty
        }
        isWeak = bytes.count < 24
        key = HMACKey(bytes)
    }
}

/// Signs webhooks as the Standard Webhooks specification says, with every secret that is valid at the time: while one
/// is replaced, receivers may know either.
package struct WebhookSigner: Sendable {
    private let secrets: [WebhookSecret]

    package init(secrets: [WebhookSecret]) throws(WebhookSecretError) {
        guard !secrets.isEmpty else {
            throw .empty
        }
        self.secrets = secrets
    }

    /// The value of the `webhook-signature` header for a message with this `webhook-id` and `webhook-timestamp`
    /// (Unix seconds): `v1,` and base64 for each secret, separated by spaces. The id holds no full stop.
    package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let message = Array("\(id).\(timestamp).".utf8) + body
        return secrets.map { "v1," + Base64.encode($0.key.authenticate(message)) }.joined(separator: " ")
    }
}
