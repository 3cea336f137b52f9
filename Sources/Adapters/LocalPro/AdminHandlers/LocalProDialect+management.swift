import Core

/// What agents do to a session besides answering.
extension LocalProDialect {
    /// `PATCH /api/admin/live-chat/sessions/{sessionId}/assign`.
    func assignSession(_ request: RequestContext) throws -> Outcome {
        let agent = try agent(of: request)
        let fields = LocalProFields(try request.jsonObject())
        let assignment = AssignConversation(
            conversation: sessionName(request),
            access: .agent(agent),
            agentID: try fields.requiredLine("agentId", atMost: LocalProSizes.agentID),
            agentName: try fields.line("agentName", atMost: LocalProSizes.name).nonEmpty
        )
        return change(request, .assign(assignment), "Session assigned successfully") { conversation, json in
            json.field("sessionId", conversation.localProID)
            json.optional("assignedAgent", conversation.assignment?.agentID)
            json.optional("agentName", conversation.assignment?.agentName)
            json.field("status", conversation.status.name)
        }
    }

    /// `POST /api/admin/live-chat/sessions/{sessionId}/transfer`.
    func transferSession(_ request: RequestContext) throws -> Outcome {
        let agent = try agent(of: request)
        let fields = LocalProFields(try request.jsonObject())
        let transfer = TransferConversation(
            conversation: sessionName(request),
            access: .agent(agent),
            agentID: try fields.requiredLine("toAgentId", atMost: LocalProSizes.agentID),
            agentName: try fields.line("toAgentName", atMost: LocalProSizes.name).nonEmpty,
            reason: try fields.text("reason", atMost: LocalProSizes.reason).nonEmpty
        )
        return change(request, .transfer(transfer), "Session transferred successfully") { conversation, json in
            json.field("sessionId", conversation.localProID)
            json.optional("assignedAgent", conversation.assignment?.agentID)
            json.optional("agentName", conversation.assignment?.agentName)
        }
    }

    /// `PATCH /api/admin/live-chat/sessions/{sessionId}/status`: any of the four, at least one.
    func updateSession(_ request: RequestContext) throws -> Outcome {
        let agent = try agent(of: request)
        let fields = LocalProFields(try request.jsonObject())
        let departments = LocalProListFilter.departments
        let update = UpdateConversation(
            conversation: sessionName(request),
            access: .agent(agent),
            status: try fields.choice("status", of: LocalProListFilter.statusNames, ConversationStatus.init(name:)),
            priority: try fields.choice(
                "priority",
                of: LocalProListFilter.priorityNames,
                ConversationPriority.init(name:)
            ),
            department: try fields.choice("department", of: departments) { departments.contains($0) ? $0 : nil },
            tags: try tags(fields)
        )
        guard update.status != nil || update.priority != nil || update.department != nil || update.tags != nil else {
            throw Rejection.invalid("status", "One of status, priority, department and tags is required")
        }
        return change(request, .update(update), "Session updated successfully") { conversation, json in
            json.field("sessionId", conversation.localProID)
            json.field("status", conversation.status.name)
            json.field("priority", conversation.priority.name)
            json.field("department", conversation.department)
            json.array("tags", conversation.tags)
        }
    }

    private func tags(_ fields: LocalProFields) throws(Rejection) -> [String]? {
        guard let value = fields.value("tags") else { return nil }
        let refusal = Rejection.invalid(
            "tags",
            "tags must be a list of at most \(LocalProSizes.tags) texts of 1 to \(LocalProSizes.tag) bytes"
        )
        guard let array = value.array, array.count <= LocalProSizes.tags else { throw refusal }
        var tags: [String] = []
        for element in array {
            guard let tag = element.string, !tag.isBlank, tag.utf8.count <= LocalProSizes.tag else { throw refusal }
            tags.append(tag)
        }
        return tags
    }

    /// `POST /api/admin/live-chat/sessions/{sessionId}/notes`.
    func addNote(_ request: RequestContext) throws -> Outcome {
        let agent = try agent(of: request)
        let fields = LocalProFields(try request.jsonObject())
        guard let content = try fields.text("content", atMost: settings.sizes.message), !content.isBlank else {
            throw Rejection.invalid("content", "Note content is required")
        }
        let key = try idempotencyKey(request) { $0.field("content", content) }
        let note = AddNote(conversation: sessionName(request), access: .agent(agent), content: content)
        return .perform(Operation(.note(note), at: request.now, idempotency: key)) { reply in
            guard case .note(let note, _, let isReplay) = reply else { throw Rejection.internalFailure }
            let response = Response.localPro(.created, "Note added successfully") {
                $0.field("content", note.content)
                $0.field("addedBy", note.addedBy)
                $0.time("addedAt", note.addedAt)
            }
            return response.markingReplay(isReplay)
        }
    }

    /// `DELETE /api/admin/live-chat/sessions/{sessionId}`.
    func deleteSession(_ request: RequestContext) throws -> Outcome {
        let deletion = DeleteConversation(
            conversation: sessionName(request),
            access: .agent(try agent(of: request))
        )
        return .perform(Operation(.delete(deletion), at: request.now)) { _ in
            .localProDone("Session and all messages deleted successfully")
        }
    }

    private func change(
        _ request: RequestContext,
        _ action: Operation.Action,
        _ message: String,
        _ data: @escaping (Conversation, inout JSONWriter) -> Void
    ) -> Outcome {
        .perform(Operation(action, at: request.now)) { reply in
            guard case .conversation(let conversation, _) = reply else { throw Rejection.internalFailure }
            return .localPro(.ok, message) { data(conversation, &$0) }
        }
    }
}
