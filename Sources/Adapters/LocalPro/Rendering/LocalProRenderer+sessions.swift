import Core

/// LiveChatSession, in the order of the document's model.
extension LocalProRenderer {
    /// What a session's object has besides the conversation itself.
    struct SessionExtras {
        /// What the creator of a session told about itself, echoed.
        var echo: Origin?
        var lastMessage: Message?
        /// For the detail of a session only.
        var notes: [Note]?

        init(echo: Origin? = nil, lastMessage: Message? = nil, notes: [Note]? = nil) {
            self.echo = echo
            self.lastMessage = lastMessage
            self.notes = notes
        }
    }

    /// The members of a session.
    func session(
        _ conversation: Conversation,
        marks: LocalProReadMarks,
        _ extras: SessionExtras = SessionExtras(),
        to json: inout JSONWriter
    ) {
        json.field("sessionId", conversation.localProID)
        json.object("user") { user(conversation, echo: extras.echo, to: &$0) }
        json.field("status", conversation.status.name)
        json.field("priority", conversation.priority.name)
        json.field("department", conversation.department)
        if let assignment = conversation.assignment {
            json.object("assignedAgent") { agent(assignment, to: &$0) }
            json.field("agentName", assignment.agentName)
        }
        if audience == .agent, !conversation.tags.isEmpty { json.array("tags", conversation.tags) }
        if let message = extras.lastMessage { lastMessage(message, to: &json) }
        json.field("messageCount", conversation.visibleCount)
        json.field("unreadCount", marks.unreadCount)
        json.time("startedAt", conversation.createdAt)
        json.optionalTime("endedAt", conversation.endedAt)
        json.optionalTime("firstResponseAt", conversation.firstResponseAt)
        if let notes = extras.notes { self.notes(notes, to: &json) }
        if let rating = conversation.rating { json.object("rating") { self.rating(rating, to: &$0) } }
        json.time("createdAt", conversation.createdAt)
        json.time("updatedAt", conversation.updatedAt)
        guard showsOrigins else { return }
        json.field("dialect", conversation.origin.rawValue)
        json.field("kind", conversation.kind == .ticket ? "ticket" : "chat")
        json.field("assurance", conversation.assurance.name)
        json.optional("subject", conversation.subject)
    }

    private func user(_ conversation: Conversation, echo: Origin?, to json: inout JSONWriter) {
        json.field("name", conversation.shownName)
        json.field("email", conversation.contact.email)
        json.optional("phone", conversation.contact.phone)
        guard let origin = echo ?? (audience == .agent ? conversation.source : nil), origin != Origin() else { return }
        json.object("metadata") {
            $0.optional("userAgent", origin.userAgent)
            $0.optional("ipAddress", origin.address)
            $0.optional("referrer", origin.referrer)
            $0.optional("pageUrl", origin.pageURL)
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

    func rating(_ rating: Rating, to json: inout JSONWriter) {
        json.field("score", rating.score)
        json.optional("feedback", rating.feedback)
        json.time("ratedAt", rating.ratedAt)
    }
}
