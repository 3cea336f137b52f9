import Synchronization

/// The thread for reads that are too long for a lane: searches, analytics, histories. Each tenant has a connection and a
/// queue of its own there, and tenants take turns: a busy one waits for itself.
package final class ReaderPool: Sendable {
    private struct Job: Sendable {
        let tenant: String
        let query: @Sendable (any ChatReader) throws -> Response
        let deliver: @Sendable (Result<Response, Rejection>) -> Void
    }

    /// Reads of a tenant that may wait; who asks for more is told to come back.
    static let queueLimit = 256

    /// A turn stands here once for each tenant that has jobs.
    private let queue = BlockingQueue<Work>()
    private let waiting = Mutex<[String: [Job]]>([:])
    private let stores = Mutex<[String: any ChatStore]>([:])
    private let thread: Mutex<LoopThread?>
    private let log: Log

    private enum Work: Sendable {
        /// The tenant's next job.
        case turn(String)
        /// The tenant's connection is closed: it goes, or its database was replaced.
        case forget(String)
    }

    package init(log: Log) throws(SystemError) {
        self.log = log
        thread = Mutex(nil)
        let started = try LoopThread.start(name: "reader") { [self] in run() }
        thread.withLock { $0 = started }
    }

    package func add(tenant: String, store: any ChatStore) {
        stores.withLock { $0[tenant] = store }
    }

    package func remove(tenant: String) {
        stores.withLock { $0[tenant] = nil }
        _ = queue.push(.forget(tenant))
    }

    /// Runs a query; the answer comes on the reader's thread.
    func run(
        tenant: String,
        _ query: @escaping @Sendable (any ChatReader) throws -> Response,
        deliver: @escaping @Sendable (Result<Response, Rejection>) -> Void
    ) {
        let job = Job(tenant: tenant, query: query, deliver: deliver)
        let before = waiting.withLock { waiting -> Int? in
            let count = waiting[tenant]?.count ?? 0
            guard count < Self.queueLimit else { return nil }
            waiting[tenant, default: []].append(job)
            return count
        }
        guard let before else {
            deliver(.failure(.unavailable))
            return
        }
        // The first one brings a turn along; the others come after it.
        guard before == 0, !queue.push(.turn(tenant)) else { return }
        let refused = waiting.withLock { $0.removeValue(forKey: tenant) }
        for job in refused ?? [] { job.deliver(.failure(.unavailable)) }
    }

    private func run() {
        var readers: [String: any ChatReader] = [:]
        while case .element(let work) = queue.pop() {
            switch work {
            case .forget(let tenant): readers[tenant] = nil
            case .turn(let tenant): takeTurn(tenant, &readers)
            }
        }
    }

    /// One job of a tenant; the next one waits until other tenants had theirs. When no more turns are given out, all
    /// that are left are done at once.
    private func takeTurn(_ tenant: String, _ readers: inout [String: any ChatReader]) {
        while let (job, hasMore) = next(of: tenant) {
            let hasTurn = hasMore && queue.push(.turn(tenant))
            job.deliver(answer(job, &readers))
            if hasTurn || !hasMore { return }
        }
    }

    private func next(of tenant: String) -> (job: Job, hasMore: Bool)? {
        waiting.withLock { waiting in
            guard var jobs = waiting.removeValue(forKey: tenant), !jobs.isEmpty else { return nil }
            let job = jobs.removeFirst()
            let hasMore = !jobs.isEmpty
            if hasMore { waiting[tenant] = jobs }
            return (job, hasMore)
        }
    }

    private func answer(_ job: Job, _ readers: inout [String: any ChatReader]) -> Result<Response, Rejection> {
        do {
            let reader: any ChatReader
            if let open = readers[job.tenant] {
                reader = open
            } else {
                guard let store = stores.withLock({ $0[job.tenant] }) else { return .failure(.unavailable) }
                reader = try store.makeReader()
                readers[job.tenant] = reader
            }
            return .success(try job.query(reader))
        } catch let rejection as Rejection {
            return .failure(rejection)
        } catch {
            readers[job.tenant] = nil
            log.error("a query failed", .field("tenant", job.tenant), .error(error))
            return .failure(error is StoreError ? .unavailable : .internalFailure)
        }
    }

    /// Ends the thread when the queue is empty.
    package func stop() {
        queue.close()
        thread.withLock { $0 }?.join()
    }
}
