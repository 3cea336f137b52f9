/// Which members a session's object has besides `sessionId` and `status`.
///
/// Strict shows those of the endpoint's example. Of the Data Models' other members it shows those that the example's
/// session has no value for (`endedAt` of one that was ended, say), where the reader may see them.
struct LocalProSessionKeys: OptionSet {
    let rawValue: UInt32

    static let user = Self(rawValue: 1 << 0)
    static let phone = Self(rawValue: 1 << 1)
    static let metadata = Self(rawValue: 1 << 2)
    static let priority = Self(rawValue: 1 << 3)
    static let department = Self(rawValue: 1 << 4)
    static let assignedAgent = Self(rawValue: 1 << 5)
    static let agentName = Self(rawValue: 1 << 6)
    static let tags = Self(rawValue: 1 << 7)
    static let lastMessage = Self(rawValue: 1 << 8)
    static let messageCount = Self(rawValue: 1 << 9)
    static let unreadCount = Self(rawValue: 1 << 10)
    static let startedAt = Self(rawValue: 1 << 11)
    static let firstResponseAt = Self(rawValue: 1 << 12)
    static let notes = Self(rawValue: 1 << 13)
    static let rating = Self(rawValue: 1 << 14)
    /// The words and the time of a rating, not the score alone.
    static let wholeRating = Self(rawValue: 1 << 15)
    static let createdAt = Self(rawValue: 1 << 16)
    static let endedAt = Self(rawValue: 1 << 17)
    static let updatedAt = Self(rawValue: 1 << 18)

    private static let all = Self(rawValue: (1 << 19) - 1)

    /// Where a session's object stands.
    enum Place {
        case created
        case guest
        /// The agents' list, and `new_session`.
        case listed
        case detail
        case history
    }

    /// The members at a place. Guests never see tags and notes, and of metadata only the echo of a creation.
    static func of(_ place: Place, hasExtensions: Bool) -> Self {
        switch (place, hasExtensions) {
        case (.created, false): [.user, .metadata, .priority, .department, .messageCount, .unreadCount, .startedAt]
        case (.guest, false):
            [.user, .assignedAgent, .messageCount, .startedAt, .endedAt, .rating, .wholeRating]
        case (.listed, false):
            [
                .user, .phone, .priority, .assignedAgent, .tags, .lastMessage, .messageCount, .unreadCount, .endedAt,
                .rating, .wholeRating, .createdAt,
            ]
        case (.detail, false):
            [
                .user, .phone, .metadata, .priority, .department, .assignedAgent, .tags, .firstResponseAt, .notes,
                .endedAt, .rating, .wholeRating,
            ]
        case (.history, false): [.messageCount, .rating, .createdAt, .endedAt]
        case (.created, true): all.subtracting([.tags, .notes])
        case (.guest, true): all.subtracting([.tags, .notes, .metadata])
        case (.listed, true), (.detail, true), (.history, true): all
        }
    }
}
