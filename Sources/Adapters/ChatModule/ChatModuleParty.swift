import Core

/// Who calls, as this dialect's roles have it: a user with sessions of its own, or an agent with all of them.
enum ChatModuleParty: Equatable {
    case user(CustomerIdentity)
    case agent(AgentIdentity)

    init?(_ caller: Caller) {
        switch caller.kind {
        case .customer(let customer): self = .user(customer)
        case .agent(let agent): self = .agent(agent)
        case .anonymous, .backend: return nil
        }
    }

    var side: Side {
        switch self {
        case .user: .customer
        case .agent: .agents
        }
    }

    /// What the document's `userId` of a typing event holds.
    var id: String {
        switch self {
        case .user(let user): user.key
        case .agent(let agent): agent.id
        }
    }

    var access: Access {
        switch self {
        case .user(let user): .customer(.chatModule, key: user.key)
        case .agent(let agent): .agent(agent)
        }
    }

    var author: Author {
        switch self {
        case .user(let user): Author(kind: .customer, id: user.key, name: user.name ?? user.key)
        case .agent(let agent):
            Author(kind: .agent, id: agent.id, name: agent.displayName, avatar: agent.avatar)
        }
    }
}
