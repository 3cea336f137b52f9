import Core
import Testing

@testable import Adapters

/// Request bodies: what is taken, and what is refused by its field's name.
struct ChatModuleDecodingTests {
    private typealias Samples = ChatModuleSamples

    @Test func emptySessionHasDefaults() throws {
        let draft = try ChatModuleSessionDraft(try Samples.json("{}"), maximumText: 100)
        #expect(draft.subject == nil)
        #expect(draft.priority == .medium)
        #expect(draft.tags.isEmpty)
        #expect(draft.userID == nil)
    }

    @Test func nullsAreAbsent() throws {
        let body = #"{"subject":null,"priority":null,"tags":null,"userId":null}"#
        let draft = try ChatModuleSessionDraft(try Samples.json(body), maximumText: 100)
        #expect(draft == (try ChatModuleSessionDraft(try Samples.json("{}"), maximumText: 100)))
    }

    @Test func fullSession() throws {
        let body = #"{"subject":"Help","priority":"high","tags":["a","b"],"userId":"u","other":1}"#
        let draft = try ChatModuleSessionDraft(try Samples.json(body), maximumText: 100)
        #expect(draft.subject == "Help")
        #expect(draft.priority == .high)
        #expect(draft.tags == ["a", "b"])
        #expect(draft.userID == "u")
    }

    @Test(arguments: [
        (#"{"subject":5}"#, "subject"),
        (#"{"subject":"12345678901"}"#, "subject"),
        (#"{"priority":"urgent"}"#, "priority"),
        (#"{"priority":"HIGH"}"#, "priority"),
        (#"{"priority":1}"#, "priority"),
        (#"{"tags":"a"}"#, "tags"),
        (#"{"tags":["a",1]}"#, "tags"),
        (#"{"tags":["123456","78901"]}"#, "tags"),
        (#"{"userId":7}"#, "userId"),
        (#"{"userId":""}"#, "userId"),
    ])
    func wrongSessionsNameTheField(body: String, field: String) throws {
        let json = try Samples.json(body)
        let rejection = #expect(throws: Rejection.self) { try ChatModuleSessionDraft(json, maximumText: 10) }
        #expect(rejection?.reason == .malformed)
        #expect(rejection?.field == field)
        #expect(rejection?.message.contains(field) == true)
    }

    @Test func textMessage() throws {
        let draft = try ChatModuleMessageDraft(
            try Samples.json(#"{"content":" Hi \ud83d\ude00 "}"#),
            settings: try Samples.settings()
        )
        #expect(draft.content == " Hi 😀 ")
        #expect(draft.files.isEmpty)
    }

    @Test(arguments: [#"{}"#, #"{"content":null}"#, #"{"content":1}"#, #"{"content":""}"#, #"{"content":" \n\t"}"#])
    func messagesNeedContent(body: String) throws {
        let settings = try Samples.settings()
        let json = try Samples.json(body)
        let rejection = #expect(throws: Rejection.self) { try ChatModuleMessageDraft(json, settings: settings) }
        #expect(rejection?.reason == .malformed)
        #expect(rejection?.field == "content")
    }

    @Test func textIsBoundedInBytes() throws {
        let settings = try Samples.settings()
        let most = String(repeating: "é", count: settings.sizes.message / 2)
        let draft = try ChatModuleMessageDraft(try Samples.json("{\"content\":\"\(most)\"}"), settings: settings)
        #expect(draft.content == most)
        let more = try Samples.json("{\"content\":\"\(most)x\"}")
        #expect(throws: Rejection.self) { try ChatModuleMessageDraft(more, settings: settings) }
    }

    @Test func readNamesMessages() throws {
        let id = Samples.messageID
        let body = #"{"messageIds":["\#(id.hex)","no id","\#(id.shortHex)"]}"#
        #expect(try ChatModuleDialect.messageIDs(try Samples.json(body)) == [EntityIDRange(id)])
        #expect(try ChatModuleDialect.messageIDs(try Samples.json(#"{"messageIds":["x"]}"#)).isEmpty)
    }

    @Test(arguments: [
        #"{}"#, #"{"messageIds":null}"#, #"{"messageIds":"a"}"#, #"{"messageIds":[]}"#, #"{"messageIds":["a",1]}"#,
        #"{"messageIds":[null]}"#, #"{"messageIds":{}}"#,
    ])
    func wrongReadsNameTheField(body: String) throws {
        let json = try Samples.json(body)
        let rejection = #expect(throws: Rejection.self) { try ChatModuleDialect.messageIDs(json) }
        #expect(rejection?.reason == .malformed)
        #expect(rejection?.field == "messageIds")
    }

    @Test func readsAreBounded() throws {
        func body(_ count: Int) throws -> JSONValue {
            let ids = Array(repeating: "\"x\"", count: count).joined(separator: ",")
            return try Samples.json("{\"messageIds\":[\(ids)]}")
        }
        #expect(try ChatModuleDialect.messageIDs(try body(1000)).isEmpty)
        let tooMany = try body(1001)
        #expect(throws: Rejection.self) { try ChatModuleDialect.messageIDs(tooMany) }
    }

    @Test(arguments: ["{}", #"{"isTyping":"true"}"#, #"{"isTyping":1}"#, #"{"isTyping":null}"#])
    func typingIsABoolean(body: String) throws {
        let json = try Samples.json(body)
        let rejection = #expect(throws: Rejection.self) { try json.requiredFlag("isTyping") }
        #expect(rejection?.field == "isTyping")
    }

    @Test(arguments: [
        ("", 20), ("limit=1", 1), ("limit=100", 100), ("limit=101", 100), ("limit=99999999999999999999999", 100),
        ("page=2", 20), ("limit=007", 7),
    ])
    func numbersAreCut(query: String, limit: Int) throws {
        let items = try Samples.query(query)
        #expect(try items.positiveNumber("limit", default: 20, atMost: 100) == limit)
    }

    @Test(arguments: ["limit=0", "limit=", "limit=-1", "limit=+1", "limit=1.5", "limit=ten", "limit=0x1", "limit=%201"])
    func wrongNumbersAreRefused(query: String) throws {
        let items = try Samples.query(query)
        let rejection = #expect(throws: Rejection.self) {
            try items.positiveNumber("limit", default: 20, atMost: 100)
        }
        #expect(rejection?.field == "limit")
    }
}
