import Testing

@testable import Core

/// Reading the URLs of endpoints.
struct WebhookTargetTests {
    @Test(
        arguments: [
            ("http://example.com", false, "example.com", 80, "example.com", "/"),
            ("https://example.com", true, "example.com", 443, "example.com", "/"),
            ("HTTPS://Example.COM/Hook?a=1&b=2", true, "example.com", 443, "example.com", "/Hook?a=1&b=2"),
            ("http://example.com?x=1", false, "example.com", 80, "example.com", "/?x=1"),
            ("http://127.0.0.1:9000/hook", false, "127.0.0.1", 9000, "127.0.0.1:9000", "/hook"),
            ("https://[2001:db8::1]:8443/", true, "2001:db8::1", 8443, "[2001:db8::1]:8443", "/"),
            ("http://[::1]", false, "::1", 80, "[::1]", "/"),
        ] as [(String, Bool, String, UInt16, String, String)]
    )
    func reads(url: String, encrypted: Bool, host: String, port: UInt16, authority: String, path: String) throws {
        let target = try #require(WebhookTarget(url))
        #expect(target.isEncrypted == encrypted)
        #expect(target.host == host)
        #expect(target.port == port)
        #expect(target.authority == authority)
        #expect(target.path == path)
    }

    @Test(arguments: [
        "", "example.com", "ftp://example.com", "http:/example.com", "http://", "http:///path", "http://u@example.com",
        "http://u:p@example.com/", "http://example.com:0", "http://example.com:65536", "http://example.com:8a",
        "http://example.com:", "http://exa mple.com", "http://example.com/a b", "http://example.com/#f",
        "http://example.com/\r\nX: y", "http://[::1", "http://[example]/", "http://[::1]x/", "file:///etc/passwd",
        "http://example.com/é",
    ])
    func refuses(url: String) {
        #expect(WebhookTarget(url) == nil)
    }
}

/// When failed deliveries are attempted again.
struct WebhookBackoffTests {
    @Test func intervalsDoubleUpToTheLargest() {
        let backoff = WebhookBackoff()
        let intervals = (1...13).map { backoff.interval(afterFailures: $0) }
        #expect(
            intervals == [
                1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 1_024_000, 2_048_000,
                3_600_000,
            ]
        )
    }

    @Test func theLastAttemptIsMadeAtTheHorizon() {
        let backoff = WebhookBackoff()
        var failures = 1
        var elapsed: Int64 = 0
        while let interval = backoff.interval(afterFailures: failures) {
            elapsed += interval
            failures += 1
        }
        #expect(elapsed == 86_400_000)
        #expect(failures == 36)
    }

    @Test func jitterStaysWithinAFifth() throws {
        let backoff = WebhookBackoff()
        let random = SeededRandom(seed: 7)
        var seen: Set<Int64> = []
        for _ in 0..<200 {
            let delay = try #require(backoff.delay(afterFailures: 4, random: random))
            #expect((6_400...9_600).contains(delay))
            seen.insert(delay)
        }
        #expect(seen.count > 100)
    }

    @Test(arguments: [0, -5, 1_000_000])
    func oddNumbersOfFailuresHaveAnAnswer(failures: Int) {
        let interval = WebhookBackoff().interval(afterFailures: failures)
        #expect(failures > 1 ? interval == nil : interval == 1_000)
    }
}
