import Core

/// What this dialect keeps on a tenant's lane: how often people say that they type, and which encodings its sockets
/// share.
final class ChatModuleLane {
    /// Clients say it with every few keystrokes; more than this is dropped.
    private static let typingRate = Rate(20, per: .seconds(10))
    private static let bucketLimit = 4096

    private var typing: [String: TokenBucket] = [:]
    private var encodings: [ChatModulePlace: (key: Int, sockets: Int)] = [:]

    /// Whether a typing signal of somebody may be told.
    func takeTyping(_ scope: String, now: Int64) -> Bool {
        // Emptied whole rather than swept: what is lost is ten seconds of memory.
        if typing.count >= Self.bucketLimit { typing.removeAll() }
        return typing[scope, default: TokenBucket()].take(Self.typingRate, now: now).isAllowed
    }

    /// The key of the message frames for sockets of one place; every `enter` has its `leave`.
    func enter(_ place: ChatModulePlace) -> Int {
        let known = encodings[place]
        let key = known?.key ?? EncodingKey.make()
        encodings[place] = (key, (known?.sockets ?? 0) + 1)
        return key
    }

    func leave(_ place: ChatModulePlace) {
        guard let known = encodings[place] else { return }
        encodings[place] = known.sockets > 1 ? (known.key, known.sockets - 1) : nil
    }
}

extension TenantLane {
    var chatModule: ChatModuleLane { state(of: .chatModule) { ChatModuleLane() } }
}
