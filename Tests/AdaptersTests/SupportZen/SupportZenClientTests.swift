import Core
import Testing

@testable import Adapters

/// SupportZen client over real sockets.
struct SupportZenClientTests {
    private static let email = "user@example.com"
    private static let bearer = EmailHMAC.bearer(authToken: "auth-token", email: email)

    private static func user(_ email: String = email, message: String = "Hello", more: String = "") -> String {
        #"{"email":"\#(email)","created_at":1679223400,"message":"\#(message)"\#(more)}"#
    }

    private static func chatMessage(_ id: String, email: String = email, message: String = "More") -> String {
        #"{"chat_id":"\#(id)","email":"\#(email)","message":"\#(message)"}"#
    }

    private static func ticketMessage(_ id: String, email: String = email) -> String {
        #"{"ticket_id":"\#(id)","email":"\#(email)","message":"More"}"#
    }

    private static func create(_ gateway: ZenGateway, _ kind: String = "live", email: String = email) throws -> String {
        let bearer = EmailHMAC.bearer(authToken: "auth-token", email: email)
        let answer = try gateway.post("/api/client/\(kind)/create", user(email), bearer: bearer)
        #expect(answer.status == 200)
        return try answer.data(kind == "live" ? "chatId" : "ticketId")
    }

    private static func gateway(_ mode: DialectMode = .compat, _ firstContact: FirstContactMode = .trust) throws
        -> ZenGateway
    {
        try ZenGateway([.zen(live: nil, client: mode, firstContact: firstContact)])
    }

    // MARK: - The document

