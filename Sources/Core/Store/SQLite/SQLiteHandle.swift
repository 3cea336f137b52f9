import CSQLite

// Every pointer of SQLite lives in this file. A connection and its statements belong to the thread that made them
// (the library's own mutexes are switched off), which is why neither is Sendable.

/// One connection to a database file.
///
/// It owns its statements: `close` finalises all of them, and whoever still holds one gets an error from it.
final class SQLiteConnection {
    /// Where and how to open.
    struct Location {
        var path: String
        var createsFile = false
        /// The VFS to go through; nil for the default. Fault tests put their own in between.
        var vfs: String?
    }

    private var handle: OpaquePointer?
    private var statements: [SQLiteStatement] = []
    private let scratch = SQLiteScratch()
    /// The log's length in pages, told by the hook after each commit.
    private let logLength = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

    init(_ location: Location, busyMilliseconds: Int32) throws(StoreError) {
        logLength.initialize(to: 0)
        var flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        if location.createsFile { flags |= SQLITE_OPEN_CREATE }
        let code = sqlite3_open_v2(location.path, &handle, flags, location.vfs)
        guard code == SQLITE_OK else {
            sqlite3_close(handle)
            handle = nil
            throw StoreError(code: code, attempted: "open \(location.path)")
        }
        sqlite3_busy_timeout(handle, busyMilliseconds)
    }

    deinit {
        close()
        logLength.deallocate()
    }

    /// Finalises the statements and closes. What was not committed is undone.
    func close() {
        for statement in statements { statement.finalize() }
        statements.removeAll()
        sqlite3_close(handle)
        handle = nil
    }

    /// A statement for repeated use; compiled when it is first bound or stepped.
    func statement(_ sql: String) -> SQLiteStatement {
        let statement = SQLiteStatement(sql, database: handle, scratch: scratch)
        statements.append(statement)
        return statement
    }

    /// Finalises a statement that is not needed again.
    func discard(_ statement: SQLiteStatement) {
        statement.finalize()
        statements.removeAll { $0 === statement }
    }

    /// The library does not stand calls without a connection, which a failed rollback leaves behind.
    private func opened() throws(StoreError) -> OpaquePointer {
        guard let handle else { throw StoreError(.io, message: "the database connection is closed") }
        return handle
    }

    /// Runs statements that are not repeated, their rows ignored.
    func execute(_ sql: String) throws(StoreError) {
        let code = try sqlite3_exec(opened(), sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw StoreError(code: code, attempted: sql) }
    }

    /// The integer in the first column of the first row; nil without a row.
    func integer(_ sql: String) throws(StoreError) -> Int64? {
        let statement = SQLiteStatement(sql, database: handle, scratch: scratch)
        defer { statement.finalize() }
        return try statement.one { $0.int64() }
    }

    /// The texts of the first column.
    func texts(_ sql: String) throws(StoreError) -> [String] {
        let statement = SQLiteStatement(sql, database: handle, scratch: scratch)
        defer { statement.finalize() }
        return try statement.all { $0.text() }
    }

    /// Whether a transaction is open. SQLite may end one by itself after a failure.
    var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// How many rows the last statement changed.
    var changes: Int { handle.map { Int(sqlite3_changes64($0)) } ?? 0 }

    /// The row that the last insert made.
    var lastInsertedRow: Int64 { handle.map { sqlite3_last_insert_rowid($0) } ?? 0 }

    /// Pages in the write-ahead log after this connection's last commit or checkpoint.
    var logPages: Int { Int(logLength.pointee) }

    /// Takes the place of the automatic checkpoint: the log's length is noted, and nothing else is done.
    func watchLog() {
        guard let handle else { return }
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            },
            logLength
        )
    }

    /// Copies the log into the database file.
    ///
    /// - Returns: how many pages the log has and how many of them are in the file now.
    func checkpoint(truncating: Bool) throws(StoreError) -> (log: Int, done: Int) {
        let handle = try opened()
        var log: Int32 = 0
        var done: Int32 = 0
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &log, &done)
        guard code == SQLITE_OK else { throw StoreError(code: code, attempted: "checkpoint") }
        logLength.pointee = log
        return (Int(log), Int(done))
    }

    /// Copies the whole database, page by page, into another one, which is made durable.
    func copy(into target: SQLiteConnection) throws(StoreError) {
        let (source, copy) = (try opened(), try target.opened())
        guard let backup = sqlite3_backup_init(copy, "main", source, "main") else {
            throw StoreError(code: sqlite3_extended_errcode(copy), attempted: "copy the database")
        }
        let code = sqlite3_backup_step(backup, -1)
        let end = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, end == SQLITE_OK else {
            throw StoreError(code: end == SQLITE_OK ? code : end, attempted: "copy the database")
        }
    }
}

