import Core

extension RequestContext {
    /// Scheme, host and port by which the client reached this server; nil when the request named no host.
    ///
    /// A proxy that ends TLS says so in a field. Anybody may write it, but it changes only what its sender is shown.
    var publicBase: String? {
        let isSecure = isEncrypted || head.field("x-forwarded-proto")?.lowercased() == "https"
        return AttachmentLinks.base(of: head, isSecure: isSecure)
    }
}
