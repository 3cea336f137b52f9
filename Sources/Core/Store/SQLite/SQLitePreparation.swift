/// Brings one database to the state the program needs: made, migrated and checked.
struct SQLitePreparation {
    let store: SQLiteChatStore

    /// Databases up to this many pages are checked whole (a few milliseconds); of larger ones the beginning and end
    /// of every table and index.
    private static let wholeCheckPages: Int64 = 1024

    private var path: String { store.path }

    func run() throws(StoreError) {
        guard let newest = store.migrations.last?.version else { return }
        let isNew = try storingFiles { () throws(SystemError) in
            try Files.makeDirectory(store.directory, permissions: 0o750)
            return try Files.status(path) == nil
        }
        guard !isNew else { return try create() }
        try checkHeader()
        let connection = try readable { () throws(StoreError) in try store.openWriter() }
        defer { connection.close() }
        try readable { () throws(StoreError) in
            try checkFormat(connection, newest: newest)
            try migrate(connection)
            try connection.execute("PRAGMA journal_mode = WAL")
            try checkLength(connection)
            try checkPages(connection)
        }
    }

    // MARK: Making

    /// A database is made under another name, synced once and renamed when it is complete, so that an empty or partial
    /// `chat.db` is never the beginning of one, always damage.
    private func create() throws(StoreError) {
        let temporary = path + ".new"
        try storingFiles { () throws(SystemError) in
            for suffix in ["", "-journal", "-wal", "-shm"] { try Files.unlink(temporary + suffix) }
            // A log without its database cannot be recovered, and would be taken for the new one's.
            for suffix in ["-wal", "-shm", "-journal"] { try Files.unlink(path + suffix) }
        }
        do {
            let location = SQLiteConnection.Location(path: temporary, createsFile: true, vfs: store.options.vfs)
            let connection = try SQLiteConnection(location, busyMilliseconds: store.options.busyMilliseconds)
            defer { connection.close() }
            try connection.execute("PRAGMA page_size = 2048; PRAGMA auto_vacuum = NONE")
            try connection.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
            try connection.execute("BEGIN IMMEDIATE; PRAGMA application_id = \(SQLiteSchema.applicationID)")
            for migration in store.migrations { try connection.execute(migration.script) }
            if let newest = store.migrations.last { try connection.execute("PRAGMA user_version = \(newest.version)") }
            let tenant = connection.statement("INSERT INTO tenant VALUES (1, ?, ?, 0)")
            tenant.bind(store.randomID())
            tenant.bind(store.random.bytes(count: 32))
            try tenant.run()
            try connection.execute("COMMIT")
            try connection.execute("PRAGMA journal_mode = WAL")
        }
        try storingFiles { () throws(SystemError) in
            let file = try Files.open(temporary, .readWrite)
            try Files.sync(file)
            try Files.rename(temporary, to: path)
            try Files.syncDirectory(store.directory)
        }
    }

    // MARK: Migrating

    private func migrate(_ connection: SQLiteConnection) throws(StoreError) {
        for migration in store.migrations {
            let present = try connection.integer("PRAGMA user_version") ?? 0
            guard migration.version > present else { continue }
            let backup = path + ".v\(present).bak"
            try storingFiles { () throws(SystemError) in _ = try Files.unlink(backup) }
            try copy(connection, to: backup)
            do {
                try connection.execute("BEGIN IMMEDIATE")
                try connection.execute(migration.script)
                try connection.execute("PRAGMA user_version = \(migration.version)")
                try connection.execute("COMMIT")
            } catch {
                if connection.isInTransaction { try connection.execute("ROLLBACK") }
                throw error
            }
        }
    }

    /// Copies a database to a path where nothing is. It appears there only when it is whole and on disk.
    func copy(_ source: SQLiteConnection, to target: String) throws(StoreError) {
        let temporary = target + ".new"
        try storingFiles { () throws(SystemError) in
            guard try Files.status(target) == nil else { throw SystemError(code: 17, operation: "copy to \(target)") }
            for suffix in ["", "-journal"] { try Files.unlink(temporary + suffix) }
        }
        do {
            let location = SQLiteConnection.Location(path: temporary, createsFile: true, vfs: store.options.vfs)
            let copy = try SQLiteConnection(location, busyMilliseconds: store.options.busyMilliseconds)
            defer { copy.close() }
            try source.copy(into: copy)
        }
        try storingFiles { () throws(SystemError) in
            let file = try Files.open(temporary, .readWrite)
            try Files.sync(file)
            try Files.rename(temporary, to: target)
            let folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
            try Files.syncDirectory(folder.isEmpty ? "/" : folder)
        }
    }

