import Core

/// One run of turns and transactions, of which something fails; and what is known of each message afterwards.
struct FaultScenario {
    /// Transactions whose commit was acknowledged: all of these messages must be there.
    private(set) var acknowledged: [[Int]] = []
    /// Transactions whose commit failed: all or none.
    private(set) var uncertain: [[Int]] = []
    /// Messages of turns that were undone, or of transactions that were rolled back: none may be there.
    private(set) var undone: [Int] = []
    /// Errors of a kind that a fault must not come out as.
    private(set) var findings: [String] = []

    private static let rejected = TurnFailure.rejected(Rejection(.closed, "refused"))

    mutating func run(_ store: SQLiteChatStore) {
        guard let writer = try? store.makeWriter() else { return }
        defer { writer.close() }
        if let reader = try? store.makeReader() { readAll(reader) }
        transaction(writer, [create(10), refused(11), send(12), sendWithFile(13), refusedAfterAll(14), send(15)])
        transaction(writer, [send(16), send(17), change(18), refused(19), send(20)])
        do { try writer.checkpoint(truncating: false) } catch { judge(error) }
        transaction(writer, [send(21), remove(22)])
        do { try writer.checkpoint(truncating: true) } catch { judge(error) }
    }

    /// A step of a turn, and the message it leaves if it is not refused.
    private struct Turn {
        var message: Int?
        var refused: [Int] = []
        var body: (any ChatTransaction) throws(TurnFailure) -> Void
    }

    private mutating func transaction(_ writer: any ChatWriter, _ turns: [Turn]) {
        do {
            try writer.begin()
        } catch {
            judge(error)
            undone += turns.flatMap { [$0.message].compactMap { $0 } + $0.refused }
            return revive(writer)
        }
        var written: [Int] = []
        for turn in turns {
            undone += turn.refused
            guard writer.isTransactionOpen else {
                // The engine answers all of them with "try again".
                undone += written + [turn.message].compactMap { $0 }
                written = []
                continue
            }
            do {
                try writer.turn(turn.body)
                if let message = turn.message { written.append(message) }
            } catch {
                if let message = turn.message { undone.append(message) }
                if case .store(let failure) = error { judge(failure) }
            }
        }
        guard writer.isTransactionOpen else {
            undone += written
            return revive(writer)
        }
        do {
            try writer.commit()
            acknowledged.append(written)
        } catch {
            judge(error)
            uncertain.append(written)
            writer.rollback()
            revive(writer)
        }
    }

    private mutating func revive(_ writer: any ChatWriter) {
        writer.rollback()
        do { try writer.reopen() } catch { judge(error) }
    }

    private mutating func readAll(_ reader: any ChatReader) {
        do {
            _ = try reader.conversations(ConversationFilter(search: "customer"), page: PageRequest(page: 1, limit: 10))
            _ = try reader.messages(of: 1, numbers: 1...10)
            _ = try reader.statistics()
        } catch {
            judge(error)
        }
    }

    private mutating func judge(_ error: StoreError) {
        switch error.kind {
        case .io, .full, .memory, .busy, .other: break
        case .constraint, .corrupt, .newer: findings.append("a fault came out as \(error)")
        }
    }

    // MARK: Turns

    private func turn(
        _ message: Int?,
        refused: [Int] = [],
        _ body: @escaping (any ChatTransaction) throws(StoreError) -> Void
    ) -> Turn {
        Turn(message: message, refused: refused) { transaction throws(TurnFailure) in
            do throws(StoreError) { try body(transaction) } catch { throw .store(error) }
            if !refused.isEmpty { throw Self.rejected }
        }
    }

    private func send(_ number: Int) -> Turn {
        turn(number) { transaction throws(StoreError) in try Self.append(number, to: 1, in: transaction) }
    }

    private func sendWithFile(_ number: Int) -> Turn {
        turn(number) { transaction throws(StoreError) in
            try Self.append(number, to: 1, withFile: true, in: transaction)
        }
    }

    private func create(_ number: Int) -> Turn {
        turn(number) { transaction throws(StoreError) in
            let stored = try transaction.insert(FaultSample.conversation(number))
            try Self.append(number, to: stored.row, in: transaction)
        }
    }

    private func refused(_ number: Int) -> Turn {
        turn(nil, refused: [number]) { transaction throws(StoreError) in
            try Self.append(number, to: 1, in: transaction)
        }
    }

    private func refusedAfterAll(_ number: Int) -> Turn {
        turn(nil, refused: [number]) { transaction throws(StoreError) in
            try Self.append(number, to: 1, in: transaction)
            _ = try transaction.insert(FaultSample.conversation(number))
            _ = try transaction.nextTicketNumber()
        }
    }

    private func change(_ number: Int) -> Turn {
        turn(number) { transaction throws(StoreError) in
            guard let old = try transaction.conversation(row: 2) else { return }
            var new = old
            new.contact.name = "Customer renamed"
            new.status = .closed
            try transaction.update(new, from: old)
            try Self.append(number, to: 2, in: transaction)
        }
    }

    private func remove(_ number: Int) -> Turn {
        turn(number) { transaction throws(StoreError) in
            if let third = try transaction.conversation(row: 3) { _ = try transaction.delete(third) }
            try Self.append(number, to: 1, in: transaction)
        }
    }

    static func append(
        _ number: Int,
        to row: Int64,
        withFile: Bool = false,
        in transaction: any ChatTransaction
    ) throws(StoreError) {
        guard let old = try transaction.conversation(row: row) else {
            throw StoreError(.corrupt, message: "a conversation is missing")
        }
        var new = old
        let message = try transaction.append(FaultSample.message(number, withFile: withFile), to: &new)
        try transaction.update(new, from: old)
        _ = try transaction.log(
            LoggedEvent(
                number: 0,
                at: message.createdAt,
                code: 2,
                conversation: row,
                messageNumber: message.number,
                side: 0
            )
        )
    }
}