/// A compiled statement that is bound, stepped and reset many times. Values are bound and read in order.
final class SQLiteStatement {
    private let sql: String
    private var database: OpaquePointer?
    private var pointer: OpaquePointer?
    private let scratch: SQLiteScratch
    private var usesScratch = false
    private var parameter: Int32 = 0
    private var column: Int32 = 0
    /// The first failure of compiling or binding; told by the next step.
    private var failure: Int32 = SQLITE_OK

    fileprivate init(_ sql: String, database: OpaquePointer?, scratch: SQLiteScratch) {
        self.sql = sql
        self.database = database
        self.scratch = scratch
    }

    deinit { finalize() }

    fileprivate func finalize() {
        reset()
        sqlite3_finalize(pointer)
        pointer = nil
        database = nil
    }

    // MARK: Binding

    func bind(_ value: Int64) { note(sqlite3_bind_int64(compiled, nextParameter(), value)) }

    func bind(_ value: Int) { bind(Int64(value)) }

    func bind(_ value: Bool) { bind(value ? 1 : 0 as Int64) }

    func bind(_ value: Int64?) {
        if let value { bind(value) } else { bindNull() }
    }

    func bind(_ value: Int?) { bind(value.map(Int64.init)) }

    func bind(_ value: Double?) {
        if let value { note(sqlite3_bind_double(compiled, nextParameter(), value)) } else { bindNull() }
    }

    func bind(_ value: String) {
        var value = value
        value.withUTF8 { bind($0, isText: true) }
    }

    func bind(_ value: String?) {
        if let value { bind(value) } else { bindNull() }
    }

    func bind(_ value: [UInt8]) { value.withUnsafeBufferPointer { bind($0, isText: false) } }

    func bind(_ value: [UInt8]?) {
        if let value { bind(value) } else { bindNull() }
    }

    /// Text that is UTF-8 already.
    func bindText(_ value: [UInt8]) { value.withUnsafeBufferPointer { bind($0, isText: true) } }

    func bind(_ id: EntityID) {
        let words = (id.high.bigEndian, id.low.bigEndian)
        withUnsafeBytes(of: words) { bytes in bytes.withMemoryRebound(to: UInt8.self) { bind($0, isText: false) } }
    }

    func bindNull() { note(sqlite3_bind_null(compiled, nextParameter())) }

    /// The scratch holds the bytes until the reset: SQLite then neither copies nor allocates.
    private func bind(_ bytes: UnsafeBufferPointer<UInt8>, isText: Bool) {
        let length = Int32(clamping: bytes.count)
        var lifetime = csqlite_static()
        var start = scratch.keep(bytes, isFirst: !usesScratch)
        if start == nil {
            start = UnsafeRawPointer(bytes.baseAddress)
            lifetime = csqlite_transient()
        } else {
            usesScratch = true
        }
        if isText {
            note(
                sqlite3_bind_text(
                    compiled,
                    nextParameter(),
                    start?.assumingMemoryBound(to: CChar.self),
                    length,
                    lifetime
                )
            )
        } else {
            note(sqlite3_bind_blob(compiled, nextParameter(), start, length, lifetime))
        }
    }

    private func nextParameter() -> Int32 {
        parameter += 1
        return parameter
    }

    private func note(_ code: Int32) {
        if code != SQLITE_OK, failure == SQLITE_OK { failure = code }
    }

