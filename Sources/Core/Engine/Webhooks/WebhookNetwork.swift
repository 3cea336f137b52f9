/// The network as deliveries see it; tests put their own in its place.
package struct WebhookNetwork: Sendable {
    /// The addresses of a host name. Blocks.
    package var resolve: @Sendable (String) throws -> [PeerAddress]
    /// A blocking socket to exactly this address, with timeouts set. Blocks.
    package var connect: @Sendable (SocketAddress, _ timeoutMilliseconds: Int) throws -> FileDescriptor
    /// Who may vouch for a receiver's certificate. Asked once, when the first encrypted receiver is called.
    package var makeTLSContext: @Sendable () throws -> TLSClientContext

    package init(
        resolve: @escaping @Sendable (String) throws -> [PeerAddress],
        connect: @escaping @Sendable (SocketAddress, Int) throws -> FileDescriptor,
        makeTLSContext: @escaping @Sendable () throws -> TLSClientContext
    ) {
        self.resolve = resolve
        self.connect = connect
        self.makeTLSContext = makeTLSContext
    }

    /// The machine's.
    package static let system = WebhookNetwork(
        resolve: { try Sockets.resolve($0) },
        connect: { try Sockets.connect(to: $0, timeoutMilliseconds: $1) },
        makeTLSContext: { try TLSClientContext() }
    )

    /// The address to connect to. Names are resolved here and nowhere later, so that what was checked is what is
    /// called: a name that points into the private network, or suddenly does (DNS rebinding), reaches nothing there.
    func address(of target: WebhookTarget, allowsPrivate: Bool) throws -> SocketAddress {
        let addresses = try resolve(target.host)
        guard let chosen = addresses.first(where: { allowsPrivate || $0.isPublic }) else {
            throw WebhookFailure(addresses.isEmpty ? "host has no address" : "host is at a private address")
        }
        return SocketAddress(chosen, port: target.port)
    }
}

/// Why an attempt came to nothing, in words for the operator.
struct WebhookFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
