import Core
import Testing

@testable import Adapters

/// Reading requests' fields, wherever they come from.
struct ZenFieldsTests {
    private func json(_ text: String, lenient: Bool = true) throws -> ZenFields {
        ZenFields(json: try JSONDocument(parsing: Array(text.utf8)).root, numbersMayBeText: lenient)
    }

    private func form(_ fields: [(String, String)]) -> ZenFields {
        ZenFields(form: ReceivedForm(fields: fields.map { (name: $0.0, value: $0.1) }))
    }

    /// The rejection a body throws; nil when it throws none.
    private func rejection(_ body: () throws -> Void) -> Rejection? {
        do {
            try body()
            return nil
        } catch {
            return error as? Rejection
        }
    }

    @Test func missingFieldsAreNamedTogetherInTheDocumentsOrder() throws {
        let names = ["email", "uuid", "created_at", "message"]
        let refusal = rejection { try form([("created_at", "1")]).require(names) }
        #expect(refusal?.message == "Missing required fields: email, uuid, message")
        #expect(refusal?.field == "email")
        let single = rejection { try form([("email", "a@b"), ("uuid", "u"), ("created_at", "1")]).require(names) }
        #expect(single?.message == "Missing required fields: message")
        #expect(rejection { try form(names.map { ($0, "x") }).require(names) } == nil)
    }

