import Core
import Synchronization

/// Threads that begin together.
enum Threads {
    /// Runs each closure on a thread of its own and waits for all; the first failure is thrown.
    static func run<Result: Sendable>(_ jobs: [@Sendable () throws -> Result]) throws -> [Result] {
        let results = BlockingQueue<(Int, Swift.Result<Result, Broken>)>()
        var threads: [LoopThread] = []
        for (index, job) in jobs.enumerated() {
            threads.append(
                try LoopThread.start(name: "test-\(index)", stackBytes: 2 << 20) {
                    do {
                        _ = results.push((index, .success(try job())))
                    } catch {
                        _ = results.push((index, .failure(Broken("job \(index): \(error)"))))
                    }
                }
            )
        }
        for thread in threads { thread.join() }
        var ordered: [Result?] = jobs.map { _ in nil }
        while results.count > 0 {
            guard case .element(let (index, result)) = results.pop() else { break }
            ordered[index] = try result.get()
        }
        return ordered.compactMap(\.self)
    }
}

/// Where threads wait until all are there.
final class StartLine: Sendable {
    private let arrived = BlockingQueue<Bool>()
    private let gate = BlockingQueue<Bool>()

    /// Waits for the start.
    func wait() {
        _ = arrived.push(true)
        _ = gate.pop(timeoutMilliseconds: 60_000)
    }

    /// Starts all, once so many are waiting.
    func open(after count: Int) {
        for _ in 0..<count { _ = arrived.pop(timeoutMilliseconds: 60_000) }
        gate.close()
    }
}
