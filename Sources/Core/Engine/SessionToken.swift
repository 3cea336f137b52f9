/// The token of a LocalPro session: derived from the tenant's secret, so that nothing of it is stored.
package enum SessionToken {
    private static let prefix = "gst_"

    package static func make(conversation: EntityID, secret: [UInt8]) -> String {
        let message = Array("session-token:".utf8) + conversation.bytes
        return prefix + Base64.encode(HMACKey(secret).authenticate(message), .url, padded: false)
    }

    /// Whether a credential looks like one: tells it from agents' tokens.
    package static func hasForm(_ token: String) -> Bool { token.hasPrefix(prefix) }

    package static func matches(_ token: String, conversation: EntityID, secret: [UInt8]) -> Bool {
        let expected = make(conversation: conversation, secret: secret)
        return ConstantTime.equal(token, expected)
    }
}
