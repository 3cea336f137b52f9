/// Messages by number, by people's number and by id.
final class MessageTable {
    /// Rows that lie so close together are read as a range, and what is not the conversation's is skipped.
    private static let rangeGap: Int64 = 4

    private let byRow: SQLiteStatement
    private let byRows: SQLiteStatement
    private let counts: SQLiteStatement
    private let countsAt: SQLiteStatement
    private let peopleAt: SQLiteStatement
    private let timeAt: SQLiteStatement
    private let insertion: SQLiteStatement
    private let removal: SQLiteStatement
    private let attachments: AttachmentTable
    private let tenant: TenantTable
    let places: MessagePlaces
    /// Made when first needed: the secret must be there.
    private var knownNaming: MessageNaming?

    private static let columns = """
        row, conversation, number, people, customers, author, has_files, created_at, dialect, author_id, author_name, \
        avatar, image_url, text
        """

    init(_ connection: SQLiteConnection, attachments: AttachmentTable, tenant: TenantTable) {
        self.attachments = attachments
        self.tenant = tenant
        places = MessagePlaces(connection)
        let select = "SELECT \(Self.columns) FROM message"
        byRow = connection.statement("\(select) WHERE row = ?")
        byRows = connection.statement("\(select) WHERE row BETWEEN ? AND ? AND conversation = ? ORDER BY row")
        counts = connection.statement(
            "SELECT message_count, people_count, first_number FROM progress WHERE conversation = ?"
        )
        countsAt = connection.statement("SELECT people, customers FROM message WHERE row = ?")
        peopleAt = connection.statement("SELECT people FROM message WHERE row = ?")
        timeAt = connection.statement("SELECT created_at FROM message WHERE row = ?")
        insertion = connection.statement(
            "INSERT INTO message(\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        removal = connection.statement("DELETE FROM message WHERE row = ?")
    }

    private func naming() throws(StoreError) -> MessageNaming {
        if let knownNaming { return knownNaming }
        let naming = MessageNaming(secret: try tenant.secret())
        knownNaming = naming
        return naming
    }

    /// The id that a row's message has.
    func id(row: Int64, time: Int64) throws(StoreError) -> EntityID { try naming().id(row: row, time: time) }

    /// A message without its files, and whether it has some.
    private static func read(_ row: SQLiteStatement, _ naming: MessageNaming) -> (message: Message, hasFiles: Bool) {
        let place = row.int64()
        let conversation = row.int64()
        let number = row.int64()
        let people = row.int64()
        let customers = row.int64()
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
            id: naming.id(row: place, time: createdAt),
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
        try page(conversation, try places.rows(conversation, numbers).rows)
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
        let start = max(first, stored.first)
        let end = min(last + systemTexts, stored.messages)
        guard start <= end else { return [] }
        let rows = try places.rows(conversation, start...end).rows
        // What retention has cut comes first; everything behind it exists.
        var (low, high) = (rows.startIndex, min(rows.endIndex, rows.startIndex + Int(systemTexts) + 1))
        while low < high {
            let middle = low + (high - low) / 2
            peopleAt.bind(rows[middle])
            if let count = try peopleAt.one({ $0.int64() }), count >= first { high = middle } else { low = middle + 1 }
        }
        return try page(conversation, rows[low...]) { $0.author.kind != .system && $0.peopleNumber <= last }
    }

    func find(_ id: EntityIDRange) throws(StoreError) -> Message? {
        guard let found = try message(row: try naming().row(of: id)) else { return nil }
        return id.lowest <= found.id && found.id <= id.highest ? found : nil
    }

    func last(_ conversation: Int64, people: Bool) throws(StoreError) -> Message? {
        var end = try places.tail(conversation).newest
        while end > 0 {
            let (first, rows) = try places.rows(conversation, max(end - MessagePlaces.blockSize + 1, 1)...end)
            for row in rows.reversed() {
                guard let message = try message(row: row) else { return nil }
                if !people || message.author.kind != .system { return message }
            }
            guard !rows.isEmpty else { return nil }
            end = first - 1
        }
        return nil
    }

    private func message(row: Int64) throws(StoreError) -> Message? {
        let naming = try naming()
        byRow.bind(row)
        guard let (found, hasFiles) = try byRow.one({ Self.read($0, naming) }) else { return nil }
        var message = found
        if hasFiles {
            let files = try attachments.files(of: message.conversation, numbers: message.number...message.number)
            message.attachments = files.map(\.attachment)
        }
        return message
    }

    /// The messages of ascending rows with their files, for which one more query is made only if there are any.
    private func page(
        _ conversation: Int64,
        _ rows: ArraySlice<Int64>,
        _ isWanted: (Message) -> Bool = { _ in true }
    ) throws(StoreError) -> [Message] {
        let naming = try naming()
        var messages: [Message] = []
        messages.reserveCapacity(rows.count)
        var firstWithFiles: Int?
        var start = rows.startIndex
        while start < rows.endIndex {
            var end = start + 1
            while end < rows.endIndex, rows[end] - rows[end - 1] <= Self.rangeGap { end += 1 }
            byRows.bind(rows[start])
            byRows.bind(rows[end - 1])
            byRows.bind(conversation)
            defer { byRows.reset() }
            while try byRows.step() {
                let (message, hasFiles) = Self.read(byRows, naming)
                guard isWanted(message) else { continue }
                if hasFiles, firstWithFiles == nil { firstWithFiles = messages.count }
                messages.append(message)
            }
            start = end
        }
        guard let first = firstWithFiles, let end = messages.last?.number else { return messages }
        var index = first
        for file in try attachments.files(of: conversation, numbers: messages[first].number...end) {
            while index < messages.count, messages[index].number < file.number { index += 1 }
            guard index < messages.count else { break }
            if messages[index].number == file.number { messages[index].attachments.append(file.attachment) }
        }
        return messages
    }

    /// When the messages from a number on were written, in order.
    func times(_ conversation: Int64, from number: Int64, limit: Int) throws(StoreError) -> [(number: Int64, at: Int64)]
    {
        let (first, rows) = try places.rows(conversation, number...number + Int64(min(limit, 1 << 32)) - 1)
        var times: [(number: Int64, at: Int64)] = []
        for (offset, row) in rows.enumerated() {
            timeAt.bind(row)
            if let time = try timeAt.one({ $0.int64() }) { times.append((first + Int64(offset), time)) }
        }
        return times
    }

    /// How many people's messages there are up to one that exists, and how many of them are the customer's.
    func counts(_ conversation: Int64, upTo number: Int64) throws(StoreError) -> (people: Int64, customers: Int64) {
        guard let row = try places.rows(conversation, number...number).rows.first else { return (0, 0) }
        countsAt.bind(row)
        return try countsAt.one { (people: $0.int64(), customers: $0.int64()) } ?? (0, 0)
    }

    // MARK: Writing

    /// Stores a message under a row that no other has had.
    func insert(_ message: Message, row: Int64) throws(StoreError) {
        insertion.bind(row)
        insertion.bind(message.conversation)
        insertion.bind(message.number)
        insertion.bind(message.peopleNumber)
        insertion.bind(message.customerNumber)
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

    func remove(row: Int64) throws(StoreError) {
        removal.bind(row)
        try removal.run()
    }

    /// Removes the messages below a number.
    func delete(_ conversation: Int64, from first: Int64, below number: Int64) throws(StoreError) {
        guard first < number else { return }
        for row in try places.rows(conversation, first...number - 1).rows { try remove(row: row) }
        try places.deleteBlocks(conversation, below: number)
    }

    func deleteAll(_ conversation: Int64) throws(StoreError) {
        for row in try places.rows(conversation, 1...Int64.max).rows { try remove(row: row) }
        try places.deleteAll(conversation)
    }
}
