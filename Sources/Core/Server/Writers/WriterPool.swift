/// The threads that commit. A tenant is run by one of them at a time; different tenants commit in parallel.
package final class WriterPool: Sendable {
    private let queue = BlockingQueue<TenantWriter>()
    private let threads: [LoopThread]

    package init(threads count: Int) throws(SystemError) {
        var threads: [LoopThread] = []
        let queue = queue
        for index in 0..<count {
            threads.append(
                try LoopThread.start(name: "writer-\(index)") {
                    while case .element(let tenant) = queue.pop() { tenant.run() }
                }
            )
        }
        self.threads = threads
    }

    func schedule(_ tenant: TenantWriter) {
        // Only a closed pool refuses, and the pool is closed after every tenant has been.
        _ = queue.push(tenant)
    }

    /// Ends the threads when the queue is empty.
    package func stop() {
        queue.close()
        for thread in threads { thread.join() }
    }
}
