import Core

/// What a tenant's configuration settles for this dialect.
struct ChatModuleSettings: Sendable {
    let mode: DialectMode
    /// Before every path of the dialect, inside the tenant's prefix; empty for none.
    let mount: String
    let onClosed: ClosedPolicy
    /// Whether system texts are shown, as messages of support.
    let showsSystemTexts: Bool
    let limits: LimitsConfiguration
    let sizes: SizesConfiguration
    let uploads: UploadsConfiguration
    /// The tenant's own: signs attachment URLs.
    let secret: [UInt8]

    init(_ setup: DialectSetup) {
        let configuration = setup.configuration
        mode = configuration.mode
        mount = configuration.mount ?? ""
        onClosed = configuration.onClosed == .reopen ? .reopen : .reject
        showsSystemTexts = configuration.options.systemMessages == .asSupport
        limits = configuration.limits
        sizes = setup.tenant.sizes
        uploads = setup.tenant.uploads
        secret = setup.secret
    }

    /// Whether what the document does not have may be added.
    var hasExtensions: Bool { mode != .strict }
}
