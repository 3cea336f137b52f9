/// A callback that waits on a lane; it is cancelled when nobody holds it any more.
package final class LaneTimer {
    private let lane: Lane
    let key: UInt64

    init(lane: Lane, key: UInt64) {
        self.lane = lane
        self.key = key
    }

    package func cancel() {
        lane.cancelTimer(key)
    }

    deinit {
        lane.cancelTimer(key)
    }
}
