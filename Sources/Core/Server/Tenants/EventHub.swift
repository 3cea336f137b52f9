/// Who is told what happens: subscribers of single conversations and of all. Confined to the tenant's lane.
final class EventHub {
    private var audiences: [Int64: Audience] = [:]
    private var everywhere = Followers()
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
            audiences[conversation] = .many(Followers(first, subscriber))
        case .many(var members):
            // The table must not be copied: its place is emptied while it is changed.
            audiences[conversation] = nil
            members.insert(subscriber)
            audiences[conversation] = .many(members)
        }
    }

    /// Forgets all subscriptions of a subscriber.
    func remove(_ subscriber: any EventSubscriber) {
        everywhere.remove(subscriber)
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
            followed[id] = nil
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
            // Not to be copied either.
            followed[id] = nil
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
            members.remove(subscriber)
            if !members.isEmpty { audiences[conversation] = .many(members) }
        }
    }

    /// Tells a subscriber of everything that happens in the tenant.
    func subscribeToAll(_ subscriber: any EventSubscriber) {
        everywhere.insert(subscriber)
    }

    func unsubscribeFromAll(_ subscriber: any EventSubscriber) {
        everywhere.remove(subscriber)
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
        // Over copies: who reads too slowly leaves while it is told.
        let everywhere = self.everywhere
        switch audience {
        case nil:
            Self.tell(everywhere, published)
        case .one(let subscriber):
            Self.tell(everywhere, published)
            if !everywhere.contains(subscriber) { subscriber.receive(published) }
        case .many(let members):
            // Hardly anybody follows both, and few follow everything: they are looked up, not the many.
            let both = everywhere.all.filter(members.contains)
            Self.tell(everywhere, published)
            if both.isEmpty {
                Self.tell(members, published)
            } else {
                for member in members.all where !both.contains(where: { $0 === member }) { member.receive(published) }
            }
        }
    }

    private static func tell(_ followers: Followers, _ published: PublishedEvent) {
        for follower in followers.all { follower.receive(published) }
    }
}
