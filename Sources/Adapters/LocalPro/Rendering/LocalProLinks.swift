import Core

/// Where a client reaches this server, and until when the links that it is given hold.
struct LocalProLinks: Sendable {
    private enum Base {
        case known(String?)
        /// To be told from a request's head: most answers have no link in them.
        case asked(RequestHead, isEncrypted: Bool)
    }

    private let source: Base
    /// The tenant's prefix, where the client came through it.
    let prefix: String
    let expiresAt: Int64

    init(base: String?, prefix: String, expiresAt: Int64) {
        source = .known(base)
        self.prefix = prefix
        self.expiresAt = expiresAt
    }

    /// Scheme, host and port; nil: links are relative to the host.
    var base: String? {
        switch source {
        case .known(let base): base
        case .asked(let head, let isEncrypted): head.publicBase(isEncrypted: isEncrypted)
        }
    }

    /// As the client of a request wrote it.
    init(_ request: RequestContext, _ settings: LocalProSettings) {
        source = .asked(request.head, isEncrypted: request.isEncrypted)
        prefix = request.prefix
        expiresAt = AttachmentLinks.expiry(now: request.now, lifetime: settings.uploads.urlLifetime)
    }
}