    @Test(arguments: [#"{}"#, #"{"message":null}"#, #"{"message":""}"#, #"{"message":" \t\r\n "}"#])
    func whatSaysNothingIsMissing(body: String) throws {
        let fields = try json(body)
        #expect(rejection { try fields.require(["message"]) }?.message == "Missing required fields: message")
    }

    @Test(arguments: ["5", "true", "[]", "{}"])
    func aTextOfAnotherTypeIsRefused(value: String) throws {
        let fields = try json(#"{"name":\#(value)}"#)
        #expect(rejection { _ = try fields.text("name") }?.message == "name must be a string")
    }

    @Test(
        arguments: [
            ("5", 5), (" 5 ", 5), ("-1.5", -1.5), ("+7", 7), ("1679223400", 1_679_223_400),
            ("1.6792234e9", 1_679_223_400),
            ("0", 0),
        ] as [(String, Double)]
    )
    func numbersOfFormsAreReadLeniently(text: String, number: Double) throws {
        #expect(try form([("plan_id", text)]).number("plan_id") == number)
        #expect(try json(#"{"plan_id":"\#(text)"}"#).number("plan_id") == number)
    }

    @Test(arguments: ["five", "0x10", "nan", "inf", "1,5", "5 6", "--5", "1e999", " "])
    func whatIsNoNumberIsRefused(text: String) throws {
        let refusal = rejection { _ = try form([("plan_id", text)]).number("plan_id") }
        #expect(refusal?.message == "plan_id must be a number")
        #expect(refusal?.field == "plan_id")
    }

    @Test func strictJSONTakesNumbersAlone() throws {
        #expect(try json(#"{"plan_id":5}"#, lenient: false).number("plan_id") == 5)
        #expect(rejection { _ = try json(#"{"plan_id":"5"}"#, lenient: false).number("plan_id") } != nil)
        #expect(rejection { _ = try json(#"{"plan_id":1e999}"#, lenient: false).number("plan_id") } != nil)
        #expect(try json(#"{"plan_id":null}"#, lenient: false).number("plan_id") == nil)
    }

    @Test func theSameContentIsTheSameHoweverItIsSent() throws {
        var first: [UInt8] = []
        var second: [UInt8] = []
        try json(#"{"email":"a@b","plan_id":5,"other":1}"#).appendContent(["email", "plan_id"], to: &first)
        form([("plan_id", "5"), ("email", "a@b")]).appendContent(["email", "plan_id"], to: &second)
        #expect(first == second)
        var third: [UInt8] = []
        form([("plan_id", ""), ("email", "a@b;plan_id:1:5")]).appendContent(["email", "plan_id"], to: &third)
        #expect(first != third)
    }
}

/// The rules for single values.
struct ZenValueTests {
    @Test(arguments: [
        "a@b", "user@example.com", "Jo.Doe+tag@Sub.Example.COM", "ü@münchen.example", "a@localhost", "\"@b",
    ])
    func emails(text: String) {
        #expect(EmailForm.isValid(text))
    }

    @Test(arguments: [
        "", "@", "a@", "@b", "ab", "a@b@c", "a b@c", "a@b ", " a@b", "a@b\n", "a\u{0}@b", "a@b\u{7f}", "a@\u{a0}b",
        "a@b\u{2028}", String(repeating: "a", count: 253) + "@b",
    ])
    func notEmails(text: String) {
        #expect(!EmailForm.isValid(text))
    }

    @Test(
        arguments: [
            (1_679_223_400, 1_679_223_400_000), (1_679_223_400_000, 1_679_223_400_000), (0, 0),
            (99_999_999_999, 99_999_999_999_000), (100_000_000_000, 100_000_000_000), (-1, -1_000),
            (1_679_223_400.5, 1_679_223_400_500),
        ] as [(Double, Int64)]
    )
    func accountTimes(sent: Double, milliseconds: Int64) throws {
        let contact = try ZenContact(
            ZenFields(
                form: ReceivedForm(fields: [(name: "email", value: "a@b"), (name: "created_at", value: "\(sent)")])
            )
        )
        #expect(contact.account.accountCreatedAt == milliseconds)
    }

    @Test(arguments: [
        "http://example.com/a.png", "https://example.com", "HTTPS://EXAMPLE.com/ä.png?x=1#y", "http://[::1]/x",
    ])
    func links(url: String) {
        #expect(ZenDraft.isWebLink(url))
    }

    @Test(arguments: [
        "", "example.com/a.png", "javascript:alert(1)", "data:image/png;base64,AA==", "ftp://example.com/a",
        "//example.com/a", "http://", "https:///x", "http://?x", "https://@x", "http://a b", "http://a\n", "file:///x",
    ])
    func notLinks(url: String) {
        #expect(!ZenDraft.isWebLink(url))
    }

    @Test(
        arguments: [
            (nil, 0), ("0", 0), ("0s", 0), ("1", 1000), ("25s", 25_000), ("25", 25_000), ("26s", 25_000),
            ("99999999999999999999s", 25_000),
        ] as [(String?, Int64)]
    )
    func waits(text: String?, milliseconds: Int64) throws {
        #expect(try ZenReading.Request.wait(text) == milliseconds)
    }

    @Test(arguments: ["s", "-1", "1m", "1.5s", "25 s", "１"])
    func notWaits(text: String) {
        #expect(throws: Rejection.self) { try ZenReading.Request.wait(text) }
    }

    @Test(arguments: [
        ("Cannot log in", "Cannot log in"), ("First line\nSecond", "First line"), ("\n  \n Third \r\nx", "Third"),
        ("", ""), (String(repeating: "ä", count: 130), String(repeating: "ä", count: 120)),
        (String(repeating: "a", count: 119) + "  b", String(repeating: "a", count: 119)),
    ])
    func subjects(text: String, subject: String) {
        #expect(SupportZenClientDialect.subject(text) == subject)
    }

    @Test func messageIDsGoToAndFro() {
        let id = EntityID(high: 1, low: 0xabc)
        #expect(ZenIDs.message(id) == "msg-00000000000000010000000000000abc")
        #expect(ZenIDs.message("msg-00000000000000010000000000000abc") == EntityIDRange(id))
        for text in [
            "", "msg-", "00000000000000010000000000000abc", "msg-xyz", "chat-00000000000000010000000000000abc",
        ] {
            #expect(ZenIDs.message(text) == nil)
        }
    }

    @Test func everyReasonHasItsStatus() {
        let expected: [Rejection.Reason: UInt16] = [
            .malformed: 400, .unauthenticated: 401, .forbidden: 403, .unknownRoute: 404, .wrongMethod: 405,
            .unknownConversation: 404, .unknownAgent: 404, .unknownAttachment: 404, .alreadyExists: 409, .deleted: 404,
            .closed: 409, .alreadyClosed: 409, .alreadyAssigned: 409, .tooLarge: 413, .fileTooLarge: 413,
            .tooManyFiles: 413, .unsupportedFile: 415, .unsupportedContentType: 415, .timedOut: 408,
            .idempotencyMismatch: 422,
            .rateLimited: 429, .unavailable: 503, .internalFailure: 500,
        ]
        for reason in Rejection.Reason.allCases {
            #expect(ZenEnvelope.status(of: reason).code == expected[reason])
        }
    }

    @Test func refusalsHaveTheEnvelopeAndTheirFields() throws {
        let limited = Rejection(.rateLimited, "Too many requests", retryAfter: 9, limit: 100, reset: 60)
        let response = ZenEnvelope.failure(limited, for: nil)
        #expect(response.head.status == .tooManyRequests)
        #expect(
            response.head.fields == [
                HTTPField("Retry-After", "9"), HTTPField("RateLimit-Limit", "100"),
                HTTPField("RateLimit-Remaining", "0"), HTTPField("RateLimit-Reset", "60"),
            ]
        )
        guard case .bytes(let body) = response.body else {
            Issue.record("no body")
            return
        }
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"status":"error","message":"Too many requests","data":null,"error":"rate-limited"}"#
        )
    }
}
