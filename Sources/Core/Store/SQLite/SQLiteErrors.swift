import CSQLite

extension StoreError {
    /// An SQLite result code in the store's terms. The text names what was attempted by the beginning of its SQL,
    /// and never a value: SQLite's own message is left out because it may quote one.
    init(code: Int32, attempted: String) {
        let kind: Kind =
            switch code & 0xff {
            case SQLITE_CONSTRAINT: .constraint
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .io
            case SQLITE_NOMEM: .memory
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            default: .other
            }
        let reason = sqlite3_errstr(code).map { String(cString: $0) } ?? "unknown error"
        self.init(kind, code: code, message: "\(attempted.prefix(80)): \(reason)")
    }
}
