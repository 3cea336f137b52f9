/// Who follows one conversation. Most have one socket: it needs no table.
enum Audience {
    case one(any EventSubscriber)
    case many(Followers)
}

/// Subscribers in one stretch of memory, to be told one after the other. Each one's place is noted, so that thousands
/// can leave without a search. Their order means nothing: the last one takes the place of one that leaves.
struct Followers {
    private(set) var all: ContiguousArray<any EventSubscriber> = []
    private var places: [ObjectIdentifier: Int] = [:]

    init() {}

    init(_ first: any EventSubscriber, _ second: any EventSubscriber) {
        insert(first)
        insert(second)
    }

    var isEmpty: Bool { all.isEmpty }

    func contains(_ subscriber: any EventSubscriber) -> Bool { places[ObjectIdentifier(subscriber)] != nil }

    /// Twice is once.
    mutating func insert(_ subscriber: any EventSubscriber) {
        guard !contains(subscriber) else { return }
        places[ObjectIdentifier(subscriber)] = all.count
        all.append(subscriber)
    }

    mutating func remove(_ subscriber: any EventSubscriber) {
        guard let place = places.removeValue(forKey: ObjectIdentifier(subscriber)) else { return }
        let last = all.removeLast()
        guard place < all.count else { return }
        all[place] = last
        places[ObjectIdentifier(last)] = place
    }
}
