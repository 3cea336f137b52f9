import Core

/// Where a client sees this server: what stands before the URLs that are rendered for it.
struct ChatModulePlace: Hashable, Sendable {
    /// Scheme, host and port; nil when the request named no host.
    let base: String?
    /// The tenant's prefix, where the request came through it.
    let prefix: String

    init(base: String?, prefix: String) {
        self.base = base
        self.prefix = prefix
    }

    init(_ request: RequestContext) {
        base = request.publicBase
        prefix = request.prefix
    }
}
