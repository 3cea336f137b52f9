import Core
import Testing

@testable import Adapters

/// SupportZen client over real sockets: forms of bodies, retries, tickets.
@Suite(.timeLimit(.minutes(2)))
struct SupportZenClientBodyTests {
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
        let gateway = try ZenClientSamples.gateway()
        let answer = try gateway.post("/api/client/ticket/create", body, bearer: ZenClientSamples.bearer)
        #expect(answer.status == 400)
        #expect(answer.text == #"{"status":"error","message":"\#(message)","data":null,"error":"malformed"}"#)
    }

    @Test func deepAndLargeBodiesAreRefused() throws {
        let gateway = try ZenClientSamples.gateway()
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(
            try gateway.post("/api/client/live/create", #"{"a":\#(deep)}"#, bearer: ZenClientSamples.bearer).status
                == 400
        )
        let large = ZenClientSamples.user(message: String(repeating: "m", count: 1 << 20))
        let refused = try gateway.post("/api/client/live/create", large, bearer: ZenClientSamples.bearer)
        #expect(refused.status == 413)
        #expect(try refused.json["error"]?.string == "too-large")
    }

    @Test func compatTakesFormsAndWrappedObjects() throws {
        let gateway = try ZenClientSamples.gateway()
        let wrapped = try gateway.post(
            "/api/client/live/create",
            #"{"data":\#(ZenClientSamples.user())}"#,
            bearer: ZenClientSamples.bearer
        )
        #expect(wrapped.status == 200)
        let encoded = "email=user%40example.com&created_at=1679223400&message=Hello+there"
        let form = try gateway.request(
            "POST",
            "/api/client/live/create",
            bearer: ZenClientSamples.bearer,
            type: "application/x-www-form-urlencoded",
            body: Array(encoded.utf8)
        )
        #expect(form.status == 200)
        let object = try gateway.request(
            "POST",
            "/api/client/live/create",
            bearer: ZenClientSamples.bearer,
            type: "application/x-www-form-urlencoded",
            body: Array(ZenClientSamples.user().utf8)
        )
        #expect(object.status == 200)
        let values = [("email", ZenClientSamples.email), ("created_at", "1679223400"), ("message", "")]
        let multipart = try gateway.form(
            "/api/client/ticket/create",
            values,
            files: [(field: "image", name: "a.png", type: "image/png", bytes: ZenPictures.png)],
            bearer: ZenClientSamples.bearer
        )
        #expect(multipart.status == 200)
        let ticket = try multipart.data("ticketId")
        let read = try gateway.request(
            "GET",
            "/api/client/ticket/\(ticket)?email=\(ZenClientSamples.email)",
            bearer: ZenClientSamples.bearer
        )
        let link = try #require(
            try read.json["data"]?["messages"]?.array?.first { _ in true }?["image_url"]?.string
        )
        let path = String(link.dropFirst("http://zen.example".count))
        #expect(path.hasPrefix("/api/client/files/"))
        #expect(try gateway.request("GET", path).bytes == ZenPictures.png)
        let bare = try #require(path.split(separator: "?").first.map(String.init))
        #expect(
            try gateway.request("GET", "\(bare)?email=\(ZenClientSamples.email)", bearer: ZenClientSamples.bearer).bytes
                == ZenPictures.png
        )
        #expect(try gateway.request("GET", bare).status == 400)
        #expect(try gateway.request("GET", "\(bare)?email=\(ZenClientSamples.email)").status == 401)
    }

    @Test func strictTakesObjectsAlone() throws {
        let gateway = try ZenClientSamples.gateway(.strict)
        #expect(
            try gateway.post(
                "/api/client/live/create",
                #"{"data":\#(ZenClientSamples.user())}"#,
                bearer: ZenClientSamples.bearer
            ).status == 400
        )
        let values = [("email", ZenClientSamples.email), ("created_at", "1"), ("message", "x")]
        #expect(try gateway.form("/api/client/live/create", values, bearer: ZenClientSamples.bearer).status == 400)
        let text = #"{"email":"a@b","created_at":"1","message":"x"}"#
        #expect(try gateway.post("/api/client/live/create", text, bearer: ZenClientSamples.bearer).status == 400)
        #expect(
            try gateway.request(
                "GET",
                "/api/client/ticket/list?email=\(ZenClientSamples.email)",
                bearer: ZenClientSamples.bearer
            ).status == 404
        )
    }

    @Test func aRetryGetsTheFirstAnswer() throws {
        let gateway = try ZenClientSamples.gateway()
        let key = [("Idempotency-Key", "retry")]
        let first = try gateway.post(
            "/api/client/ticket/create",
            ZenClientSamples.user(),
            bearer: ZenClientSamples.bearer,
            fields: key
        )
        let again = try gateway.post(
            "/api/client/ticket/create",
            ZenClientSamples.user(),
            bearer: ZenClientSamples.bearer,
            fields: key
        )
        #expect(first.text == again.text)
        #expect(again.head.field("idempotent-replayed") == "true")
        let other = try gateway.post(
            "/api/client/ticket/create",
            ZenClientSamples.user(message: "Other"),
            bearer: ZenClientSamples.bearer,
            fields: key
        )
        #expect(other.status == 422)
        // The key of another caller, or for another endpoint, is another key.
        let stranger = EmailHMAC.bearer(authToken: "auth-token", email: "b@example.com")
        #expect(
            try gateway.post(
                "/api/client/ticket/create",
                ZenClientSamples.user("b@example.com"),
                bearer: stranger,
                fields: key
            ).data("ticketId") == "TKT-002"
        )
        #expect(
            try gateway.post(
                "/api/client/live/create",
                ZenClientSamples.user(),
                bearer: ZenClientSamples.bearer,
                fields: key
            ).status == 200
        )
    }

    // MARK: - Tickets

    @Test func ticketsAreReadAndListed() throws {
        let gateway = try ZenClientSamples.gateway()
        let body = ZenClientSamples.user(message: #"Cannot log in\nSince yesterday"#)
        let ticket = try gateway.post("/api/client/ticket/create", body, bearer: ZenClientSamples.bearer).data(
            "ticketId"
        )
        let second = try ZenClientSamples.create(gateway, "ticket")
        _ = try ZenClientSamples.create(gateway)
        _ = try ZenClientSamples.create(gateway, "ticket", email: "other@example.com")
        let answerID = try gateway.answer(.supportZenClient, ticket, "Try again")
        let read = try gateway.request(
            "GET",
            "/api/client/ticket/\(ticket)?email=\(ZenClientSamples.email)",
            bearer: ZenClientSamples.bearer
        )
        let prefix =
            #"{"status":"success","message":"Ticket retrieved successfully.","data":{"ticketId":"TKT-001","#
            + #""subject":"Cannot log in","status":"open","messages":[{"messageId":"msg-"#
        #expect(read.text.hasPrefix(prefix))
        #expect(read.text.contains(#"{"messageId":"\#(answerID)","sender":"agent","senderName":"Jane Smith","#))
        #expect(read.text.contains(#""sender":"user","senderName":"user@example.com""#))
        let list = try gateway.request(
            "GET",
            "/api/client/ticket/list?email=\(ZenClientSamples.email)",
            bearer: ZenClientSamples.bearer
        )
        let tickets = Array(try #require(try list.json["data"]?["tickets"]?.array))
        #expect(tickets.map { $0["ticketId"]?.string } == [second, ticket])
        #expect(tickets.map { $0["unread"]?.int } == [0, 1])
        #expect(tickets[1]["subject"]?.string == "Cannot log in")
        #expect(tickets[1]["status"]?.string == "open")
        #expect(tickets[1]["createdAt"]?.string?.hasSuffix("Z") == true)
        #expect(tickets[1]["lastMessageAt"]?.string?.hasSuffix("Z") == true)
        #expect(tickets[1].count == 6)
        let one = "/api/client/ticket/list?email=\(ZenClientSamples.email)&limit=1&page=2"
        let page = try gateway.request("GET", one, bearer: ZenClientSamples.bearer)
        #expect(try page.json["data"]?["tickets"]?.array?.map { $0["ticketId"]?.string } == [ticket])
        for bad in ["limit=0", "page=-1", "page=x"] {
            let path = "/api/client/ticket/list?email=\(ZenClientSamples.email)&\(bad)"
            #expect(try gateway.request("GET", path, bearer: ZenClientSamples.bearer).status == 400)
        }
        #expect(try gateway.request("GET", "/api/client/ticket/list", bearer: ZenClientSamples.bearer).status == 400)
        let wrong = EmailHMAC.bearer(authToken: "guess", email: ZenClientSamples.email)
        #expect(
            try gateway.request("GET", "/api/client/ticket/list?email=\(ZenClientSamples.email)", bearer: wrong).status
                == 401
        )
    }
}
