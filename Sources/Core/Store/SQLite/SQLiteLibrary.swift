import CSQLite

/// What is the same for all databases of a process.
package enum SQLiteLibrary {
    /// To be called before any database is opened. Without statistics SQLite's allocations take no common lock.
    package static func configure() -> Bool {
        csqlite_disable_memory_statistics() == SQLITE_OK
    }
}