    @Test(arguments: [DialectMode.strict, .compat])
    func theDocumentsExamples(mode: DialectMode) throws {
        let gateway = try Self.gateway(mode)
        let more = #","name":"Basic Plan","plan_id":5,"image_url":"https://brand.example/a.png""#
        let created = try gateway.post("/api/client/live/create", Self.user(more: more), bearer: Self.bearer)
        let chat = try created.data("chatId")
        #expect(
            created.text
                == #"{"status":"success","message":"Live chat session created successfully.","data":{"chatId":"\#(chat)"},"error":null}"#
        )
        let sent = try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: Self.bearer)
        let message = try sent.data("messageId")
        #expect(
            sent.text
                == #"{"status":"success","message":"Message sent successfully.","data":{"chatId":"\#(chat)","messageId":"\#(message)"},"error":null}"#
        )
        let ticket = try gateway.post("/api/client/ticket/create", Self.user(), bearer: Self.bearer)
        #expect(
            ticket.text
                == #"{"status":"success","message":"Ticket created successfully.","data":{"ticketId":"TKT-001"},"error":null}"#
        )
        let appended = try gateway.post("/api/client/ticket/append", Self.ticketMessage("TKT-001"), bearer: Self.bearer)
        let second = try appended.data("messageId")
        #expect(
            appended.text
                == #"{"status":"success","message":"Message appended to ticket successfully.","data":{"ticketId":"TKT-001","messageId":"\#(second)"},"error":null}"#
        )
        #expect(try Self.create(gateway, "ticket") == "TKT-002")
        let stored = try gateway.conversation(.supportZenClient, chat)
        #expect(stored.ownerKey == Self.email)
        #expect(stored.contact == Contact(name: "Basic Plan", email: Self.email))
        #expect(stored.assurance == .firstContact)
        #expect(try gateway.conversation(.supportZenClient, "TKT-001").subject == "Hello")
    }

    // MARK: - Credentials

    @Test func theFirstDigestIsPinned() throws {
        let gateway = try Self.gateway()
        let chat = try Self.create(gateway)
        let wrong = EmailHMAC.bearer(authToken: "guess", email: Self.email)
        let refused = try gateway.post("/api/client/live/create", Self.user(), bearer: wrong)
        #expect(refused.status == 401)
        #expect(
            refused.text
                == #"{"status":"error","message":"Invalid authentication token","data":null,"error":"unauthenticated"}"#
        )
        #expect(refused.head.field("www-authenticate") == "Bearer")
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: wrong).status == 401)
        let upper = Self.bearer.uppercased()
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: upper).status == 200)
    }

    @Test func anotherSpellingIsNoNewFirstContact() throws {
        let gateway = try Self.gateway()
        _ = try Self.create(gateway)
        let spelled = "User@Example.com"
        let bearer = EmailHMAC.bearer(authToken: "auth-token", email: spelled)
        #expect(try gateway.post("/api/client/live/create", Self.user(spelled), bearer: bearer).status == 401)
        try gateway.perform(
            .user(.provision(dialect: .supportZenClient, email: Self.email, authToken: "auth-token"))
        )
        #expect(try gateway.post("/api/client/live/create", Self.user(spelled), bearer: bearer).status == 200)
        #expect(try gateway.post("/api/client/live/create", Self.user(), bearer: Self.bearer).status == 200)
    }

    @Test func aProvisionedTokenWinsOverThePin() throws {
        let gateway = try Self.gateway()
        let chat = try Self.create(gateway)
        try gateway.perform(.user(.provision(dialect: .supportZenClient, email: Self.email, authToken: "new-token")))
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: Self.bearer).status == 401)
        let new = EmailHMAC.bearer(authToken: "new-token", email: Self.email)
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: new).status == 200)
    }

    @Test func aResetPinTrustsTheNextDigest() throws {
        let gateway = try Self.gateway()
        let chat = try Self.create(gateway)
        try gateway.perform(.user(.resetPin(dialect: .supportZenClient, email: Self.email)))
        let new = EmailHMAC.bearer(authToken: "new-token", email: Self.email)
        // Only a create may pin.
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: new).status == 401)
        #expect(try gateway.post("/api/client/ticket/create", Self.user(), bearer: new).status == 200)
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: new).status == 200)
    }

    @Test func onlyCreatesMakeUsers() throws {
        let gateway = try Self.gateway()
        let chat = Self.chatMessage("chat-0123456789abcdef0123456789abcdef")
        #expect(try gateway.post("/api/client/live/chat", chat, bearer: Self.bearer).status == 401)
        let ticket = Self.ticketMessage("TKT-001")
        #expect(try gateway.post("/api/client/ticket/append", ticket, bearer: Self.bearer).status == 401)
        #expect(try gateway.identity(.supportZenClient, Self.email) == nil)
    }

    @Test(arguments: [
        (DialectMode.compat, FirstContactMode.trust, 200, false), (.compat, .flag, 200, true),
        (.compat, .provisionedOnly, 401, false), (.strict, .provisionedOnly, 401, false),
        (.hardened, .trust, 401, false), (.hardened, .flag, 200, true),
    ])
    func firstContacts(mode: DialectMode, firstContact: FirstContactMode, status: Int, isFlagged: Bool) throws {
        let gateway = try Self.gateway(mode, firstContact)
        #expect(try gateway.post("/api/client/live/create", Self.user(), bearer: Self.bearer).status == status)
        #expect(try gateway.identity(.supportZenClient, Self.email)?.isFlagged ?? false == isFlagged)
        try gateway.perform(.user(.provision(dialect: .supportZenClient, email: Self.email, authToken: "auth-token")))
        let chat = try Self.create(gateway)
        #expect(try gateway.conversation(.supportZenClient, chat).assurance == .hmac)
    }

    @Test func newUsersAreThrottledAndKnownOnesAreNot() throws {
        let limits = LimitsConfiguration(firstContact: Rate(2, per: .seconds(900)))
        let gateway = try ZenGateway([.zen(live: nil, limits: limits)])
        for number in 0..<2 { _ = try Self.create(gateway, email: "u\(number)@example.com") }
        let third = EmailHMAC.bearer(authToken: "t", email: "u2@example.com")
        let refused = try gateway.post("/api/client/live/create", Self.user("u2@example.com"), bearer: third)
        #expect(refused.status == 429)
        #expect(refused.head.field("ratelimit-limit") == "2")
        _ = try Self.create(gateway, email: "u1@example.com")
    }

    // MARK: - Order and isolation

    @Test func theChecksHaveTheirOrder() throws {
        let alone = try Self.gateway()
        #expect(try alone.post("/api/client/live/create", "{}", bearer: nil).status == 400)
        #expect(try alone.post("/api/client/live/create", Self.user(), bearer: nil).status == 401)
        #expect(try alone.post("/api/client/live/create", Self.user(), bearer: "abc").status == 401)
        let shared = try ZenGateway()
        #expect(try shared.post("/api/client/live/create", "{}", bearer: nil).status == 401)
        #expect(try shared.post("/api/client/live/create", "{}", bearer: "abc").status == 401)
        #expect(try shared.post("/api/client/ticket/create", "{}", bearer: "abc").status == 401)
        #expect(try shared.post("/api/client/live/create", "{}", bearer: Self.bearer).status == 400)
    }

    @Test func absentAndForeignAreTheSame() throws {
        let gateway = try Self.gateway()
        let mine = try Self.create(gateway)
        let ticket = try Self.create(gateway, "ticket")
        let other = "other@example.com"
        let bearer = EmailHMAC.bearer(authToken: "auth-token", email: other)
        _ = try Self.create(gateway, email: other)
        let foreign = try gateway.post("/api/client/live/chat", Self.chatMessage(mine, email: other), bearer: bearer)
        let absent = try gateway.post(
            "/api/client/live/chat",
            Self.chatMessage("chat-0123456789abcdef0123456789abcdef", email: other),
            bearer: bearer
        )
        #expect(foreign.status == 404)
        #expect(foreign.text == absent.text)
        // Ids do not cross between the endpoints.
        let crossed = try gateway.post("/api/client/live/chat", Self.chatMessage(ticket), bearer: Self.bearer)
        #expect(crossed.text == absent.text)
        let back = try gateway.post("/api/client/ticket/append", Self.ticketMessage(mine), bearer: Self.bearer)
        #expect(
            back.text == #"{"status":"error","message":"Ticket not found","data":null,"error":"unknown-conversation"}"#
        )
        #expect(try gateway.request("GET", "/api/client/ticket/\(mine)?email=\(Self.email)", bearer: Self.bearer).status == 404)
    }

    @Test func twoTenantsShareNothing() throws {
        let gateway = try ZenGateway([.zen("one"), .zen("two")])
        func create(_ host: String) throws -> ZenGateway.Answer {
            try gateway.post("/api/client/ticket/create", Self.user(), bearer: Self.bearer, host: host)
        }
        #expect(try create("one.example").data("ticketId") == "TKT-001")
        #expect(try create("two.example").data("ticketId") == "TKT-001")
        #expect(try create("two.example").data("ticketId") == "TKT-002")
        let live = [
            ("email", Self.email), ("uuid", "u-1"), ("created_at", "1"), ("message", "live"),
        ]
        let chat = try gateway.form("/api/client/live/create", live, host: "one.example").data("chatId")
        let message = [("chat_id", chat), ("email", Self.email), ("message", "x")]
        #expect(try gateway.form("/api/client/live/chat", message, host: "one.example").status == 200)
        #expect(try gateway.form("/api/client/live/chat", message, host: "two.example").status == 404)
        let append = Self.ticketMessage("TKT-002")
        #expect(try gateway.post("/api/client/ticket/append", append, bearer: Self.bearer, host: "one.example").status == 404)
        #expect(try gateway.identity(.supportZenLive, "u-1", tenant: "two") == nil)
    }

    @Test func bothDialectsShareAHostAndNoChats() throws {
        let gateway = try ZenGateway()
        let mine = try Self.create(gateway)
        let live = [("chat_id", mine), ("email", Self.email), ("message", "x")]
        #expect(try gateway.form("/api/client/live/chat", live).status == 404)
        let create = [("email", Self.email), ("uuid", "u-1"), ("created_at", "1"), ("message", "live")]
        let theirs = try gateway.form("/api/client/live/create", create).data("chatId")
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(theirs), bearer: Self.bearer).status == 404)
        let path = "/api/client/live/chat/\(theirs)?email=\(Self.email)"
        #expect(try gateway.request("GET", path, bearer: ZenGateway.secret).status == 200)
        #expect(try gateway.request("GET", path, bearer: Self.bearer).status == 404)
    }

    @Test func aClosedChatRefusesAndATicketReopens() throws {
        let gateway = try Self.gateway()
        let chat = try Self.create(gateway)
        let ticket = try Self.create(gateway, "ticket")
        try gateway.close(.supportZenClient, chat)
        try gateway.close(.supportZenClient, ticket)
        #expect(try gateway.post("/api/client/live/chat", Self.chatMessage(chat), bearer: Self.bearer).status == 409)
        #expect(try gateway.post("/api/client/ticket/append", Self.ticketMessage(ticket), bearer: Self.bearer).status == 200)
        #expect(try gateway.conversation(.supportZenClient, ticket).status == .active)
        let strict = try ZenGateway([.zen(live: nil, onClosed: .reject)])
        let other = try Self.create(strict, "ticket")
        try strict.close(.supportZenClient, other)
        let refused = try strict.post("/api/client/ticket/append", Self.ticketMessage(other), bearer: Self.bearer)
        #expect(refused.text == #"{"status":"error","message":"Ticket is closed","data":null,"error":"closed"}"#)
    }

    // MARK: - Bodies

    @Test(arguments: [
        ("", "A JSON body is required"), ("[]", "The body must be a JSON object"),
        ("{}", "Missing required fields: email, created_at, message"),
        (#"{"email":5,"created_at":1,"message":"x"}"#, "email must be a string"),
        (#"{"email":"a@b","created_at":true,"message":"x"}"#, "created_at must be a number"),
        (#"{"email":"a@b","created_at":1,"message":["x"]}"#, "message must be a string"),
        (#"{"email":"a@b","created_at":1,"message":"x","plan_id":"gold"}"#, "plan_id must be a number"),
        (
            #"{"email":"a@b","created_at":1,"message":"x","image_url":"javascript:x"}"#,
            "image_url must be an http or https URL"
        ),
    ])
    func badBodiesAreNamed(body: String, message: String) throws {
        let gateway = try Self.gateway()
        let answer = try gateway.post("/api/client/ticket/create", body, bearer: Self.bearer)
        #expect(answer.status == 400)
        #expect(answer.text == #"{"status":"error","message":"\#(message)","data":null,"error":"malformed"}"#)
    }

    @Test func deepAndLargeBodiesAreRefused() throws {
        let gateway = try Self.gateway()
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(try gateway.post("/api/client/live/create", #"{"a":\#(deep)}"#, bearer: Self.bearer).status == 400)
        let large = Self.user(message: String(repeating: "m", count: 1 << 20))
        let refused = try gateway.post("/api/client/live/create", large, bearer: Self.bearer)
        #expect(refused.status == 413)
        #expect(try refused.json["error"]?.string == "too-large")
    }

    @Test func compatTakesFormsAndWrappedObjects() throws {
        let gateway = try Self.gateway()
        let wrapped = try gateway.post("/api/client/live/create", #"{"data":\#(Self.user())}"#, bearer: Self.bearer)
        #expect(wrapped.status == 200)
        let encoded = "email=user%40example.com&created_at=1679223400&message=Hello+there"
        let form = try gateway.request(
            "POST",
            "/api/client/live/create",
            bearer: Self.bearer,
            type: "application/x-www-form-urlencoded",
            body: Array(encoded.utf8)
        )
        #expect(form.status == 200)
        let object = try gateway.request(
            "POST",
            "/api/client/live/create",
            bearer: Self.bearer,
            type: "application/x-www-form-urlencoded",
            body: Array(Self.user().utf8)
        )
        #expect(object.status == 200)
        let values = [("email", Self.email), ("created_at", "1679223400"), ("message", "")]
        let multipart = try gateway.form(
            "/api/client/ticket/create",
            values,
            files: [(field: "image", name: "a.png", type: "image/png", bytes: ZenPictures.png)],
            bearer: Self.bearer
        )
        #expect(multipart.status == 200)
        let ticket = try multipart.data("ticketId")
        let read = try gateway.request("GET", "/api/client/ticket/\(ticket)?email=\(Self.email)", bearer: Self.bearer)
        let link = try #require(
            try read.json["data"]?["messages"]?.array?.first { _ in true }?["image_url"]?.string
        )
        let path = String(link.dropFirst("http://zen.example".count))
        #expect(path.hasPrefix("/api/client/files/"))
        #expect(try gateway.request("GET", path).bytes == ZenPictures.png)
        let bare = try #require(path.split(separator: "?").first.map(String.init))
        #expect(try gateway.request("GET", "\(bare)?email=\(Self.email)", bearer: Self.bearer).bytes == ZenPictures.png)
        #expect(try gateway.request("GET", bare).status == 400)
        #expect(try gateway.request("GET", "\(bare)?email=\(Self.email)").status == 401)
    }

    @Test func strictTakesObjectsAlone() throws {
        let gateway = try Self.gateway(.strict)
        #expect(try gateway.post("/api/client/live/create", #"{"data":\#(Self.user())}"#, bearer: Self.bearer).status == 400)
        let values = [("email", Self.email), ("created_at", "1"), ("message", "x")]
        #expect(try gateway.form("/api/client/live/create", values, bearer: Self.bearer).status == 400)
        let text = #"{"email":"a@b","created_at":"1","message":"x"}"#
        #expect(try gateway.post("/api/client/live/create", text, bearer: Self.bearer).status == 400)
        #expect(try gateway.request("GET", "/api/client/ticket/list?email=\(Self.email)", bearer: Self.bearer).status == 404)
    }

    @Test func aRetryGetsTheFirstAnswer() throws {
        let gateway = try Self.gateway()
        let key = [("Idempotency-Key", "retry")]
        let first = try gateway.post("/api/client/ticket/create", Self.user(), bearer: Self.bearer, fields: key)
        let again = try gateway.post("/api/client/ticket/create", Self.user(), bearer: Self.bearer, fields: key)
        #expect(first.text == again.text)
        #expect(again.head.field("idempotent-replayed") == "true")
        let other = try gateway.post(
            "/api/client/ticket/create",
            Self.user(message: "Other"),
            bearer: Self.bearer,
            fields: key
        )
        #expect(other.status == 422)
        // The key of another caller, or for another endpoint, is another key.
        let stranger = EmailHMAC.bearer(authToken: "auth-token", email: "b@example.com")
        #expect(
            try gateway.post(
                "/api/client/ticket/create",
                Self.user("b@example.com"),
                bearer: stranger,
                fields: key
            ).data("ticketId") == "TKT-002"
        )
        #expect(try gateway.post("/api/client/live/create", Self.user(), bearer: Self.bearer, fields: key).status == 200)
    }

    // MARK: - Tickets

    @Test func ticketsAreReadAndListed() throws {
        let gateway = try Self.gateway()
        let body = Self.user(message: #"Cannot log in\nSince yesterday"#)
        let ticket = try gateway.post("/api/client/ticket/create", body, bearer: Self.bearer).data("ticketId")
        let second = try Self.create(gateway, "ticket")
        _ = try Self.create(gateway)
        _ = try Self.create(gateway, "ticket", email: "other@example.com")
        let answerID = try gateway.answer(.supportZenClient, ticket, "Try again")
        let read = try gateway.request("GET", "/api/client/ticket/\(ticket)?email=\(Self.email)", bearer: Self.bearer)
        let prefix =
            #"{"status":"success","message":"Ticket retrieved successfully.","data":{"ticketId":"TKT-001","#
            + #""subject":"Cannot log in","status":"open","messages":[{"messageId":"msg-"#
        #expect(read.text.hasPrefix(prefix))
        #expect(read.text.contains(#"{"messageId":"\#(answerID)","sender":"agent","senderName":"Jane Smith","#))
        #expect(read.text.contains(#""sender":"user","senderName":"user@example.com""#))
        let list = try gateway.request("GET", "/api/client/ticket/list?email=\(Self.email)", bearer: Self.bearer)
        let tickets = Array(try #require(try list.json["data"]?["tickets"]?.array))
        #expect(tickets.map { $0["ticketId"]?.string } == [second, ticket])
        #expect(tickets.map { $0["unread"]?.int } == [0, 1])
        #expect(tickets[1]["subject"]?.string == "Cannot log in")
        #expect(tickets[1]["status"]?.string == "open")
        #expect(tickets[1]["createdAt"]?.string?.hasSuffix("Z") == true)
        #expect(tickets[1]["lastMessageAt"]?.string?.hasSuffix("Z") == true)
        #expect(tickets[1].count == 6)
        let one = "/api/client/ticket/list?email=\(Self.email)&limit=1&page=2"
        let page = try gateway.request("GET", one, bearer: Self.bearer)
        #expect(try page.json["data"]?["tickets"]?.array?.map { $0["ticketId"]?.string } == [ticket])
        for bad in ["limit=0", "page=-1", "page=x"] {
            let path = "/api/client/ticket/list?email=\(Self.email)&\(bad)"
            #expect(try gateway.request("GET", path, bearer: Self.bearer).status == 400)
        }
        #expect(try gateway.request("GET", "/api/client/ticket/list", bearer: Self.bearer).status == 400)
        let wrong = EmailHMAC.bearer(authToken: "guess", email: Self.email)
        #expect(try gateway.request("GET", "/api/client/ticket/list?email=\(Self.email)", bearer: wrong).status == 401)
    }
}
