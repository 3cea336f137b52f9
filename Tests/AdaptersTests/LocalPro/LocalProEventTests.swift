import Core
import Testing

@testable import Adapters

/// The frames of the event tables, as literal bytes, and who is told which.
@Suite struct LocalProEventTests {
    private typealias Samples = LocalProSamples

    private static func event(
        _ change: ChatEvent.Change,
        _ edit: (inout Conversation) -> Void = { _ in }
    ) -> LiveEvent {
        let conversation = LocalProSamples.conversation(edit)
        return .chat(
            ChatEvent(number: 1, at: LocalProSamples.noon, conversation: conversation, change: change)
        )
    }

    private static func typing(_ side: Side) -> LiveEvent {
        .typing(
            TypingSignal(
                conversation: LocalProSamples.conversation(),
                side: side,
                dialect: .localPro,
                userID: "x",
                isTyping: true,
                at: LocalProSamples.noon,
                socket: 0
            )
        )
    }

    private static let user =
        #"{"type":"user_message","sessionId":"session-123","message":{"_id":"a0a1a2a3a4a5a6a7a8a9aaab","#
        + #""sessionId":"session-123","type":"user","content":"Hello, I need help","#
        + #""createdAt":"2024-12-04T12:01:00.000Z"}}"#
    private static let agent =
        #"{"type":"agent_message","sessionId":"session-123","message":{"_id":"a0a1a2a3a4a5a6a7a8a9aaab","#
        + #""sessionId":"session-123","type":"agent","content":"Hi","agentName":"Jane Smith","#
        + #""createdAt":"2024-12-04T12:01:00.000Z"}}"#
    private static let system =
        #"{"type":"agent_message","sessionId":"session-123","message":{"_id":"a0a1a2a3a4a5a6a7a8a9aaab","#
        + #""sessionId":"session-123","type":"system","content":"Bye","createdAt":"2024-12-04T12:01:00.000Z"}}"#
    private static let closed = #"{"type":"session_status_changed","sessionId":"session-123","status":"closed"}"#
    private static let assigned =
        #"{"type":"agent_assigned","sessionId":"session-123","agent":{"id":"agent123","name":"Jane Smith"}}"#

    private static func receipt(_ by: String) -> String {
        #"{"type":"read_receipt","sessionId":"session-123","messageId":"a0a1a2a3a4a5a6a7a8a9aaab","readBy":"\#(by)"}"#
    }

    private static func typed(_ type: String) -> String {
        #"{"type":"\#(type)","sessionId":"session-123","isTyping":true}"#
    }

