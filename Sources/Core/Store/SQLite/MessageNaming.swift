/// The ids of messages: the message's row and time under a permutation whose key only the database has.
///
/// To everyone else such ids are random bits: they tell neither an order nor another id, and no two are the same. But
/// they need no index, which would lie all over the database, one page for each message of a busy moment. The time is in
/// it for databases that are restored from a copy: they give rows again which have been given since the copy was made.
struct MessageNaming {
    /// Four make a permutation that cannot be told from a random one (Luby and Rackoff); the rest is margin.
    private static let rounds: UInt64 = 6
    private static let half: UInt64 = 0xffff_ffff_ffff

    private let mixing: SipHash
    private let ending: SipHash

    init(secret: [UInt8]) {
        let key = HMACKey(secret).authenticate(Array("message ids".utf8).span)
        let words = (0..<4).map { index in
            key[index * 8..<index * 8 + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        mixing = SipHash(key: words[0], words[1])
        ending = SipHash(key: words[2], words[3])
    }

    /// The id of a row with its time; both have at most 48 bits.
    func id(row: Int64, time: Int64) -> EntityID {
        var (left, right) = (UInt64(bitPattern: row) & Self.half, UInt64(bitPattern: time) & Self.half)
        for round in 0..<Self.rounds { (left, right) = (right, left ^ mixed(right, round)) }
        // 96 bits are the permutation's; the last 32, which short forms leave out, follow from them.
        let high = left << 16 | right >> 32
        return EntityID(high: high, low: right << 32 | ending(high ^ right) >> 32)
    }

    /// The one row whose id may lie in a range. Whoever finds something there compares the ids.
    func row(of range: EntityIDRange) -> Int64 {
        let id = range.lowest
        var (left, right) = (id.high >> 16, (id.high & 0xffff) << 32 | id.low >> 32)
        for round in (0..<Self.rounds).reversed() { (left, right) = (right ^ mixed(left, round), left) }
        return Int64(left)
    }

    private func mixed(_ half: UInt64, _ round: UInt64) -> UInt64 {
        mixing(round << 48 | half) & Self.half
    }
}
