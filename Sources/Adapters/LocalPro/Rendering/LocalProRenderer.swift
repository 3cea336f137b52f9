import Core

/// Renders canonical values as the document has them, for one kind of reader.
struct LocalProRenderer: Sendable {
    /// Who reads: notes, addresses and browsers are for agents.
    enum Audience: Sendable, Equatable {
        case guest
        case agent
    }

    let settings: LocalProSettings
    let audience: Audience
    let links: LocalProLinks

    init(_ settings: LocalProSettings, for audience: Audience, links: LocalProLinks) {
        self.settings = settings
        self.audience = audience
        self.links = links
    }

    init(_ settings: LocalProSettings, for audience: Audience, _ request: RequestContext) {
        self.init(settings, for: audience, links: LocalProLinks(request, settings))
    }

    /// Whether agents are shown what the document has no place for.
    var showsOrigins: Bool { audience == .agent && settings.hasExtensions }
}

extension Conversation {
    /// The id in this dialect: the guest's own, or for what was born elsewhere the core's.
    var localProID: String { origin == .localPro ? externalID : id.hex }

    /// The name under which operations find it.
    var localProName: ConversationName { ConversationName(dialect: .localPro, id: localProID) }

    /// How many messages can be read: retention cuts from the front.
    var visibleCount: Int { max(0, Int(messageCount - firstNumber + 1)) }

    /// What the customer is called; one who gave no name goes by the id in its dialect.
    var shownName: String { contact.name.isEmpty ? ownerKey : contact.name }
}
