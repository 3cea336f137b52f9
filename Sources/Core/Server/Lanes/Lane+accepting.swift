/// The listeners of a lane, and whether it takes connections from them at present.
struct Acceptance {
    fileprivate var listeners: [Listener] = []
    /// Ends the pause; nil while connections are taken.
    fileprivate var pause: LaneTimer?
}

/// How new connections come to a lane.
extension Lane {
    /// So many at a time, so that open ones are not kept waiting.
    private static let acceptedAtOnce = 64
    private static let pauseMilliseconds: Int64 = 250

    /// Begins to accept; all lanes share the listener, and the kernel wakes one of them for each connection.
    func add(_ listener: Listener) {
        acceptance.listeners.append(listener)
        if acceptance.pause == nil { watch(acceptance.listeners.count - 1) }
    }

    /// Takes waiting connections.
    func accept(on index: Int) {
        guard acceptance.pause == nil, !isDraining else { return }
        let listener = acceptance.listeners[index]
        for _ in 0..<Self.acceptedAtOnce {
            switch Sockets.accept(listener.descriptor) {
            case .wouldBlock: return
            case .accepted(let descriptor, let peer):
                open(descriptor, peer.address, listener)
            case .exhausted(let code):
                pauseAccepting(code)
                return
            case .failed(let code):
                log.error("accept failed", .error(SystemError(code: code, operation: "accept")))
                pauseAccepting(code)
                return
            }
        }
    }

    /// For good; who waits stays in the backlog.
    func stopAccepting() {
        if acceptance.pause == nil { unwatchListeners() }
    }

    /// Descriptors have run out: waiting clients stay in the backlog until some are free.
    private func pauseAccepting(_ code: Int32) {
        log.warning("accepting is paused", .error(SystemError(code: code, operation: "accept")))
        unwatchListeners()
        acceptance.pause = schedule(afterMilliseconds: Self.pauseMilliseconds) { [unowned self] in
            acceptance.pause = nil
            guard !isDraining else { return }
            for index in acceptance.listeners.indices { watch(index) }
        }
    }

    private func watch(_ index: Int) {
        do {
            let token = Token.listenerBase + UInt64(index)
            try epoll.add(acceptance.listeners[index].descriptor, token: token, [.readable, .exclusive])
        } catch {
            log.error("a listener could not be watched", .error(error))
        }
    }

    private func unwatchListeners() {
        for listener in acceptance.listeners {
            do { try epoll.remove(listener.descriptor) } catch { log.error("epoll failed", .error(error)) }
        }
    }
}
