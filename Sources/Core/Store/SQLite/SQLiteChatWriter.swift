/// The one writing connection of a tenant.
package final class SQLiteChatWriter: ChatWriter {
    /// One connection's transaction statements, replaced together when it is opened again.
    private struct Session {
        let connection: SQLiteConnection
        let transaction: SQLiteTransaction
        let begin: SQLiteStatement
        let commit: SQLiteStatement

        init(_ connection: SQLiteConnection) {
            self.connection = connection
            transaction = SQLiteTransaction(connection)
            begin = connection.statement("BEGIN IMMEDIATE")
            commit = connection.statement("COMMIT")
        }
    }

    private let store: SQLiteChatStore
    private var session: Session
    /// Pages of the log that are in the database file already.
    private var checkpointedPages = 0

    init(_ store: SQLiteChatStore) throws(StoreError) {
        self.store = store
        session = Session(try store.openWriter())
    }

    package var isTransactionOpen: Bool { session.connection.isInTransaction }

    package func begin() throws(StoreError) {
        session.transaction.pending = SQLiteTransaction.Pending()
        try session.begin.run()
    }

    package func turn<Result>(
        _ body: (any ChatTransaction) throws(TurnFailure) -> Result
    ) throws(TurnFailure) -> Result {
        guard isTransactionOpen else { throw .store(StoreError(.other, message: "no transaction is open")) }
        let before = session.transaction.pending
        session.transaction.beginTurn()
        do {
            let result = try body(session.transaction)
            try finishTurn()
            return result
        } catch {
            undoTurn(before)
            throw error
        }
    }

    private func finishTurn() throws(TurnFailure) {
        guard isTransactionOpen else {
            // The body met a failure that it did not pass on.
            throw .store(StoreError(.io, message: "the transaction has been rolled back"))
        }
        do {
            try session.transaction.finishTurn()
        } catch {
            throw .store(error)
        }
    }

    private func undoTurn(_ before: SQLiteTransaction.Pending) {
        guard isTransactionOpen else {
            session.transaction.forget()
            return
        }
        do {
            try session.transaction.undoTurn(to: before)
        } catch {
            // The turn's writes cannot be told from the others' any more.
            rollback()
        }
    }

    package func commit() throws(StoreError) {
        try session.transaction.flush()
        try session.commit.run()
        // The log begins anew once all of it is in the file.
        if session.connection.logPages < checkpointedPages { checkpointedPages = 0 }
    }

    package func rollback() {
        session.transaction.forget()
        guard isTransactionOpen else { return }
        do {
            try session.connection.execute("ROLLBACK")
        } catch {
            // Closing undoes what is left; every later call says that the connection is gone.
            session.connection.close()
        }
    }

    package func isReferenced(hash: [UInt8]) throws(StoreError) -> Bool {
        try session.transaction.isReferenced(hash: hash)
    }

    package func reopen() throws(StoreError) {
        session.connection.close()
        session = Session(try store.openWriter())
        checkpointedPages = 0
    }

    package func checkpoint(truncating: Bool) throws(StoreError) {
        let result = try session.connection.checkpoint(truncating: truncating)
        checkpointedPages = result.done
    }

    package var logPages: Int { session.connection.logPages - checkpointedPages }

    package func close() {
        session.connection.close()
    }
}
