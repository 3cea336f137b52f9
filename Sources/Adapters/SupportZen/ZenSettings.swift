import Core

/// What a tenant's configuration settles for one of the two dialects.
struct ZenSettings: Sendable {
    let dialect: DialectName
    let mode: DialectMode
    /// Before every path of the dialect, inside the tenant's prefix; empty for none.
    let mount: String
    let sizes: SizesConfiguration
    let images: FileTypes
    let links: AttachmentLinks
    private let linkLifetime: Duration
    private let onClosed: ClosedConversationRule?

    init(_ setup: DialectSetup) {
        dialect = setup.configuration.dialect
        mode = setup.configuration.mode
        mount = setup.configuration.mount ?? ""
        sizes = setup.tenant.sizes
        images = FileTypes.images.replaced(by: setup.tenant.uploads.types)
        links = AttachmentLinks(secret: setup.secret)
        linkLifetime = setup.tenant.uploads.urlLifetime
        onClosed = setup.configuration.onClosed
    }

    /// Whether what the documents do not have is there: reads, retries by key, further forms of bodies.
    var hasExtensions: Bool { mode != .strict }

    /// A closed chat refuses; a ticket that is answered opens again, as helpdesks do. The configuration overrides both.
    func closedPolicy(of kind: ConversationKind) -> ClosedPolicy {
        switch onClosed {
        case .reject: .reject
        case .reopen: .reopen
        case nil: kind == .ticket ? .reopen : .reject
        }
    }

    /// When a link that is rendered now expires.
    func linkExpiry(_ now: Int64) -> Int64 { AttachmentLinks.expiry(now: now, lifetime: linkLifetime) }
}

/// Ids as both documents' examples show them.
enum ZenIDs {
    private static let chatPrefix = "chat-"
    private static let messagePrefix = "msg-"

    static func chat(_ id: EntityID) -> String { chatPrefix + id.hex }

    static func message(_ id: EntityID) -> String { messagePrefix + id.hex }

    /// What a message id in a request stands for; nil when it cannot be one.
    static func message(_ text: String) -> EntityIDRange? {
        guard text.hasPrefix(messagePrefix) else { return nil }
        return EntityIDRange(hex: text.dropFirst(messagePrefix.count))
    }
}
