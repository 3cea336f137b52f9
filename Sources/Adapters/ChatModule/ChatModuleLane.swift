import Core

/// What this dialect keeps on a tenant's lane: how often people say that they type, and which encodings its sockets
/// share.
final class ChatModuleLane {
    /// Clients say it with every few keystrokes; more than this is dropped.
    private static let typingRate = Rate(20, per: .seconds(10))
    private static let bucketLimit = 4096

    private var typing: [String: TokenBucket] = [:]
    private var encodings: [ChatModulePlace: Encoding] = [:]

    /// Message frames with the links of one place: made once for each event, for all sockets that came from there.
    final class Encoding {
        let place: ChatModulePlace
        let key = EncodingKey.make()
        fileprivate var sockets = 0

        fileprivate init(_ place: ChatModulePlace) {
            self.place = place
        }
    }

    /// Whether a typing signal of somebody may be told.
    func takeTyping(_ scope: String, now: Int64) -> Bool {
        // Emptied whole rather than swept: what is lost is ten seconds of memory.
        if typing.count >= Self.bucketLimit { typing.removeAll() }
        return typing[scope, default: TokenBucket()].take(Self.typingRate, now: now).isAllowed
    }

    /// The encoding for one more socket of a place; every `enter` has its `leave`. Places nobody is left in are
    /// forgotten, for a client may invent its host name.
    func enter(_ place: ChatModulePlace) -> Encoding {
        let encoding = encodings[place] ?? Encoding(place)
        encoding.sockets += 1
        encodings[place] = encoding
        return encoding
    }

    func leave(_ encoding: Encoding) {
        encoding.sockets -= 1
        if encoding.sockets == 0 { encodings[encoding.place] = nil }
    }
}

extension TenantLane {
    var chatModule: ChatModuleLane { state(of: .chatModule) { ChatModuleLane() } }
}
