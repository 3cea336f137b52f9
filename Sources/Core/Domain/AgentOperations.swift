package struct AssignConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var agentID: String
    /// The name the request gave; the roster's wins where the agent is known.
    package var agentName: String?
    /// Assigned or closed conversations are a conflict (Chat module).
    package var refusesAssigned: Bool

    package init(
        conversation: ConversationName,
        access: Access,
        agentID: String,
        agentName: String?,
        refusesAssigned: Bool = false
    ) {
        self.conversation = conversation
        self.access = access
        self.agentID = agentID
        self.agentName = agentName
        self.refusesAssigned = refusesAssigned
    }
}

package struct TransferConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var agentID: String
    package var agentName: String?
    package var reason: String?

    package init(
        conversation: ConversationName,
        access: Access,
        agentID: String,
        agentName: String?,
        reason: String?
    ) {
        self.conversation = conversation
        self.access = access
        self.agentID = agentID
        self.agentName = agentName
        self.reason = reason
    }
}

/// Changes what agents set; nil leaves as it is.
package struct UpdateConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var status: ConversationStatus?
    package var priority: ConversationPriority?
    package var department: String?
    package var tags: [String]?

    package init(
        conversation: ConversationName,
        access: Access,
        status: ConversationStatus? = nil,
        priority: ConversationPriority? = nil,
        department: String? = nil,
        tags: [String]? = nil
    ) {
        self.conversation = conversation
        self.access = access
        self.status = status
        self.priority = priority
        self.department = department
        self.tags = tags
    }
}

package struct AddNote: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var content: String

    package init(conversation: ConversationName, access: Access, content: String) {
        self.conversation = conversation
        self.access = access
        self.content = content
    }
}

/// Removes a conversation with everything of it and leaves a tombstone for its ids.
package struct DeleteConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access

    package init(conversation: ConversationName, access: Access) {
        self.conversation = conversation
        self.access = access
    }
}
