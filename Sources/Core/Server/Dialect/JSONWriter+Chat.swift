/// Members that hold moments and ids, written in one piece and without strings in between: every message has some of
/// both, and pages of messages are what is read most.
extension JSONWriter {
    /// A moment in UTC: `"2024-12-04T12:00:00.000Z"`, or without the milliseconds.
    package mutating func time(_ key: StaticString, _ unixMilliseconds: Int64, milliseconds: Bool = true) {
        self.key(key)
        beginValue()
        let time = CivilTime.components(unixMilliseconds)
        bytes.makeRoom(forQuoted: 24)
        bytes.append(addingCapacity: 26) { out in
            out.append(UInt8(ascii: "\""))
            out.append(twoDigits: time.year / 100)
            out.append(twoDigits: time.year % 100)
            out.append(UInt8(ascii: "-"))
            out.append(twoDigits: time.month)
            out.append(UInt8(ascii: "-"))
            out.append(twoDigits: time.day)
            out.append(UInt8(ascii: "T"))
            out.append(twoDigits: time.hour)
            out.append(UInt8(ascii: ":"))
            out.append(twoDigits: time.minute)
            out.append(UInt8(ascii: ":"))
            out.append(twoDigits: time.second)
            if milliseconds {
                out.append(UInt8(ascii: "."))
                out.append(UInt8(truncatingIfNeeded: 48 &+ time.millisecond / 100))
                out.append(twoDigits: time.millisecond % 100)
            }
            out.append(UInt8(ascii: "Z"))
            out.append(UInt8(ascii: "\""))
        }
    }

    /// A moment that is left out when there is none.
    package mutating func optionalTime(_ key: StaticString, _ unixMilliseconds: Int64?, milliseconds: Bool = true) {
        if let unixMilliseconds { time(key, unixMilliseconds, milliseconds: milliseconds) }
    }

    /// The first `digits` hex digits of an id: 24 for the short form, 32 for all of it.
    package mutating func id(_ key: StaticString, _ id: EntityID, digits: Int = 24) {
        self.key(key)
        beginValue()
        bytes.makeRoom(forQuoted: 32)
        bytes.append(addingCapacity: 34) { out in
            out.append(UInt8(ascii: "\""))
            out.append(hexOf: id.high, digits: min(digits, 16))
            out.append(hexOf: id.low, digits: max(0, digits - 16))
            out.append(UInt8(ascii: "\""))
        }
    }
}

extension Array where Element == UInt8 {
    /// Makes room, at least doubling the buffer when it must grow: `append(addingCapacity:)` alone may grow it by no more
    /// than is asked for.
    fileprivate mutating func makeRoom(forQuoted count: Int) {
        let needed = self.count + count + 2
        if needed > capacity { reserveCapacity(Swift.max(needed, capacity * 2)) }
    }
}

extension OutputSpan where Element == UInt8 {
    @inline(__always)
    fileprivate mutating func append(twoDigits number: Int) {
        append(UInt8(truncatingIfNeeded: 48 &+ number / 10))
        append(UInt8(truncatingIfNeeded: 48 &+ number % 10))
    }

    /// The first digits of a number's sixteen.
    @inline(__always)
    fileprivate mutating func append(hexOf number: UInt64, digits: Int) {
        var rest = number
        for _ in 0..<digits {
            append(Hex.digit(UInt8(truncatingIfNeeded: rest &>> 60)))
            rest = rest &<< 4
        }
    }
}
