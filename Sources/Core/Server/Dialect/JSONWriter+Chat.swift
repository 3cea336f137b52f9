/// Members that hold moments and ids, written without strings in between: every message has some of both.
extension JSONWriter {
    /// A moment in UTC: `"2024-12-04T12:00:00.000Z"`, or without the milliseconds.
    package mutating func time(_ key: StaticString, _ unixMilliseconds: Int64, milliseconds: Bool = true) {
        self.key(key)
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        CivilTime.append(unixMilliseconds, to: &bytes, milliseconds: milliseconds)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A moment that is left out when there is none.
    package mutating func optionalTime(_ key: StaticString, _ unixMilliseconds: Int64?, milliseconds: Bool = true) {
        if let unixMilliseconds { time(key, unixMilliseconds, milliseconds: milliseconds) }
    }

    /// The first `digits` hex digits of an id: 24 for the short form, 32 for all of it.
    package mutating func id(_ key: StaticString, _ id: EntityID, digits: Int = 24) {
        self.key(key)
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        var shift = UInt64(60)
        for index in 0..<digits {
            if index == 16 { shift = 60 }
            bytes.append(Hex.digit(UInt8(truncatingIfNeeded: (index < 16 ? id.high : id.low) >> shift) & 15))
            shift &-= 4
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
