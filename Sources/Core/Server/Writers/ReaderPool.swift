import Synchronization

/// The thread for reads that are too long for a lane: searches, analytics, histories. Each tenant has a connection of
/// its own there.
package final class ReaderPool: Sendable {
    private struct Job: Sendable {
        let tenant: String
        let query: @Sendable (any ChatReader) throws -> Response
        let deliver: @Sendable (Result<Response, Rejection>) -> Void
    }

    private let queue = BlockingQueue<Work>(limit: 4096)
    private let stores = Mutex<[String: any ChatStore]>([:])
    private let thread: Mutex<LoopThread?>
    private let log: Log

    private enum Work: Sendable {
        case job(Job)
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
        if !queue.push(.job(job)) { deliver(.failure(.unavailable)) }
    }

    private func run() {
        var readers: [String: any ChatReader] = [:]
        while case .element(let work) = queue.pop() {
            switch work {
            case .forget(let tenant): readers[tenant] = nil
            case .job(let job): job.deliver(answer(job, &readers))
            }
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
