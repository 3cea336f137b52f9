extension Turn {
    /// Queues an event for every endpoint that wants it, in the transaction that made the event: what was committed
    /// is delivered, what was not is never told.
    func enqueueWebhooks(for event: ChatEvent) throws {
        guard !rules.webhooks.isEmpty, let name = WebhookEventName(event) else { return }
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
                WebhookDraft(endpoint: endpoint, id: ids.next(), event: event.number, body: body, at: now)
            )
        }
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
