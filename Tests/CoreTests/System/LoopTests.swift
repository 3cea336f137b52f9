import Glibc
import Synchronization
import Testing

@testable import Core

@Suite struct LoopTests {
    @Test func epollTellsWhatIsReady() throws {
        let epoll = try Epoll()
        let events = EpollEventBuffer(capacity: 8)
        let pair = try Sockets.makePair()
        try epoll.add(pair.first, token: .max, [.readable, .peerFinished])
        #expect(try epoll.wait(timeoutMilliseconds: 0, into: events) == 0)
        #expect(pair.second.send([1].span) == .processed(1))
        #expect(try epoll.wait(timeoutMilliseconds: 5000, into: events) == 1)
        #expect(events[0].token == .max && events[0].isReadable && !events[0].isWritable && !events[0].isHangup)
        try epoll.modify(pair.first, token: 7, [.writable])
        #expect(try epoll.wait(timeoutMilliseconds: 5000, into: events) == 1)
        #expect(events[0].token == 7 && events[0].isWritable && !events[0].isReadable)
        try epoll.modify(pair.first, token: 8, [.peerFinished])
        #expect(try epoll.wait(timeoutMilliseconds: 0, into: events) == 0)
        try Sockets.shutdownWrite(pair.second)
        #expect(try epoll.wait(timeoutMilliseconds: 5000, into: events) == 1)
        #expect(events[0].token == 8 && events[0].isHangup && !events[0].isError)
        try epoll.remove(pair.first)
        #expect(try epoll.wait(timeoutMilliseconds: 0, into: events) == 0)
        #expect(throws: SystemError(code: ENOENT, operation: "epoll_ctl")) { try epoll.remove(pair.first) }
    }

    @Test func edgeTriggeredTellsOnce() throws {
        let epoll = try Epoll()
        let events = EpollEventBuffer(capacity: 8)
        let bell = try EventFD()
        try epoll.add(bell.descriptor, token: 1, [.readable, .edgeTriggered])
        bell.signal()
        #expect(try epoll.wait(timeoutMilliseconds: 5000, into: events) == 1)
        #expect(try epoll.wait(timeoutMilliseconds: 0, into: events) == 0)
    }

    @Test func aBellRingsUntilItIsCleared() throws {
        let bell = try EventFD()
        #expect(!bell.clear())
        bell.signal()
        bell.signal()
        #expect(try Sockets.wait(for: .readable, on: bell.descriptor, timeoutMilliseconds: 0))
        #expect(bell.clear())
        #expect(!bell.clear())
    }

    @Test func inboxRingsExactlyWhileMessagesWait() throws {
        let inbox = try Inbox<Int>()
        func rings() throws -> Bool {
            try Sockets.wait(for: .readable, on: inbox.bell.descriptor, timeoutMilliseconds: 0)
        }
        #expect(try !rings())
        #expect(inbox.drain().isEmpty)
        inbox.send(1)
        inbox.send(contentsOf: [2, 3])
        inbox.send(contentsOf: [])
        #expect(try rings())
        #expect(inbox.drain() == [1, 2, 3])
        #expect(try !rings())
        inbox.send(contentsOf: [4])
        #expect(try rings())
        var reused = [7, 7]
        inbox.drain(into: &reused)
        #expect(reused == [4])
        inbox.drain(into: &reused)
        #expect(reused.isEmpty)
        #expect(try !rings())
    }

    @Test func inboxLosesNothingBetweenThreads() throws {
        let inbox = try Inbox<Int>()
        let perSender = 20_000
        let senders = try (0..<3).map { sender in
            try LoopThread.start(name: "sender") {
                for number in 0..<perSender { inbox.send(sender * perSender + number) }
            }
        }
        let epoll = try Epoll()
        let events = EpollEventBuffer(capacity: 1)
        try epoll.add(inbox.bell.descriptor, token: 0, .readable)
        var last = [-1, -1, -1]
        var received = 0
        var batch: [Int] = []
        while received < 3 * perSender {
            guard try epoll.wait(timeoutMilliseconds: 10_000, into: events) == 1 else { break }
            inbox.drain(into: &batch)
            for message in batch {
                #expect(last[message / perSender] < message)
                last[message / perSender] = message
            }
            received += batch.count
        }
        for sender in senders { sender.join() }
        #expect(received == 3 * perSender)
    }

    @Test func threadsHaveNamesAndEnd() throws {
        let name = Mutex("")
        let identity = Mutex<UInt>(0)
        let thread = try LoopThread.start(name: "a-name-longer-than-15", stackBytes: 1) {
            name.withLock { $0 = LoopThread.currentName }
            identity.withLock { $0 = LoopThread.currentIdentity }
        }
        #expect(!thread.isCurrent)
        thread.join()
        thread.join()
        #expect(name.withLock { $0 } == "a-name-longer-t")
        #expect(identity.withLock { $0 } != 0)
    }

    @Test func blockingQueueHandsOverInOrder() throws {
        let queue = BlockingQueue<Int>()
        let taken = Mutex<[Int]>([])
        let thread = try LoopThread.start(name: "taker") {
            while case .element(let number) = queue.pop() { taken.withLock { $0.append(number) } }
        }
        for number in 0..<5000 { #expect(queue.push(number)) }
        queue.close()
        thread.join()
        #expect(taken.withLock { $0 } == Array(0..<5000))
        #expect(!queue.push(1))
    }

    @Test func blockingQueueBoundsAndTimesOut() {
        let queue = BlockingQueue<String>(limit: 2)
        guard case .timedOut = queue.pop(timeoutMilliseconds: 1) else {
            Issue.record("nothing was pushed")
            return
        }
        #expect(queue.push("a") && queue.push("b"))
        #expect(!queue.push("c"))
        #expect(queue.count == 2)
        queue.close()
        guard case .element("a") = queue.pop(timeoutMilliseconds: 0), case .element("b") = queue.pop(),
            case .closed = queue.pop(), case .closed = queue.pop(timeoutMilliseconds: 10_000)
        else {
            Issue.record("what was queued before closing is handed out, then the end is told")
            return
        }
    }

    @Test func signalsArriveAsCalls() throws {
        let seen = BlockingQueue<Signal>()
        // The signals are blocked only in a thread of this test and the waiter it starts, so they are sent to that thread.
        let parent = try LoopThread.start(name: "parent") {
            do {
                try SignalWaiter.blockSignals()
                let waiter = try SignalWaiter.start { signal in
                    _ = seen.push(signal)
                    return signal != .terminate
                }
                for number in [SIGHUP, SIGINT, SIGTERM] {
                    waiter.send(number)
                    while seen.count == 0 { sched_yield() }
                    if case .element(let signal) = seen.pop() { #expect(signal == Signal(number: number)) }
                }
                waiter.join()
            } catch {
                Issue.record(error)
            }
        }
        parent.join()
    }
}
