import Core
import Testing

@Suite struct WebSocketHandshakeTests {
    private static func request(
        _ change: (inout WebSocketUpgradeRequest) -> Void = { _ in }
    ) -> WebSocketUpgradeRequest {
        var request = WebSocketUpgradeRequest(
            isGet: true,
            isHTTP11: true,
            upgrade: ["websocket"],
            connection: ["Upgrade"],
            key: ["dGhlIHNhbXBsZSBub25jZQ=="],
            version: ["13"],
            protocols: []
        )
        change(&request)
        return request
    }

    private static func answer(_ change: (inout WebSocketUpgradeRequest) -> Void) -> WebSocketHandshake.Answer {
        WebSocketHandshake.answer(request(change))
    }

    private static func status(_ change: (inout WebSocketUpgradeRequest) -> Void) -> Int {
        switch answer(change) {
        case .accept: 101
        case .reject(let status, _, _): status
        }
    }

    private static func fields(_ answer: WebSocketHandshake.Answer) -> [String] {
        switch answer {
        case .accept(let fields), .reject(_, let fields, _): fields.map { "\($0.name): \($0.value)" }
        }
    }

    @Test func theSampleOfTheRFC() {
        let answer = WebSocketHandshake.answer(Self.request())
        #expect(
            Self.fields(answer) == [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            ]
        )
        #expect(WebSocketHandshake.acceptValue(for: "x3JJHMbDL1EzLkh9GBhXDw==") == "HSmrc0sMlYUkAGmm5OPpG2HaGWk=")
    }

    /// Lengths around the borders of the blocks of the digest: with the fixed 36 characters they make 36, 55, 56 and 64
    /// bytes.
    @Test(arguments: [
        ("", "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w="),
        ("aaaaaaaaaaaaaaaaaaa", "yzaGyu0mcUukN7CdsSwa30tnCpc="),
        ("aaaaaaaaaaaaaaaaaaaa", "dUYRM7bOMwDmbriNIPr11x+r3E0="),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "xMWmCBqYJY4uXzUs8PNU1t+Pzro="),
    ])
    func digestsOfEveryPadding(_ key: String, accept: String) {
        #expect(WebSocketHandshake.acceptValue(for: key) == accept)
    }

    @Test func listsAndCaseDoNotMatter() {
        #expect(Self.status { $0.upgrade = ["h2c", " WebSocket , foo"] } == 101)
        #expect(Self.status { $0.connection = ["keep-alive,\tUPGRADE"] } == 101)
        #expect(Self.status { $0.connection = ["keep-alive", "Upgrade"] } == 101)
    }

    @Test func whatIsRefused() {
        #expect(Self.status { $0.isGet = false } == 405)
        #expect(Self.status { $0.isHTTP11 = false } == 400)
        #expect(Self.status { $0.upgrade = [] } == 426)
        #expect(Self.status { $0.upgrade = ["h2c"] } == 426)
        #expect(Self.status { $0.upgrade = ["websockets"] } == 426)
        #expect(Self.status { $0.connection = [] } == 400)
        #expect(Self.status { $0.connection = ["keep-alive"] } == 400)
        #expect(Self.status { $0.connection = ["Upgraded"] } == 400)
        #expect(Self.status { $0.version = [] } == 426)
        #expect(Self.status { $0.version = ["8"] } == 426)
        #expect(Self.status { $0.version = ["13", "13"] } == 426)
        #expect(Self.status { $0.version = ["13, 8"] } == 426)
    }

    @Test(arguments: [
        [], [""], ["dGhlIHNhbXBsZSBub25jZQ=="] + ["dGhlIHNhbXBsZSBub25jZQ=="], ["dGhlIHNhbXBsZSBub25jZQ"],
        ["dGhlIHNhbXBsZSBub25jZQ="], ["dGhlIHNhbXBsZSBub25jZTEy"], ["dGhlIHNhbXBsZSBub25j_Q=="],
        ["dGhlIHNhbXBsZSBub25jZQ==="], ["dGhlIHNhbXBsZSBub25jZ===="], ["dGhlIHNhbXBsZSBub25jZ\r\nQ=="],
    ])
    func keysThatAreNotSixteenBytes(_ key: [String]) {
        #expect(Self.status { $0.key = key } == 400)
    }

    @Test func refusalsSayWhatIsWanted() {
        #expect(Self.fields(Self.answer { $0.isGet = false }) == ["Allow: GET"])
        let wanted = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        #expect(Self.fields(Self.answer { $0.version = ["8"] }) == wanted)
        #expect(Self.fields(Self.answer { $0.upgrade = [] }) == wanted)
    }

    @Test(
        arguments: [
            ([], nil), (["chat"], nil), (["bearer"], nil), (["token, bearer"], nil),
            (["bearer, abc.def-_~"], "abc.def-_~"),
            (["bearer", "abc"], "abc"), (["chat, bearer,abc , x"], "abc"), (["Bearer, abc"], nil), (["bearer, ,"], nil),
        ] as [([String], String?)]
    )
    func tokensAsSubprotocols(_ protocols: [String], token: String?) {
        let request = Self.request { $0.protocols = protocols }
        #expect(request.bearerToken == token)
        let selected = Self.fields(WebSocketHandshake.answer(request)).dropFirst(3)
        #expect(Array(selected) == (token == nil ? [] : ["Sec-WebSocket-Protocol: bearer"]))
    }

    @Test func whetherAnUpgradeIsAskedFor() {
        #expect(Self.request().asksForWebSocket)
        #expect(!Self.request { $0.upgrade = [] }.asksForWebSocket)
        #expect(!Self.request { $0.isHTTP11 = false }.asksForWebSocket)
    }
}
