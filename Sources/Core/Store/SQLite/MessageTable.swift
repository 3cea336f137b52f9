/// Messages by number, by people's number and by id.
final class MessageTable {
    private let byNumber: SQLiteStatement
    private let byID: SQLiteStatement
    private let newest: SQLiteStatement
    private let newestOfPeople: SQLiteStatement
    private let counts: SQLiteStatement
    private let peopleAt: SQLiteStatement
    private let ofPeople: SQLiteStatement
    private let insertion: SQLiteStatement
    private let removal: SQLiteStatement
    private let deletion: SQLiteStatement
    private let attachments: AttachmentTable

    private static let columns = """
        conversation, number, people, customers, id, author, has_files, created_at, dialect, author_id, author_name, \
        avatar, image_url, text
        """

    init(_ connection: SQLiteConnection, attachments: AttachmentTable) {
        self.attachments = attachments
        let select = "SELECT \(Self.columns) FROM message"
        byNumber = connection.statement(
            "\(select) WHERE conversation = ? AND number BETWEEN ? AND ? ORDER BY number"
        )
        byID = connection.statement("\(select) WHERE id BETWEEN ? AND ? LIMIT 1")
        newest = connection.statement("\(select) WHERE conversation = ? ORDER BY number DESC LIMIT 1")
        newestOfPeople = connection.statement(
            "\(select) WHERE conversation = ? AND author <> 2 ORDER BY number DESC LIMIT 1"
        )
        counts = connection.statement(
            "SELECT message_count, people_count, first_number FROM conversation WHERE row = ?"
        )
        peopleAt = connection.statement("SELECT people FROM message WHERE conversation = ? AND number = ?")
        ofPeople = connection.statement(
            """
            \(select) WHERE conversation = ? AND number BETWEEN ? AND ? AND author <> 2 AND people <= ?
            ORDER BY number LIMIT ?
            """
        )
        insertion = connection.statement(
            "INSERT INTO message(\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        removal = connection.statement("DELETE FROM message WHERE conversation = ? AND number = ?")
        deletion = connection.statement("DELETE FROM message WHERE conversation = ?")
    }

    /// A message without its files, and whether it has some.
    private static func read(_ row: SQLiteStatement) -> (message: Message, hasFiles: Bool) {
        let conversation = row.int64()
        let number = row.int64()
        let people = row.int64()
        let customers = row.int64()
        let id = row.id()
        let kind = AuthorKind(rawValue: row.int()) ?? .system
        let hasFiles = row.bool()
        let createdAt = row.int64()
        let dialect = row.dialect()
        let author = Author(kind: kind, id: row.text(), name: row.text(), avatar: row.optionalText())
        let image = row.optionalText()
        let message = Message(
            conversation: conversation,
            number: number,
            peopleNumber: people,
            customerNumber: customers,
            id: id,
            author: author,
            text: row.text(),
            imageURL: image,
            dialect: dialect,
            createdAt: createdAt
        )
        return (message, hasFiles)
    }

    // MARK: Reading

    func range(_ conversation: Int64, _ numbers: ClosedRange<Int64>) throws(StoreError) -> [Message] {
        byNumber.bind(conversation)
        byNumber.bind(numbers.lowerBound)
        byNumber.bind(numbers.upperBound)
        return try page(byNumber)
    }

    /// People's numbers have no index of their own: they lag behind the number by the count of system texts before,
    /// so the first of them lies in a short range and is found there by halving.
    func range(_ conversation: Int64, people: ClosedRange<Int64>) throws(StoreError) -> [Message] {
        counts.bind(conversation)
        let stored = try counts.one { (messages: $0.int64(), people: $0.int64(), first: $0.int64()) }
        guard let stored else { return [] }
        let first = max(people.lowerBound, 1)
        let last = min(people.upperBound, stored.people)
        guard first <= last else { return [] }
        let systemTexts = stored.messages - stored.people
        var low = max(first, stored.first)
        var high = first + systemTexts
        // What retention has cut is below `low`; everything from there on exists.
        while low < high {
            let middle = low + (high - low) / 2
            peopleAt.bind(conversation)
            peopleAt.bind(middle)
            let count = try peopleAt.one { $0.int64() }
            if let count, count < first { low = middle + 1 } else { high = middle }
        }
        ofPeople.bind(conversation)
        ofPeople.bind(low)
        ofPeople.bind(last + systemTexts)
        ofPeople.bind(last)
        ofPeople.bind(last - first + 1)
        return try page(ofPeople)
    }

    func find(_ id: EntityIDRange) throws(StoreError) -> Message? {
        byID.bind(id.lowest)
        byID.bind(id.highest)
        return try page(byID).first
    }

    func last(_ conversation: Int64, people: Bool) throws(StoreError) -> Message? {
        let statement = people ? newestOfPeople : newest
        statement.bind(conversation)
        return try page(statement).first
    }

    /// The rows of a bound statement with their files, for which one more query is made only if there are any.
    private func page(_ statement: SQLiteStatement) throws(StoreError) -> [Message] {
        defer { statement.reset() }
        var messages: [Message] = []
        var firstWithFiles: Int?
        while try statement.step() {
            let (message, hasFiles) = Self.read(statement)
            if hasFiles, firstWithFiles == nil { firstWithFiles = messages.count }
            messages.append(message)
        }
        guard let start = firstWithFiles, let end = messages.last?.number else { return messages }
        let conversation = messages[start].conversation
        var index = start
        for file in try attachments.files(of: conversation, numbers: messages[start].number...end) {
            while index < messages.count, messages[index].number < file.number { index += 1 }
            guard index < messages.count else { break }
            if messages[index].number == file.number { messages[index].attachments.append(file.attachment) }
        }
        return messages
    }

    // MARK: Writing

    func insert(_ message: Message) throws(StoreError) {
        insertion.bind(message.conversation)
        insertion.bind(message.number)
        insertion.bind(message.peopleNumber)
        insertion.bind(message.customerNumber)
        insertion.bind(message.id)
        insertion.bind(message.author.kind.rawValue)
        insertion.bind(!message.attachments.isEmpty)
        insertion.bind(message.createdAt)
        insertion.bind(message.dialect.rawValue)
        insertion.bind(message.author.id)
        insertion.bind(message.author.name)
        insertion.bind(message.author.avatar)
        insertion.bind(message.imageURL)
        insertion.bind(message.text)
        try insertion.run()
    }

    /// Takes back the newest message.
    func remove(_ conversation: Int64, number: Int64) throws(StoreError) {
        removal.bind(conversation)
        removal.bind(number)
        try removal.run()
    }

    func deleteAll(_ conversation: Int64) throws(StoreError) {
        deletion.bind(conversation)
        try deletion.run()
    }
}
