/// Who is told what happens: subscribers of single conversations and of all. Confined to the tenant's lane.
final class EventHub {
    /// Most conversations have one socket: it needs no table.
    private enum Audience {
        case one(any EventSubscriber)
        case many([ObjectIdentifier: any EventSubscriber])
    }

    private var audiences: [Int64: Audience] = [:]
    private var everywhere: [ObjectIdentifier: any EventSubscriber] = [:]
    /// What each subscriber follows, so that it can be forgotten whole.
    private var followed: [ObjectIdentifier: Followed] = [:]

    private enum Followed {
        case one(Int64)
        case many(Set<Int64>)
    }

    /// Tells a subscriber of one conversation; twice is once.
    func subscribe(_ subscriber: any EventSubscriber, to conversation: Int64) {
        note(ObjectIdentifier(subscriber), follows: conversation)
        switch audiences[conversation] {
        case nil:
            audiences[conversation] = .one(subscriber)
        case .one(let first):
            guard first !== subscriber else { return }
            audiences[conversation] = .many([
                ObjectIdentifier(first): first,
                ObjectIdentifier(subscriber): subscriber,
            ])
        case .many(var members):
            // The table must not be copied: its place is emptied while it is changed.
            audiences[conversation] = nil
            members[ObjectIdentifier(subscriber)] = subscriber
            audiences[conversation] = .many(members)
        }
    }

    /// Forgets all subscriptions of a subscriber.
    func remove(_ subscriber: any EventSubscriber) {
        everywhere[ObjectIdentifier(subscriber)] = nil
        switch followed.removeValue(forKey: ObjectIdentifier(subscriber)) {
        case nil: return
        case .one(let conversation): drop(subscriber, from: conversation)
        case .many(let conversations): for conversation in conversations { drop(subscriber, from: conversation) }
        }
    }

    func unsubscribe(_ subscriber: any EventSubscriber, from conversation: Int64) {
        let id = ObjectIdentifier(subscriber)
        switch followed[id] {
        case nil: return
        case .one(let only): if only == conversation { followed[id] = nil }
        case .many(var conversations):
            conversations.remove(conversation)
            followed[id] = conversations.isEmpty ? nil : .many(conversations)
        }
        drop(subscriber, from: conversation)
    }

    private func note(_ id: ObjectIdentifier, follows conversation: Int64) {
        switch followed[id] {
        case nil: followed[id] = .one(conversation)
        case .one(let first): if first != conversation { followed[id] = .many([first, conversation]) }
        case .many(var conversations):
            conversations.insert(conversation)
            followed[id] = .many(conversations)
        }
    }

    private func drop(_ subscriber: any EventSubscriber, from conversation: Int64) {
        switch audiences[conversation] {
        case nil: return
        case .one(let only):
            if only === subscriber { audiences[conversation] = nil }
        case .many(var members):
            audiences[conversation] = nil
            members[ObjectIdentifier(subscriber)] = nil
            if !members.isEmpty { audiences[conversation] = .many(members) }
        }
    }

    /// Tells a subscriber of everything that happens in the tenant.
    func subscribeToAll(_ subscriber: any EventSubscriber) {
        everywhere[ObjectIdentifier(subscriber)] = subscriber
    }

    func unsubscribeFromAll(_ subscriber: any EventSubscriber) {
        everywhere[ObjectIdentifier(subscriber)] = nil
    }

    /// Whether anybody follows a conversation singly.
    func hasSubscribers(of conversation: Int64) -> Bool { audiences[conversation] != nil }

    /// Whether an event of a conversation would reach anybody.
    func hasAudience(of conversation: Int64) -> Bool { !everywhere.isEmpty || hasSubscribers(of: conversation) }

    /// Tells each subscriber once, also one that follows both everything and this conversation.
    func publish(_ event: LiveEvent) {
        let conversation = event.conversation.row
        let audience = audiences[conversation]
        guard audience != nil || !everywhere.isEmpty else { return }
        let published = PublishedEvent(event)
        for subscriber in everywhere.values { subscriber.receive(published) }
        switch audience {
        case nil: return
        case .one(let subscriber):
            if everywhere[ObjectIdentifier(subscriber)] == nil { subscriber.receive(published) }
        case .many(let members):
            for (id, subscriber) in members where everywhere[id] == nil { subscriber.receive(published) }
        }
    }
}
