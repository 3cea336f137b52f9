import Core
import Testing

@testable import Adapters

/// The objects of the document, as literal bytes: strict to the letter, compat with its additions.
@Suite struct LocalProRenderingTests {
    private typealias Samples = LocalProSamples

    @Test func createdInStrictIsTheExample() throws {
        let conversation = Samples.conversation()
        let welcome = Samples.message(.system, "Welcome John Doe! A support agent will be with you shortly.", number: 1)
        let reply = CreatedReply(
            conversation: conversation,
            welcome: welcome,
            first: nil,
            isNew: true,
            isReplay: false
        )
        let echo = Origin(userAgent: "Mozilla/5.0...", address: "::1", pageURL: "https://example.com/pricing")
        let response = try Samples.renderer().created(reply, echo: echo)
        #expect(response.head.status == .created)
        let example = try localProCompact(
            """
            {"success": true, "message": "Chat session created successfully", "data": {
              "session": {
                "sessionId": "session-123",
                "user": {"name": "John Doe", "email": "john@example.com", "metadata": {
                  "userAgent": "Mozilla/5.0...", "ipAddress": "::1", "pageUrl": "https://example.com/pricing"}},
                "status": "pending", "priority": "medium", "department": "general",
                "messageCount": 1, "unreadCount": 0, "startedAt": "2024-12-04T12:00:00.000Z"
              },
              "welcomeMessage": {
                "sessionId": "session-123", "type": "system",
                "content": "Welcome John Doe! A support agent will be with you shortly.", "agentName": "System"
              }}}
            """
        )
        #expect(localProText(response) == example)
    }

    @Test(arguments: [
        (DialectMode.compat, false, true, true), (.compat, true, true, false), (.compat, false, false, true),
        (.hardened, false, true, true), (.hardened, false, false, false), (.strict, false, true, false),
    ])
    func tokenIsHandedOutWhileUnused(mode: DialectMode, used: Bool, isNew: Bool, expected: Bool) throws {
        let conversation = Samples.conversation { $0.tokenUsed = used }
        let reply = CreatedReply(conversation: conversation, welcome: nil, first: nil, isNew: isNew, isReplay: false)
        let response = try Samples.renderer(mode).created(reply, echo: Origin())
        let token = SessionToken.make(conversation: Samples.sessionID, secret: Samples.secret)
        #expect(localProText(response).contains("\"sessionToken\":\"\(token)\"") == expected)
        #expect(localProText(response).contains("gst_") == expected)
        #expect(response.head.status == (isNew ? .created : .ok))
    }

    @Test func guestsSession() throws {
        let conversation = Samples.conversation {
            $0.status = .active
            $0.messageCount = 5
            $0.assignment = Assignment(agentID: "agent123", agentName: "Jane Smith")
            $0.tags = ["secret"]
        }
        let strict = try Samples.renderer().session(conversation, marks: ReadMarks(conversation))
        let example = try localProCompact(
            """
            {"success": true, "data": {
              "sessionId": "session-123", "user": {"name": "John Doe", "email": "john@example.com"},
              "status": "active",
              "assignedAgent": {"_id": "agent123", "firstName": "Jane", "lastName": "Smith"},
              "messageCount": 5, "startedAt": "2024-12-04T12:00:00.000Z"}}
            """
        )
        #expect(localProText(strict) == example)
        let compat = localProText(
            try Samples.renderer(.compat).session(conversation, marks: ReadMarks(conversation))
        )
        for hidden in ["192.168.1.1", "Mozilla", "secret", "jane@company.com", "assurance"] {
            #expect(!compat.contains(hidden))
        }
        #expect(compat.contains("\"agentName\":\"Jane Smith\""))
        #expect(compat.contains("\"phone\":\"+1234567890\""))
    }

    @Test func endedAndRatedSessionSaysSoInStrict() throws {
        let conversation = Samples.conversation {
            $0.status = .closed
            $0.endedAt = Samples.noon + 30 * Samples.minute
            $0.rating = Rating(score: 4, feedback: nil, ratedAt: Samples.noon)
        }
        let body = localProText(
            try Samples.renderer().session(conversation, marks: ReadMarks(conversation))
        )
        #expect(body.contains("\"endedAt\":\"2024-12-04T12:30:00.000Z\""))
        #expect(body.contains("\"rating\":{\"score\":4,\"ratedAt\":\"2024-12-04T12:00:00.000Z\"}"))
    }

    @Test(arguments: [
        (
            LocalProRenderer.MessagePlace.listed,
            #"{"_id":"a0a1a2a3a4a5a6a7a8a9aaab","sessionId":"s","type":"user","content":"Hello, I need help","#
                + #""createdAt":"2024-12-04T12:01:00.000Z"}"#
        ),
        (
            .detail,
            #"{"_id":"a0a1a2a3a4a5a6a7a8a9aaab","type":"user","content":"Hello, I need help","#
                + #""createdAt":"2024-12-04T12:01:00.000Z"}"#
        ),
        (
            .sent,
            #"{"_id":"a0a1a2a3a4a5a6a7a8a9aaab","sessionId":"s","type":"user","content":"Hello, I need help","#
                + #""attachments":[],"isRead":false,"createdAt":"2024-12-04T12:01:00.000Z"}"#
        ),
    ])
    func messagesInStrict(place: LocalProRenderer.MessagePlace, expected: String) throws {
        #expect(try render(Samples.message(), at: place, .strict, .guest) == expected)
    }

