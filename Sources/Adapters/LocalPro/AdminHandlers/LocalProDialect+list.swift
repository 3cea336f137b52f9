import Core

/// What agents look through: the list of sessions and the history of a customer.
extension LocalProDialect {
    /// Past so many rows a list is read on the reader thread, as is everything that an index does not answer at once.
    private static let lightOffset = 1000

    /// `GET /api/admin/live-chat/sessions`.
    func listSessions(_ request: RequestContext) throws -> Outcome {
        let query = try request.query()
        let paging = try LocalProPaging(query, defaultLimit: 20)
        let filter = try LocalProListFilter.read(query)
        let renderer = LocalProRenderer(settings, for: .agent, request)
        guard filter.isLight, paging.offset <= Self.lightOffset else {
            return .query { reader in try renderer.list(filter, paging, reader) }
        }
        return .respond(try renderer.list(filter, paging, request.tenant.reads.reader))
    }

    /// `GET /api/admin/live-chat/customers/{email}/history`.
    func customerHistory(_ request: RequestContext) throws -> Outcome {
        let paging = try LocalProPaging(request.query(), defaultLimit: 20)
        let email = request.parameters.first ?? ""
        let renderer = LocalProRenderer(settings, for: .agent, request)
        return .query { reader in
            try renderer.history(try reader.history(email: email, page: paging.request), paging, reader)
        }
    }
}

extension ConversationFilter {
    /// Whether an index and a counter answer it.
    fileprivate var isLight: Bool { priority == nil && department == nil && agent == nil && search == nil }
}

extension LocalProRenderer {
    /// A page of the list, with the counters of all statuses, whatever the filters.
    func list(_ filter: ConversationFilter, _ paging: LocalProPaging, _ reader: any ChatReader) throws -> Response {
        let found = try reader.conversations(filter, page: paging.request)
        let counts = try reader.statusCounts()
        let marks = try found.items.map { try ReadMarks($0.conversation, reader) }
        return .json(capacity: 256 + found.items.count * 640) { json in
            json.field("success", true)
            json.paging(paging, count: found.items.count, total: found.total)
            json.object("statusCounts") {
                $0.field("pending", counts.pending)
                $0.field("active", counts.active)
                $0.field("closed", counts.closed)
                $0.field("archived", counts.archived)
            }
            json.array("data") { json in
                for (item, marks) in zip(found.items, marks) {
                    json.object {
                        session(
                            item.conversation,
                            at: .listed,
                            marks: marks,
                            SessionExtras(lastMessage: item.lastMessage),
                            to: &$0
                        )
                    }
                }
            }
        }
    }

    /// A page of a customer's sessions.
    func history(_ found: Page<Conversation>, _ paging: LocalProPaging, _ reader: any ChatReader) throws -> Response {
        let marks = try found.items.map { try ReadMarks($0, reader) }
        return .json(capacity: 256 + found.items.count * 512) { json in
            json.field("success", true)
            json.paging(paging, count: found.items.count, total: found.total)
            json.array("data") { json in
                for (conversation, marks) in zip(found.items, marks) {
                    json.object { session(conversation, at: .history, marks: marks, to: &$0) }
                }
            }
        }
    }
}
