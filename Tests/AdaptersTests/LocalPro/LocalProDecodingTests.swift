import Core
import Testing

@testable import Adapters

/// What requests may say, and the field that is named when they say it wrong.
@Suite struct LocalProDecodingTests {
    private typealias Samples = LocalProSamples

    private static let user = #""user":{"name":"John","email":"j@e.x"}"#

    @Test func sessionInput() throws {
        let input = try LocalProSessionInput(
            Samples.json(
                """
                {"sessionId": "session-1701691234567-abc123",
                 "user": {"name": "John Doe", "email": "john@example.com", "phone": "+1234567890"},
                 "pageUrl": "https://example.com/pricing"}
                """
            ),
            requiresID: true
        )
        #expect(input.sessionID == "session-1701691234567-abc123")
        #expect(input.name == "John Doe")
        #expect(input.email == "john@example.com")
        #expect(input.phone == "+1234567890")
        #expect(input.pageURL == "https://example.com/pricing")
        let short = try LocalProSessionInput(
            Samples.json("{\"sessionId\":null,\"phone\":7,\(Self.user)}"),
            requiresID: false
        )
        #expect(short.sessionID == nil)
        #expect(short.phone == nil)
    }

    @Test(arguments: [
        (#"{}"#, "user"),
        (#"{"user":[]}"#, "user"),
        (#"{"user":null}"#, "user"),
        (#"{"user":{"email":"a@b"}}"#, "user.name"),
        (#"{"user":{"name":"  ","email":"a@b"}}"#, "user.name"),
        (#"{"user":{"name":7,"email":"a@b"}}"#, "user.name"),
        (#"{"user":{"name":"a\u0000b","email":"a@b"}}"#, "user.name"),
        (#"{"user":{"name":"A"}}"#, "user.email"),
        (#"{"user":{"name":"A","email":"a"}}"#, "user.email"),
        (#"{"user":{"name":"A","email":"a@b@c"}}"#, "user.email"),
        (#"{"user":{"name":"A","email":"@b"}}"#, "user.email"),
        (#"{"user":{"name":"A","email":"a b@c"}}"#, "user.email"),
        (#"{"user":{"name":"A","email":"a@b","phone":1}}"#, "user.phone"),
        (#"{"pageUrl":1,"user":{"name":"A","email":"a@b"}}"#, "pageUrl"),
        (#"{"sessionId":"","user":{"name":"A","email":"a@b"}}"#, "sessionId"),
        (#"{"sessionId":"1234567","user":{"name":"A","email":"a@b"}}"#, "sessionId"),
        (#"{"sessionId":"12345678!","user":{"name":"A","email":"a@b"}}"#, "sessionId"),
        (#"{"sessionId":12345678,"user":{"name":"A","email":"a@b"}}"#, "sessionId"),
    ])
    func refusedSessionInput(body: String, field: String) throws {
        let json = try Samples.json(body)
        let rejection = #expect(throws: Rejection.self) { try LocalProSessionInput(json, requiresID: false) }
        #expect(rejection?.field == field)
        #expect(rejection?.reason == .malformed)
    }

    @Test func strictRequiresAnID() throws {
        let json = try Samples.json("{\(Self.user)}")
        let rejection = #expect(throws: Rejection.self) { try LocalProSessionInput(json, requiresID: true) }
        #expect(rejection?.field == "sessionId")
    }

    @Test(arguments: [("1", 1), ("5", 5), ("5.0", 5), ("3e0", 3)])
    func scores(text: String, expected: Int) throws {
        #expect(try LocalProFields(Samples.json("{\"score\":\(text)}")).score("score") == expected)
    }

    @Test(arguments: ["0", "6", "4.5", "\"5\"", "true", "[]", "1e99", "-1"])
    func refusedScores(text: String) throws {
        let fields = LocalProFields(try Samples.json("{\"score\":\(text)}"))
        #expect(throws: Rejection.self) { try fields.score("score") }
    }

    @Test(arguments: [
        ("", 1, 50), ("page=2&limit=10", 2, 10), ("limit=100", 1, 100), ("limit=101", 1, 100),
        ("limit=99999999999999999999999", 1, 100), ("page=007", 7, 50),
    ])
    func paging(query: String, page: Int, limit: Int) throws {
        let paging = try LocalProPaging(Samples.query(query), defaultLimit: 50)
        #expect(paging.page == page)
        #expect(paging.limit == limit)
    }

    @Test(arguments: [
        "page=0", "page=-1", "page=x", "page=", "page=1.5", "limit=0", "limit=-5", "limit=ten", "limit=+5",
    ])
    func refusedPaging(query: String) throws {
        let items = try Samples.query(query)
        #expect(throws: Rejection.self) { try LocalProPaging(items, defaultLimit: 50) }
    }

    @Test(arguments: [(0, 50, 0), (1, 50, 1), (50, 50, 1), (51, 50, 2), (45, 10, 5)])
    func pagesAreRoundedUp(total: Int, limit: Int, pages: Int) {
        #expect(LocalProPaging.pages(total, limit: limit) == pages)
    }

    @Test func listFilters() throws {
        let filter = try LocalProListFilter.read(
            Samples.query("status=active&priority=urgent&department=billing&assignedAgent=a1&search=%25x_")
        )
        #expect(filter.statuses == [.active])
        #expect(filter.priority == .urgent)
        #expect(filter.department == "billing")
        #expect(filter.agent == .id("a1"))
        #expect(filter.search == "%x_")
        #expect(try LocalProListFilter.read(Samples.query("assignedAgent=unassigned")).agent == .unassigned)
        let empty = try LocalProListFilter.read(Samples.query("status=&priority=&department=&assignedAgent=&search="))
        #expect(empty == ConversationFilter())
    }

    @Test(arguments: ["status=open", "priority=1", "department=it", "status=Pending"])
    func refusedListFilters(query: String) throws {
        let items = try Samples.query(query)
        let rejection = #expect(throws: Rejection.self) { try LocalProListFilter.read(items) }
        #expect(rejection?.field == String(query.prefix { $0 != "=" }))
    }

    @Test(arguments: [
        ("", 1_730_721_600_000, 1_733_313_600_000),
        ("endDate=2024-12-01", 1_730_419_200_000, 1_733_011_200_000),
        ("startDate=2024-12-01", 1_733_011_200_000, 1_733_313_600_000),
        ("startDate=2024-11-01T01:00:00%2B01:00&endDate=2024-11-01", 1_730_419_200_000, 1_730_419_200_000),
        ("startDate=2024-11-01T01:00:00+01:00&endDate=2024-11-02", 1_730_419_200_000, 1_730_505_600_000),
    ])
    func periods(query: String, start: Int64, end: Int64) throws {
        let period = try LocalProPeriod(Samples.query(query), now: Samples.noon)
        #expect(period.start == start)
        #expect(period.end == end)
    }

    @Test(arguments: [
        "startDate=yesterday", "endDate=2024-02-30", "startDate=2024-12-02&endDate=2024-12-01",
        "startDate=1733313600000",
    ])
    func refusedPeriods(query: String) throws {
        let items = try Samples.query(query)
        #expect(throws: Rejection.self) { try LocalProPeriod(items, now: LocalProSamples.noon) }
    }

    @Test(arguments: [
        (#"{"type":"typing","isTyping":true}"#, LocalProFrame.typing(isTyping: true, sessionID: nil)),
        (#"{"type":"typing","isTyping":false,"sessionId":"s"}"#, .typing(isTyping: false, sessionID: "s")),
        (#"{"type":"ping"}"#, .ping),
        (#"{"type":"subscribe_session","sessionId":"s"}"#, .subscribe(sessionID: "s")),
        (#"{"type":"unsubscribe_session","sessionId":"s"}"#, .unsubscribe(sessionID: "s")),
    ])
    func frames(text: String, expected: LocalProFrame) throws {
        #expect(try LocalProFrame(Array(text.utf8), kind: .text) == expected)
    }

    @Test func receiptFrame() throws {
        let frame = try LocalProFrame(
            Array(#"{"type":"read_receipt","messageId":"a0a1a2a3a4a5a6a7a8a9aaab"}"#.utf8),
            kind: .text
        )
        let range = try #require(EntityIDRange(hex: "a0a1a2a3a4a5a6a7a8a9aaab"))
        #expect(frame == .readReceipt(message: range, sessionID: nil))
    }

    @Test(arguments: [
        "", "{", "[]", "7", "null", #"{"type":7}"#, #"{"type":"message","content":"hi"}"#, #"{"type":"typing"}"#,
        #"{"type":"typing","isTyping":"yes"}"#, #"{"type":"read_receipt"}"#,
        #"{"type":"read_receipt","messageId":"7"}"#, #"{"type":"subscribe_session"}"#,
        #"{"type":"subscribe_session","sessionId":""}"#,
    ])
    func refusedFrames(text: String) {
        #expect(throws: Rejection.self) { try LocalProFrame(Array(text.utf8), kind: .text) }
        #expect(throws: Rejection.self) { try LocalProFrame(Array(#"{"type":"ping"}"#.utf8), kind: .binary) }
    }

    @Test(arguments: [
        ("Authorization: Bearer a\r\nSec-WebSocket-Protocol: bearer, b\r\n", "token=c", "a", "bearer"),
        ("Sec-WebSocket-Protocol: bearer, b\r\n", "token=c", "b", "bearer"),
        ("Sec-WebSocket-Protocol: bearer\r\nSec-WebSocket-Protocol: b\r\n", "", "b", "bearer"),
        ("", "token=c", "c", nil),
        ("Sec-WebSocket-Protocol: chat, b\r\n", "token=c", "c", nil),
        ("Sec-WebSocket-Protocol: bearer\r\n", "token=", nil, nil),
        ("Authorization: Basic x\r\n", "", nil, nil),
    ])
    func socketCredentials(fields: String, query: String, token: String?, subprotocol: String?) throws {
        let head = try Samples.head("GET /ws/live-chat HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        let credential = LocalProSocketCredential(head, try Samples.query(query))
        #expect(credential.token == token)
        #expect(credential.subprotocol == subprotocol)
    }

    @Test func textsAreCutAtCharacters() {
        #expect("abc".cut(toBytes: 3) == "abc")
        #expect("abcd".cut(toBytes: 3) == "abc")
        #expect("aäb".cut(toBytes: 2) == "a")
        #expect("a😀".cut(toBytes: 4) == "a")
    }
}
