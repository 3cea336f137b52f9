import Core

/// What this dialect keeps on a tenant's lane: throttles, and the places from which sockets see this server.
final class LocalProLane {
    /// From where sockets came: events with links in them are encoded once for each place.
    struct Place {
        let base: String?
        let prefix: String
        let guestKey: Int
        let agentKey: Int
    }

    /// Any client that came by the tenant's prefix may have invented its host name: past so many, links are relative.
    private static let maximumPlaces = 64
    private static let fewThrottles = 4096

    var pages = LocalProPageCache()
    private var places: [Place] = []
    private var throttles: [Int64: LocalProThrottle] = [:]
    /// At so many throttles those of past windows are dropped.
    private var crowd = fewThrottles

    /// The lane's one instance for a tenant.
    static func of(_ tenant: TenantLane) -> LocalProLane {
        tenant.state(of: .localPro) { LocalProLane() }
    }

    private init() {
        places.append(Place(base: nil, prefix: "", guestKey: EncodingKey.make(), agentKey: EncodingKey.make()))
    }

    /// The number of a place.
    func place(base: String?, prefix: String) -> UInt16 {
        if let known = places.firstIndex(where: { $0.base == base && $0.prefix == prefix }) { return UInt16(known) }
        guard places.count < Self.maximumPlaces else {
            return places.firstIndex { $0.base == nil && $0.prefix == prefix }.map { UInt16($0) } ?? 0
        }
        places.append(
            Place(base: base, prefix: prefix, guestKey: EncodingKey.make(), agentKey: EncodingKey.make())
        )
        return UInt16(places.count - 1)
    }

    subscript(place: UInt16) -> Place { places[Int(place)] }

    /// Whether one more typing signal by REST is told in a session.
    func allowsTyping(in conversation: Int64, now: Int64) -> Bool {
        if throttles.count >= crowd {
            throttles = throttles.filter { $0.value.isCurrent(now: now) }
            crowd = max(Self.fewThrottles, 2 * throttles.count)
        }
        return throttles[conversation, default: LocalProThrottle()].allowsTyping(now: now)
    }
}

/// How many signals may pass in ten seconds. Eight bytes, since every socket has one.
struct LocalProThrottle {
    static let typingLimit: UInt8 = 20
    static let frameLimit: UInt8 = 100
    private static let windowLength: Int64 = 10_000

    private var window: UInt32 = 0
    private var typing: UInt8 = 0
    private var frames: UInt8 = 0

    /// Counts a typing signal. `now` is in monotonic milliseconds.
    mutating func allowsTyping(now: Int64) -> Bool {
        turn(now)
        guard typing < Self.typingLimit else { return false }
        typing += 1
        return true
    }

    /// Counts any other frame.
    mutating func allowsFrame(now: Int64) -> Bool {
        turn(now)
        guard frames < Self.frameLimit else { return false }
        frames += 1
        return true
    }

    func isCurrent(now: Int64) -> Bool { window == Self.window(now) }

    private mutating func turn(_ now: Int64) {
        let current = Self.window(now)
        guard current != window else { return }
        self = LocalProThrottle()
        window = current
    }

    private static func window(_ now: Int64) -> UInt32 { UInt32(truncatingIfNeeded: now / windowLength) }
}
