import Core
import Synchronization

/// Engine.IO sessions on a bare server. Requests and sockets arrive on any lane, so all sessions lie behind one lock;
/// what is done under it never waits. A thread of its own lets timers fire.
final class EngineIOHost: Sendable {
    private let sessions: Mutex<EngineIOSessions>
    private let clock: any Clock
    private let makeApplication: @Sendable (Int64) -> any EngineIOApplication
    /// Rouses the timer thread; closed at the end.
    private let bell: BlockingQueue<Bool>
    private let timers: Mutex<LoopThread?>

    /// `makeApplication` is given the time, monotonic milliseconds.
    init(
        clock: any Clock,
        random: any RandomSource,
        makeApplication: @escaping @Sendable (Int64) -> any EngineIOApplication
    ) throws(SystemError) {
        self.clock = clock
        self.makeApplication = makeApplication
        sessions = Mutex(EngineIOSessions(random: random))
        bell = BlockingQueue()
        timers = Mutex(nil)
        let thread = try LoopThread.start(name: "engine.io") { [self] in runTimers() }
        timers.withLock { $0 = thread }
    }

    func stop() {
        bell.close()
        timers.withLock { $0?.join() }
    }

    // MARK: - Requests

    func answer(_ request: BareRequest, _ reply: @escaping @Sendable (Response) -> Void) {
        change { sessions, now in
            do throws(EngineIOFailure) {
                switch try sessions.resolve(request.head) {
                case .open(.polling): sessions.openPolling(makeApplication(now), request.id, reply, now)
                case .poll(let sid): sessions.poll(sid, request.id, reply, now)
                case .post(let sid): sessions.post(sid, request, reply, now)
                // An upgrade whose session ended a moment ago.
                case .open(.webSocket), .probe: throw .badRequest
                }
            } catch {
                reply(EngineIOSessions.response(to: error))
            }
        }
    }

    func abandoned(_ request: BareRequest.ID) {
        change { sessions, now in sessions.abandoned(request, now) }
    }

    // MARK: - WebSockets

    /// A socket for a new session or for one that wants to upgrade; nil when the request is neither.
    func webSocket(_ request: BareRequest) -> BareSocket? {
        let wanted = sessions.withLock { try? $0.resolve(request.head) }
        switch wanted {
        case .open(.webSocket): return socket(of: nil)
        case .probe(let sid): return socket(of: sid)
        default: return nil
        }
    }

    private func socket(of sid: String?) -> BareSocket {
        let number = sessions.withLock { $0.nextSocket() }
        return BareSocket(
            maxMessageBytes: EngineIOSessions.settings.maxPayload,
            opened: { [self] handle in
                change { sessions, now in
                    if let sid {
                        sessions.socketOpened(number, handle, for: sid, now)
                    } else {
                        sessions.openWebSocket(makeApplication(now), number, handle, now)
                    }
                }
            },
            received: { [self] kind, bytes in
                change { sessions, now in
                    sessions.socketReceived(number, kind == .text ? .text(bytes) : .binary(bytes), now)
                }
                return []
            },
            closed: { [self] in
                change { sessions, now in sessions.socketClosed(number, now) }
            }
        )
    }

    // MARK: - Timers

    /// Does something to the sessions; the timer thread is roused when it must look earlier than it meant to.
    private func change(_ work: (inout EngineIOSessions, Int64) -> Void) {
        let now = clock.nowMonotonicMilliseconds
        let isEarlier = sessions.withLock { sessions in
            work(&sessions, now)
            return sessions.takeAlarm()
        }
        if isEarlier { _ = bell.push(true) }
    }

    private func runTimers() {
        while true {
            let now = clock.nowMonotonicMilliseconds
            let next = sessions.withLock { $0.fireTimers(now) }
            let wait = next.map { Int(max(0, $0 - clock.nowMonotonicMilliseconds)) }
            if case .closed = bell.pop(timeoutMilliseconds: wait) { return }
        }
    }
}
