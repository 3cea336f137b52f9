/// Lets one turn be undone without the others of its transaction.
///
/// A savepoint makes SQLite copy every page before its first change, which costs a third of what sending a message does. The few
/// writes that sending and reading consist of are therefore undone by their opposites; any other write opens a
/// savepoint first. Where SQLite cannot finish a single-row write (disk full, I/O, memory) it rolls the whole
/// transaction back, savepoint or not, so nothing half-written is left for an opposite.
final class TurnGuard {
    /// A write outside the savepoint.
    enum Step {
        case message(row: Int64)
        /// A message's place behind others, and the block that it completed; what the tail was.
        case place(conversation: Int64, tail: MessagePlaces.Tail, completed: Int64?)
        /// Counts, watermarks and times; what they were.
        case progress(Conversation)
        case remembered(scope: [UInt8])
        case webhook(row: Int64)
    }

    private let savepoint: SQLiteStatement
    private let release: SQLiteStatement
    private let rollback: SQLiteStatement
    private var steps: [Step] = []
    private var hasSavepoint = false

    init(_ connection: SQLiteConnection) {
        savepoint = connection.statement("SAVEPOINT turn")
        release = connection.statement("RELEASE turn")
        rollback = connection.statement("ROLLBACK TO turn")
    }

    func begin() {
        steps.removeAll(keepingCapacity: true)
        hasSavepoint = false
    }

    /// To be called before any write that no step describes.
    func protect() throws(StoreError) {
        if hasSavepoint { return }
        try savepoint.run()
        hasSavepoint = true
    }

    /// Notes a write that has been done.
    func note(_ step: @autoclosure () -> Step) {
        if !hasSavepoint { steps.append(step()) }
    }

    /// Keeps what the turn wrote.
    func finish() throws(StoreError) {
        // Should this fail, the turn is undone.
        if hasSavepoint { try release.run() }
        begin()
    }

    /// Takes back what the turn wrote, in reverse order: what the savepoint covers came last.
    func undo(in tables: SQLiteReader) throws(StoreError) {
        if hasSavepoint {
            try rollback.run()
            try release.run()
            hasSavepoint = false
        }
        while let step = steps.popLast() {
            switch step {
            case .message(let row): try tables.messages.remove(row: row)
            case .place(let conversation, let tail, let completed):
                try tables.messages.places.restore(tail, of: conversation, completed: completed)
            case .progress(let old): try tables.conversations.restoreProgress(old)
            case .remembered(let scope): try tables.details.forget(scope: scope)
            case .webhook(let row): try tables.webhooks.remove(row: row)
            }
        }
    }
}
