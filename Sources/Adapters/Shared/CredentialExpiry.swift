import Core

/// Ends a socket with the credential that has opened it. Whoever holds it drops it when the socket is gone.
final class CredentialExpiry {
    /// Clocks differ: the policies give tokens some leeway as well.
    private static let grace: Int64 = 60_000
    private static let tokenExpired: UInt16 = 4401

    private let expiresAt: Int64
    private let socket: LiveSocket
    private var timer: LaneTimer?

    /// Nil for what never expires.
    init?(_ expiresAt: Int64?, _ socket: LiveSocket) {
        guard let expiresAt else { return nil }
        self.expiresAt = expiresAt
        self.socket = socket
        wait()
    }

    private var remaining: Int64 { expiresAt + Self.grace - socket.tenant.clock.nowUnixMilliseconds }

    /// Looks again every hour at least: the calendar clock may be set.
    private func wait() {
        timer = socket.tenant.schedule(afterMilliseconds: min(max(remaining, 1), 3_600_000)) { [weak self] in
            guard let self else { return }
            if remaining > 0 { wait() } else { socket.close(code: Self.tokenExpired, reason: "Token expired") }
        }
    }
}
