/// What a search finds conversations by: name, e-mail and ids, case folded.
final class SearchTable {
    private let insertion: SQLiteStatement
    private let indexing: SQLiteStatement
    private let unindexing: SQLiteStatement
    private let deletion: SQLiteStatement
    private let moving: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        insertion = connection.statement("INSERT INTO search(row, list_key, text) VALUES (?, ?, ?)")
        moving = connection.statement("UPDATE search SET list_key = ? WHERE row = ?")
        indexing = connection.statement("INSERT INTO search_index(rowid, text) VALUES (?, ?)")
        unindexing = connection.statement(
            "INSERT INTO search_index(search_index, rowid, text) SELECT 'delete', row, text FROM search WHERE row = ?"
        )
        deletion = connection.statement("DELETE FROM search WHERE row = ?")
    }

    func apply(_ change: SearchChange) throws(StoreError) {
        switch change.kind {
        case .insertion(let text):
            try insert(change, text)
        case .replacement(let text):
            try remove(change.row)
            try insert(change, text)
        case .deletion:
            try remove(change.row)
        case .move:
            moving.bind(change.listKey)
            moving.bind(change.row)
            try moving.run()
        }
    }

    private func insert(_ change: SearchChange, _ text: String) throws(StoreError) {
        insertion.bind(change.row)
        insertion.bind(change.listKey)
        insertion.bind(text)
        try insertion.run()
        indexing.bind(change.row)
        indexing.bind(text)
        try indexing.run()
    }

    private func remove(_ row: Int64) throws(StoreError) {
        // The index must be told the text it had.
        unindexing.bind(row)
        try unindexing.run()
        deletion.bind(row)
        try deletion.run()
    }
}

/// A change of the search rows that waits for the end of its transaction: the index writes everything it has
/// gathered at each savepoint, which would cost more than all else in a turn.
struct SearchChange {
    enum Kind {
        case insertion(text: String)
        case replacement(text: String)
        case deletion
        /// Only its place in the agents' order changed.
        case move
    }

    let kind: Kind
    let row: Int64
    let listKey: Int64

    private init(_ kind: Kind, _ conversation: Conversation) {
        self.kind = kind
        row = conversation.row
        listKey = ConversationColumns.listKey(conversation)
    }

    /// What a new conversation is found by.
    static func insertion(_ conversation: Conversation) -> SearchChange {
        SearchChange(.insertion(text: SearchText.of(conversation)), conversation)
    }

    static func deletion(_ conversation: Conversation) -> SearchChange {
        SearchChange(.deletion, conversation)
    }

    /// Nil when nothing that a search reads did change.
    static func update(_ new: Conversation, from old: Conversation) -> SearchChange? {
        if new.contact.name != old.contact.name || new.contact.email != old.contact.email {
            return SearchChange(.replacement(text: SearchText.of(new)), new)
        }
        let change = SearchChange(.move, new)
        return change.listKey == ConversationColumns.listKey(old) ? nil : change
    }
}

/// The texts that are searched, and what searches them.
enum SearchText {
    /// Keeps a needle from matching across two fields.
    private static let separator = "\u{1f}"
    /// A needle's trigrams that the index is asked for. The text itself decides, and every common trigram costs a walk
    /// through most of the index.
    private static let maximumTrigrams = 3

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
        let all = Array(0...scalars.count - 3)
        // Digits and marks tell names and addresses apart better than letters do.
        let telling = all.filter { start in scalars[start..<start + 3].contains { !$0.properties.isAlphabetic } }
        let starts = telling.isEmpty ? all : telling
        let count = min(starts.count, maximumTrigrams)
        var query = ""
        for index in 0..<count {
            let start = starts[count == 1 ? 0 : (starts.count - 1) * index / (count - 1)]
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
