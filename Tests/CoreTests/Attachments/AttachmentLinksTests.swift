import Core
import Testing

@Suite struct AttachmentLinksTests {
    private let links = AttachmentLinks(secret: Array("tenant secret".utf8))
    private let now: Int64 = 1_733_313_600_500

    private func query(of url: String) throws -> QueryItems {
        let mark = try #require(url.firstIndex(of: "?"))
        return try items(String(url[url.index(after: mark)...]))
    }

    private func items(_ text: String) throws -> QueryItems {
        let bytes = Array(text.utf8)
        let items = QueryItems(bytes.span)
        return try #require(items)
    }

    @Test func rendersAndVerifies() throws {
        let url = links.url(
            path: "/api/live-chat/attachments/0a1b",
            name: "my file/100%.png",
            prefix: "/acme",
            base: "http://127.0.0.1:8080",
            expiresAt: now + 1
        )
        #expect(
            url.hasPrefix(
                "http://127.0.0.1:8080/acme/api/live-chat/attachments/0a1b/my%20file%2F100%25.png?exp=1733313601&sig="
            )
        )
        let query = try query(of: url)
        // The path inside the tenant is what counts.
        #expect(links.verify(path: "/api/live-chat/attachments/0a1b", query: query, now: now) == .valid)
        #expect(links.verify(path: "/api/live-chat/attachments/0a1b", query: query, now: now + 500) == .expired)
        #expect(links.verify(path: "/api/live-chat/attachments/0a1c", query: query, now: now) == .invalid)
        let other = AttachmentLinks(secret: Array("another".utf8))
        #expect(other.verify(path: "/api/live-chat/attachments/0a1b", query: query, now: now) == .invalid)
    }

    @Test func relativeWithoutABase() throws {
        let url = links.url(path: "/a/1", prefix: "", base: nil, expiresAt: now)
        #expect(url.hasPrefix("/a/1?exp="))
        #expect(links.verify(path: "/a/1", query: try query(of: url), now: now) == .valid)
    }

    @Test(arguments: [
        "exp=1733319999", "sig=AAAA", "exp=&sig=", "exp=-1&sig=AAAA", "exp=99999999999999999999&sig=AAAA",
    ])
    func tamperedQueries(text: String) throws {
        #expect(links.verify(path: "/a/1", query: try items(text), now: now) == .invalid)
    }

    @Test func withoutEitherTheBearerDecides() {
        #expect(links.verify(path: "/a/1", query: QueryItems(), now: now) == nil)
    }

    @Test func expiriesStayTheSameForAWhile() {
        let day = Duration.seconds(86_400)
        let first = AttachmentLinks.expiry(now: now, lifetime: day)
        #expect(AttachmentLinks.expiry(now: now + 1000, lifetime: day) == first)
        for offset in stride(from: Int64(0), to: 86_400_000, by: 977_000) {
            let left = AttachmentLinks.expiry(now: now + offset, lifetime: day) - now - offset
            #expect(left > 75_600_000 && left <= 86_400_000)
        }
        #expect(AttachmentLinks.expiry(now: now, lifetime: .seconds(1)) == now + 1000)
        #expect(AttachmentLinks.expiry(now: now, lifetime: .zero) == now + 1000)
    }

    static let bases: [(request: String, isSecure: Bool, base: String?)] = [
        ("GET / HTTP/1.1\r\nHost: Acme.Localhost:8080\r\n\r\n", false, "http://acme.localhost:8080"),
        ("GET / HTTP/1.1\r\nHost: acme.localhost\r\n\r\n", true, "https://acme.localhost"),
        ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", false, "http://[::1]:80"),
        ("GET / HTTP/1.0\r\n\r\n", false, nil),
    ]

    @Test(arguments: bases)
    func basesOfRequests(request: String, isSecure: Bool, base: String?) throws {
        #expect(AttachmentLinks.base(of: try requestHead(request), isSecure: isSecure) == base)
    }
}

/// The head of a request.
func requestHead(_ text: String) throws -> RequestHead {
    var parser = HTTPRequestParser()
    var offset = 0
    guard case .head(let head) = parser.parse(Array(text.utf8).span, from: &offset) else {
        throw SystemError(code: 0, operation: "parse", detail: "not a request")
    }
    return head
}
