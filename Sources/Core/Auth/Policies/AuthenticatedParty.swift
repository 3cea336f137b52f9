/// Whom a credential has proven to be its bearer.
package enum AuthenticatedParty: Sendable, Equatable {
    /// A backend of the brand, by the name of the shared secret it knows.
    case backend(String)
    case agent(AgentIdentity)
    case customer(CustomerIdentity)
    /// A valid token without a role. Most dialects answer 403; rooms takes it for a customer's.
    case roleless(CustomerIdentity)
    /// A valid token whose role is none of ours.
    case unknownRole(CustomerIdentity)
}

/// A party and how long its credential holds: sockets outlive the request that opened them.
package struct Authentication: Sendable, Equatable {
    package let party: AuthenticatedParty
    /// Unix milliseconds from which on the credential is void; nil when it never is.
    package let expiresAt: Int64?

    package init(_ party: AuthenticatedParty, expiresAt: Int64? = nil) {
        self.party = party
        self.expiresAt = expiresAt
    }
}

/// Why the policies of a dialect cannot work, in a sentence for the operator.
package struct AuthPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
