/// Which rows are a conversation's messages: blocks of 32 rows each, and the newest, incomplete block in `progress`.
final class MessagePlaces {
    /// The end of a conversation: what is not yet a whole block.
    struct Tail: Equatable {
        /// The newest message's number.
        var newest: Int64 = 0
        /// The rows of the incomplete block, as they are stored.
        var rows: [UInt8] = []
    }

    static let blockSize: Int64 = 32
    private static let cacheLimit = 512

    private let tailSelection: SQLiteStatement
    private let blocks: SQLiteStatement
    private let tailUpdate: SQLiteStatement
    private let insertion: SQLiteStatement
    private let removal: SQLiteStatement
    private let deletion: SQLiteStatement
    /// Tails that the writer has moved: the newest state, whether written already or not. Empty for readers.
    private var moved: [Int64: Tail] = [:]

    init(_ connection: SQLiteConnection) {
        tailSelection = connection.statement("SELECT message_count, tail FROM progress WHERE conversation = ?")
        blocks = connection.statement(
            "SELECT messages FROM message_block WHERE conversation = ? AND block BETWEEN ? AND ? ORDER BY block"
        )
        tailUpdate = connection.statement("UPDATE progress SET tail = ? WHERE conversation = ?")
        insertion = connection.statement("INSERT INTO message_block(conversation, block, messages) VALUES (?, ?, ?)")
        removal = connection.statement("DELETE FROM message_block WHERE conversation = ? AND block = ?")
        deletion = connection.statement("DELETE FROM message_block WHERE conversation = ? AND block < ?")
    }

    /// The block of a number, and where it begins.
    static func block(of number: Int64) -> Int64 { (number - 1) / blockSize }
    static func firstNumber(of block: Int64) -> Int64 { block * blockSize + 1 }

    // MARK: Reading

    func tail(_ conversation: Int64) throws(StoreError) -> Tail {
        if let known = moved[conversation] { return known }
        tailSelection.bind(conversation)
        return try tailSelection.one { Tail(newest: $0.int64(), rows: $0.bytes()) } ?? Tail()
    }

    /// The rows of those numbers that exist or have existed, and the first one's number. Rows that retention has cut may
    /// be among them.
    func rows(
        _ conversation: Int64,
        _ numbers: ClosedRange<Int64>
    ) throws(StoreError) -> (first: Int64, rows: ArraySlice<Int64>) {
        let tail = try tail(conversation)
        let first = max(numbers.lowerBound, 1)
        let last = min(numbers.upperBound, tail.newest)
        guard first <= last else { return (first, []) }
        let tailBlock = tail.newest / Self.blockSize
        let firstBlock = Self.block(of: first)
        var rows: [Int64] = []
        var start = Self.firstNumber(of: tailBlock)
        if firstBlock < tailBlock {
            blocks.bind(conversation)
            blocks.bind(firstBlock)
            blocks.bind(min(Self.block(of: last), tailBlock - 1))
            let found = try blocks.all { Self.decode($0.bytes()) }
            // Blocks are cut from the front alone: what is missing comes before what is there.
            let lastBlock = min(Self.block(of: last), tailBlock - 1)
            start = Self.firstNumber(of: lastBlock + 1 - Int64(found.count))
            for block in found { rows += block }
        }
        if last >= Self.firstNumber(of: tailBlock) { rows += Self.decode(tail.rows) }
        let from = max(first, start)
        guard from <= last else { return (from, []) }
        return (from, rows[Int(from - start)..<min(Int(last - start) + 1, rows.count)])
    }

    // MARK: Writing

    /// Adds a row to a tail that stood at `tail`; returns the block that it completed.
    func append(_ row: Int64, to tail: Tail, of conversation: Int64) throws(StoreError) -> Int64? {
        var next = tail
        next.newest += 1
        Self.append(row, to: &next.rows)
        var completed: Int64?
        if next.rows.count == Int(Self.blockSize) * Self.rowBytes {
            let block = Self.block(of: next.newest)
            insertion.bind(conversation)
            insertion.bind(block)
            insertion.bind(next.rows)
            try insertion.run()
            next.rows = []
            completed = block
        }
        moved[conversation] = next
        return completed
    }

    /// Takes back an append.
    func restore(_ tail: Tail, of conversation: Int64, completed: Int64?) throws(StoreError) {
        if let completed {
            removal.bind(conversation)
            removal.bind(completed)
            try removal.run()
        }
        try write(tail.rows, of: conversation)
        moved[conversation] = nil
    }

    /// Writes the tail as the appends have left it.
    func writeTail(_ conversation: Int64) throws(StoreError) {
        if let tail = moved[conversation] { try write(tail.rows, of: conversation) }
    }

    /// The tail as the appends have left it.
    func movedTail(_ conversation: Int64) -> [UInt8]? { moved[conversation]?.rows }

    /// Removes the blocks that end below a number.
    func deleteBlocks(_ conversation: Int64, below number: Int64) throws(StoreError) {
        deletion.bind(conversation)
        deletion.bind(Self.block(of: max(number, 1)))
        try deletion.run()
    }

    /// Removes all blocks; the tail goes with the conversation.
    func deleteAll(_ conversation: Int64) throws(StoreError) {
        deletion.bind(conversation)
        deletion.bind(Int64.max)
        try deletion.run()
        moved[conversation] = nil
    }

    private func write(_ rows: [UInt8], of conversation: Int64) throws(StoreError) {
        tailUpdate.bind(rows)
        tailUpdate.bind(conversation)
        try tailUpdate.run()
    }

    /// Forgets what the writer has moved; everything is written or undone.
    func forget() { moved.removeAll(keepingCapacity: true) }

    /// Keeps the writer's memory bounded; between turns.
    func trim() {
        if moved.count >= Self.cacheLimit { forget() }
    }

    // MARK: Six bytes a row

    private static let rowBytes = 6

    private static func append(_ row: Int64, to bytes: inout [UInt8]) {
        for shift in stride(from: 40, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: row >> shift)) }
    }

    private static func decode(_ bytes: [UInt8]) -> [Int64] {
        var rows: [Int64] = []
        rows.reserveCapacity(bytes.count / rowBytes)
        var index = 0
        while index + rowBytes <= bytes.count {
            var row: Int64 = 0
            for byte in bytes[index..<index + rowBytes] { row = row << 8 | Int64(byte) }
            rows.append(row)
            index += rowBytes
        }
        return rows
    }
}
