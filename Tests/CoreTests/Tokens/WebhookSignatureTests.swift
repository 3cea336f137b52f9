import Testing

@testable import Core

@Suite("Webhook signatures")
struct WebhookSignatureTests {
    /// The example that the libraries of Standard Webhooks share.
    @Test("The published example")
    func vector() throws {
        let secret = try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signature = try WebhookSigner(secrets: [secret]).signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8)
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(!secret.isWeak)
    }

    @Test("Several secrets sign side by side")
    func several() throws {
        let texts = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA"]
        let each = try texts.map { try Self.sign([$0]) }
        #expect(try Self.sign(texts) == each.joined(separator: " "))
        #expect(each[0] != each[1])
    }

    static let secrets: [(text: String, bytes: [UInt8])] = [
        ("whsec_AQID", [1, 2, 3]),
        ("AQID", [1, 2, 3]),
        ("whsec_AQI=", [1, 2]),
        ("whsec_AQI", [1, 2]),
        ("whsec_AQ==", [1]),
        ("whsec_AQ", [1]),
        ("whsec_dev", [0x75, 0xeb]),
        ("whsec_+/+/", [0xfb, 0xff, 0xbf]),
    ]

    @Test("Forms of a secret", arguments: secrets)
    func form(text: String, bytes: [UInt8]) throws {
        let code = HMACKey(bytes).authenticate(Array("id.7.body".utf8))
        #expect(try Self.sign([text]) == "v1," + Base64.encode(code))
        #expect(try WebhookSecret(text).isWeak)
    }

    @Test(
        "What is no secret",
        arguments: [
            ("whsec_", WebhookSecretError.empty), ("", .empty), ("whsec_A", .malformed), ("whsec_a b!", .malformed),
            ("whsec_-_-_", .malformed), ("whsec_AQ=I", .malformed),
        ]
    )
    func refused(text: String, error: WebhookSecretError) {
        #expect(throws: error) { try WebhookSecret(text) }
        #expect(throws: WebhookSecretError.empty) { try WebhookSigner(secrets: []) }
    }

    private static func sign(_ secrets: [String]) throws -> String {
        try WebhookSigner(secrets: try secrets.map { try WebhookSecret($0) })
            .signature(id: "id", timestamp: 7, body: Array("body".utf8))
    }
}
