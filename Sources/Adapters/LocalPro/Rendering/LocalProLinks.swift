import Core

/// Where a client reaches this server, and until when the links that it is given hold.
struct LocalProLinks: Sendable {
    /// Scheme, host and port; nil: links are relative to the host.
    let base: String?
    /// The tenant's prefix, where the client came through it.
    let prefix: String
    let expiresAt: Int64

    init(base: String?, prefix: String, expiresAt: Int64) {
        self.base = base
        self.prefix = prefix
        self.expiresAt = expiresAt
    }

    /// As the client of a request wrote it.
    init(_ request: RequestContext, _ settings: LocalProSettings) {
        self.init(
            base: request.publicBase,
            prefix: request.prefix,
            expiresAt: AttachmentLinks.expiry(now: request.now, lifetime: settings.uploads.urlLifetime)
        )
    }
}
