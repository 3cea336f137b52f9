import Synchronization

/// The write side of one tenant: a queue of operations, and the store's writer connection.
///
/// idle → queued (in the pool's queue) → running (taken by one thread) → idle or queued again. Whatever is queued when
/// a thread takes the tenant becomes one transaction, each operation a turn of it.
package final class TenantWriter: Sendable {
    private enum Stage: Sendable {
        case idle
        case queued
        case running
        case closed
    }

    private struct Queue: Sendable {
        var stage = Stage.idle
        var submissions: [Submission] = []
        var closing: (@Sendable () -> Void)?
    }

    /// What only the thread that runs the tenant touches. The lock is never waited for: the stage lets one in.
    private struct Engine {
        var writer: any ChatWriter
        var runner: TurnRunner
    }

    /// The log is moved into the database when it has grown by so many pages.
    private static let checkpointPages = 4000

    private let queue = Mutex(Queue())
    private let engine: Mutex<Engine>
    private let pool: WriterPool
    private let blobs: BlobStore
    private let log: Log
    private let tenant: String
    /// Hands a transaction's results to the tenant's lane.
    private let deliver: @Sendable (BatchResult) -> Void

    package init(
        tenant: String,
        writer: sending any ChatWriter,
        ids: sending any IDSource,
        pool: WriterPool,
        blobs: BlobStore,
        log: Log,
        deliver: @escaping @Sendable (BatchResult) -> Void
    ) {
        self.tenant = tenant
        self.pool = pool
        self.blobs = blobs
        self.log = log
        self.deliver = deliver
        engine = Mutex(Engine(writer: writer, runner: TurnRunner(ids: ids)))
    }

    /// Queues operations in this order. After `close` they are answered with a retryable rejection.
    package func submit(_ submissions: [Submission]) {
        enum Next { case wake, nothing, refuse }
        let next = queue.withLock { queue -> Next in
            switch queue.stage {
            case .closed: return .refuse
            case .idle:
                queue.submissions += submissions
                queue.stage = .queued
                return .wake
            case .queued, .running:
                queue.submissions += submissions
                return .nothing
            }
        }
        switch next {
        case .wake: pool.schedule(self)
        case .nothing: break
        case .refuse: refuse(submissions)
        }
    }

    /// Runs what is queued, checkpoints and closes the connection; then calls back, on the writer's thread.
    package func close(_ completion: @escaping @Sendable () -> Void) {
        let mustWake = queue.withLock { queue in
            queue.closing = completion
            guard queue.stage == .idle else { return false }
            queue.stage = .queued
            return true
        }
        if mustWake { pool.schedule(self) }
    }

    /// One transaction of everything that is queued. Called by the pool's threads.
    func run() {
        // Where lanes share this core, they first hand over what has arrived: one commit then serves more of it.
        Scheduling.yield()
        let batch = queue.withLock { queue in
            queue.stage = .running
            let batch = queue.submissions
            queue.submissions = []
            return batch
        }
        if !batch.isEmpty { deliver(execute(batch)) }
        enum Next {
            case again
            case idle
            case close(@Sendable () -> Void)
        }
        engine.withLock { engine in
            guard engine.writer.logPages >= Self.checkpointPages else { return }
            do { try engine.writer.checkpoint(truncating: false) } catch {
                log.warning("checkpoint failed", .field("tenant", tenant), .error(error))
            }
        }
        let next = queue.withLock { queue -> Next in
            if !queue.submissions.isEmpty {
                queue.stage = .queued
                return .again
            }
            if let completion = queue.closing {
                queue.stage = .closed
                return .close(completion)
            }
            queue.stage = .idle
            return .idle
        }
        switch next {
        case .again: pool.schedule(self)
        case .idle: break
        case .close(let completion):
            engine.withLock { engine in
                do { try engine.writer.checkpoint(truncating: true) } catch {
                    log.warning("last checkpoint failed", .field("tenant", tenant), .error(error))
                }
                engine.writer.close()
            }
            completion()
        }
    }

    private func execute(_ batch: [Submission]) -> BatchResult {
        // They are on their way to the disk while the turns run.
        blobs.startWriting(batch.flatMap(\.files))
        var (result, lost) = (WriterBatch.Result(), [Submission]())
        do throws(SystemError) {
            result = try transact(batch) { [blobs] files throws(SystemError) in try blobs.keep(files) }
        } catch {
            log.error("files could not be stored together", .field("tenant", tenant), .error(error))
            (result, lost) = executeApart(batch)
        }
        for submission in lost { result.outcome.replies.append((submission.ticket, .rejected(.unavailable))) }
        unlink(result.released + unused(batch, result.outcome))
        return result.outcome
    }

    private func transact(
        _ batch: [Submission],
        keep: @Sendable ([StagedBlob]) throws(SystemError) -> Void
    ) throws(SystemError) -> WriterBatch.Result {
        try engine.withLock { engine throws(SystemError) in
            try WriterBatch(writer: engine.writer, runner: engine.runner, log: log, tenant: tenant)
                .run(batch, keep: keep)
        }
    }

    /// One of the files was the trouble: the others need not suffer for it. Kept one by one, before the transaction.
    private func executeApart(_ batch: [Submission]) -> (result: WriterBatch.Result, lost: [Submission]) {
        var durable: [Submission] = []
        var lost: [Submission] = []
        for submission in batch {
            do throws(SystemError) {
                for file in submission.files { try blobs.keep(file) }
                durable.append(submission)
            } catch {
                log.error("a file could not be stored", .field("tenant", tenant), .error(error))
                lost.append(submission)
            }
        }
        // Nothing is left to keep, and so nothing to throw.
        return ((try? transact(durable) { _ in }) ?? WriterBatch.Result(), lost)
    }

    /// Files that may be named by nothing after their turns: it was refused, or a retry, or named the same bytes where
    /// they were before. After a commit in doubt all of them stay: the rows it may still bring back would name them.
    private func unused(_ batch: [Submission], _ outcome: BatchResult) -> [[UInt8]] {
        outcome.isInDoubt ? [] : batch.flatMap { $0.files.map(\.hash) }
    }

    /// Blobs without a row go. Nothing can begin to name one meanwhile: rows come from turns, the next of which runs on
    /// this thread after this, and files are kept there too.
    private func unlink(_ hashes: [[UInt8]]) {
        for hash in hashes {
            do {
                let isNamed = try engine.withLock { engine in try engine.writer.isReferenced(hash: hash) }
                if !isNamed { try blobs.remove(hash) }
            } catch {
                log.warning("a file could not be removed", .field("tenant", tenant), .error(error))
            }
        }
    }

    private func refuse(_ submissions: [Submission]) {
        deliver(BatchResult(replies: submissions.map { ($0.ticket, .rejected(.unavailable)) }))
    }
}
