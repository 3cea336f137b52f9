import Core

/// A read that waits for news of its conversation: the next message, its end, or the end of the patience.
///
/// Lives on the tenant's lane from the first reading, in the same step of the lane as the subscription, so nothing is
/// missed between them.
final class ZenLongPoll: EventSubscriber {
    private let reading: ZenReading
    private let conversation: Int64
    private var timer: LaneTimer?
    private var isOver = false

    init(_ reading: ZenReading, conversation: Int64) {
        self.reading = reading
        self.conversation = conversation
    }

    func begin() {
        let tenant = reading.context.tenant
        tenant.subscribe(self, to: conversation)
        timer = tenant.schedule(afterMilliseconds: reading.request.wait) { [weak self] in
            self?.answer(evenWithoutNews: true)
        }
    }

    /// Answered, or the client has left.
    func end() {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        timer = nil
        reading.context.tenant.unsubscribe(self, from: conversation)
    }

    func receive(_ published: PublishedEvent) {
        guard case .chat(let event) = published.event else { return }
        switch event.change {
        case .message: answer(evenWithoutNews: false)
        // A client that waits for messages wants to know that none will come.
        case .status, .deleted: answer(evenWithoutNews: true)
        case .created, .assigned, .updated, .read, .rated: break
        }
    }

    private func answer(evenWithoutNews: Bool) {
        guard !isOver else { return }
        do {
            let answer = try reading.answer()
            guard answer.isNews || evenWithoutNews else { return }
            end()
            reading.context.answer(reading.deliver(answer))
        } catch {
            end()
            reading.context.answer(reading.context.render(error))
        }
    }
}