    // MARK: Checking

    /// SQLite takes an empty file for a new database, and would begin one in its place.
    private func checkHeader() throws(StoreError) {
        let start = try storingFiles { () throws(SystemError) in
            try Files.read(Files.open(path, .read), at: 0, count: 100)
        }
        guard start.count == 100, start.starts(with: Array("SQLite format 3\u{0}".utf8)) else {
            throw damaged("it does not begin like a database")
        }
    }

    private func checkFormat(_ connection: SQLiteConnection, newest: Int64) throws(StoreError) {
        guard try connection.integer("PRAGMA application_id") == SQLiteSchema.applicationID else {
            throw damaged("it is not a chat database of this program")
        }
        let version = try connection.integer("PRAGMA user_version") ?? 0
        guard version <= newest else {
            throw StoreError(
                .newer,
                message: "\(path) has schema version \(version), made by a newer version of the program; "
                    + "this one knows \(newest). Run the newer program, or restore a copy (\(path).v\(newest).bak)"
            )
        }
    }

    /// A truncated file has fewer pages than its header says. Pages may lie in the log only, so that is moved first.
    private func checkLength(_ connection: SQLiteConnection) throws(StoreError) {
        let result = try connection.checkpoint(truncating: true)
        guard result.log == result.done else { return }
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let pageSize = try connection.integer("PRAGMA page_size") ?? 0
        let size = try storingFiles { () throws(SystemError) in try Files.size(path) }
        guard Int64(size) >= pages * pageSize else {
            throw damaged("it should have \(pages * pageSize) bytes and has \(size)")
        }
    }

    private func checkPages(_ connection: SQLiteConnection) throws(StoreError) {
        let tables = try connection.texts(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search\\_index%' ESCAPE '\\'"
        )
        for table in SQLiteChatStore.tables where !tables.contains(table) {
            throw damaged("the table \(table) is missing")
        }
        if try connection.integer("PRAGMA page_count") ?? 0 <= Self.wholeCheckPages {
            let findings = try connection.texts("PRAGMA quick_check(1)")
            guard findings == ["ok"] else { throw damaged(findings.first ?? "the check tells nothing") }
            return
        }
        for table in SQLiteChatStore.tables {
            let indexes = try connection.texts("SELECT name FROM pragma_index_list('\(table)')")
            for index in indexes {
                guard let column = try connection.texts("SELECT name FROM pragma_index_info('\(index)')").first else {
                    continue
                }
                let isPartial =
                    try connection.integer("SELECT partial FROM pragma_index_list('\(table)') WHERE name = '\(index)'")
                if isPartial == 1 { continue }
                let from = "SELECT 1 FROM \(table) INDEXED BY \(index) ORDER BY \(column)"
                _ = try connection.integer("\(from) LIMIT 1")
                _ = try connection.integer("\(from) DESC LIMIT 1")
            }
            // The first row in full, with what its columns hold.
            _ = try connection.texts("SELECT * FROM \(table) LIMIT 1")
        }
    }

    // MARK: Errors

    private func damaged(_ finding: String) -> StoreError {
        StoreError(
            .corrupt,
            message: "\(path) is damaged: \(finding). Restore a copy of the database; nothing was changed"
        )
    }

    /// Gives SQLite's finding of damage the same clear text as this check's own.
    private func readable<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        do {
            return try body()
        } catch {
            guard error.kind == .corrupt, error.code != 0 else { throw error }
            let damage = damaged(error.message)
            throw StoreError(.corrupt, code: error.code, message: damage.message)
        }
    }
}

extension SQLiteChatStore {
    /// The tables every database has.
    static let tables = [
        "alias", "attachment", "audit", "conversation", "counter", "event", "facet", "idempotency", "identity",
        "message", "message_block", "note", "person", "progress", "read_exception", "search", "tenant", "token",
        "webhook",
    ]
}
