/// Calendar time: Unix milliseconds to text and back, in UTC and the proleptic Gregorian calendar.
///
/// Years run from 0000 to 9999, as RFC 3339 has it; moments outside are clamped when written and refused when read.
package enum CivilTime {
    /// A moment taken apart.
    package struct Components: Sendable, Equatable {
        package var year: Int
        package var month: Int
        package var day: Int
        package var hour: Int
        package var minute: Int
        package var second: Int
        package var millisecond: Int
        /// 0 is Sunday.
        package var weekday: Int
    }

    static let earliest: Int64 = -62_167_219_200_000
    static let latest: Int64 = 253_402_300_799_999
    static let dayLength: Int64 = 86_400_000

    /// Takes a moment apart.
    package static func components(_ unixMilliseconds: Int64) -> Components {
        let moment = min(max(unixMilliseconds, earliest), latest)
        let day = (moment >= 0 ? moment : moment - (dayLength - 1)) / dayLength
        var rest = Int(moment - day * dayLength)
        // Days counted from 0000-03-01, in eras of 400 years, so that the leap day ends a year.
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let millisecond = rest % 1000
        rest /= 1000
        return Components(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            millisecond: millisecond,
            // 1970-01-01 was a Thursday.
            weekday: ((Int(day) + 4) % 7 + 7) % 7
        )
    }

    /// Days from 1970-01-01 to a date; the date must exist.
    package static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// How many days a month has.
    package static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Appends `2024-12-04T12:00:00.000Z`, or `2024-12-04T12:00:00Z`.
    package static func append(_ unixMilliseconds: Int64, to out: inout [UInt8], milliseconds: Bool = true) {
        let time = components(unixMilliseconds)
        appendDate(time, to: &out)
        out.append(UInt8(ascii: "T"))
        appendTime(time, to: &out)
        if milliseconds {
            out.append(UInt8(ascii: "."))
            append(time.millisecond, digits: 3, to: &out)
        }
        out.append(UInt8(ascii: "Z"))
    }

    /// Appends the day only: `2024-12-04`.
    package static func appendDate(_ unixMilliseconds: Int64, to out: inout [UInt8]) {
        appendDate(components(unixMilliseconds), to: &out)
    }

    /// `2024-12-04T12:00:00.000Z`, or `2024-12-04T12:00:00Z`.
    package static func text(_ unixMilliseconds: Int64, milliseconds: Bool = true) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(unixMilliseconds, to: &bytes, milliseconds: milliseconds)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func appendDate(_ time: Components, to out: inout [UInt8]) {
        append(time.year, digits: 4, to: &out)
        out.append(UInt8(ascii: "-"))
        append(time.month, digits: 2, to: &out)
        out.append(UInt8(ascii: "-"))
        append(time.day, digits: 2, to: &out)
    }

    private static func appendTime(_ time: Components, to out: inout [UInt8]) {
        append(time.hour, digits: 2, to: &out)
        out.append(UInt8(ascii: ":"))
        append(time.minute, digits: 2, to: &out)
        out.append(UInt8(ascii: ":"))
        append(time.second, digits: 2, to: &out)
    }

    private static func append(_ number: Int, digits: Int, to out: inout [UInt8]) {
        var divisor = digits == 4 ? 1000 : digits == 3 ? 100 : 10
        while divisor > 0 {
            out.append(48 + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
