import Testing

@testable import Core

/// Who is told what, and how often.
struct EventHubTests {
    /// Notes what it is told; may do something about it.
    private final class Listener: EventSubscriber {
        private(set) var heard: [Int64] = []
        var react: (() -> Void)?

        func receive(_ published: PublishedEvent) {
            heard.append(published.outline.conversation)
            react?()
        }
    }

    private static func typing(in row: Int64) -> LiveEvent {
        let conversation = Conversation(
            row: row,
            id: EntityID(high: 1, low: UInt64(row)),
            kind: .chat,
            origin: .localPro,
            externalID: "session",
            identity: 1,
            personID: EntityID(high: 2, low: 2),
            ownerKey: "",
            assurance: .none,
            contact: Contact(name: "", email: ""),
            source: Origin(),
            subject: nil,
            status: .pending,
            priority: .medium,
            department: "",
            tags: [],
            createdAt: 0
        )
        return .typing(
            TypingSignal(
                conversation: conversation,
                side: .customer,
                dialect: .localPro,
                userID: "",
                isTyping: true,
                at: 0,
                socket: 0
            )
        )
    }

    @Test(arguments: [1, 2, 3, 100]) func everyFollowerIsToldOnce(_ count: Int) {
        let hub = EventHub()
        let listeners = (0..<count).map { _ in Listener() }
        for listener in listeners {
            hub.subscribe(listener, to: 7)
            hub.subscribe(listener, to: 7)
        }
        hub.publish(Self.typing(in: 7))
        hub.publish(Self.typing(in: 8))
        #expect(listeners.allSatisfy { $0.heard == [7] })
    }

    @Test(arguments: [1, 2, 5]) func whoFollowsEverythingAsWellIsToldOnce(_ count: Int) {
        let hub = EventHub()
        let listeners = (0..<count).map { _ in Listener() }
        for listener in listeners { hub.subscribe(listener, to: 7) }
        hub.subscribeToAll(listeners[0])
        let other = Listener()
        hub.subscribeToAll(other)
        hub.publish(Self.typing(in: 7))
        #expect((listeners + [other]).allSatisfy { $0.heard == [7] })
        hub.publish(Self.typing(in: 8))
        #expect(listeners[0].heard == [7, 8])
        #expect(other.heard == [7, 8])
        hub.unsubscribeFromAll(listeners[0])
        hub.publish(Self.typing(in: 7))
        #expect(listeners[0].heard == [7, 8, 7])
    }

    /// In any order, with the places of those that stay intact.
    @Test func whoLeavesIsNotTold() {
        let hub = EventHub()
        let listeners = (0..<20).map { _ in Listener() }
        for listener in listeners {
            hub.subscribe(listener, to: 7)
            hub.subscribe(listener, to: 8)
        }
        for index in [0, 19, 7, 8, 18, 1] { hub.unsubscribe(listeners[index], from: 7) }
        for index in [2, 17] { hub.remove(listeners[index]) }
        hub.publish(Self.typing(in: 7))
        hub.publish(Self.typing(in: 8))
        let left: Set = [0, 19, 7, 8, 18, 1]
        for (index, listener) in listeners.enumerated() {
            let expected: [Int64] = [2, 17].contains(index) ? [] : left.contains(index) ? [8] : [7, 8]
            #expect(listener.heard == expected, "\(index)")
        }
        for listener in listeners { hub.remove(listener) }
        #expect(!hub.hasAudience(of: 7))
        #expect(!hub.hasAudience(of: 8))
    }

    /// A socket that reads too slowly leaves while it is told, and takes no other's turn away.
    @Test func someMayLeaveWhileTheyAreTold() {
        let hub = EventHub()
        let listeners = (0..<10).map { _ in Listener() }
        for listener in listeners { hub.subscribe(listener, to: 7) }
        for index in stride(from: 0, to: 10, by: 3) {
            listeners[index].react = { hub.remove(listeners[index]) }
        }
        hub.publish(Self.typing(in: 7))
        #expect(listeners.allSatisfy { $0.heard == [7] })
        hub.publish(Self.typing(in: 7))
        for (index, listener) in listeners.enumerated() {
            #expect(listener.heard.count == (index % 3 == 0 ? 1 : 2))
        }
    }

    @Test func aSideIsReachedOnce() {
        let published = PublishedEvent(Self.typing(in: 7))
        #expect(published.reachesFirst(of: .customer))
        #expect(!published.reachesFirst(of: .customer))
        #expect(published.reachesFirst(of: .agents))
        #expect(!published.reachesFirst(of: .agents))
    }
}
