extension Turn {
    /// Queues an event for every endpoint that wants it, in the transaction that made the event: what was committed
    /// is delivered, what was not is never told.
    func enqueueWebhooks(for event: ChatEvent) throws {
        guard !rules.webhooks.isEmpty, let name = WebhookEventName(event) else { return }
        // An assignment that also moves the status is one update.
        if name == .conversationUpdated,
            events.contains(where: { WebhookEventName($0) == name && $0.conversation == event.conversation })
        {
            return
        }
        let endpoints = Set(rules.webhooks.filter { $0.wants(name.rawValue) }.map(\.url))
        guard !endpoints.isEmpty else { return }
        let payload = WebhookPayload(
            tenant: rules.tenant,
            name: name,
            event: event,
            message: try message(of: event)
        )
        let body = payload.json()
        for endpoint in endpoints.sorted() {
            try transaction.enqueueWebhook(
                WebhookDraft(
                    endpoint: endpoint,
                    id: ids.next(),
                    event: event.number,
                    conversation: event.conversation.row,
                    body: body,
                    at: now
                )
            )
        }
    }

    /// Dialects whose customers an agent's answer reaches through the brand's backend: once that has taken the
    /// webhook, the answer is delivered.
    private static let answeredThroughBackends: Set<DialectName> = [.supportZenLive, .supportZenClient]

    /// Moves the customers' delivered watermark to an agent's message that a backend has taken.
    func confirmDelivery(of event: Int64) throws {
        guard let logged = try transaction.events(after: event - 1, limit: 1).first, logged.number == event,
            logged.code == ChatEvent.messageCode, logged.side == Side.agents.rawValue,
            let stored = try transaction.conversation(row: logged.conversation),
            Self.answeredThroughBackends.contains(stored.origin),
            stored.customer.delivered < logged.messageNumber
        else { return }
        var conversation = stored
        conversation.customer.delivered = min(logged.messageNumber, stored.messageCount)
        try transaction.update(conversation, from: stored)
    }

    /// The message an event speaks of: the new one, or the one up to which somebody has read.
    private func message(of event: ChatEvent) throws -> Message? {
        switch event.change {
        case .message(let message):
            return message
        case .read(_, let number, _):
            guard number > 0 else { return nil }
            return try transaction.messages(of: event.conversation.row, numbers: number...number).first
        case .created, .status, .assigned, .updated, .rated, .deleted:
            return nil
        }
    }
}

extension ChatEvent {
    /// What the log keeps for a message.
    fileprivate static let messageCode = 2
}
