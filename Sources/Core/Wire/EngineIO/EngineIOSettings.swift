/// The numbers of a server, shared by its sessions. Times are milliseconds; the defaults are those of the Node server.
package final class EngineIOSettings: Sendable {
    /// From an answered ping, or the start, to the next ping.
    package let pingInterval: Int64
    /// From a ping to the end of the session when no pong comes.
    package let pingTimeout: Int64
    /// From the opening of a probing WebSocket to its closing when the upgrade is not completed.
    package let upgradeTimeout: Int64
    /// How long a closing session waits for a poll that takes away what is left.
    package let closeTimeout: Int64
    /// From one released poll to the next while a probe runs, so that a client cannot spin.
    package let noopInterval: Int64
    /// The largest request body, and the size that poll answers are cut to.
    package let maxPayload: Int
    /// The most packets in one poll answer: Python's client refuses more than 16.
    package let maxPacketsPerPoll: Int
    /// The most packets read from one request body. Browsers send what they buffered offline in one body.
    package let maxPacketsPerPost: Int
    /// What may wait for a poll before the session is given up.
    package let maxBufferedBytes: Int
    package let maxBufferedPackets: Int

    package init(
        pingInterval: Int64 = 25_000,
        pingTimeout: Int64 = 20_000,
        upgradeTimeout: Int64 = 10_000,
        closeTimeout: Int64 = 30_000,
        noopInterval: Int64 = 100,
        maxPayload: Int = 1_000_000,
        maxPacketsPerPoll: Int = 16,
        maxPacketsPerPost: Int = 10_000,
        maxBufferedBytes: Int = 1 << 20,
        maxBufferedPackets: Int = 10_000
    ) {
        self.pingInterval = pingInterval
        self.pingTimeout = pingTimeout
        self.upgradeTimeout = upgradeTimeout
        self.closeTimeout = closeTimeout
        self.noopInterval = noopInterval
        self.maxPayload = maxPayload
        self.maxPacketsPerPoll = maxPacketsPerPoll
        self.maxPacketsPerPost = maxPacketsPerPost
        self.maxBufferedBytes = maxBufferedBytes
        self.maxBufferedPackets = maxBufferedPackets
    }
}
