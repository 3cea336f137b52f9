import Core

/// The document's five endpoints.
struct RoomsREST: Sendable {
    let rules: RoomsRules

    static let pageLimit = 50
    static let maximumLimit = 100

    // MARK: Callers

    /// Whoever calls, if the tenant lets it in.
    func caller(_ context: RequestContext, guest: RateClass) throws -> Caller {
        let party = try party(context)
        try rules.access.admit(party)
        return Self.caller(party, guest: guest)
    }

    /// A caller who may see all sessions.
    func admin(_ context: RequestContext, guest: RateClass) throws -> Caller {
        let party = try party(context)
        _ = try rules.access.list(party)
        return Self.caller(party, guest: guest)
    }

    private func party(_ context: RequestContext) throws -> RoomsParty {
        guard let token = context.bearerToken else { return .anonymous }
        let reader = context.tenant.reads.reader
        if let found = try rules.authenticator.identify(token, reader: reader, now: context.now) {
            return try RoomsParty(found)
        }
        // Where nobody needs a token, one that means nothing here does no harm.
        guard rules.access.base == .open else { throw RoomsAccess.invalidToken }
        return .anonymous
    }

    private static func caller(_ party: RoomsParty, guest: RateClass) -> Caller {
        switch party {
        case .anonymous: Caller(.anonymous, guest)
        case .customer(let customer): Caller(.customer(customer), guest)
        case .agent(let agent): Caller(.agent(agent), .agent)
        }
    }

    // MARK: Reaching

    /// The conversation of a client id; nil when there is none that the caller reaches. What others own and what does
    /// not exist look the same.
    func conversation(_ clientID: String, by access: Access, _ context: RequestContext) throws -> Conversation? {
        do {
            return try context.tenant.reads.conversation(Self.name(clientID), by: access)
        } catch let rejection as Rejection
            where rejection.reason == .unknownConversation || rejection.reason == .forbidden
        {
            return nil
        }
    }

    static func name(_ clientID: String) -> ConversationName { ConversationName(dialect: .rooms, id: clientID) }

    func pathClientID(_ context: RequestContext) throws(Rejection) -> String {
        try RoomsFields.clientID(context.parameters.first ?? "")
    }
}
