import Synchronization
import Testing

@testable import Adapters
@testable import Core

/// The reads that bring agents' answers back: paging by message, entity tags, waiting, pictures.
@Suite(.timeLimit(.minutes(2)))
struct ZenReadTests {
    private static let chat = "/api/client/live/chat"
    private static let user = [
        ("email", "user@example.com"), ("uuid", "u-1"), ("name", "Jo"), ("created_at", "1679223400"),
        ("message", "Hello"),
    ]

    private static func begin(_ gateway: ZenGateway) throws -> String {
        try gateway.form("/api/client/live/create", user).data("chatId")
    }

    private static func read(
        _ gateway: ZenGateway,
        _ id: String,
        _ query: String = "",
        fields: [(String, String)] = [],
        bearer: String? = ZenGateway.secret
    ) throws -> ZenGateway.Answer {
        try gateway.request("GET", "\(chat)/\(id)?email=user%40example.com\(query)", bearer: bearer, fields: fields)
    }

    private static func messages(_ answer: ZenGateway.Answer) throws -> [JSONValue] {
        Array(try #require(try answer.json["data"]?["messages"]?.array))
    }

    private static func texts(_ answer: ZenGateway.Answer) throws -> [String] {
        try messages(answer).map { try #require($0["message"]?.string) }
    }

    @Test func aReadShowsTheWholeChat() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let answerID = try gateway.answer(.supportZenLive, chat, "Hi Jo")
        let answer = try Self.read(gateway, chat)
        #expect(answer.status == 200)
        let messages = try Self.messages(answer)
        let first = try #require(messages[0]["messageId"]?.string)
        let times = try messages.map { try #require($0["createdAt"]?.string) }
        #expect(
            answer.text == #"{"status":"success","message":"Chat retrieved successfully.","data":{"chatId":"\#(chat)","#
                + #""status":"open","messages":[{"messageId":"\#(first)","sender":"user","senderName":"Jo","#
                + #""message":"Hello","image_url":null,"createdAt":"\#(times[0])"},{"messageId":"\#(answerID)","#
                + #""sender":"agent","senderName":"Jane Smith","message":"Hi Jo","image_url":null,"#
                + #""createdAt":"\#(times[1])"}]},"error":null}"#
        )
        #expect(answer.head.field("cache-control") == "private, no-cache")
    }

    @Test func afterGivesWhatIsNew() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let first = try #require(try Self.messages(Self.read(gateway, chat))[0]["messageId"]?.string)
        #expect(try Self.texts(Self.read(gateway, chat, "&after=\(first)")).isEmpty)
        let one = try gateway.answer(.supportZenLive, chat, "one")
        try gateway.answer(.supportZenLive, chat, "two")
        #expect(try Self.texts(Self.read(gateway, chat, "&after=\(first)")) == ["one", "two"])
        #expect(try Self.texts(Self.read(gateway, chat, "&after=\(one)")) == ["two"])
        let other = try Self.begin(gateway)
        let foreign = try #require(try Self.messages(Self.read(gateway, other))[0]["messageId"]?.string)
        for bad in [foreign, "msg-00000000000000000000000000000000", "msg-x", "5"] {
            let refused = try Self.read(gateway, chat, "&after=\(bad)")
            #expect(refused.status == 400)
            #expect(try refused.json["message"]?.string == "Unknown message in after")
        }
    }

