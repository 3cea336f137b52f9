/// One transaction on its way through the store: begin, turns, commit, and what becomes of failures.
struct WriterBatch {
    /// The answers and events of the transaction, and the blobs it released.
    struct Result {
        var outcome = BatchResult()
        var released: [[UInt8]] = []
    }

    let writer: any ChatWriter
    let runner: TurnRunner
    let log: Log
    let tenant: String

    /// Runs all submissions in one transaction. When the transaction is lost, all of them are answered as retryable:
    /// whether they were stored is then told by their idempotency rows and the event log alone.
    ///
    /// Before the commit `keep` makes the files of those that went well durable: a message must never name bytes that are
    /// not on disk. When it throws, so does this, and nothing has happened.
    func run(
        _ batch: [Submission],
        keep: @Sendable ([StagedBlob]) throws(SystemError) -> Void
    ) throws(SystemError) -> Result {
        guard !batch.isEmpty else { return Result() }
        do { try writer.begin() } catch {
            log.error("a transaction could not begin", .field("tenant", tenant), .error(error))
            return lost(batch)
        }
        var result = Result()
        var files: [StagedBlob] = []
        result.outcome.replies.reserveCapacity(batch.count)
        for submission in batch {
            do throws(TurnFailure) {
                let turn = try runner.run(submission.operation, on: writer, rules: submission.rules)
                result.outcome.replies.append((submission.ticket, turn.reply))
                result.outcome.events += turn.events
                result.released += turn.releasedHashes
                files += submission.files
            } catch {
                switch error {
                case .rejected(let rejection):
                    result.outcome.replies.append((submission.ticket, .rejected(rejection)))
                case .store(let failure):
                    log.error("a turn failed", .field("tenant", tenant), .error(failure))
                    guard writer.isTransactionOpen else { return lost(batch) }
                    result.outcome.replies.append((submission.ticket, .rejected(.unavailable)))
                }
            }
        }
        do throws(SystemError) {
            if !files.isEmpty { try keep(files) }
        } catch {
            writer.rollback()
            throw error
        }
        do { try writer.commit() } catch {
            log.error("a commit failed", .field("tenant", tenant), .error(error))
            return lost(batch)
        }
        return result
    }

    private func lost(_ batch: [Submission]) -> Result {
        writer.rollback()
        do { try writer.reopen() } catch {
            log.error("the store could not be opened again", .field("tenant", tenant), .error(error))
        }
        return Result(
            outcome: BatchResult(replies: batch.map { ($0.ticket, .rejected(.unavailable)) }, isInDoubt: true)
        )
    }
}
