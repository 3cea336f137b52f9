import Core

/// LiveChatSession, in the order of the document's model.
extension LocalProRenderer {
    /// What a session's object has besides the conversation itself.
    struct SessionExtras {
        /// What the creator of a session told about itself, echoed.
        var echo: Origin?
        var lastMessage: Message?
        var notes: [Note]?

        init(echo: Origin? = nil, lastMessage: Message? = nil, notes: [Note]? = nil) {
            self.echo = echo
            self.lastMessage = lastMessage
            self.notes = notes
        }
    }

    /// The members of a session at a place.
    func session(
        _ conversation: Conversation,
        at place: LocalProSessionKeys.Place,
        marks: ReadMarks,
        _ extras: SessionExtras = SessionExtras(),
        to json: inout JSONWriter
    ) {
        let keys = LocalProSessionKeys.of(place, hasExtensions: settings.hasExtensions)
        json.field("sessionId", conversation.localProID)
        if keys.contains(.user) { json.object("user") { user(conversation, keys, echo: extras.echo, to: &$0) } }
        json.field("status", conversation.status.name)
        if keys.contains(.priority) { json.field("priority", conversation.priority.name) }
        if keys.contains(.department) { json.field("department", conversation.department) }
        if let assignment = conversation.assignment {
            if keys.contains(.assignedAgent) { json.object("assignedAgent") { agent(assignment, to: &$0) } }
            if keys.contains(.agentName) { json.field("agentName", assignment.agentName) }
        }
        if keys.contains(.tags), !conversation.tags.isEmpty { json.array("tags", conversation.tags) }
        if keys.contains(.lastMessage), let message = extras.lastMessage { lastMessage(message, to: &json) }
        if keys.contains(.messageCount) { json.field("messageCount", conversation.visibleCount) }
        if keys.contains(.unreadCount) { json.field("unreadCount", marks.unreadByAgents) }
        if keys.contains(.startedAt) { json.time("startedAt", conversation.createdAt) }
        if keys.contains(.firstResponseAt) { json.optionalTime("firstResponseAt", conversation.firstResponseAt) }
        if keys.contains(.notes), let notes = extras.notes { self.notes(notes, to: &json) }
        if keys.contains(.rating), let rating = conversation.rating {
            json.object("rating") { self.rating(rating, isWhole: keys.contains(.wholeRating), to: &$0) }
        }
        if keys.contains(.createdAt) { json.time("createdAt", conversation.createdAt) }
        if keys.contains(.endedAt) { json.optionalTime("endedAt", conversation.endedAt) }
        if keys.contains(.updatedAt) { json.time("updatedAt", conversation.updatedAt) }
        if showsOrigins { origin(conversation, to: &json) }
    }

    /// What the document has no place for.
    private func origin(_ conversation: Conversation, to json: inout JSONWriter) {
        json.field("dialect", conversation.origin.rawValue)
        json.field("kind", conversation.kind == .ticket ? "ticket" : "chat")
        json.field("assurance", conversation.assurance.name)
        json.optional("subject", conversation.subject)
    }

    private func user(
        _ conversation: Conversation,
        _ keys: LocalProSessionKeys,
        echo: Origin?,
        to json: inout JSONWriter
    ) {
        json.field("name", conversation.shownName)
        json.field("email", conversation.contact.email)
        if keys.contains(.phone) { json.optional("phone", conversation.contact.phone) }
        let known = echo ?? (audience == .agent ? conversation.source : Origin())
        guard keys.contains(.metadata), known != Origin() else { return }
        json.object("metadata") {
            $0.optional("userAgent", known.userAgent)
            $0.optional("ipAddress", known.address)
            $0.optional("referrer", known.referrer)
            $0.optional("pageUrl", known.pageURL)
        }
    }

    /// An agent in reads: guests are not told the address.
    private func agent(_ assignment: Assignment, to json: inout JSONWriter) {
        let known = settings.roster.agent(assignment.agentID)
        json.field("_id", assignment.agentID)
        names(known, or: assignment.agentName, to: &json)
        if audience == .agent, let email = known?.email, !email.isEmpty { json.field("email", email) }
    }

    /// The roster's names; of an agent that it has no more, the name that was stored.
    private func names(_ known: AgentIdentity?, or stored: String, to json: inout JSONWriter) {
        if let known {
            json.field("firstName", known.firstName)
            json.field("lastName", known.lastName)
        } else {
            let words = stored.split(separator: " ", maxSplits: 1)
            json.field("firstName", words.first.map(String.init) ?? "")
            json.field("lastName", words.count > 1 ? String(words[1]) : "")
        }
    }

    private func notes(_ notes: [Note], to json: inout JSONWriter) {
        json.array("notes") { json in
            for note in notes {
                json.object {
                    $0.field("content", note.content)
                    $0.object("addedBy") { author in
                        if settings.hasExtensions { author.field("_id", note.addedBy) }
                        names(settings.roster.agent(note.addedBy), or: note.addedByName, to: &author)
                    }
                    $0.time("addedAt", note.addedAt)
                }
            }
        }
    }

    func rating(_ rating: Rating, isWhole: Bool = true, to json: inout JSONWriter) {
        json.field("score", rating.score)
        guard isWhole else { return }
        json.optional("feedback", rating.feedback)
        json.time("ratedAt", rating.ratedAt)
    }
}
