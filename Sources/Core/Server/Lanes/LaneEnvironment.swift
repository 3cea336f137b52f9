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

/// A listening socket that all lanes share.
package final class Listener: Sendable {
    /// What is served on it.
    package enum Role: Sendable, Equatable {
        case tenants
        case admin
        /// A bare handler, for programs that link the server without tenants.
        case bare
    }

    package let descriptor: FileDescriptor
    package let role: Role
    package let tls: TLSServerContext?
    /// Answers requests of the `admin` and `bare` roles.
    package let service: (any BareService)?

    package init(
        _ descriptor: consuming FileDescriptor,
        role: Role,
        tls: TLSServerContext? = nil,
        service: (any BareService)? = nil
    ) {
        self.descriptor = descriptor
        self.role = role
        self.tls = tls
        self.service = service
    }
}
