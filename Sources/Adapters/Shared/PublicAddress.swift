import Core

extension RequestContext {
    /// Scheme, host and port by which the client reached this server; nil when the request named no host.
    ///
    /// A proxy that ends TLS says so in a field. Anybody may write it, but it changes only what its sender is shown.
    var publicBase: String? { head.publicBase(isEncrypted: isEncrypted) }
}

extension RequestHead {
    /// The same, of a head alone.
    func publicBase(isEncrypted: Bool) -> String? {
        let isSecure = isEncrypted || field("x-forwarded-proto")?.lowercased() == "https"
        return AttachmentLinks.base(of: self, isSecure: isSecure)
    }
}
