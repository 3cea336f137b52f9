/// A wire format that client apps speak: routes, credentials, bodies and frames, for one tenant.
///
/// A dialect is an immutable value made from the tenant's configuration. It decodes requests into canonical
/// operations and renders canonical replies and events; it decides nothing that a turn decides, and keeps nothing.
/// What lives for a while (an Engine.IO session, say) is kept in the tenant's lane under the dialect's name.
package protocol Dialect: Sendable {
    /// As the configuration spells it.
    static var name: DialectName { get }
    /// Of the wire format, for `gatewayd dialects`.
    static var version: String { get }
    /// What each canonical fact becomes in this dialect, for the matrix of all dialects.
    static var coverage: [FactCoverage] { get }

    /// Makes the dialect for a tenant; throws a sentence for the operator when its configuration cannot work.
    init(_ setup: DialectSetup) throws(DialectSetupError)

    /// What it answers, before the mount and the tenant's prefix.
    var routes: [Route] { get }

    /// An error in the dialect's own status and body.
    func render(_ rejection: Rejection, for request: RequestContext?) -> Response

    /// Whether browsers of the tenant's `origins` may call it.
    var allowsCrossOrigin: Bool { get }
}

extension Dialect {
    package var allowsCrossOrigin: Bool { true }
}

/// What a dialect is made from.
package struct DialectSetup: Sendable {
    package let tenant: TenantConfiguration
    package let configuration: DialectConfiguration
    package let authenticator: Authenticator
    package let roster: Roster
    /// The tenant's own secret: signs URLs and session tokens.
    package let secret: [UInt8]

    package init(
        tenant: TenantConfiguration,
        configuration: DialectConfiguration,
        authenticator: Authenticator,
        roster: Roster,
        secret: [UInt8]
    ) {
        self.tenant = tenant
        self.configuration = configuration
        self.authenticator = authenticator
        self.roster = roster
        self.secret = secret
    }
}

/// Why a dialect cannot be made for a tenant, in a sentence for the operator.
package struct DialectSetupError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// How one canonical fact shows in one dialect.
package struct FactCoverage: Sendable, Equatable {
    package enum Degree: String, Sendable {
        case exact
        case approximate
        case notShown = "not shown"
    }

    package let fact: CanonicalFact
    package let degree: Degree
    /// The form it takes, in a few words.
    package let form: String

    package init(_ fact: CanonicalFact, _ degree: Degree, _ form: String = "") {
        self.fact = fact
        self.degree = degree
        self.form = form
    }
}

/// The facts of the canonical core that a dialect may show.
package enum CanonicalFact: String, Sendable, CaseIterable {
    case conversation, kind, subject, status, priority, department, tags, assignment, notes, rating
    case messageOrder = "message order"
    case systemMessages = "system messages"
    case author
    case attachments
    case imageLink = "image link"
    case readState = "read state"
    case deliveredState = "delivered state"
    case unreadCount = "unread count"
    case typing
    case customerName = "customer name"
    case customerEmail = "customer e-mail"
    case assurance
    case times
    case liveMessages = "live messages"
    case liveStatus = "live status"
}
