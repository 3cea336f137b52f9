/// How long a connection waits for its client. One timer serves both deadlines and stays where it is while they move.
extension Connection {
    /// Ends the connection unless something happens within so many milliseconds.
    func setDeadline(_ milliseconds: Int64) {
        deadline = lane.now + milliseconds
        armTimer()
    }

    /// Nothing is awaited from the client.
    func clearDeadline() {
        deadline = .max
    }

    func armTimer() {
        let next = min(deadline, writeDeadline)
        guard next != .max, phase != .closed else { return }
        if let timer {
            // A later deadline lets the timer fire and look again; only an earlier one needs a new timer.
            guard next < timerAt else { return }
            lane.cancel(timer)
        }
        timerAt = next
        timer = lane.schedule(self, at: next)
    }

    func timerFired() {
        timer = nil
        guard phase != .closed else { return }
        if lane.now >= writeDeadline {
            close()
        } else if lane.now >= deadline {
            deadline = .max
            timedOut()
        }
        armTimer()
    }

    private func timedOut() {
        switch phase {
        case .reading: readingTimedOut()
        case .upgraded: socket?.timedOut()
        case .lingering, .finishing: close()
        case .working, .moving, .closed: break
        }
    }
}
