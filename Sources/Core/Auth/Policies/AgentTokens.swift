/// The `agent-token` policy: opaque tokens, written in the roster or minted and stored as digests.
struct AgentTokens: Sendable {
    private let written: [(digest: [UInt8], agent: AgentIdentity)]
    private let roster: RosterNames

    init(_ agents: [AgentConfiguration], roster: RosterNames) {
        self.roster = roster
        written = agents.compactMap { agent in
            guard let token = agent.token, !token.value.isEmpty else { return nil }
            return (OpaqueToken.digest(of: token.value), AgentIdentity(agent))
        }
    }

    /// The agent whose token this is; nil when it is no agent's. A token of the minted form that is not stored was
    /// revoked, or never ours: no other policy has tokens like it.
    func agent(_ token: String, reader: any ChatReader, now: Int64) throws -> Authentication? {
        let digest = OpaqueToken.digest(of: token)
        var found: AgentIdentity?
        for entry in written where ConstantTime.equal(digest, entry.digest) { found = found ?? entry.agent }
        if let found { return Authentication(.agent(found)) }
        // The index finds a digest of 256 random bits or nothing; its timing helps no one to guess one.
        guard let stored = try reader.storedToken(digest: digest) else {
            if OpaqueToken.hasForm(token) { throw Authenticator.refusal }
            return nil
        }
        if let end = stored.expiresAt, end <= now { throw Authenticator.refusal }
        let agent = roster.agent(id: stored.agentID, role: stored.role, name: stored.name, email: nil)
        return Authentication(.agent(agent), expiresAt: stored.expiresAt)
    }
}
