import Synchronization

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
    /// Whether TLS is spoken on it.
    package let isEncrypted: Bool
    /// Answers requests of the `admin` and `bare` roles.
    package let service: (any BareService)?
    private let context: Mutex<TLSServerContext?>

    package init(
        _ descriptor: consuming FileDescriptor,
        role: Role,
        tls: TLSServerContext? = nil,
        service: (any BareService)? = nil
    ) {
        self.descriptor = descriptor
        self.role = role
        self.service = service
        isEncrypted = tls != nil
        context = Mutex(tls)
    }

    /// What new connections begin with; nil: in the clear.
    package var tls: TLSServerContext? { context.withLock { $0 } }

    /// New connections get another certificate; open ones keep theirs.
    package func renew(_ tls: TLSServerContext) {
        context.withLock { $0 = tls }
    }
}
