import Synchronization
import Testing

@testable import Core

@Suite("The reader's thread")
struct ReaderPoolTests {
    /// A pool whose thread is kept busy by tenant `a` until the gate opens.
    private struct Bench {
        let harness: StoreHarness
        let pool: ReaderPool
        let gate = BlockingQueue<Bool>()
        let answers = BlockingQueue<String>()

        init() throws {
            harness = try StoreHarness()
            pool = try ReaderPool(log: Log(level: .error, format: .text))
            for tenant in ["a", "b"] { pool.add(tenant: tenant, store: harness.store) }
            let (gate, entered) = (gate, BlockingQueue<Bool>())
            pool.run(tenant: "a") { _ in
                _ = entered.push(true)
                _ = gate.pop()
                return .json { $0.field("ok", true) }
            } deliver: { _ in
            }
            _ = entered.pop()
        }

        func ask(_ tenant: String, _ name: String) {
            pool.run(tenant: tenant) { _ in
                .json { $0.field("ok", true) }
            } deliver: { [answers] result in
                if case .success = result { _ = answers.push(name) } else { _ = answers.push(name + " refused") }
            }
        }

        func next() -> String? {
            if case .element(let name) = answers.pop(timeoutMilliseconds: 10_000) { name } else { nil }
        }
    }

    @Test func tenantsTakeTurns() throws {
        let bench = try Bench()
        for name in ["a1", "a2", "a3"] { bench.ask("a", name) }
        for name in ["b1", "b2"] { bench.ask("b", name) }
        _ = bench.gate.push(true)
        #expect((0..<5).map { _ in bench.next() } == ["a1", "b1", "a2", "b2", "a3"])
        bench.pool.stop()
    }

    @Test func aBusyTenantFillsItsOwnQueueOnly() throws {
        let bench = try Bench()
        for index in 0..<ReaderPool.queueLimit { bench.ask("a", "a\(index)") }
        bench.ask("a", "more")
        #expect(bench.next() == "more refused")
        bench.ask("b", "b")
        _ = bench.gate.push(true)
        #expect(bench.next() == "a0")
        #expect(bench.next() == "b")
        bench.pool.stop()
    }

    @Test func whatWaitsAtTheEndIsAnswered() throws {
        let bench = try Bench()
        for name in ["a1", "a2", "a3"] { bench.ask("a", name) }
        let pool = bench.pool
        let ended = BlockingQueue<Bool>()
        let stopper = try LoopThread.start(name: "stopper") {
            pool.stop()
            _ = ended.push(true)
        }
        _ = bench.gate.push(true)
        #expect((0..<3).map { _ in bench.next() } == ["a1", "a2", "a3"])
        _ = ended.pop()
        stopper.join()
        bench.ask("b", "late")
        #expect(bench.next() == "late refused")
    }
}