    @Test func repliesInStrictAndCompat() throws {
        let reply = Samples.message(.agent, "Hi!")
        let id = #"{"_id":"a0a1a2a3a4a5a6a7a8a9aaab","sessionId":"s","type":"agent","content":"Hi!","#
        let names = #""agentName":"Jane Smith","agentId":"agent123","#
        let time = #""createdAt":"2024-12-04T12:01:00.000Z""#
        #expect(try render(reply, at: .replied, .strict, .agent) == id + names + time + "}")
        #expect(try render(reply, at: .listed, .strict, .guest) == id + #""agentName":"Jane Smith","# + time + "}")
        #expect(
            try render(reply, at: .replied, .compat, .agent)
                == id + names + #""attachments":[],"isRead":false,"# + time
                + #","dialect":"localpro","delivery":"pending"}"#
        )
        var nameless = reply
        nameless.author = Author(kind: .agent, id: "", name: "Support")
        #expect(
            try render(nameless, at: .replied, .strict, .agent) == id + #""agentName":"Support","# + time + "}"
        )
    }

    @Test func filesNeverVanish() throws {
        let message = Samples.message(files: [Samples.picture])
        let path = "/chat/api/live-chat/attachments/f0f1f2f3f4f5f6f7f8f9fafb"
        let url = AttachmentLinks(secret: Samples.secret).url(
            path: path,
            prefix: "",
            base: "http://chat.example",
            expiresAt: Samples.links.expiresAt
        )
        #expect(url.hasPrefix("http://chat.example" + path + "?exp="))
        let body = try render(message, at: .detail, .strict, .agent, mount: "/chat")
        #expect(
            body.contains(
                #""attachments":[{"id":"f0f1f2f3f4f5f6f7f8f9fafb","name":"screenshot.png","type":"image/png","#
                    + #""size":245678,"url":"\#(url)","previewUrl":"\#(url)"}]"#
            )
        )
        let compat = try render(message, at: .listed, .compat, .guest, mount: "/chat")
        #expect(compat.contains(#""previewUrl":"\#(url)","width":640,"height":480}]"#))
    }

    @Test func linkOfAnotherDialectHasNoPreview() throws {
        let message = Samples.message(imageURL: "https://elsewhere.example/a.png")
        let body = try render(message, at: .listed, .strict, .guest)
        #expect(
            body.contains(
                #""attachments":[{"id":"a0a1a2a3a4a5a6a7a8a9aaab","name":"image","type":"image/*","#
                    + #""url":"https://elsewhere.example/a.png"}]"#
            )
        )
    }

    @Test func conversationsOfOtherDialects() throws {
        let conversation = Samples.conversation(origin: .rooms) {
            $0.ownerKey = "client-7"
            $0.contact = Contact(name: "", email: "")
            $0.source = Origin()
            $0.kind = .ticket
            $0.subject = "Broken"
        }
        var json = JSONWriter()
        let renderer = try Samples.renderer(.compat, for: .agent)
        json.object {
            renderer.session(conversation, at: .listed, marks: ReadMarks(conversation), to: &$0)
        }
        let body = String(decoding: json.bytes, as: UTF8.self)
        #expect(
            body.hasPrefix(
                #"{"sessionId":"00112233445566778899aabbccddeeff","user":{"name":"client-7","email":""},"#
            )
        )
        #expect(body.hasSuffix(#""dialect":"rooms","kind":"ticket","assurance":"none","subject":"Broken"}"#))
    }

    @Test(arguments: [0, 1_733_313_600_000, 951_782_399_999, -1, 253_402_300_799_999, .max, .min] as [Int64])
    func timesAndIdsAreWrittenInPlace(moment: Int64) {
        let id = EntityID(high: UInt64(bitPattern: moment) ^ 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        // A buffer that has to grow at every step.
        var json = JSONWriter(capacity: 0)
        json.object {
            $0.time("a", moment)
            $0.time("b", moment, milliseconds: false)
            $0.optionalTime("c", nil)
            $0.id("d", id)
            $0.id("e", id, digits: 32)
        }
        let whole = CivilTime.text(moment)
        let short = CivilTime.text(moment, milliseconds: false)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"a":"\#(whole)","b":"\#(short)","d":"\#(id.shortHex)","e":"\#(id.hex)"}"#
        )
    }

    private func render(
        _ message: Message,
        at place: LocalProRenderer.MessagePlace,
        _ mode: DialectMode,
        _ audience: LocalProRenderer.Audience,
        mount: String? = nil
    ) throws -> String {
        let renderer = try Samples.renderer(mode, for: audience, mount: mount)
        var json = JSONWriter()
        json.object {
            renderer.message(
                message,
                at: place,
                sessionID: "s",
                marks: ReadMarks(Samples.conversation()),
                to: &$0
            )
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
