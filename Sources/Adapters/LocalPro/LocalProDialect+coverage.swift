package import Core

extension LocalProDialect {
    /// The richest of the dialects: what it does not show is mostly what it has no word for.
    package static let coverage: [FactCoverage] = [
        FactCoverage(.conversation, .exact, "session; sessionId is the guest's, elsewhere the core's id in hex"),
        FactCoverage(.kind, .approximate, "tickets are sessions; compat adds kind for agents"),
        FactCoverage(.subject, .approximate, "compat adds subject for agents"),
        FactCoverage(.status, .exact, "pending, active, closed, archived"),
        FactCoverage(.priority, .exact, "low, medium, high, urgent"),
        FactCoverage(.department, .exact, "department"),
        FactCoverage(.tags, .exact, "tags, for agents"),
        FactCoverage(.assignment, .exact, "assignedAgent, agentName"),
        FactCoverage(.notes, .exact, "notes, in the agents' detail"),
        FactCoverage(.rating, .exact, "rating"),
        FactCoverage(.messageOrder, .exact, "ascending by number"),
        FactCoverage(.systemMessages, .exact, "type system"),
        FactCoverage(.author, .exact, "type, agentId, agentName, agentAvatar"),
        FactCoverage(.attachments, .exact, "attachments with signed URLs"),
        FactCoverage(.imageLink, .approximate, "an attachment of type image/* without preview"),
        FactCoverage(.readState, .exact, "isRead, read_receipt"),
        FactCoverage(.deliveredState, .approximate, "compat adds delivery for agents"),
        FactCoverage(.unreadCount, .exact, "unreadCount"),
        FactCoverage(.typing, .exact, "user_typing, agent_typing"),
        FactCoverage(.customerName, .exact, "user.name; the customer's id where there is none"),
        FactCoverage(.customerEmail, .exact, "user.email; empty where there is none"),
        FactCoverage(.assurance, .approximate, "compat adds assurance for agents"),
        FactCoverage(.times, .exact, "UTC with milliseconds"),
        FactCoverage(.liveMessages, .exact, "user_message, agent_message, new_session"),
        FactCoverage(.liveStatus, .exact, "session_status_changed, agent_assigned"),
    ]
}
