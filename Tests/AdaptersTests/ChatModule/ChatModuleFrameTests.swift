import Core
import Testing

@testable import Adapters

/// The three events of a socket, with their frame around them.
struct ChatModuleFrameTests {
    private typealias Samples = ChatModuleSamples

    private func frames(_ systemMessages: SystemMessagesRule = .hidden) throws -> ChatModuleFrames {
        ChatModuleFrames(renderer: try Samples.renderer(systemMessages: systemMessages))
    }

    /// The payload of a text frame that is shorter than 64 KiB.
    private func payload(_ frame: [UInt8]) throws -> String {
        #expect(frame.first == 0x81)
        let second = try #require(frame.dropFirst().first)
        return String(decoding: frame.dropFirst(second == 126 ? 4 : 2), as: UTF8.self)
    }

    @Test func message() throws {
        let frame = try frames().message(
            Samples.message(.agent, text: "Yes?"),
            ChatModuleReceipts(Samples.conversation()),
            at: Samples.place,
            now: Samples.noon
        )
        #expect(
            try payload(try #require(frame)) == """
                {"type":"message","data":{"id":"a0a1a2a3a4a5a6a7a8a9aaabacadaeaf","content":"Yes?",\
                "sender":"support","timestamp":"2024-12-04T12:00:01.234Z","read":false,"status":"sent"}}
                """
        )
    }

    @Test func systemTextsAreHiddenUnlessConfigured() throws {
        func frame(_ rule: SystemMessagesRule) throws -> [UInt8]? {
            try frames(rule).message(
                Samples.message(.system, text: "Welcome"),
                ChatModuleReceipts(Samples.conversation()),
                at: Samples.place,
                now: Samples.noon
            )
        }
        #expect(try frame(.hidden) == nil)
        let shown = try payload(try #require(try frame(.asSupport)))
        #expect(shown.contains(#""content":"Welcome","sender":"support""#))
    }

    @Test func sessionUpdate() throws {
        #expect(
            try payload(try frames().sessionUpdate(Samples.conversation(status: .closed))) == """
                {"type":"session_update","data":{"id":"00112233445566778899aabbccddeeff","userId":"user-1",\
                "status":"closed","startedAt":"2024-12-04T12:00:00.000Z","endedAt":"2024-12-04T12:01:00.000Z",\
                "priority":"medium"}}
                """
        )
    }

    @Test(arguments: [
        (DialectName.chatModule, Side.customer, "user-1", "user-1"),
        (.localPro, .customer, "guest-session-1", "01010101010101010202020202020202"),
        (.chatModule, .agents, "agent123", "agent123"),
        (.rooms, .agents, "", "support"),
    ])
    func typing(origin: DialectName, side: Side, userID: String, shown: String) throws {
        let signal = TypingSignal(
            conversation: Samples.conversation(origin: origin),
            side: side,
            dialect: origin,
            userID: userID,
            isTyping: true,
            at: Samples.noon,
            socket: 0
        )
        #expect(
            try payload(try frames().typing(signal)) == """
                {"type":"typing","data":{"userId":"\(shown)","isTyping":true,\
                "timestamp":"2024-12-04T12:00:00.000Z"}}
                """
        )
    }

    @Test func placesShareTheirEncodings() {
        let lane = ChatModuleLane()
        let other = ChatModulePlace(base: "http://other", prefix: "")
        let first = lane.enter(Samples.place)
        #expect(lane.enter(Samples.place).key == first.key)
        #expect(lane.enter(other).key != first.key)
        lane.leave(first)
        #expect(lane.enter(Samples.place).key == first.key)
        lane.leave(first)
        lane.leave(first)
        #expect(lane.enter(Samples.place).key != first.key)
    }

    @Test func typingBeyondWhatPeopleDoIsDropped() {
        let lane = ChatModuleLane()
        for _ in 0..<20 { #expect(lane.takeTyping("a", now: 1_000_000_000)) }
        #expect(!lane.takeTyping("a", now: 1_000_000_000))
        #expect(lane.takeTyping("b", now: 1_000_000_000))
        #expect(lane.takeTyping("a", now: 11_000_000_000))
    }
}
