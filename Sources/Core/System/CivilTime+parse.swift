extension CivilTime {
    /// Reads a date, `2024-12-04`, as its first moment in UTC; nil for anything else.
    package static func parseDate(_ text: Span<UInt8>) -> Int64? {
        guard text.count == 10 else { return nil }
        return date(text)
    }

    /// Reads a date or a full RFC 3339 moment: `2024-12-04T13:00:00.5+01:00`.
    ///
    /// `t`, `z` and a space for the `T` are allowed (RFC 3339, 5.6), digits past the millisecond are dropped, and second 60
    /// is the first moment of the next minute, as Unix time has it.
    package static func parse(_ text: Span<UInt8>) -> Int64? {
        if text.count == 10 { return date(text) }
        guard text.count >= 20, let day = date(text), "Tt ".utf8.contains(text[10]), text[13] == colon,
            text[16] == colon,
            let hour = number(text, at: 11, digits: 2), hour < 24,
            let minute = number(text, at: 14, digits: 2), minute < 60,
            let second = number(text, at: 17, digits: 2), second <= 60
        else { return nil }
        if second == 60, minute != 59 { return nil }
        var position = 19
        var millisecond = 0
        if text[position] == UInt8(ascii: ".") {
            position += 1
            let start = position
            var weight = 100
            while position < text.count, let digit = digit(text[position]) {
                millisecond += digit * weight
                weight /= 10
                position += 1
            }
            guard position > start else { return nil }
        }
        guard let offset = zone(text, at: position) else { return nil }
        let moment =
            day + Int64((hour * 60 + minute) * 60 + second) * 1000 + Int64(millisecond) - Int64(offset) * 60_000
        return moment >= earliest && moment <= latest ? moment : nil
    }

    private static let colon = UInt8(ascii: ":")
    private static let dash = UInt8(ascii: "-")

    private static func date(_ text: Span<UInt8>) -> Int64? {
        guard text[4] == dash, text[7] == dash,
            let year = number(text, at: 0, digits: 4),
            let month = number(text, at: 5, digits: 2), (1...12).contains(month),
            let day = number(text, at: 8, digits: 2), day >= 1, day <= daysInMonth(year: year, month: month)
        else { return nil }
        return Int64(days(year: year, month: month, day: day)) * dayLength
    }

    /// The zone's minutes east of UTC; it must end the text.
    private static func zone(_ text: Span<UInt8>, at position: Int) -> Int? {
        let left = text.count - position
        guard left > 0 else { return nil }
        let mark = text[position]
        if mark == UInt8(ascii: "Z") || mark == UInt8(ascii: "z") { return left == 1 ? 0 : nil }
        guard left == 6, mark == dash || mark == UInt8(ascii: "+"), text[position + 3] == colon,
            let hours = number(text, at: position + 1, digits: 2), hours < 24,
            let minutes = number(text, at: position + 4, digits: 2), minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (mark == dash ? -1 : 1)
    }

    private static func number(_ text: Span<UInt8>, at position: Int, digits: Int) -> Int? {
        var value = 0
        for index in position..<position + digits {
            guard let digit = digit(text[index]) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= 48 && byte <= 57 ? Int(byte - 48) : nil
    }
}