    private var compiled: OpaquePointer? {
        if let pointer { return pointer }
        guard let database else {
            note(SQLITE_MISUSE)
            return nil
        }
        note(sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil))
        return pointer
    }

    // MARK: Running

    /// Goes to the next row; false when there is none.
    func step() throws(StoreError) -> Bool {
        column = 0
        let pointer = compiled
        guard failure == SQLITE_OK else { throw StoreError(code: failure, attempted: sql) }
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw StoreError(code: code, attempted: sql)
        }
    }

    /// Makes it ready to be bound again.
    func reset() {
        // The code is that of the last step, which has been told.
        _ = sqlite3_reset(pointer)
        parameter = 0
        failure = SQLITE_OK
        if usesScratch {
            scratch.letGo()
            usesScratch = false
        }
    }

    /// Runs to the end and resets.
    func run() throws(StoreError) {
        defer { reset() }
        while try step() {}
    }

    /// The first row, and resets.
    func one<Result>(_ read: (SQLiteStatement) -> Result) throws(StoreError) -> Result? {
        defer { reset() }
        return try step() ? read(self) : nil
    }

    /// All rows, and resets.
    func all<Result>(_ read: (SQLiteStatement) -> Result) throws(StoreError) -> [Result] {
        defer { reset() }
        var results: [Result] = []
        while try step() { results.append(read(self)) }
        return results
    }

    // MARK: Reading a row, column after column

    func int64() -> Int64 {
        let value = sqlite3_column_int64(pointer, column)
        column += 1
        return value
    }

    func int() -> Int { Int(int64()) }

    func bool() -> Bool { int64() != 0 }

    func optionalInt64() -> Int64? { skipsNull() ? nil : int64() }

    func optionalInt() -> Int? { skipsNull() ? nil : int() }

    func optionalDouble() -> Double? {
        if skipsNull() { return nil }
        let value = sqlite3_column_double(pointer, column)
        column += 1
        return value
    }

    func text() -> String { withBytes { String(decoding: $0, as: UTF8.self) } }

    func optionalText() -> String? { skipsNull() ? nil : text() }

    func bytes() -> [UInt8] { withBytes { Array($0) } }

    func optionalBytes() -> [UInt8]? { skipsNull() ? nil : bytes() }

    func id() -> EntityID {
        withBytes { buffer in
            guard buffer.count == 16 else { return EntityID(high: 0, low: 0) }
            let raw = UnsafeRawBufferPointer(buffer)
            return EntityID(
                high: UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// The name of a dialect, without making a string for those that are known.
    func dialect() -> DialectName {
        withBytes { buffer in
            for known in Self.knownDialects where known.rawValue.utf8.elementsEqual(buffer) { return known }
            return DialectName(String(decoding: buffer, as: UTF8.self))
        }
    }

    private static let knownDialects: [DialectName] = [
        .localPro, .rooms, .chatModule, .supportZenClient, .supportZenLive,
    ]

    private func skipsNull() -> Bool {
        guard sqlite3_column_type(pointer, column) == SQLITE_NULL else { return false }
        column += 1
        return true
    }

    /// Texts are read as blobs too: that spares SQLite ending them with a zero byte.
    private func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let start = sqlite3_column_blob(pointer, column)?.assumingMemoryBound(to: UInt8.self)
        let count = Int(sqlite3_column_bytes(pointer, column))
        column += 1
        return body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}

/// The place where bound bytes lie until their statements are reset, one per connection.
///
/// Room is given out upwards and all of it taken back when the last statement lets go: statements overlap only
/// within one call, so that moment always comes.
private final class SQLiteScratch {
    /// Two of the longest messages; what does not fit is copied by SQLite.
    private static let capacity = 40_960

    private let base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    private var used = 0
    private var users = 0

    deinit { base.deallocate() }

    /// Copies bytes to a place that stays until `letGo`; nil when there is no room. `isFirst` counts a new user.
    func keep(_ bytes: UnsafeBufferPointer<UInt8>, isFirst: Bool) -> UnsafeRawPointer? {
        guard bytes.count <= Self.capacity - used - 1 else { return nil }
        let place = base + used
        if let start = bytes.baseAddress { place.copyMemory(from: start, byteCount: bytes.count) }
        used += bytes.count
        if isFirst { users += 1 }
        return UnsafeRawPointer(place)
    }

    func letGo() {
        users -= 1
        if users == 0 { used = 0 }
    }
}
