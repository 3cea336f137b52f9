import Core

/// Whom a request or connection has proven to be. On the heap where it is somebody, since most connections are nobody.
indirect enum RoomsParty: Sendable, Equatable {
    case anonymous
    /// A token's subject: the client id it is bound to.
    case customer(CustomerIdentity)
    case agent(AgentIdentity)

    var agent: AgentIdentity? {
        if case .agent(let agent) = self { agent } else { nil }
    }

    var customer: CustomerIdentity? {
        if case .customer(let customer) = self { customer } else { nil }
    }

    /// The party a token has proven; a shared secret is nobody here.
    init(_ party: AuthenticatedParty) throws(Rejection) {
        switch party {
        case .agent(let agent): self = .agent(agent)
        // The document knows no roles: a token without one is its subject's.
        case .customer(let customer), .roleless(let customer): self = .customer(customer)
        case .unknownRole: throw RoomsAccess.unknownRole
        case .backend: throw RoomsAccess.invalidToken
        }
    }

    init(_ caller: Caller) {
        switch caller.kind {
        case .agent(let agent): self = .agent(agent)
        case .customer(let customer): self = .customer(customer)
        case .anonymous, .backend: self = .anonymous
        }
    }
}

/// Who wrote a message, or reads: the document's `sender`.
enum RoomsSender: String, Sendable, Equatable {
    case client
    case admin

    var side: Side { self == .client ? .customer : .agents }

    init(_ side: Side) {
        self = side == .customer ? .client : .admin
    }
}

/// Who may do what, by the tenant's base policy.
struct RoomsAccess: Sendable, Equatable {
    /// The document's open form, and the two that close it.
    enum Base: Sendable, Equatable {
        /// Anybody is a client, anybody is the admin of what was born here.
        case open
        /// Anybody is a client; the admin shows a token.
        case adminOnly
        /// Everybody shows a token; a client's is bound to its id.
        case secured
    }

    static let missingToken = Rejection(.unauthenticated, "A token is required")
    static let invalidToken = Rejection(.unauthenticated, "Invalid or expired token")
    static let unknownRole = Rejection(.forbidden, "The token's role may not use this chat")
    private static let foreign = Rejection(.forbidden, "You do not have permission to access this session")
    private static let notAdmin = Rejection(.forbidden, "Only an agent's token may act as admin")
    private static let notClient = Rejection(.forbidden, "An agent cannot act as the client")

    let base: Base

    init(_ base: Base) {
        self.base = base
    }

    init(_ configuration: DialectConfiguration) throws(DialectSetupError) {
        if configuration.auth.contains(.secured) {
            base = .secured
        } else if configuration.auth.contains(.adminOnly) {
            base = .adminOnly
        } else if configuration.auth.contains(.none) {
            base = .open
        } else {
            throw DialectSetupError("rooms: auth needs one of none, admin-only and secured")
        }
        guard configuration.mode != .hardened || base != .open else {
            throw DialectSetupError("rooms: auth must be admin-only or secured in mode hardened")
        }
    }

    var guestAudience: String { base == .secured ? "client (own), agent" : "anyone" }
    var adminAudience: String { base == .open ? "anyone" : "agent" }

    /// Whether a party may come in at all.
    func admit(_ party: RoomsParty) throws(Rejection) {
        if base == .secured, party == .anonymous { throw Self.missingToken }
    }

    /// By what right a party reads, joins, closes or begins the conversation of a client id.
    func reach(_ party: RoomsParty, _ clientID: String) throws(Rejection) -> Access {
        if let agent = party.agent { return .agent(agent) }
        switch base {
        case .open: return .namelessAgent(.rooms)
        case .adminOnly: return .customer(.rooms, key: clientID)
        case .secured:
            guard let customer = party.customer else { throw Self.missingToken }
            guard customer.key.isExactly(clientID) else { throw Self.foreign }
            return .customer(.rooms, key: clientID)
        }
    }

    /// By what right a party acts as `sender` in the conversation of a client id.
    func act(_ party: RoomsParty, as sender: RoomsSender, in clientID: String) throws(Rejection) -> Access {
        switch sender {
        case .admin:
            if let agent = party.agent { return .agent(agent) }
            guard base != .open else { return .namelessAgent(.rooms) }
            throw party == .anonymous ? Self.missingToken : Self.notAdmin
        case .client:
            guard base == .secured else { return .customer(.rooms, key: clientID) }
            guard let customer = party.customer else {
                throw party == .anonymous ? Self.missingToken : Self.notClient
            }
            guard customer.key.isExactly(clientID) else { throw Self.foreign }
            return .customer(.rooms, key: clientID)
        }
    }

    /// Lists all sessions: those of the whole tenant for an agent, else those born here.
    func list(_ party: RoomsParty) throws(Rejection) -> DialectName? {
        if party.agent != nil { return nil }
        guard base != .open else { return .rooms }
        throw party == .anonymous ? Self.missingToken : Self.notAdmin
    }

    /// Which side a connection is on, where that is known: what is pushed to it counts as delivered there.
    func side(of party: RoomsParty) -> Side? {
        if party.agent != nil { return .agents }
        return base == .open ? nil : .customer
    }

    /// Who writes. An admin whom nobody knows is "Support".
    static func author(_ party: RoomsParty, as sender: RoomsSender, in clientID: String) -> Author {
        switch sender {
        case .client:
            return Author(kind: .customer, id: clientID, name: party.customer?.name ?? clientID)
        case .admin:
            guard let agent = party.agent else { return Author(kind: .agent, id: "", name: "Support") }
            return Author(kind: .agent, id: agent.id, name: agent.displayName, avatar: agent.avatar)
        }
    }
}
