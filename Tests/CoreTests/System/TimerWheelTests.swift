import Core
import Testing

@Suite struct TimerWheelTests {
    @Test func firesInOrderOfDeadlines() {
        var wheel = TimerWheel(now: 100)
        _ = wheel.schedule(deadline: 9000, payload: 3)
        _ = wheel.schedule(deadline: 103, payload: 1)
        _ = wheel.schedule(deadline: 170, payload: 2)
        #expect(wheel.count == 3)
        #expect(wheel.nextDeadline == 103)
        var fired: [UInt64] = []
        wheel.advance(to: 102) { fired.append($0) }
        #expect(fired.isEmpty)
        wheel.advance(to: 103) { fired.append($0) }
        #expect(fired == [1])
        wheel.advance(to: 20_000) { fired.append($0) }
        #expect(fired == [1, 2, 3])
        #expect(wheel.count == 0)
        #expect(wheel.nextDeadline == nil)
    }

    @Test func pastDeadlinesAreDueWithTheNextMillisecond() {
        var wheel = TimerWheel(now: 1000)
        _ = wheel.schedule(deadline: -5, payload: 1)
        _ = wheel.schedule(deadline: 1000, payload: 2)
        #expect(wheel.nextDeadline == 1001)
        wheel.advance(to: 1000)
        #expect(wheel.popDue() == nil)
        wheel.advance(to: 1001)
        #expect(wheel.nextDeadline == 1001)
        #expect(Set([wheel.popDue(), wheel.popDue()]) == [1, 2])
        wheel.advance(to: 5)
        #expect(wheel.popDue() == nil)
    }

    @Test func dueTimersCanStillBeCancelled() {
        var wheel = TimerWheel(now: 0)
        let ids = (1...4).map { wheel.schedule(deadline: Int64($0), payload: UInt64($0)) }
        wheel.advance(to: 10)
        #expect(wheel.popDue() == 1)
        #expect(wheel.cancel(ids[0]) == false)
        #expect(wheel.cancel(ids[2]) == true)
        #expect(wheel.cancel(ids[1]) == true)
        #expect(wheel.cancel(ids[1]) == false)
        #expect(wheel.popDue() == 4)
        #expect(wheel.popDue() == nil)
        #expect(wheel.count == 0)
    }

    @Test func aStaleIdentifierDoesNotCancelTheNextTimer() {
        var wheel = TimerWheel(now: 0)
        let first = wheel.schedule(deadline: 5, payload: 1)
        #expect(wheel.cancel(first) == true)
        let second = wheel.schedule(deadline: 5, payload: 2)
        #expect(first != second)
        #expect(wheel.cancel(first) == false)
        #expect(wheel.count == 1)
    }

    @Test(arguments: [.max, 1 << 62, (1 << 36) + 5] as [Int64])
    func farDeadlines(deadline: Int64) {
        var wheel = TimerWheel(now: (1 << 36) - 10)
        _ = wheel.schedule(deadline: deadline, payload: 1)
        wheel.advance(to: deadline - 1)
        #expect(wheel.popDue() == nil)
        wheel.advance(to: deadline)
        #expect(wheel.popDue() == 1)
    }

    @Test func ownersCanRearmLazily() {
        var wheel = TimerWheel(now: 0)
        var realDeadline: Int64 = 50
        _ = wheel.schedule(deadline: realDeadline, payload: 1)
        var fires = 0
        var closedAt: Int64?
        for now in Int64(1)...1000 where closedAt == nil {
            if now < 400 { realDeadline = now + 50 }
            wheel.advance(to: now)
            while let payload = wheel.popDue() {
                fires += 1
                if realDeadline > now {
                    _ = wheel.schedule(deadline: realDeadline, payload: payload)
                } else {
                    closedAt = now
                }
            }
        }
        #expect(closedAt == 449)
        #expect(fires < 12)
    }

    /// Compares with a plain list: the same timers fire at the same calls, in the order of their deadlines.
    @Test(arguments: 0..<40)
    func behavesLikeASortedList(seed: Int) {
        let random = SeededRandom(seed: UInt64(seed))
        var now = Int64(random.next(below: 1 << (10 + UInt64(seed))))
        var wheel = TimerWheel(now: now)
        var model: [(deadline: Int64, payload: UInt64, id: TimerID)] = []
        var retired: [TimerID] = []
        for step in 0..<1500 {
            switch random.next(below: 10) {
            case 0..<6:
                let reach = UInt64(1) << random.next(below: 24)
                let deadline = now - 3 + Int64(random.next(below: reach + 1))
                let id = wheel.schedule(deadline: deadline, payload: UInt64(step))
                model.append((max(deadline, now + 1), UInt64(step), id))
            case 6, 7:
                guard !model.isEmpty else { continue }
                let index = Int(random.next(below: UInt64(model.count)))
                let removed = model.remove(at: index)
                #expect(wheel.cancel(removed.id) == true)
                retired.append(removed.id)
            default:
                now += Int64(random.next(below: 1 << random.next(below: 22)))
                wheel.advance(to: now)
                let due = model.filter { $0.deadline <= now }.sorted { $0.deadline < $1.deadline }
                model.removeAll { $0.deadline <= now }
                var fired: [UInt64] = []
                while let payload = wheel.popDue() { fired.append(payload) }
                let deadlines = Dictionary(uniqueKeysWithValues: due.map { ($0.payload, $0.deadline) })
                #expect(fired.map { deadlines[$0] } == due.map { $0.deadline })
                #expect(Set(fired) == Set(due.map(\.payload)))
                retired += due.map(\.id)
            }
            #expect(wheel.count == model.count)
            let earliest = model.map(\.deadline).min()
            #expect((wheel.nextDeadline == nil) == (earliest == nil))
            if let next = wheel.nextDeadline, let earliest { #expect(next <= earliest && next > now) }
        }
        for id in retired { #expect(wheel.cancel(id) == false) }
    }

    @Test func nextDeadlineLeadsToEveryTimerInFewSteps() {
        var wheel = TimerWheel(now: 12_345)
        _ = wheel.schedule(deadline: 86_412_345, payload: 1)
        var steps = 0
        while let next = wheel.nextDeadline, steps < 100 {
            steps += 1
            wheel.advance(to: next)
            if wheel.popDue() != nil { #expect(next == 86_412_345) }
        }
        #expect(steps <= 11)
    }

    @Test func manyTimersStayCheap() {
        var wheel = TimerWheel(now: 0)
        let random = SeededRandom(seed: 1)
        var fired = 0
        for index in 0..<50_000 {
            _ = wheel.schedule(deadline: Int64(random.next(below: 120_000)), payload: UInt64(index))
        }
        for now in stride(from: Int64(0), through: 120_001, by: 7) { wheel.advance(to: now) { _ in fired += 1 } }
        wheel.advance(to: 200_000) { _ in fired += 1 }
        #expect(fired == 50_000)
    }
}
