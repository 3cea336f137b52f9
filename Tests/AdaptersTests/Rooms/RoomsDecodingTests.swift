import Core
import Testing

@testable import Adapters

/// What clients send, and what is wrong with it.
struct RoomsDecodingTests {
    private static func parse(_ text: String) throws -> JSONValue { try JSONDocument(parsing: Array(text.utf8)).root }

    @Test func aMessage() throws {
        let text = #"{"clientId":"user123","message":"Hello","sender":"client","idempotencyKey":"k1"}"#
        let compat = try RoomsMessageInput(Self.parse(text), rules: try RoomsFixture.rules())
        #expect(compat.clientID == "user123")
        #expect(compat.text == "Hello")
        #expect(compat.sender == .client)
        #expect(compat.idempotencyKey == "k1")
        let rules = try RoomsFixture.rules(RoomsFixture.configuration(mode: .strict))
        #expect(try RoomsMessageInput(Self.parse(text), rules: rules).idempotencyKey == nil)
    }

    @Test(
        arguments: [
            (#""text""#, "message"),
            ("[]", "message"),
            (#"{"message":"a","sender":"client"}"#, "clientId"),
            (#"{"clientId":"","message":"a","sender":"client"}"#, "clientId"),
            (#"{"clientId":7,"message":"a","sender":"client"}"#, "clientId"),
            (#"{"clientId":"u","sender":"client"}"#, "message"),
            (#"{"clientId":"u","message":"","sender":"client"}"#, "message"),
            (#"{"clientId":"u","message":{},"sender":"client"}"#, "message"),
            (#"{"clientId":"u","message":"a"}"#, "sender"),
            (#"{"clientId":"u","message":"a","sender":"root"}"#, "sender"),
            (#"{"clientId":"u","message":"a","sender":1}"#, "sender"),
            (#"{"clientId":"u","message":"a","sender":"admin","idempotencyKey":""}"#, "idempotencyKey"),
        ]
    )
    func badMessages(_ text: String, _ field: String) throws {
        let rules = try RoomsFixture.rules()
        let rejection = #expect(throws: Rejection.self) { try RoomsMessageInput(Self.parse(text), rules: rules) }
        #expect(rejection?.reason == .malformed)
        #expect(rejection?.field == field)
    }

    @Test func aTextPastTheLimit() throws {
        let rules = try RoomsFixture.rules()
        func input(_ count: Int) throws -> RoomsMessageInput {
            let text = String(repeating: "a", count: count)
            return try RoomsMessageInput(
                Self.parse(#"{"clientId":"u","message":"\#(text)","sender":"client"}"#),
                rules: rules
            )
        }
        #expect(try input(16 * 1024).text.utf8.count == 16 * 1024)
        #expect(throws: Rejection.self) { try input(16 * 1024 + 1) }
    }

    @Test func clientIDs() throws {
        #expect(try RoomsFields.clientID("ü") == "ü")
        #expect(try RoomsFields.clientID(String(repeating: "a", count: 256)).count == 256)
        #expect(throws: Rejection.self) { try RoomsFields.clientID(String(repeating: "a", count: 257)) }
        #expect(throws: Rejection.self) { try RoomsFields.clientID("") }
        #expect(throws: Rejection.self) { try RoomsFields.clientID(nil) }
    }

    @Test(
        arguments: [
            "null", #"{"clientId":"u","sender":"client"}"#, #"{"clientId":"u","sender":"client","isTyping":1}"#,
            #"{"sender":"client","isTyping":true}"#,
        ]
    )
    func badTyping(_ text: String) {
        #expect(throws: Rejection.self) { try RoomsTypingInput(Self.parse(text)) }
    }
}
