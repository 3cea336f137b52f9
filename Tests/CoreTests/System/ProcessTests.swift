import Synchronization
import Testing

@testable import Core

@Suite struct ProcessTests {
    @Test func manualClockMovesOnlyWhenTold() {
        let clock = ManualClock(unixMilliseconds: 5000, monotonicMilliseconds: 10)
        clock.advance(milliseconds: 25)
        #expect(clock.nowMonotonicMilliseconds == 35)
        #expect(clock.nowMonotonicNanoseconds == 35_000_000)
        #expect(clock.nowUnixMilliseconds == 5025)
        clock.set(unixMilliseconds: 1)
        #expect(clock.nowUnixMilliseconds == 1 && clock.nowMonotonicMilliseconds == 35)
    }

    @Test func systemClockRuns() {
        let clock = SystemClock()
        let first = clock.nowMonotonicNanoseconds
        #expect(clock.nowMonotonicNanoseconds >= first)
        #expect(clock.nowUnixMilliseconds > 1_700_000_000_000)
    }

    @Test(arguments: [0, 1, 8, 255, 256, 257, 5000])
    func systemRandomGivesFreshBytes(count: Int) {
        let random = SystemRandom()
        let first = random.bytes(count: count)
        #expect(first.count == count)
        #expect(count < 8 || first != random.bytes(count: count))
        #expect(count < 255 || Set(first).count > 64)
    }

    @Test func poolHandsNothingOutTwice() {
        let random = SystemRandom()
        let numbers = (0..<10_000).map { _ in random.nextUInt64() }
        #expect(Set(numbers).count == numbers.count)
    }

    @Test func seededRandomRepeats() {
        #expect(SeededRandom(seed: 7).bytes(count: 21) == SeededRandom(seed: 7).bytes(count: 21))
        #expect(SeededRandom(seed: 7).nextUInt64() != SeededRandom(seed: 8).nextUInt64())
        // The first output of SplitMix64 for seed 0, as published with it.
        #expect(SeededRandom(seed: 0).nextUInt64() == 0xe220_a839_7b1d_cdaf)
        let random = SeededRandom(seed: 1)
        #expect((0..<1000).allSatisfy { _ in random.next(below: 3) < 3 })
        #expect(Set((0..<1000).map { _ in random.next(below: 3) }).count == 3)
        #expect(random.next(below: 1) == 0)
    }

    @Test func limitsAndEnvironment() throws {
        #expect(try ResourceLimits.raiseOpenFiles() == (try ResourceLimits.openFiles()))
        #expect(ResourceLimits.coreCount >= 1)
        #expect(try #require(ResourceLimits.residentBytes) > 1 << 20)
        #expect(ProcessEnvironment.snapshot()["PATH"] == ProcessEnvironment.value("PATH"))
        #expect(ProcessEnvironment.value("GATEWAYD_NEVER_SET") == nil)
        #expect(Allocator.limitArenas())
        Allocator.trim()
        let pair = try Sockets.makePair()
        #expect(!Terminal.isTerminal(pair.first.raw))
    }

    @Test(
        arguments: [
            ("max 100000\n", nil), ("200000 100000\n", 2), ("150000 100000\n", 2), ("50000 100000", 1), ("", nil),
            ("x y", nil),
            ("-1 100000", nil), ("1 0", nil),
        ] as [(String, Int?)]
    )
    func containerQuotas(text: String, processors: Int?) {
        #expect(ResourceLimits.quota(text) == processors)
    }
}
