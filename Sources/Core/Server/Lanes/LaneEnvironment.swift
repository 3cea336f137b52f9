/// What every lane of a server shares.
package struct LaneEnvironment: Sendable {
    package var settings: ServerSettings
    package var clock: any Clock
    package var random: any RandomSource
    package var log: Log
    package var directory: TenantDirectory
    package var readers: ReaderPool
    package var connectionCounter: ConnectionCounter
}

/// How long a server waits for its clients, and how it treats them. All times in milliseconds.
package struct ServerSettings: Sendable {
    /// For a whole head, from its first byte or the connection's opening.
    package var headerTimeout: Int64 = 10_000
    /// Between two pieces of a body.
    package var bodyTimeout: Int64 = 30_000
    /// Between two requests of a connection.
    package var idleTimeout: Int64 = 75_000
    /// For output to make any progress.
    package var writeTimeout: Int64 = 30_000
    /// For the client to close its side after the last answer.
    package var lingerTimeout: Int64 = 2_000
    /// For the answer to a WebSocket close frame.
    package var closeTimeout: Int64 = 5_000
    /// What may wait in memory for one slow reader.
    package var outputLimit = 4 << 20
    package var httpLimits = HTTPLimits()

    package init() {}
}
