/// A tenant's store in one SQLite file, `chat.db`, in the tenant's data folder.
///
/// It holds no connection itself: each reader and writer opens its own on its own thread.
package final class SQLiteChatStore: ChatStore {
    /// The tenant's data folder.
    package let directory: String
    package let options: SQLiteOptions
    let random: any RandomSource
    let migrations: [SQLiteMigration]

    package convenience init(directory: String, options: SQLiteOptions = SQLiteOptions(), random: any RandomSource) {
        self.init(directory: directory, options: options, random: random, migrations: SQLiteSchema.migrations)
    }

    /// Takes other schema steps, for the tests of migrating.
    init(directory: String, options: SQLiteOptions, random: any RandomSource, migrations: [SQLiteMigration]) {
        self.directory = directory
        self.options = options
        self.random = random
        self.migrations = migrations
    }

    /// The database file.
    package var path: String { directory + "/chat.db" }

    package func prepare() throws(StoreError) {
        try SQLitePreparation(store: self).run()
    }

    package func makeReader() throws(StoreError) -> any ChatReader {
        try SQLiteReader(openReader())
    }

    package func makeWriter() throws(StoreError) -> any ChatWriter {
        try SQLiteChatWriter(self)
    }

    /// Copies the database, with all that is committed, to a path that must not exist yet. The copy is on disk
    /// when this returns.
    package func copy(to target: String) throws(StoreError) {
        let source = try openReader()
        defer { source.close() }
        try SQLitePreparation(store: self).copy(source, to: target)
    }

    /// Gives the database a new epoch: to be called on what was restored from a copy, since its event numbers
    /// will be given a second time.
    package func renewEpoch() throws(StoreError) {
        let connection = try openWriter()
        defer { connection.close() }
        let statement = connection.statement("UPDATE tenant SET epoch = ?")
        statement.bind(randomID())
        try statement.run()
    }

    func randomID() -> EntityID { EntityID(high: random.nextUInt64(), low: random.nextUInt64()) }

    func openReader() throws(StoreError) -> SQLiteConnection {
        let connection = try open(cacheKiB: options.readerCacheKiB)
        try connection.execute("PRAGMA query_only = ON")
        return connection
    }

    func openWriter() throws(StoreError) -> SQLiteConnection {
        let connection = try open(cacheKiB: options.writerCacheKiB)
        let level = options.durability == .full ? "FULL" : "NORMAL"
        // Checkpoints are called for by whoever owns the writer; a log that had grown is cut after one.
        try connection.execute("PRAGMA synchronous = \(level); PRAGMA wal_autocheckpoint = 0")
        try connection.execute("PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = FAST")
        connection.watchLog()
        return connection
    }

    private func open(cacheKiB: Int) throws(StoreError) -> SQLiteConnection {
        let location = SQLiteConnection.Location(path: path, vfs: options.vfs)
        let connection = try SQLiteConnection(location, busyMilliseconds: options.busyMilliseconds)
        // Rows name each other by number and the transaction keeps them together; SQLite's own checks are not used.
        try connection.execute(
            """
            PRAGMA cache_size = -\(cacheKiB); PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;
            PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON
            """
        )
        return connection
    }
}
