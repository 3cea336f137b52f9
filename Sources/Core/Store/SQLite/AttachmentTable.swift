/// Files of messages, and uploads that no message names yet (those without a number).
final class AttachmentTable {
    private let connection: SQLiteConnection
    private let ofMessages: SQLiteStatement
    private let byID: SQLiteStatement
    private let upload: SQLiteStatement
    private let anyWithHash: SQLiteStatement
    private let sameContent: SQLiteStatement
    private let insertion: SQLiteStatement
    private let attachment: SQLiteStatement
    private let hashesOfConversation: SQLiteStatement
    private let hashesBelow: SQLiteStatement
    private let expired: SQLiteStatement
    private let removal: SQLiteStatement
    private let deletion: SQLiteStatement
    private let deletionBelow: SQLiteStatement

    private static let columns = "id, hash, name, media_type, size, width, height, duration"

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        ofMessages = connection.statement(
            """
            SELECT number, \(Self.columns) FROM attachment WHERE conversation = ? AND number BETWEEN ? AND ?
            ORDER BY number, position
            """
        )
        byID = connection.statement(
            "SELECT conversation, number, \(Self.columns) FROM attachment WHERE id BETWEEN ? AND ? LIMIT 1"
        )
        upload = connection.statement(
            "SELECT \(Self.columns) FROM attachment WHERE id = ? AND conversation = ? AND number IS NULL"
        )
        anyWithHash = connection.statement("SELECT 1 FROM attachment WHERE hash = ? LIMIT 1")
        sameContent = connection.statement("SELECT hash FROM attachment WHERE hash BETWEEN ? AND ? LIMIT 1")
        let all = "conversation, number, position, expires_at, \(Self.columns)"
        let insert = "INSERT INTO attachment(\(all)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        insertion = connection.statement(insert)
        // A file that was uploaded before has a row, which becomes the message's.
        attachment = connection.statement(
            """
            \(insert)
            ON CONFLICT(id) DO UPDATE SET number = excluded.number, position = excluded.position, expires_at = NULL
            WHERE attachment.conversation = excluded.conversation AND attachment.number IS NULL
            """
        )
        hashesOfConversation = connection.statement("SELECT DISTINCT hash FROM attachment WHERE conversation = ?")
        hashesBelow = connection.statement(
            "SELECT DISTINCT hash FROM attachment WHERE conversation = ? AND number < ?"
        )
        expired = connection.statement(
            """
            SELECT row, hash FROM attachment WHERE number IS NULL AND expires_at < ? ORDER BY expires_at LIMIT ?
            """
        )
        removal = connection.statement("DELETE FROM attachment WHERE row = ?")
        deletion = connection.statement("DELETE FROM attachment WHERE conversation = ?")
        deletionBelow = connection.statement("DELETE FROM attachment WHERE conversation = ? AND number < ?")
    }

    private static func read(_ row: SQLiteStatement) -> Attachment {
        Attachment(
            id: row.id(),
            hash: row.bytes(),
            name: row.text(),
            mediaType: row.text(),
            size: row.int64(),
            width: row.optionalInt(),
            height: row.optionalInt(),
            duration: row.optionalDouble()
        )
    }

    // MARK: Reading

    /// The files of a range of messages, in the order of messages and in theirs.
    func files(
        of conversation: Int64,
        numbers: ClosedRange<Int64>
    ) throws(StoreError) -> [(number: Int64, attachment: Attachment)] {
        ofMessages.bind(conversation)
        ofMessages.bind(numbers.lowerBound)
        ofMessages.bind(numbers.upperBound)
        return try ofMessages.all { ($0.int64(), Self.read($0)) }
    }

    func find(_ id: EntityIDRange) throws(StoreError) -> StoredAttachment? {
        byID.bind(id.lowest)
        byID.bind(id.highest)
        return try byID.one { row in
            let conversation = row.int64()
            let number = row.optionalInt64()
            return StoredAttachment(attachment: Self.read(row), conversation: conversation, messageNumber: number)
        }
    }

    func uploads(_ ids: [EntityID], conversation: Int64) throws(StoreError) -> [Attachment]? {
        // Named twice, a file would be used when it comes up again.
        guard Set(ids).count == ids.count else { return nil }
        var files: [Attachment] = []
        for id in ids {
            upload.bind(id)
            upload.bind(conversation)
            guard let file = try upload.one(Self.read) else { return nil }
            files.append(file)
        }
        return files
    }

    func isReferenced(_ hash: [UInt8]) throws(StoreError) -> Bool {
        anyWithHash.bind(hash)
        return try anyWithHash.one { _ in true } ?? false
    }

    /// Those of some hashes that no row names.
    func unreferenced(_ hashes: [[UInt8]]) throws(StoreError) -> [[UInt8]] {
        var released: [[UInt8]] = []
        for hash in Set(hashes) where try !isReferenced(hash) { released.append(hash) }
        return released
    }

    // MARK: Writing

    func keep(_ files: [Attachment], conversation: Int64, expiresAt: Int64) throws(StoreError) {
        for var file in files {
            file.hash = try place(of: file)
            bind(file, conversation: conversation, number: nil, position: 0, expiresAt: expiresAt, to: insertion)
            try insertion.run()
        }
    }

    func attach(_ files: [Attachment], conversation: Int64, number: Int64) throws(StoreError) {
        for (position, var file) in files.enumerated() {
            file.hash = try place(of: file)
            bind(file, conversation: conversation, number: number, position: position, expiresAt: nil, to: attachment)
            try attachment.run()
            guard connection.changes == 1 else {
                throw StoreError(.constraint, message: "the file belongs to another message or conversation")
            }
        }
    }

    /// Where the bytes of a file are named already, or else its own place: the same bytes are kept once. Only for packed
    /// files; the other ids are the same for the same bytes anyway.
    private func place(of file: Attachment) throws(StoreError) -> [UInt8] {
        guard file.hash.count == BlobID.packedBytes else { return file.hash }
        let rest = BlobID.packedBytes - Attachment.digestBytes
        sameContent.bind(file.contentDigest + [UInt8](repeating: 0, count: rest))
        sameContent.bind(file.contentDigest + [UInt8](repeating: 0xFF, count: rest))
        return try sameContent.one { $0.bytes() } ?? file.hash
    }

    private func bind(
        _ file: Attachment,
        conversation: Int64,
        number: Int64?,
        position: Int,
        expiresAt: Int64?,
        to statement: SQLiteStatement
    ) {
        statement.bind(conversation)
        statement.bind(number)
        statement.bind(position)
        statement.bind(expiresAt)
        statement.bind(file.id)
        statement.bind(file.hash)
        statement.bind(file.name)
        statement.bind(file.mediaType)
        statement.bind(file.size)
        statement.bind(file.width)
        statement.bind(file.height)
        statement.bind(file.duration)
    }

    /// Removes all files of a conversation; returns their hashes.
    func deleteAll(_ conversation: Int64) throws(StoreError) -> [[UInt8]] {
        hashesOfConversation.bind(conversation)
        let hashes = try hashesOfConversation.all { $0.bytes() }
        deletion.bind(conversation)
        try deletion.run()
        return hashes
    }

    /// Removes the files of the messages before a number; returns their hashes.
    func delete(_ conversation: Int64, below number: Int64) throws(StoreError) -> [[UInt8]] {
        hashesBelow.bind(conversation)
        hashesBelow.bind(number)
        let hashes = try hashesBelow.all { $0.bytes() }
        if hashes.isEmpty { return [] }
        deletionBelow.bind(conversation)
        deletionBelow.bind(number)
        try deletionBelow.run()
        return hashes
    }

    /// Removes uploads that expired before a time; returns their hashes.
    func deleteExpired(before time: Int64, limit: Int) throws(StoreError) -> [[UInt8]] {
        expired.bind(time)
        expired.bind(limit)
        let rows = try expired.all { (row: $0.int64(), hash: $0.bytes()) }
        for row in rows {
            removal.bind(row.row)
            try removal.run()
        }
        return rows.map(\.hash)
    }
}
