import Synchronization

/// The running server: lanes, writers, readers, listeners. Made once, stopped once.
package final class GatewayServer: Sendable {
    /// What a server is made of.
    package struct Parts: Sendable {
        package var settings = ServerSettings()
        package var clock: any Clock = SystemClock()
        package var random: any RandomSource = SystemRandom()
        package var log: Log
        package var lanes: Int
        package var writers: Int
        package var connectionsPerAddress: Int?

        package init(log: Log, lanes: Int, writers: Int) {
            self.log = log
            self.lanes = lanes
            self.writers = writers
        }
    }

    package let lanes: [LaneHandle]
    package let directory = TenantDirectory()
    package let writers: WriterPool
    package let readers: ReaderPool
    package let connectionCounter: ConnectionCounter
    package let clock: any Clock
    package let random: any RandomSource
    package let log: Log
    private let threads: [LoopThread]
    private let listeners = Mutex<[Listener]>([])

    /// Starts all threads. Nobody is served before `listen`.
    package init(_ parts: Parts) throws(SystemError) {
        clock = parts.clock
        random = parts.random
        log = parts.log
        writers = try WriterPool(threads: parts.writers)
        readers = try ReaderPool(log: parts.log)
        connectionCounter = ConnectionCounter(limit: parts.connectionsPerAddress)
        let environment = LaneEnvironment(
            settings: parts.settings,
            clock: parts.clock,
            random: parts.random,
            log: parts.log,
            directory: directory,
            readers: readers,
            connectionCounter: connectionCounter
        )
        var handles: [LaneHandle] = []
        var started: [LoopThread] = []
        for index in 0..<parts.lanes {
            let handle = try LaneHandle(index: index)
            handles.append(handle)
            started.append(
                try LoopThread.start(name: "lane-\(index)", stackBytes: 1 << 20) {
                    do throws(SystemError) {
                        // Made here, on its own thread, and never seen by another.
                        let lane = try Lane(handle: handle, environment: environment)
                        lane.run()
                    } catch {
                        environment.log.error("a lane could not start", .error(error))
                    }
                }
            )
        }
        lanes = handles
        threads = started
    }

    /// Runs a closure on a lane and waits for what it returns. Not to be called from a lane.
    package func onLane<Result: Sendable>(_ lane: LaneHandle, _ work: @escaping @Sendable (Lane) -> Result) -> Result? {
        let answer = BlockingQueue<Result>()
        lane.post { _ = answer.push(work($0)) }
        if case .element(let result) = answer.pop() { return result }
        return nil
    }

    /// Serves a listener from here on.
    package func listen(_ listener: Listener) {
        listeners.withLock { $0.append(listener) }
        for lane in lanes { lane.post { $0.add(listener) } }
    }

    /// Takes no more connections, lets requests finish and closes sockets, for so long at most.
    package func drain(milliseconds: Int) {
        // Whoever balances load goes elsewhere at once, instead of waiting for an accept that does not come.
        for listener in listeners.withLock({ $0 }) {
            do { try Sockets.refuseConnections(listener.descriptor) } catch {
                log.error("a listener could not be closed", .error(error))
            }
        }
        let done = BlockingQueue<Bool>()
        for lane in lanes {
            lane.post { lane in
                lane.drain { _ = done.push(true) }
            }
        }
        let deadline = clock.nowMonotonicMilliseconds + Int64(milliseconds)
        for _ in lanes {
            let left = max(0, deadline - clock.nowMonotonicMilliseconds)
            if case .timedOut = done.pop(timeoutMilliseconds: Int(left)) {
                log.warning("connections were still open when the time to drain was over")
                return
            }
        }
    }

    /// Ends all threads. Tenants are closed before.
    package func stop() {
        for lane in lanes { lane.send(.stop) }
        for thread in threads { thread.join() }
        readers.stop()
        writers.stop()
    }
}
