/// A lane as other threads see it: a mailbox.
package final class LaneHandle: Sendable {
    package let index: Int
    let inbox: Inbox<LaneMessage>

    package init(index: Int) throws(SystemError) {
        self.index = index
        inbox = try Inbox()
    }

    /// Runs a closure on the lane, after what was sent before it.
    package func post(_ work: @escaping @Sendable (Lane) -> Void) {
        inbox.send(.run(work))
    }

    func send(_ message: LaneMessage) {
        inbox.send(message)
    }
}

/// What reaches a lane from other threads.
enum LaneMessage: Sendable {
    case run(@Sendable (Lane) -> Void)
    case committed(tenant: String, BatchResult)
    /// A connection whose request belongs to a tenant of this lane.
    case adopt(HandedConnection)
    /// A reader thread's answer.
    case queried(connection: UInt64, exchange: UInt64, Result<Response, Rejection>)
    /// A bare service's answer.
    case bareAnswer(connection: UInt64, exchange: UInt64, Response)
    case stop
}
