import Core
import Testing

@testable import Adapters

/// SupportZen client over real sockets: the document, credentials, who reaches what.
@Suite(.timeLimit(.minutes(2)))
struct SupportZenClientTests {
    // MARK: - The document

    @Test(arguments: [DialectMode.strict, .compat])
    func theDocumentsExamples(mode: DialectMode) throws {
        let gateway = try ZenClientSamples.gateway(mode)
        let more = #","name":"Basic Plan","plan_id":5,"image_url":"https://brand.example/a.png""#
        let created = try gateway.post(
            "/api/client/live/create",
            ZenClientSamples.user(more: more),
            bearer: ZenClientSamples.bearer
        )
        let chat = try created.data("chatId")
        #expect(
            created.text
                == #"{"status":"success","message":"Live chat session created successfully.","data":{"chatId":"\#(chat)"},"error":null}"#
        )
        let sent = try gateway.post(
            "/api/client/live/chat",
            ZenClientSamples.chatMessage(chat),
            bearer: ZenClientSamples.bearer
        )
        let message = try sent.data("messageId")
        #expect(
            sent.text
                == #"{"status":"success","message":"Message sent successfully.","data":{"chatId":"\#(chat)","messageId":"\#(message)"},"error":null}"#
        )
        let ticket = try gateway.post(
            "/api/client/ticket/create",
            ZenClientSamples.user(),
            bearer: ZenClientSamples.bearer
        )
        #expect(
            ticket.text
                == #"{"status":"success","message":"Ticket created successfully.","data":{"ticketId":"TKT-001"},"error":null}"#
        )
        let appended = try gateway.post(
            "/api/client/ticket/append",
            ZenClientSamples.ticketMessage("TKT-001"),
            bearer: ZenClientSamples.bearer
        )
        let second = try appended.data("messageId")
        #expect(
            appended.text
                == #"{"status":"success","message":"Message appended to ticket successfully.","data":{"ticketId":"TKT-001","messageId":"\#(second)"},"error":null}"#
        )
        #expect(try ZenClientSamples.create(gateway, "ticket") == "TKT-002")
        let stored = try gateway.conversation(.supportZenClient, chat)
        #expect(stored.ownerKey == ZenClientSamples.email)
        #expect(stored.contact == Contact(name: "Basic Plan", email: ZenClientSamples.email))
        #expect(stored.assurance == .firstContact)
        #expect(try gateway.conversation(.supportZenClient, "TKT-001").subject == "Hello")
    }

    // MARK: - Credentials

    @Test func theFirstDigestIsPinned() throws {
        let gateway = try ZenClientSamples.gateway()
        let chat = try ZenClientSamples.create(gateway)
        let wrong = EmailHMAC.bearer(authToken: "guess", email: ZenClientSamples.email)
        let refused = try gateway.post("/api/client/live/create", ZenClientSamples.user(), bearer: wrong)
        #expect(refused.status == 401)
        #expect(
            refused.text
                == #"{"status":"error","message":"Invalid authentication token","data":null,"error":"unauthenticated"}"#
        )
        #expect(refused.head.field("www-authenticate") == "Bearer")
        #expect(
            try gateway.post("/api/client/live/chat", ZenClientSamples.chatMessage(chat), bearer: wrong).status == 401
        )
        let upper = ZenClientSamples.bearer.uppercased()
        #expect(
            try gateway.post("/api/client/live/chat", ZenClientSamples.chatMessage(chat), bearer: upper).status == 200
        )
    }

    @Test func anotherSpellingIsNoNewFirstContact() throws {
        let gateway = try ZenClientSamples.gateway()
        _ = try ZenClientSamples.create(gateway)
        let spelled = "User@Example.com"
        let bearer = EmailHMAC.bearer(authToken: "auth-token", email: spelled)
        #expect(
            try gateway.post("/api/client/live/create", ZenClientSamples.user(spelled), bearer: bearer).status == 401
        )
        try gateway.perform(
            .user(.provision(dialect: .supportZenClient, email: ZenClientSamples.email, authToken: "auth-token"))
        )
        #expect(
            try gateway.post("/api/client/live/create", ZenClientSamples.user(spelled), bearer: bearer).status == 200
        )
        #expect(
            try gateway.post("/api/client/live/create", ZenClientSamples.user(), bearer: ZenClientSamples.bearer).status
                == 200
        )
    }

    @Test func aProvisionedTokenWinsOverThePin() throws {
        let gateway = try ZenClientSamples.gateway()
        let chat = try ZenClientSamples.create(gateway)
        try gateway.perform(
            .user(.provision(dialect: .supportZenClient, email: ZenClientSamples.email, authToken: "new-token"))
        )
        #expect(
            try gateway.post(
                "/api/client/live/chat",
                ZenClientSamples.chatMessage(chat),
                bearer: ZenClientSamples.bearer
            ).status == 401
        )
        let new = EmailHMAC.bearer(authToken: "new-token", email: ZenClientSamples.email)
        #expect(
            try gateway.post("/api/client/live/chat", ZenClientSamples.chatMessage(chat), bearer: new).status == 200
        )
    }

    @Test func aResetPinTrustsTheNextDigest() throws {
        let gateway = try ZenClientSamples.gateway()
        let chat = try ZenClientSamples.create(gateway)
        try gateway.perform(.user(.resetPin(dialect: .supportZenClient, email: ZenClientSamples.email)))
        let new = EmailHMAC.bearer(authToken: "new-token", email: ZenClientSamples.email)
        // Only a create may pin.
        #expect(
            try gateway.post("/api/client/live/chat", ZenClientSamples.chatMessage(chat), bearer: new).status == 401
        )
        #expect(try gateway.post("/api/client/ticket/create", ZenClientSamples.user(), bearer: new).status == 200)
        #expect(
            try gateway.post("/api/client/live/chat", ZenClientSamples.chatMessage(chat), bearer: new).status == 200
        )
    }

    @Test func onlyCreatesMakeUsers() throws {
        let gateway = try ZenClientSamples.gateway()
        let chat = ZenClientSamples.chatMessage("chat-0123456789abcdef0123456789abcdef")
        #expect(try gateway.post("/api/client/live/chat", chat, bearer: ZenClientSamples.bearer).status == 401)
        let ticket = ZenClientSamples.ticketMessage("TKT-001")
        #expect(try gateway.post("/api/client/ticket/append", ticket, bearer: ZenClientSamples.bearer).status == 401)
        #expect(try gateway.identity(.supportZenClient, ZenClientSamples.email) == nil)
    }

    @Test(arguments: [
        (DialectMode.compat, FirstContactMode.trust, 200, false), (.compat, .flag, 200, true),
        (.compat, .provisionedOnly, 401, false), (.strict, .provisionedOnly, 401, false),
        (.hardened, .trust, 401, false), (.hardened, .flag, 200, true),
    ])
    func firstContacts(mode: DialectMode, firstContact: FirstContactMode, status: Int, isFlagged: Bool) throws {
        let gateway = try ZenClientSamples.gateway(mode, firstContact)
        #expect(
            try gateway.post("/api/client/live/create", ZenClientSamples.user(), bearer: ZenClientSamples.bearer).status
                == status
        )
        #expect(try gateway.identity(.supportZenClient, ZenClientSamples.email)?.isFlagged ?? false == isFlagged)
        try gateway.perform(
            .user(.provision(dialect: .supportZenClient, email: ZenClientSamples.email, authToken: "auth-token"))
        )
        let chat = try ZenClientSamples.create(gateway)
        #expect(try gateway.conversation(.supportZenClient, chat).assurance == .hmac)
    }

    @Test func newUsersAreThrottledAndKnownOnesAreNot() throws {
        let limits = LimitsConfiguration(firstContact: Rate(2, per: .seconds(900)))
        let gateway = try ZenGateway([.zen(live: nil, limits: limits)])
        for number in 0..<2 { _ = try ZenClientSamples.create(gateway, email: "u\(number)@example.com") }
        let third = EmailHMAC.bearer(authToken: "t", email: "u2@example.com")
        let refused = try gateway.post(
            "/api/client/live/create",
            ZenClientSamples.user("u2@example.com"),
            bearer: third
        )
        #expect(refused.status == 429)
        #expect(refused.head.field("ratelimit-limit") == "2")
        _ = try ZenClientSamples.create(gateway, email: "u1@example.com")
    }

    // MARK: - Order and isolation

    @Test func theChecksHaveTheirOrder() throws {
        let alone = try ZenClientSamples.gateway()
        #expect(try alone.post("/api/client/live/create", "{}", bearer: nil).status == 400)
        #expect(try alone.post("/api/client/live/create", ZenClientSamples.user(), bearer: nil).status == 401)
        #expect(try alone.post("/api/client/live/create", ZenClientSamples.user(), bearer: "abc").status == 401)
        let shared = try ZenGateway()
        #expect(try shared.post("/api/client/live/create", "{}", bearer: nil).status == 401)
        #expect(try shared.post("/api/client/live/create", "{}", bearer: "abc").status == 401)
        #expect(try shared.post("/api/client/ticket/create", "{}", bearer: "abc").status == 401)
        #expect(try shared.post("/api/client/live/create", "{}", bearer: ZenClientSamples.bearer).status == 400)
    }

    @Test func absentAndForeignAreTheSame() throws {
        let gateway = try ZenClientSamples.gateway()
        let mine = try ZenClientSamples.create(gateway)
        let ticket = try ZenClientSamples.create(gateway, "ticket")
        let other = "other@example.com"
        let bearer = EmailHMAC.bearer(authToken: "auth-token", email: other)
        _ = try ZenClientSamples.create(gateway, email: other)
        let foreign = try gateway.post(
            "/api/client/live/chat",
            ZenClientSamples.chatMessage(mine, email: other),
            bearer: bearer
        )
        let absent = try gateway.post(
            "/api/client/live/chat",
            ZenClientSamples.chatMessage("chat-0123456789abcdef0123456789abcdef", email: other),
            bearer: bearer
        )
        #expect(foreign.status == 404)
        #expect(foreign.text == absent.text)
        // Ids do not cross between the endpoints.
        let crossed = try gateway.post(
            "/api/client/live/chat",
            ZenClientSamples.chatMessage(ticket),
            bearer: ZenClientSamples.bearer
        )
        #expect(crossed.text == absent.text)
        let back = try gateway.post(
            "/api/client/ticket/append",
            ZenClientSamples.ticketMessage(mine),
            bearer: ZenClientSamples.bearer
        )
        #expect(
            back.text == #"{"status":"error","message":"Ticket not found","data":null,"error":"unknown-conversation"}"#
        )
        #expect(
            try gateway.request(
                "GET",
                "/api/client/ticket/\(mine)?email=\(ZenClientSamples.email)",
                bearer: ZenClientSamples.bearer
            ).status
                == 404
        )
    }

    @Test func twoTenantsShareNothing() throws {
        let gateway = try ZenGateway([.zen("one"), .zen("two")])
        func create(_ host: String) throws -> ZenGateway.Answer {
            try gateway.post(
                "/api/client/ticket/create",
                ZenClientSamples.user(),
                bearer: ZenClientSamples.bearer,
                host: host
            )
        }
        #expect(try create("one.example").data("ticketId") == "TKT-001")
        #expect(try create("two.example").data("ticketId") == "TKT-001")
        #expect(try create("two.example").data("ticketId") == "TKT-002")
        let live = [
            ("email", ZenClientSamples.email), ("uuid", "u-1"), ("created_at", "1"), ("message", "live"),
        ]
        let chat = try gateway.form("/api/client/live/create", live, host: "one.example").data("chatId")
        let message = [("chat_id", chat), ("email", ZenClientSamples.email), ("message", "x")]
        #expect(try gateway.form("/api/client/live/chat", message, host: "one.example").status == 200)
        #expect(try gateway.form("/api/client/live/chat", message, host: "two.example").status == 404)
        let append = ZenClientSamples.ticketMessage("TKT-002")
        #expect(
            try gateway.post("/api/client/ticket/append", append, bearer: ZenClientSamples.bearer, host: "one.example")
                .status
                == 404
        )
        #expect(try gateway.identity(.supportZenLive, "u-1", tenant: "two") == nil)
    }

    @Test func bothDialectsShareAHostAndNoChats() throws {
        let gateway = try ZenGateway()
        let mine = try ZenClientSamples.create(gateway)
        let live = [("chat_id", mine), ("email", ZenClientSamples.email), ("message", "x")]
        #expect(try gateway.form("/api/client/live/chat", live).status == 404)
        let create = [("email", ZenClientSamples.email), ("uuid", "u-1"), ("created_at", "1"), ("message", "live")]
        let theirs = try gateway.form("/api/client/live/create", create).data("chatId")
        #expect(
            try gateway.post(
                "/api/client/live/chat",
                ZenClientSamples.chatMessage(theirs),
                bearer: ZenClientSamples.bearer
            ).status == 404
        )
        let path = "/api/client/live/chat/\(theirs)?email=\(ZenClientSamples.email)"
        #expect(try gateway.request("GET", path, bearer: ZenGateway.secret).status == 200)
        #expect(try gateway.request("GET", path, bearer: ZenClientSamples.bearer).status == 404)
    }

    @Test func aClosedChatRefusesAndATicketReopens() throws {
        let gateway = try ZenClientSamples.gateway()
        let chat = try ZenClientSamples.create(gateway)
        let ticket = try ZenClientSamples.create(gateway, "ticket")
        try gateway.close(.supportZenClient, chat)
        try gateway.close(.supportZenClient, ticket)
        #expect(
            try gateway.post(
                "/api/client/live/chat",
                ZenClientSamples.chatMessage(chat),
                bearer: ZenClientSamples.bearer
            ).status == 409
        )
        #expect(
            try gateway.post(
                "/api/client/ticket/append",
                ZenClientSamples.ticketMessage(ticket),
                bearer: ZenClientSamples.bearer
            ).status == 200
        )
        #expect(try gateway.conversation(.supportZenClient, ticket).status == .active)
        let strict = try ZenGateway([.zen(live: nil, onClosed: .reject)])
        let other = try ZenClientSamples.create(strict, "ticket")
        try strict.close(.supportZenClient, other)
        let refused = try strict.post(
            "/api/client/ticket/append",
            ZenClientSamples.ticketMessage(other),
            bearer: ZenClientSamples.bearer
        )
        #expect(refused.text == #"{"status":"error","message":"Ticket is closed","data":null,"error":"closed"}"#)
    }
}
