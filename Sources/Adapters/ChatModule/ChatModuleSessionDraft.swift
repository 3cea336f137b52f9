import Core

/// What the body of a new session says. Absent and null are the same.
struct ChatModuleSessionDraft: Equatable {
    let subject: String?
    let priority: ConversationPriority
    let tags: [String]
    /// For whom, where it is said.
    let userID: String?

    /// Subject and tags take no more than a message's text.
    init(_ body: JSONValue, maximumText: Int) throws(Rejection) {
        subject = try body.optionalText("subject", atMost: maximumText)
        if let name = try body.optionalText("priority") {
            guard let priority = ConversationPriority(name: name), priority != .urgent else {
                throw .invalid("priority", "priority must be low, medium or high")
            }
            self.priority = priority
        } else {
            priority = .medium
        }
        tags = try Self.tags(body["tags"], maximumText: maximumText)
        userID = try body.optionalText("userId", atMost: 256)
        if userID?.isEmpty == true { throw .invalid("userId", "userId must not be empty") }
    }

    private static func tags(_ value: JSONValue?, maximumText: Int) throws(Rejection) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let array = value.array else { throw .invalid("tags", "tags must be an array of strings") }
        var tags: [String] = []
        var length = 0
        for element in array {
            guard let tag = element.string else { throw .invalid("tags", "tags must be an array of strings") }
            length += tag.utf8.count
            tags.append(tag)
        }
        guard length <= maximumText else {
            throw .invalid("tags", "tags must have at most \(maximumText) bytes in all")
        }
        return tags
    }

    /// The decoded fields, for telling a retry from another request under the same key.
    func digestible(userID: String) -> [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.field("userId", userID)
            $0.nullable("subject", subject)
            $0.field("priority", priority.name)
            $0.array("tags", tags)
        }
        return json.bytes
    }
}
