/// What the server's connections share: its certificate and key, TLS 1.2 and 1.3, `http/1.1` alone by ALPN, session
/// tickets. A reload makes a new one; connections keep the one they began with.
package struct TLSServerContext: Sendable {
    let handle: TLSContextHandle

    /// Reads two PEM files: the certificates (the server's own first, then the intermediates), and the private key,
    /// which may not be encrypted.
    package init(certificateChainFile: String, privateKeyFile: String) throws(TLSError) {
        handle = try TLSContextHandle(certificateChainFile: certificateChainFile, privateKeyFile: privateKeyFile)
    }
}

/// What outbound connections share. A certificate is always verified, and always against the host that was asked for.
package struct TLSClientContext: Sendable {
    /// Who may vouch for a server.
    package enum Authorities: Sendable {
        /// The certificate authorities of the machine.
        case system
        /// Those of a PEM file, and no others.
        case file(String)
    }

    let handle: TLSContextHandle

    package init(authorities: Authorities = .system) throws(TLSError) {
        handle =
            switch authorities {
            case .system: try TLSContextHandle(authorityFile: nil)
            case .file(let path): try TLSContextHandle(authorityFile: path)
            }
    }
}