    @Test func framesInStrict() throws {
        let created =
            #"{"type":"new_session","session":{"sessionId":"session-123","#
            + #""user":{"name":"John Doe","email":"john@example.com","phone":"+1234567890"},"status":"pending","#
            + #""priority":"medium","lastMessage":{"content":"Welcome!","type":"system","#
            + #""timestamp":"2024-12-04T12:01:00.000Z"},"messageCount":1,"unreadCount":0,"#
            + #""createdAt":"2024-12-04T12:00:00.000Z"}}"#
        let assignment = Assignment(agentID: "agent123", agentName: "Jane Smith")
        let table: [(LiveEvent, guest: String?, agent: String?)] = [
            (Self.event(.created), nil, created),
            (Self.event(.message(Samples.message())), Self.user, Self.user),
            (Self.event(.message(Samples.message(.agent, "Hi"))), Self.agent, Self.agent),
            (Self.event(.message(Samples.message(.system, "Bye"))), Self.system, Self.system),
            (Self.event(.status) { $0.status = .closed }, Self.closed, Self.closed),
            (Self.event(.assigned) { $0.assignment = assignment }, Self.assigned, Self.assigned),
            (Self.event(.read(side: .agents, upTo: 2, message: Samples.messageID)), Self.receipt("agent"), nil),
            (Self.event(.read(side: .customer, upTo: 2, message: Samples.messageID)), nil, Self.receipt("user")),
            (Self.event(.updated), nil, nil),
            (Self.event(.rated), nil, nil),
            (Self.event(.deleted), nil, nil),
            (Self.typing(.customer), nil, Self.typed("user_typing")),
            (Self.typing(.agents), Self.typed("agent_typing"), Self.typed("agent_typing")),
        ]
        let welcome = Samples.message(.system, "Welcome!", number: 1)
        for (event, guest, agent) in table {
            #expect(localProPayload(try Samples.renderer(for: .guest).guestFrame(event)) == guest)
            #expect(
                localProPayload(try Samples.renderer(for: .agent).agentFrame(event) { _ in welcome }) == agent
            )
        }
    }

    @Test func everyAgentIsToldWhatCustomersDo() {
        let conversation = Samples.conversation()
        let all: [ChatEvent.Change] = [
            .created, .message(Samples.message()), .read(side: .customer, upTo: 1, message: Samples.messageID),
        ]
        let subscribed: [ChatEvent.Change] = [
            .message(Samples.message(.agent)), .message(Samples.message(.system)), .status, .assigned, .updated,
            .rated, .deleted, .read(side: .agents, upTo: 1, message: Samples.messageID),
        ]
        for (changes, expected) in [(all, true), (subscribed, false)] {
            for change in changes {
                let event = ChatEvent(number: 1, at: 0, conversation: conversation, change: change)
                #expect(LocalProAgentSocket.concernsAll(event) == expected)
            }
        }
    }

    @Test func answers() {
        #expect(localProPayload(LocalProAnswer.pong) == #"{"type":"pong"}"#)
        #expect(
            localProPayload(LocalProAnswer.established(at: Samples.noon))
                == #"{"type":"connection_established","timestamp":"2024-12-04T12:00:00.000Z"}"#
        )
        #expect(localProPayload(LocalProAnswer.subscribed("a\"b")) == #"{"type":"subscribed","sessionId":"a\"b"}"#)
        #expect(localProPayload(LocalProAnswer.unsubscribed("s")) == #"{"type":"unsubscribed","sessionId":"s"}"#)
        #expect(localProPayload(LocalProAnswer.error("no")) == #"{"type":"error","message":"no"}"#)
    }

    @Test func encodingsAreMadeOnce() throws {
        let published = PublishedEvent(Self.event(.message(Samples.message())))
        let renderer = try Samples.renderer()
        var made = 0
        for _ in 0..<3 {
            let frame = published.bytes(renderer.settings.guestKey) {
                made += 1
                return renderer.guestFrame($0)
            }
            #expect(localProPayload(frame) == Self.user)
        }
        #expect(made == 1)
        #expect(renderer.settings.guestKey != renderer.settings.agentKey)
    }

    @Test func pongsWaitForReceipts() {
        var outstanding = LocalProOutstanding()
        let before = outstanding.answersNow()
        let begun = [outstanding.begin(), outstanding.begin()]
        let meanwhile = [outstanding.answersNow(), outstanding.answersNow()]
        let due = [outstanding.end(), outstanding.end()]
        let after = outstanding.answersNow()
        #expect(before && after)
        #expect(begun == [true, true])
        #expect(meanwhile == [false, false])
        #expect(due == [0, 2])
    }

    @Test func throttleForgetsAfterTenSeconds() {
        var throttle = LocalProThrottle()
        let typing = (0..<100).map { _ in throttle.allowsTyping(now: 25_000) }
        #expect(typing.count { $0 } == Int(LocalProThrottle.typingLimit))
        let frames = (0..<200).map { _ in throttle.allowsFrame(now: 29_999) }
        #expect(frames.count { $0 } == Int(LocalProThrottle.frameLimit))
        let later = throttle.allowsTyping(now: 30_000)
        #expect(later)
        #expect(MemoryLayout<LocalProThrottle>.stride <= 8)
    }
}
