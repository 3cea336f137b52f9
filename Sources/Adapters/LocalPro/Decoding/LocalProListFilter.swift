import Core

/// The filters of the agents' list. Empty ones count as absent: forms send them so.
enum LocalProListFilter {
    static let departments = ["general", "sales", "support", "billing", "technical"]

    static func read(_ query: QueryItems) throws(Rejection) -> ConversationFilter {
        var filter = ConversationFilter()
        if let name = query.first("status").nonEmpty {
            guard let status = ConversationStatus(name: name) else { throw unknown("status", statusNames) }
            filter.statuses = [status]
        }
        if let name = query.first("priority").nonEmpty {
            guard let priority = ConversationPriority(name: name) else { throw unknown("priority", priorityNames) }
            filter.priority = priority
        }
        if let name = query.first("department").nonEmpty {
            guard departments.contains(name) else { throw unknown("department", departments) }
            filter.department = name
        }
        if let id = query.first("assignedAgent").nonEmpty {
            filter.agent = id == "unassigned" ? .unassigned : .id(id)
        }
        if let text = query.first("search").nonEmpty {
            guard text.utf8.count <= LocalProSizes.name else {
                throw .invalid("search", "search must not be longer than \(LocalProSizes.name) bytes")
            }
            filter.search = text
        }
        return filter
    }

    static let statusNames = ConversationStatus.allCases.map(\.name)
    static let priorityNames = ConversationPriority.allCases.map(\.name)

    private static func unknown(_ field: String, _ names: [String]) -> Rejection {
        .invalid(field, "\(field) must be one of: \(names.joined(separator: ", "))")
    }
}
