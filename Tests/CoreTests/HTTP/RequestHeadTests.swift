import Core
import Testing

/// What a head answers when asked for its fields.
@Suite struct RequestHeadTests {
    /// The head of these lines.
    private func head(_ text: String) throws -> RequestHead {
        var parser = HTTPRequestParser()
        var offset = 0
        guard case .head(let head) = parser.parse(raw(text).span, from: &offset) else {
            throw HTTPViolation.truncated
        }
        return head
    }

    @Test func fieldsAreFoundInAnyCase() throws {
        let text = "GET /a?b HTTP/1.1\r\nHost: h\r\nX-One: \t first \t\r\nx-one:second\r\nEmpty:\r\nAccept: a,b\r\n\r\n"
        let head = try head(text)
        #expect(head.field("x-one") == "first")
        #expect(head.field("X-ONE") == "first")
        #expect(head.fields(named: "X-One") == ["first", "second"])
        #expect(head.field("empty") == "")
        #expect(head.field("absent") == nil)
        #expect(head.field("x-on") == nil)
        #expect(head.field("x-onee") == nil)
        #expect(head.fields(named: "absent") == [])
        #expect(head.fields.contains("empty"))
        #expect(head.fields.map(\.name) == ["Host", "X-One", "x-one", "Empty", "Accept"])
        #expect(head.fields.map(\.value) == ["h", "first", "second", "", "a,b"])
        #expect(head.fields.firstRange("x-one").map { Array(head.bytes[$0]) } == raw("first"))
        #expect(head.method == .get && head.method.name == "GET" && head.methodName == "GET")
        #expect(head.bytes == raw(text))
    }

    @Test(arguments: [
        ("caf\u{C3}\u{A9}", "café"),
        ("caf\u{E9}", "café"),
        ("\u{FF}\u{80}", "ÿ\u{80}"),
        ("\u{F0}\u{9F}\u{98}\u{80}", "😀"),
        ("\u{ED}\u{A0}\u{80}", "\u{ED}\u{A0}\u{80}"),
    ])
    func valuesAreUTF8OrElseLatin1(_ sent: String, value: String) throws {
        #expect(try head("GET / HTTP/1.1\r\nHost: h\r\nX: \(sent)\r\n\r\n").field("x") == value)
    }

    @Test(arguments: [
        ("Upgrade: websocket", true), ("Upgrade: WebSocket", true), ("Upgrade: a, websocket", true),
        ("Upgrade: a,websocket ,b", true), ("Upgrade: a\r\nUpgrade: websocket", true), ("Upgrade: websockets", false),
        ("Upgrade: web socket", false), ("Upgrade: ", false), ("X: websocket", false), ("Upgrade: ,,websocket", true),
    ])
    func tokensAreFoundInLists(_ line: String, found: Bool) throws {
        let head = try head("GET / HTTP/1.1\r\nHost: h\r\n\(line)\r\n\r\n")
        #expect(head.hasToken("upgrade", "websocket") == found)
    }

    @Test(
        arguments: [
            ("/", []), ("/a", ["a"]), ("/a/", ["a", ""]), ("//", ["", ""]), ("/a//b", ["a", "", "b"]),
            ("/a%2Fb/c", ["a/b", "c"]), ("/%61%62", ["ab"]), ("/%2561", ["%61"]), ("/a+b", ["a+b"]),
            ("/../.", ["..", "."]), ("/%2e%2e", [".."]), ("/caf%C3%A9", ["café"]), ("/a?b/c", ["a"]),
            ("/%", nil), ("/%4", nil), ("/%4g", nil), ("/a/%zz", nil), ("/%00", nil), ("/%FF", nil), ("/%C3", nil),
            ("/%ED%A0%80", nil), ("/%C0%AF", nil), ("http://h", []), ("http://h?x", []), ("http://h/a", ["a"]),
        ] as [(String, [String]?)]
    )
    func pathsAreDecodedOncePerSegment(_ target: String, segments: [String]?) throws {
        let head = try head("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(head.pathSegments() == segments)
        let bytes = PathSegments(head, head.path)
        #expect(bytes.map { segments in (0..<segments.count).map { segments[$0] } } == segments)
        for (index, segment) in (segments ?? []).enumerated() {
            #expect(bytes?.equals(Array(segment.utf8), at: index) == true)
            #expect(bytes?.equals(Array((segment + "x").utf8), at: index) == false)
            #expect(bytes?.equals(Array(("x" + segment.dropFirst()).utf8), at: index) == false)
        }
    }

    @Test func theAsteriskHasNoSegments() throws {
        let head = try head("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(head.targetForm == .asterisk)
        #expect(head.pathSegments() == [])
    }

    @Test(
        arguments: [
            ("", []), ("a", [("a", "")]), ("a=", [("a", "")]), ("=b", [("", "b")]), ("a=b", [("a", "b")]),
            ("a=b&c=d", [("a", "b"), ("c", "d")]), ("a=b=c", [("a", "b=c")]), ("&&a=b&&", [("a", "b")]),
            ("a+b=c+d", [("a b", "c d")]), ("a=%2B%20%26%3D", [("a", "+ &=")]), ("%61=%C3%A9", [("a", "é")]),
            ("a=1&a=2", [("a", "1"), ("a", "2")]), ("a=?/", [("a", "?/")]), ("=", [("", "")]),
            ("a=%", nil), ("a=%4", nil), ("%zz=a", nil), ("a=%FF", nil), ("a=%00", nil), ("a&%C3", nil),
        ] as [(String, [(String, String)]?)]
    )
    func queriesAreDecoded(_ text: String, items: [(String, String)]?) throws {
        let expected = items?.map { QueryItems.Item(name: $0.0, value: $0.1) }
        let form = QueryItems(raw(text).span)
        #expect(form?.items == expected)
        #expect(try head("GET /?\(text) HTTP/1.1\r\nHost: h\r\n\r\n").queryItems()?.items == expected)
    }

    @Test func queryItemsAreLookedUp() throws {
        let parsed = QueryItems(raw("a=1&b=2&a=3").span)
        let items = try #require(parsed)
        #expect(items.first("a") == "1")
        #expect(items.last("a") == "3")
        #expect(items.all("a") == ["1", "3"])
        #expect(items.first("c") == nil && items.last("c") == nil && items.all("c") == [])
        #expect(!items.isEmpty)
        #expect(try head("GET / HTTP/1.1\r\nHost: h\r\n\r\n").queryItems()?.isEmpty == true)
        let tooMany = QueryItems(raw("a&b&c").span, maximum: 2)
        #expect(tooMany == nil)
    }
}