    @Test func entityTagsSpareTheBody() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let first = try Self.read(gateway, chat)
        let tag = try #require(first.head.field("etag"))
        let same = try Self.read(gateway, chat, fields: [("If-None-Match", tag)])
        #expect(same.status == 304)
        #expect(same.bytes.isEmpty)
        #expect(same.head.field("etag") == tag)
        try gateway.answer(.supportZenLive, chat, "news")
        let changed = try Self.read(gateway, chat, fields: [("If-None-Match", tag)])
        #expect(changed.status == 200)
        #expect(changed.head.field("etag") != tag)
        let head = try gateway.request("HEAD", "\(Self.chat)/\(chat)?email=user@example.com", bearer: ZenGateway.secret)
        #expect(head.status == 200)
        #expect(head.head.field("etag") == changed.head.field("etag"))
    }

    @Test func aReadIsJudgedAsAMessageIs() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let path = "\(Self.chat)/\(chat)"
        #expect(try gateway.request("GET", path, bearer: ZenGateway.secret).status == 400)
        #expect(try gateway.request("GET", path + "?email=x@y", bearer: ZenGateway.secret).status == 403)
        #expect(try gateway.request("GET", path + "?email=x@y", bearer: nil).status == 401)
        #expect(try Self.read(gateway, "chat-0").status == 404)
        #expect(try Self.read(gateway, chat, "&wait=soon").status == 400)
    }

    @Test func aReadDelivers() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        try gateway.answer(.supportZenLive, chat, "Hi")
        #expect(try gateway.conversation(.supportZenLive, chat).customer.delivered == 1)
        _ = try Self.read(gateway, chat)
        let read = try gateway.conversation(.supportZenLive, chat)
        #expect(read.customer.delivered == 2)
        #expect(read.customer.read == 1)
    }

    // MARK: - Waiting

    /// Starts a read that waits, in a thread of its own.
    private static func waiting(
        _ gateway: ZenGateway,
        _ chat: String,
        _ query: String,
        fields: [(String, String)] = []
    ) throws -> BlockingQueue<(Int, [String], String?)> {
        let answers = BlockingQueue<(Int, [String], String?)>()
        let client = ZenClient(port: gateway.port)
        let thread = try LoopThread.start(name: "waiting") {
            guard
                let answer = try? client.get(
                    "\(Self.chat)/\(chat)?email=user@example.com\(query)",
                    bearer: ZenGateway.secret,
                    fields: fields
                )
            else { return answers.close() }
            let data = try? answer.json["data"]
            let texts = data?["messages"]?.array?.compactMap { $0["message"]?.string } ?? []
            _ = answers.push((answer.status, texts, data?["status"]?.string))
        }
        _ = thread
        return answers
    }

    private static func last(_ gateway: ZenGateway, _ chat: String) throws -> String {
        try #require(try messages(read(gateway, chat)).last?["messageId"]?.string)
    }

    /// Waits until a long poll has subscribed.
    private static func subscribed(_ gateway: ZenGateway, _ chat: String) throws {
        let row = try gateway.conversation(.supportZenLive, chat).row
        while try !gateway.hasSubscribers(row) {}
    }

    @Test func aWaitingReadIsAnsweredByTheNextMessage() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let answers = try Self.waiting(gateway, chat, "&after=\(Self.last(gateway, chat))&wait=25s")
        try Self.subscribed(gateway, chat)
        try gateway.answer(.supportZenLive, chat, "finally")
        guard case .element(let answer) = answers.pop(timeoutMilliseconds: 10_000) else {
            Issue.record("not answered")
            return
        }
        #expect(answer == (200, ["finally"], "open"))
        let row = try gateway.conversation(.supportZenLive, chat).row
        #expect(try !gateway.hasSubscribers(row))
    }

    @Test func aWaitingReadIsAnsweredByTheEnd() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let answers = try Self.waiting(gateway, chat, "&after=\(Self.last(gateway, chat))&wait=25s")
        try Self.subscribed(gateway, chat)
        try gateway.close(.supportZenLive, chat)
        guard case .element(let answer) = answers.pop(timeoutMilliseconds: 10_000) else {
            Issue.record("not answered")
            return
        }
        #expect(answer == (200, [], "closed"))
    }

    @Test func aWaitingReadEndsWithItsPatience() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let read = try Self.read(gateway, chat)
        let tag = try #require(read.head.field("etag"))
        let empty = try Self.waiting(gateway, chat, "&after=\(Self.last(gateway, chat))&wait=1s")
        let known = try Self.waiting(gateway, chat, "&wait=1s", fields: [("If-None-Match", tag)])
        guard case .element(let first) = empty.pop(timeoutMilliseconds: 10_000),
            case .element(let second) = known.pop(timeoutMilliseconds: 10_000)
        else {
            Issue.record("not answered")
            return
        }
        #expect(first == (200, [], "open"))
        #expect(second.0 == 304)
    }

    @Test func thereIsNoWaitForWhatIsThere() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        #expect(try Self.texts(Self.read(gateway, chat, "&wait=25s")) == ["Hello"])
    }

    @Test func aClientThatLeavesIsForgotten() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let last = try Self.last(gateway, chat)
        let row = try gateway.conversation(.supportZenLive, chat).row
        let client = ZenClient(port: gateway.port)
        let socket = try client.begin(
            "\(Self.chat)/\(chat)?email=user@example.com&after=\(last)&wait=25s",
            bearer: ZenGateway.secret
        )
        while try !gateway.hasSubscribers(row) {}
        try socket.close()
        while try gateway.hasSubscribers(row) {}
    }

    // MARK: - Pictures

    @Test func picturesHaveLinksThatOpen() throws {
        let gateway = try ZenGateway([.zen(pathPrefix: "/zen")])
        let created = try gateway.form(
            "/api/client/live/create",
            Self.user,
            files: [(field: "image", name: "my picture.png", type: "image/png", bytes: ZenPictures.png)]
        )
        let chat = try created.data("chatId")
        let link = try #require(try Self.messages(Self.read(gateway, chat))[0]["image_url"]?.string)
        #expect(link.hasPrefix("http://zen.example/api/client/live/files/"))
        #expect(link.contains("/my%20picture.png?exp="))
        let path = String(link.dropFirst("http://zen.example".count))
        let picture = try gateway.request("GET", path)
        #expect(picture.status == 200)
        #expect(picture.bytes == ZenPictures.png)
        #expect(picture.head.field("content-type") == "image/png")
        #expect(picture.head.field("x-content-type-options") == "nosniff")
        // The same through the prefix, for a host that names no tenant.
        #expect(try gateway.request("GET", "/zen" + path, host: "127.0.0.1").bytes == ZenPictures.png)
        let bare = try #require(path.split(separator: "?").first.map(String.init))
        #expect(try gateway.request("GET", bare).status == 401)
        #expect(try gateway.request("GET", bare, bearer: ZenGateway.secret).bytes == ZenPictures.png)
        #expect(try gateway.request("GET", bare + "?exp=1&sig=x").status == 401)
        #expect(try gateway.request("GET", path.replacing("sig=", with: "sig=A")).status == 401)
    }

    @Test func anAgentsDocumentIsListedBeside() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        let document = Core.Attachment(
            id: EntityID(high: 5, low: 5),
            hash: [UInt8](repeating: 1, count: 32),
            name: "manual.pdf",
            mediaType: "application/pdf",
            size: 9
        )
        try gateway.answer(.supportZenLive, chat, "See the manual", files: [document])
        let message = try #require(try Self.messages(Self.read(gateway, chat)).last)
        #expect(message["image_url"]?.isNull == true)
        let file = try #require(message["attachments"]?.array?.first { _ in true })
        #expect(file["name"]?.string == "manual.pdf")
        #expect(file["type"]?.string == "application/pdf")
        #expect(file["url"]?.string?.contains("/api/client/live/files/\(document.id.hex)/manual.pdf?exp=") == true)
    }
}
