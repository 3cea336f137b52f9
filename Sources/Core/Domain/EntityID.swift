/// A random 128-bit id: of a conversation, a message, a person, an attachment.
///
/// It can be shown to customers, since it neither tells a time or an order nor can be guessed; what is not drawn from the
/// system's randomness (the ids of messages) comes out of a permutation under a secret key. Dialects render all of it or
/// its first 96 bits.
package struct EntityID: Hashable, Sendable, Comparable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// In the place of an id that the store will give.
    package static let none = EntityID(high: 0, low: 0)

    package static func < (left: EntityID, right: EntityID) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    /// All 128 bits as 32 lower-case hex digits.
    package var hex: String { String(hexOf: high, low, digits: 32) }

    /// The first 96 bits as 24 lower-case hex digits, the form of LocalPro's object ids.
    package var shortHex: String { String(hexOf: high, low, digits: 24) }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for word in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<8 {
            high = high << 8 | UInt64(bytes[index])
            low = low << 8 | UInt64(bytes[index + 8])
        }
        self.init(high: high, low: low)
    }
}

/// A range of ids: what a rendered id, whole or shortened, stands for.
package struct EntityIDRange: Hashable, Sendable {
    package let lowest: EntityID
    package let highest: EntityID

    /// Reads 32 hex digits (one id) or 24 (its first 96 bits); nil for anything else.
    package init?(hex: some StringProtocol) {
        let count = hex.utf8.count
        guard count == 32 || count == 24 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var index = 0
        for byte in hex.utf8 {
            let digit: UInt64
            switch byte {
            case 0x30...0x39: digit = UInt64(byte - 0x30)
            case 0x61...0x66: digit = UInt64(byte - 0x61 + 10)
            default: return nil
            }
            if index < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
            index += 1
        }
        if count == 32 {
            lowest = EntityID(high: high, low: low)
            highest = lowest
        } else {
            lowest = EntityID(high: high, low: low << 32)
            highest = EntityID(high: high, low: low << 32 | 0xffff_ffff)
        }
    }

    package init(_ id: EntityID) {
        lowest = id
        highest = id
    }
}
