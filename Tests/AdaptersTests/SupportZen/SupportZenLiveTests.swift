import Core
import Testing

@testable import Adapters

/// SupportZen live over real sockets.
@Suite(.timeLimit(.minutes(2)))
struct SupportZenLiveTests {
    private static let create = "/api/client/live/create"
    private static let chat = "/api/client/live/chat"

    private static let user = [
        ("email", "user@example.com"), ("uuid", "user-db-id-12345"), ("name", "Premium Plan"), ("plan_id", "5"),
        ("created_at", "1679223400"), ("message", "Hi, I have a quick question!"),
    ]

    private static func user(without name: String) -> [(String, String)] { user.filter { $0.0 != name } }

    private static func user(_ name: String, _ value: String) -> [(String, String)] {
        user(without: name) + [(name, value)]
    }

    private static func begin(_ gateway: ZenGateway) throws -> String {
        let answer = try gateway.form(create, user)
        #expect(answer.status == 200)
        return try answer.data("chatId")
    }

    private static func message(_ chat: String, _ text: String = "More", email: String = "user@example.com") -> [(
        String, String
    )] {
        [("chat_id", chat), ("email", email), ("message", text)]
    }

    // MARK: - The document

    @Test(arguments: [DialectMode.strict, .compat, .hardened])
    func theDocumentsExamples(mode: DialectMode) throws {
        let gateway = try ZenGateway([.zen(live: mode, client: nil)])
        let image = (field: "image", name: "image.jpg", type: Optional("image/png"), bytes: ZenPictures.png)
        let created = try gateway.form(
            Self.create,
            Self.user,
            files: [(field: "image", name: "image.png", type: "image/png", bytes: ZenPictures.png)]
        )
        #expect(created.status == 200)
        let chat = try created.data("chatId")
        #expect(chat.hasPrefix("chat-") && chat.utf8.count == 37)
        #expect(
            created.text
                == #"{"status":"success","message":"Live chat session created successfully.","data":{"chatId":"\#(chat)"},"error":null}"#
        )
        let sent = try gateway.form(
            Self.chat,
            Self.message(chat, "Where can I find my subscription URL?"),
            files: [(field: "image", name: "image.png", type: nil, bytes: image.bytes)]
        )
        #expect(sent.status == 200)
        let message = try sent.data("messageId")
        #expect(
            sent.text
                == #"{"status":"success","message":"Message sent successfully.","data":{"chatId":"\#(chat)","messageId":"\#(message)"},"error":null}"#
        )
        let stored = try gateway.conversation(.supportZenLive, chat)
        #expect(stored.ownerKey == "user-db-id-12345")
        #expect(stored.contact == Contact(name: "Premium Plan", email: "user@example.com"))
        #expect(stored.assurance == .sharedSecret)
        #expect(stored.status == .pending)
        #expect(stored.messageCount == 2)
        let identity = try #require(try gateway.identity(.supportZenLive, "user-db-id-12345"))
        #expect(identity.account == AccountFacts(planID: 5, accountCreatedAt: 1_679_223_400_000))
    }

    @Test func everyCreateIsANewChatAndEverySecretCounts() throws {
        let gateway = try ZenGateway()
        let first = try Self.begin(gateway)
        let second = try gateway.form(Self.create, Self.user, bearer: "second-secret")
        #expect(second.status == 200)
        #expect(try second.data("chatId") != first)
        #expect(try gateway.form(Self.chat, Self.message(first), bearer: "second-secret").status == 200)
    }

    // MARK: - Refusals

    private static let badFields: [([(String, String)], String)] = [
        (user(without: "email"), "Missing required fields: email"),
        (user(without: "uuid").filter { $0.0 != "email" }, "Missing required fields: email, uuid"),
        (user(without: "created_at"), "Missing required fields: created_at"),
        (user(without: "message"), "Missing required fields: message"),
        (user("message", "  "), "Missing required fields: message"),
        (user("email", "nobody"), "email must be a valid e-mail address"),
        (user("email", "a@b c"), "email must be a valid e-mail address"),
        (user("plan_id", "gold"), "plan_id must be a number"),
        (user("created_at", "yesterday"), "created_at must be a number"),
        (user("created_at", "1e40"), "created_at must be a Unix timestamp"),
        (user("uuid", String(repeating: "u", count: 257)), "uuid must have at most 256 bytes"),
        (user("message", String(repeating: "m", count: 16_385)), "message must have at most 16384 bytes"),
    ]

    @Test func badFieldsAreNamed() throws {
        let gateway = try ZenGateway()
        for (fields, message) in Self.badFields {
            let answer = try gateway.form(Self.create, fields)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"status":"error","message":"\#(message)","data":null,"error":"malformed"}"#)
        }
        #expect(
            try gateway.form(Self.create, Self.user("message", String(repeating: "m", count: 16_384))).status == 200
        )
    }

    @Test func theChecksHaveTheirOrder() throws {
        let gateway = try ZenGateway([.zen(client: nil)])
        let chat = try Self.begin(gateway)
        // 401 before 415, 415 before 400, 400 before 404, 404 before 403, 403 before 409.
        #expect(try gateway.post(Self.create, "{}", bearer: "wrong").status == 401)
        #expect(try gateway.post(Self.create, "{}", bearer: nil).status == 401)
        #expect(try gateway.post(Self.create, "{}", bearer: ZenGateway.secret).status == 415)
        #expect(try gateway.request("POST", Self.create, bearer: ZenGateway.secret).status == 415)
        let unknown = "chat-0123456789abcdef0123456789abcdef"
        #expect(try gateway.form(Self.chat, [("chat_id", unknown), ("message", "x")]).status == 400)
        let absent = try gateway.form(Self.chat, Self.message(unknown, email: "other@example.com"))
        #expect(
            absent.text == #"{"status":"error","message":"Chat not found","data":null,"error":"unknown-conversation"}"#
        )
        #expect(absent.status == 404)
        try gateway.close(.supportZenLive, chat)
        #expect(try gateway.form(Self.chat, Self.message(chat, email: "other@example.com")).status == 403)
        let closed = try gateway.form(Self.chat, Self.message(chat))
        #expect(closed.status == 409)
        #expect(closed.text == #"{"status":"error","message":"Chat is closed","data":null,"error":"closed"}"#)
    }

    @Test func aClosedChatReopensWhereTheConfigurationSaysSo() throws {
        let gateway = try ZenGateway([.zen(onClosed: .reopen)])
        let chat = try Self.begin(gateway)
        try gateway.close(.supportZenLive, chat)
        #expect(try gateway.form(Self.chat, Self.message(chat)).status == 200)
        #expect(try gateway.conversation(.supportZenLive, chat).status == .active)
    }

    @Test func theEmailMustBeTheChatsOrItsPersonsPresentOne() throws {
        let gateway = try ZenGateway()
        let chat = try Self.begin(gateway)
        #expect(try gateway.form(Self.chat, Self.message(chat, email: "USER@Example.com")).status == 200)
        #expect(try gateway.form(Self.chat, Self.message(chat, email: "new@example.com")).status == 403)
        #expect(try gateway.form(Self.create, Self.user("email", "new@example.com")).status == 200)
        #expect(try gateway.form(Self.chat, Self.message(chat, email: "new@example.com")).status == 200)
        #expect(try gateway.form(Self.chat, Self.message(chat)).status == 200)
    }

    @Test func imagesAreJudgedByTheirBytes() throws {
        let gateway = try ZenGateway()
        func send(_ name: String, _ type: String?, _ bytes: [UInt8], field: String = "image") throws -> Int {
            try gateway.form(Self.create, Self.user, files: [(field: field, name: name, type: type, bytes: bytes)])
                .status
        }
        #expect(try send("a.png", "image/png", ZenPictures.png) == 200)
        #expect(try send("a.png", nil, ZenPictures.png) == 200)
        #expect(try send("a.jpg", "image/jpeg", ZenPictures.png) == 415)
        #expect(try send("a.svg", "image/svg+xml", Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8)) == 415)
        #expect(try send("a.pdf", "application/pdf", Array("%PDF-1.4".utf8)) == 415)
        #expect(try send("a.png", "image/png", [UInt8](repeating: 0, count: 11 << 20)) == 413)
        #expect(try send("a.png", "image/png", ZenPictures.png, field: "file") == 400)
        let picture = (field: "image", name: "a.png", type: Optional("image/png"), bytes: ZenPictures.png)
        #expect(try gateway.form(Self.create, Self.user, files: [picture, picture]).status == 413)
    }

    @Test func aPictureAloneIsAnExtension() throws {
        let picture = (field: "image", name: "a.png", type: Optional("image/png"), bytes: ZenPictures.png)
        let compat = try ZenGateway()
        #expect(try compat.form(Self.create, Self.user(without: "message"), files: [picture]).status == 200)
        let strict = try ZenGateway([.zen(live: .strict)])
        #expect(try strict.form(Self.create, Self.user(without: "message"), files: [picture]).status == 400)
    }

    @Test func unknownPathsAndMethodsHaveTheEnvelope() throws {
        let gateway = try ZenGateway([.zen(client: nil)])
        let unknown = try gateway.form("/api/client/live/nothing", [])
        #expect(unknown.status == 404)
        #expect(unknown.text == #"{"status":"error","message":"Not found","data":null,"error":"unknown-route"}"#)
        let wrong = try gateway.request("PUT", Self.create, bearer: ZenGateway.secret)
        #expect(wrong.status == 405)
        #expect(wrong.head.field("allow") == "OPTIONS, POST")
        #expect(wrong.text == #"{"status":"error","message":"Method not allowed","data":null,"error":"wrong-method"}"#)
    }

    @Test func limitsAreTheAgentsOnes() throws {
        let limits = LimitsConfiguration(guestWrite: Rate(1, per: .seconds(60)), agent: Rate(3, per: .seconds(60)))
        let gateway = try ZenGateway([.zen(client: nil, limits: limits)])
        for _ in 0..<3 { _ = try Self.begin(gateway) }
        let refused = try gateway.form(Self.create, Self.user)
        #expect(refused.status == 429)
        #expect(refused.head.field("ratelimit-limit") == "3")
        #expect(refused.head.field("retry-after") != nil)
        #expect(try refused.json["error"]?.string == "rate-limited")
    }

    @Test func browsersAreWarnedOfOnceAndRefusedByHardenedTenants() throws {
        let origin = [("Origin", "https://brand.example")]
        let gateway = try ZenGateway([.zen(client: nil, origins: ["*"])])
        for _ in 0..<2 {
            let answer = try gateway.form(Self.create, Self.user, fields: origin)
            #expect(answer.status == 200)
            #expect(answer.head.field("access-control-allow-origin") == nil)
        }
        #expect(gateway.log.lines.filter { $0.contains("a browser knows the shared secret") }.count == 1)
        let hardened = try ZenGateway([.zen(live: .hardened, client: nil)])
        #expect(try hardened.form(Self.create, Self.user, fields: origin).status == 403)
        #expect(try hardened.form(Self.create, Self.user).status == 200)
    }

    // MARK: - Retries

    @Test func aRetryGetsTheFirstAnswer() throws {
        let gateway = try ZenGateway()
        let key = [("Idempotency-Key", "k-1")]
        let first = try gateway.form(Self.create, Self.user, fields: key)
        let again = try gateway.form(Self.create, Self.user.reversed(), fields: key)
        #expect(first.text == again.text)
        #expect(first.head.field("idempotent-replayed") == nil)
        #expect(again.head.field("idempotent-replayed") == "true")
        let other = try gateway.form(Self.create, Self.user("message", "Other"), fields: key)
        #expect(other.status == 422)
        #expect(try other.json["error"]?.string == "idempotency-mismatch")
        let chat = try first.data("chatId")
        let sent = try gateway.form(Self.chat, Self.message(chat), fields: key)
        #expect(try gateway.form(Self.chat, Self.message(chat), fields: key).text == sent.text)
        let picture = (field: "image", name: "a.png", type: Optional("image/png"), bytes: ZenPictures.png)
        #expect(try gateway.form(Self.chat, Self.message(chat), files: [picture], fields: key).status == 422)
        #expect(try gateway.conversation(.supportZenLive, chat).messageCount == 2)
    }

    @Test func strictKnowsNoRetriesAndNoReads() throws {
        let gateway = try ZenGateway([.zen(live: .strict, client: nil)])
        let key = [("Idempotency-Key", "k-1")]
        let first = try gateway.form(Self.create, Self.user, fields: key)
        let second = try gateway.form(Self.create, Self.user, fields: key)
        #expect(try first.data("chatId") != second.data("chatId"))
        let path = "\(Self.chat)/\(try first.data("chatId"))?email=user@example.com"
        #expect(try gateway.request("GET", path, bearer: ZenGateway.secret).status == 404)
    }
}
