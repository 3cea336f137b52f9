/// The date format of HTTP (`IMF-fixdate`, RFC 9110 section 5.6.7), by arithmetic alone.
package enum HTTPDate {
    /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`. Years beyond the four digits of the format are cut to them.
    package static func string(unixSeconds: Int64) -> String {
        let seconds = min(max(unixSeconds, -62_167_219_200), 253_402_300_799)  // The years 0000 to 9999.
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = Int(seconds - days * 86_400)
        let (year, month, day) = civilDate(daysSince1970: Int(days))

        var text: [UInt8] = []
        text.reserveCapacity(29)
        text.append(ascii: weekday((Int(days) % 7 + 11) % 7))
        text.append(ascii: ", ")
        append(day, digits: 2, to: &text)
        text.append(ascii: monthName(month))
        append(year, digits: 4, to: &text)
        text.append(ascii: " ")
        append(second / 3_600, digits: 2, to: &text)
        text.append(ascii: ":")
        append(second / 60 % 60, digits: 2, to: &text)
        text.append(ascii: ":")
        append(second % 60, digits: 2, to: &text)
        text.append(ascii: " GMT")
        return String(decoding: text, as: UTF8.self)
    }

    /// The proleptic Gregorian date of a day. Years are counted from March, so that the leap day is a year's last and
    /// the lengths of the months before it follow one formula; 400 years are 146,097 days.
    private static func civilDate(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468  // From 0000-03-01.
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func append(_ number: Int, digits: Int, to text: inout [UInt8]) {
        var divisor = digits == 4 ? 1_000 : 10
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Day 0 of 1970 was a Thursday, which is 4 here.
    private static func weekday(_ number: Int) -> StaticString {
        switch number {
        case 0: "Sun"
        case 1: "Mon"
        case 2: "Tue"
        case 3: "Wed"
        case 4: "Thu"
        case 5: "Fri"
        default: "Sat"
        }
    }

    private static func monthName(_ number: Int) -> StaticString {
        switch number {
        case 1: " Jan "
        case 2: " Feb "
        case 3: " Mar "
        case 4: " Apr "
        case 5: " May "
        case 6: " Jun "
        case 7: " Jul "
        case 8: " Aug "
        case 9: " Sep "
        case 10: " Oct "
        case 11: " Nov "
        default: " Dec "
        }
    }
}
