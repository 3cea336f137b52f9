import Core
import Testing

@testable import Adapters

/// The document's bodies, byte for byte.
struct RoomsRenderingTests {
    private let strict = RoomsRenderer(mode: .strict, showsSystemTexts: false)
    private let compat = RoomsRenderer(mode: .compat, showsSystemTexts: false)

    @Test func initializeOfANewSession() {
        let conversation = RoomsFixture.conversation()
        #expect(
            strict.initialized(conversation, [], marks: ReadMarks(conversation)).text
                == #"{"session":{"clientId":"user123","status":"active"},"messages":[]}"#
        )
    }

    @Test func historyInStrictHasTheDocumentsKeysOnly() {
        let messages = [RoomsFixture.message(1, .customer, "Hello"), RoomsFixture.message(2, .agent, "Hi")]
        let conversation = RoomsFixture.conversation()
        let marks = ReadMarks(conversation)
        #expect(
            strict.history(messages, marks: marks, total: strict.total(of: conversation), page: 1, limit: 50).text
                == #"{"messages":[{"message":"Hello","sender":"client","createdAt":"2025-03-10T12:00:00Z"},"#
                + #"{"message":"Hi","sender":"admin","createdAt":"2025-03-10T12:00:00Z"}],"#
                + #""total":2,"page":1,"totalPages":1}"#
        )
    }

    @Test func historyInCompatAddsIdReadAndName() {
        var conversation = RoomsFixture.conversation()
        conversation.customer.read = 2
        let messages = [RoomsFixture.message(2, .agent, "Hi")]
        #expect(
            compat.history(
                messages,
                marks: ReadMarks(conversation),
                total: compat.total(of: conversation),
                page: 2,
                limit: 1
            ).text
                == #"{"messages":[{"_id":"010203040506070800000002","message":"Hi","sender":"admin","#
                + #""createdAt":"2025-03-10T12:00:00Z","read":true,"senderName":"Jane Smith"}],"#
                + #""total":2,"page":2,"totalPages":2}"#
        )
    }

    @Test func historyOfAnUnknownClient() {
        #expect(
            RoomsRenderer.emptyHistory(page: 1).text == #"{"messages":[],"total":0,"page":1,"totalPages":0}"#
        )
    }

    @Test func sessionsElement() {
        var json = JSONWriter()
        strict.session(
            ConversationSummary(
                conversation: RoomsFixture.conversation(),
                lastMessage: RoomsFixture.message(3, .system, "Welcome"),
                lastPeopleMessage: RoomsFixture.message(2, .customer, "Hello")
            ),
            marks: ReadMarks(RoomsFixture.conversation()),
            to: &json
        )
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"clientId":"user123","status":"active","#
                + #""lastMessage":{"message":"Hello","createdAt":"2025-03-10T12:00:00Z"}}"#
        )
    }

    @Test func sessionWithoutMessagesSaysNull() {
        var json = JSONWriter()
        let bare = ConversationSummary(
            conversation: RoomsFixture.conversation(origin: .localPro, status: .pending),
            lastMessage: nil,
            lastPeopleMessage: nil
        )
        compat.session(bare, marks: ReadMarks(bare.conversation), to: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"clientId":"000000000000aaaa000000000000bbbb","status":"active","lastMessage":null,"unread":1}"#
        )
    }

    @Test func systemTextsAreTheAdminsWhenTheyAreShown() {
        let shown = RoomsRenderer(mode: .strict, showsSystemTexts: true)
        let text = RoomsFixture.message(3, .system, "Welcome")
        #expect(shown.shows(text))
        #expect(!strict.shows(text))
        #expect(shown.total(of: RoomsFixture.conversation()) == 3)
        #expect(strict.total(of: RoomsFixture.conversation()) == 2)
        // What retention has cut is not counted.
        #expect(strict.total(of: RoomsFixture.conversation(), firstPeopleNumber: 2) == 1)
        #expect(strict.total(of: RoomsFixture.conversation(), firstPeopleNumber: 3) == 0)
        var json = JSONWriter()
        shown.liveMessage(text, clientID: "user123", to: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"_id":"010203040506070800000003","clientId":"user123","message":"Welcome","sender":"admin","#
                + #""createdAt":"2025-03-10T12:00:00Z"}"#
        )
    }

    @Test func linksAndFilesStandBehindTheText() {
        var message = RoomsFixture.message(1, .customer, "")
        message.imageURL = "https://example.com/a.png"
        #expect(RoomsRenderer.text(of: message) == "https://example.com/a.png")
        message.imageURL = nil
        message.attachments = ["a.png", "b.pdf"].map {
            Attachment(id: EntityID(high: 0, low: 1), hash: [], name: $0, mediaType: "image/png", size: 1)
        }
        #expect(RoomsRenderer.text(of: message) == "a.png, b.pdf")
        message.text = "See"
        #expect(RoomsRenderer.text(of: message) == "See\na.png, b.pdf")
    }

    @Test(
        arguments: [
            (.pending, "active"), (.active, "active"), (.closed, "closed"), (.archived, "closed"),
        ] as [(ConversationStatus, String)]
    )
    func poorerStatus(_ status: ConversationStatus, _ shown: String) {
        #expect(RoomsRenderer.status(status) == shown)
    }

    @Test func offsetsNameTheirDatabase() throws {
        let events = RoomsEvents(rules: try RoomsFixture.rules(), epoch: "0a1b2c3d")
        #expect(events.offset(42) == "0a1b2c3d-42")
        #expect(events.number(offset: "0a1b2c3d-42") == 42)
        for foreign in ["", "42", "ffffffff-42", "0a1b2c3d-", "0a1b2c3d--1", "0a1b2c3d-99999999999999999999"] {
            #expect(events.number(offset: foreign) == nil, "\(foreign)")
        }
    }

    @Test func everyFactIsCovered() {
        #expect(RoomsDialect.coverage.map(\.fact) == CanonicalFact.allCases)
    }
}
