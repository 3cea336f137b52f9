/// What a turn leaves: the answer, and effects that are carried out only after the commit.
package struct TurnOutcome: Sendable {
    package var reply: Reply
    package var events: [ChatEvent]
    /// Blobs that lost a row: unlinked when no row and no upload in flight names them.
    package var releasedHashes: [[UInt8]]

    package init(_ reply: Reply, events: [ChatEvent] = [], releasedHashes: [[UInt8]] = []) {
        self.reply = reply
        self.events = events
        self.releasedHashes = releasedHashes
    }
}

/// One operation at work on one transaction. Everything that decides lives in the extensions of this type,
/// a file per kind of operation; a thrown error undoes the turn.
struct Turn {
    let operation: Operation
    let transaction: any ChatTransaction
    let rules: TurnRules
    let ids: any IDSource
    /// Events so far, in order, already logged.
    var events: [ChatEvent] = []

    init(_ operation: Operation, _ transaction: any ChatTransaction, rules: TurnRules, ids: any IDSource) {
        self.operation = operation
        self.transaction = transaction
        self.rules = rules
        self.ids = ids
    }

    var now: Int64 { operation.at }

    /// Executes the operation.
    mutating func run() throws -> TurnOutcome {
        if let replayed = try replay() { return TurnOutcome(replayed) }
        var released: [[UInt8]] = []
        let reply: Reply
        switch operation.action {
        case .create(let create): reply = try self.create(create)
        case .send(let send): reply = try self.send(send)
        case .close(let close): reply = try self.close(close)
        case .rate(let rate): reply = try self.rate(rate)
        case .read(let read): reply = try markRead(read)
        case .assign(let assign): reply = try self.assign(assign)
        case .transfer(let transfer): reply = try self.transfer(transfer)
        case .update(let update): reply = try self.update(update)
        case .note(let note): reply = try addNote(note)
        case .delete(let delete): (reply, released) = try self.delete(delete)
        case .presentToken(let present): reply = try presentToken(present)
        case .keepUploads(let uploads): reply = try keepUploads(uploads)
        case .delivered(let marks): reply = try recordDelivered(marks)
        case .user(let command): reply = try user(command)
        case .token(let command): reply = try token(command)
        case .webhook(let command): reply = try webhook(command)
        case .sweep(let sweep):
            let result = try transaction.sweep(sweep)
            released = result.releasedHashes
            reply = .swept(hasMore: result.hasMore)
        }
        try remember(reply)
        return TurnOutcome(reply, events: events, releasedHashes: released)
    }

    /// Logs an event and keeps it for the lane.
    mutating func record(
        _ change: ChatEvent.Change,
        _ conversation: Conversation,
        by side: Side?
    ) throws {
        var logged = LoggedEvent(
            number: 0,
            at: now,
            code: change.code,
            conversation: conversation.row,
            messageNumber: 0,
            side: side?.rawValue ?? -1
        )
        switch change {
        case .message(let message): logged.messageNumber = message.number
        case .read(let side, let number, _):
            logged.messageNumber = number
            logged.side = side.rawValue
        default: break
        }
        let number = try transaction.log(logged)
        let event = ChatEvent(number: number, at: now, conversation: conversation, change: change)
        try enqueueWebhooks(for: event)
        events.append(event)
    }
}

/// Runs operations as turns on a writer's transaction.
package struct TurnRunner {
    private let ids: any IDSource

    package init(ids: any IDSource) {
        self.ids = ids
    }

    /// One turn: in a savepoint of its own, undone whole when it is refused or fails.
    package func run(
        _ operation: Operation,
        on writer: any ChatWriter,
        rules: TurnRules
    ) throws(TurnFailure) -> TurnOutcome {
        let ids = ids
        return try writer.turn { (transaction) throws(TurnFailure) in
            do {
                var turn = Turn(operation, transaction, rules: rules, ids: ids)
                return try turn.run()
            } catch let rejection as Rejection {
                throw .rejected(rejection)
            } catch let error as StoreError {
                throw .store(error)
            } catch {
                throw .store(StoreError(.other, message: "unexpected error in a turn: \(error)"))
            }
        }
    }
}
