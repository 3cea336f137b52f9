/// What the roster knows of agents whom a token names.
struct RosterNames: Sendable {
    private let agents: [String: AgentIdentity]

    init(_ agents: [AgentConfiguration]) {
        self.agents = Dictionary(
            agents.map { ($0.id, AgentIdentity($0)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The agent under an id, with the role that the token gives: the roster's names if it has the agent, else those
    /// of the token.
    func agent(id: String, role: AgentRole, name: String?, email: String?) -> AgentIdentity {
        if let known = agents[id] {
            return AgentIdentity(
                id: id,
                firstName: known.firstName,
                lastName: known.lastName,
                email: known.email,
                avatar: known.avatar,
                role: role
            )
        }
        let words = (name ?? "").split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        return AgentIdentity(
            id: id,
            firstName: words.first.map(String.init) ?? "",
            lastName: words.count > 1 ? String(words[1]) : "",
            email: email ?? "",
            avatar: nil,
            role: role
        )
    }
}

extension AgentIdentity {
    /// An agent as the roster has it.
    package init(_ agent: AgentConfiguration) {
        self.init(
            id: agent.id,
            firstName: agent.firstName,
            lastName: agent.lastName,
            email: agent.email ?? "",
            avatar: agent.avatar,
            role: agent.role
        )
    }
}
