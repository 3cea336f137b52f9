/// Why TLS cannot be spoken, or no longer. The texts are for the log, not for the peer.
package enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A certificate, key, authority file or host name cannot be used.
    case configuration(String)
    /// The peer's certificate is not trusted, or not for the host that was asked for.
    case certificate(String)
    /// The peers do not agree, or the peer broke the protocol. An alert for it may wait among the outgoing bytes.
    case handshake(String)
    /// Plaintext was to be sent before the handshake was over.
    case notEstablished
    /// The connection had failed, or its sending side was closed, before.
    case closed

    package var description: String {
        switch self {
        case .configuration(let text), .certificate(let text), .handshake(let text): text
        case .notEstablished: "the handshake is not over"
        case .closed: "the connection is closed"
        }
    }
}
