/// What agents do to a conversation besides answering.
extension Turn {
    /// Gives a conversation to an agent; a pending one becomes active.
    mutating func assign(_ request: AssignConversation) throws -> Reply {
        let stored = try Reach(reader: transaction, rules: rules)
            .conversation(request.conversation, by: request.access)
        let name = try agentName(request.agentID, given: request.agentName, field: "agentId")
        if request.refusesAssigned {
            guard stored.status.isOpen else { throw Rejection(.alreadyClosed, "Session is already closed") }
            guard stored.assignment == nil else { throw Rejection(.alreadyAssigned, "Session is already assigned") }
        }
        var conversation = stored
        conversation.assignment = Assignment(agentID: request.agentID, agentName: name)
        return try settleAssignment(conversation, from: stored, by: request.access)
    }

    /// Hands a conversation from one agent to another; the reason is kept as a note among agents.
    mutating func transfer(_ request: TransferConversation) throws -> Reply {
        let stored = try Reach(reader: transaction, rules: rules)
            .conversation(request.conversation, by: request.access)
        let name = try agentName(request.agentID, given: request.agentName, field: "toAgentId")
        var conversation = stored
        conversation.assignment = Assignment(agentID: request.agentID, agentName: name)
        if let reason = request.reason, !reason.isEmpty {
            _ = try transaction.insert(
                note("Transferred to \(name): \(reason)", by: request.access),
                into: stored.row
            )
        }
        return try settleAssignment(conversation, from: stored, by: request.access)
    }

    private mutating func settleAssignment(
        _ assigned: Conversation,
        from stored: Conversation,
        by access: Access
    ) throws -> Reply {
        var conversation = assigned
        if conversation.status == .pending { conversation.status = .active }
        conversation.updatedAt = now
        try transaction.update(conversation, from: stored)
        try record(.assigned, conversation, by: access.side)
        if conversation.status != stored.status { try record(.status, conversation, by: access.side) }
        return .conversation(conversation, changed: true)
    }

    /// The roster's name wins; an agent it does not know is refused unless such agents may be made, and keeps the name
    /// that it was made with.
    private func agentName(_ id: String, given: String?, field: String) throws -> String {
        if let agent = rules.roster.agent(id) { return agent.displayName }
        guard rules.autoCreateAgents else { throw Rejection(.unknownAgent, "Agent not found", field: field) }
        if let known = try transaction.nameOfMadeAgent(id) { return known }
        guard let given, !given.isEmpty else { return id }
        try transaction.makeAgent(id, name: given)
        return given
    }

    /// Status, priority, department, tags.
    mutating func update(_ request: UpdateConversation) throws -> Reply {
        let stored = try Reach(reader: transaction, rules: rules)
            .conversation(request.conversation, by: request.access)
        var conversation = stored
        if let status = request.status, status != stored.status {
            conversation.status = status
            conversation.endedAt = status.isOpen ? nil : (stored.endedAt ?? now)
        }
        conversation.priority = request.priority ?? stored.priority
        conversation.department = request.department ?? stored.department
        conversation.tags = request.tags ?? stored.tags
        guard conversation != stored else { return .conversation(stored, changed: false) }
        let statusChanged = conversation.status != stored.status
        var others = conversation
        others.status = stored.status
        others.endedAt = stored.endedAt
        conversation.updatedAt = now
        try transaction.update(conversation, from: stored)
        if statusChanged { try record(.status, conversation, by: request.access.side) }
        if others != stored { try record(.updated, conversation, by: request.access.side) }
        return .conversation(conversation, changed: true)
    }

    /// Adds a note that only agents see.
    mutating func addNote(_ request: AddNote) throws -> Reply {
        let stored = try Reach(reader: transaction, rules: rules)
            .conversation(request.conversation, by: request.access)
        let note = try transaction.insert(note(request.content, by: request.access), into: stored.row)
        var conversation = stored
        conversation.updatedAt = now
        try transaction.update(conversation, from: stored)
        return .note(note, conversation, isReplay: false)
    }

    private func note(_ content: String, by access: Access) -> Note {
        guard case .agent(let agent) = access else {
            return Note(content: content, addedBy: "", addedByName: "", addedAt: now)
        }
        return Note(content: content, addedBy: agent.id, addedByName: agent.displayName, addedAt: now)
    }

    /// Removes a conversation with everything of it; its ids stay unusable.
    mutating func delete(_ request: DeleteConversation) throws -> (Reply, [[UInt8]]) {
        let stored = try Reach(reader: transaction, rules: rules)
            .conversation(request.conversation, by: request.access)
        let released = try transaction.delete(stored)
        try record(.deleted, stored, by: request.access.side)
        return (.conversation(stored, changed: true), released)
    }
}
