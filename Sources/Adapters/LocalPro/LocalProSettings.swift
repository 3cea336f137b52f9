import Core

/// What a tenant's configuration settles for this dialect: made once, shared by handlers and sockets.
final class LocalProSettings: Sendable {
    /// The text that opens a session in the document's example.
    static let documentedWelcome = "Welcome {name}! A support agent will be with you shortly."

    let mode: DialectMode
    /// Before every path of the dialect, inside the tenant's prefix; empty for none.
    let mount: String
    let welcome: String
    let onClosed: ClosedPolicy
    let sessionAuth: SessionAuthRule
    let websocketAdmin: WebSocketAdminRule
    let sizes: SizesConfiguration
    let uploads: UploadsConfiguration
    let fileTypes: FileTypes
    let authenticator: Authenticator
    let roster: Roster
    /// The tenant's own: signs URLs and session tokens.
    let secret: [UInt8]
    let links: AttachmentLinks
    /// Events without links are the same for all guests, and for all agents.
    let guestKey = EncodingKey.make()
    let agentKey = EncodingKey.make()

    init(_ setup: DialectSetup) throws(DialectSetupError) {
        let configuration = setup.configuration
        let options = configuration.options
        if configuration.mode == .hardened, options.websocketAdmin != .token {
            throw DialectSetupError("localpro: websocket_admin must be token in mode hardened")
        }
        mode = configuration.mode
        mount = configuration.mount ?? ""
        welcome = options.welcome ?? Self.documentedWelcome
        onClosed = configuration.onClosed == .reopen ? .reopenUnlessArchived : .reject
        sessionAuth = LocalProDialect.sessionAuth(of: configuration)
        websocketAdmin = options.websocketAdmin
        sizes = setup.tenant.sizes
        uploads = setup.tenant.uploads
        fileTypes = FileTypes.localPro.replaced(by: setup.tenant.uploads.types)
        authenticator = setup.authenticator
        roster = setup.roster
        secret = setup.secret
        links = AttachmentLinks(secret: setup.secret)
    }

    /// Whether what the document does not have may be added.
    var hasExtensions: Bool { mode != .strict }

    /// The welcome with the customer's name in it.
    func welcome(name: String) -> String {
        var text = ""
        var rest = welcome[...]
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            rest = rest[open...]
            if rest.hasPrefix("{name}") {
                text += name
                rest = rest.dropFirst("{name}".count)
            } else {
                text += "{"
                rest = rest.dropFirst()
            }
        }
        return text + rest
    }

    /// The path that an attachment's link signs.
    func attachmentPath(_ id: String) -> String { mount + "/api/live-chat/attachments/" + id }
}
