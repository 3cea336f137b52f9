/// What a search finds conversations by: name, e-mail and ids, case folded.
final class SearchTable {
    private let insertion: SQLiteStatement
    private let indexing: SQLiteStatement
    private let unindexing: SQLiteStatement
    private let deletion: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        insertion = connection.statement("INSERT INTO search VALUES (?, ?)")
        indexing = connection.statement("INSERT INTO search_index(rowid, text) VALUES (?, ?)")
        unindexing = connection.statement(
            "INSERT INTO search_index(search_index, rowid, text) SELECT 'delete', row, text FROM search WHERE row = ?"
        )
        deletion = connection.statement("DELETE FROM search WHERE row = ?")
    }

    func apply(_ change: SearchChange) throws(StoreError) {
        if change.replaces {
            // The index must be told the text it had.
            unindexing.bind(change.row)
            try unindexing.run()
            deletion.bind(change.row)
            try deletion.run()
        }
        guard let text = change.text else { return }
        insertion.bind(change.row)
        insertion.bind(text)
        try insertion.run()
        indexing.bind(change.row)
        indexing.bind(text)
        try indexing.run()
    }
}

/// A change of the search rows that waits for the end of its transaction: the index writes everything it has
/// gathered at each savepoint, which would cost more than all else in a turn.
struct SearchChange {
    var row: Int64
    /// Nil removes.
    var text: String?
    /// Whether there is a row already.
    var replaces: Bool

    /// What a new conversation is found by.
    static func insertion(_ conversation: Conversation) -> SearchChange {
        SearchChange(row: conversation.row, text: SearchText.of(conversation), replaces: false)
    }

    static func deletion(_ conversation: Conversation) -> SearchChange {
        SearchChange(row: conversation.row, text: nil, replaces: true)
    }

    /// Nil when what is searched did not change.
    static func update(_ new: Conversation, from old: Conversation) -> SearchChange? {
        guard new.contact.name != old.contact.name || new.contact.email != old.contact.email else { return nil }
        return SearchChange(row: new.row, text: SearchText.of(new), replaces: true)
    }
}

/// The texts that are searched, and what searches them.
enum SearchText {
    /// Keeps a needle from matching across two fields.
    private static let separator = "\u{1f}"
    /// A needle's trigrams that the index is asked for; the text itself decides, so more would gain little.
    private static let maximumTrigrams = 12

    /// What agents see of a conversation: nameless people go by their key, and what was born in another dialect than
    /// the one that searches goes by the core's id.
    static func of(_ conversation: Conversation) -> String {
        let name = conversation.contact.name.isEmpty ? conversation.ownerKey : conversation.contact.name
        var texts = [name, conversation.contact.email, conversation.externalID]
        let id = conversation.id.hex
        if conversation.origin != .localPro, !conversation.externalID.hasSuffix(id) { texts.append(id) }
        return texts.map { $0.lowercased() }.joined(separator: separator)
    }

    /// A needle in the form of the texts; nil when nothing can contain it.
    static func needle(_ search: String) -> String? {
        search.contains(separator) ? nil : search.lowercased()
    }

    /// The query for the index; nil when the needle is too short for it. Each trigram is a quoted string of the
    /// query language, in which only the quote has a meaning and is doubled.
    static func trigramQuery(_ needle: String) -> String? {
        let scalars = Array(needle.unicodeScalars)
        // The query is handed on as a C string.
        guard scalars.count >= 3, !scalars.contains("\u{0}") else { return nil }
        let last = scalars.count - 3
        let count = min(last + 1, maximumTrigrams)
        var query = ""
        for index in 0..<count {
            let start = count == 1 ? 0 : last * index / (count - 1)
            query += index == 0 ? "\"" : " AND \""
            for scalar in scalars[start..<start + 3] {
                query.unicodeScalars.append(scalar)
                if scalar == "\"" { query += "\"" }
            }
            query += "\""
        }
        return query
    }
}
