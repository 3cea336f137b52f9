import Core
import Glibc
import Testing

@Suite struct CivilTimeTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (1_733_313_600_000, "2024-12-04T12:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_001, "2000-02-29T00:00:00.001Z"), (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (.max, "9999-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (.min, "0000-01-01T00:00:00.000Z"),
    ])
    func writes(moment: Int64, text: String) {
        #expect(CivilTime.text(moment) == text)
        #expect(CivilTime.text(moment, milliseconds: false) == text.prefix(19) + "Z")
    }

    @Test(arguments: [
        ("2024-12-04", Int64(1_733_270_400_000)), ("2024-12-04T12:00:00Z", 1_733_313_600_000),
        ("2024-12-04t12:00:00z", 1_733_313_600_000), ("2024-12-04 12:00:00Z", 1_733_313_600_000),
        ("2024-12-04T12:00:00.5Z", 1_733_313_600_500), ("2024-12-04T12:00:00.1239999Z", 1_733_313_600_123),
        ("2024-12-04T13:30:00.000+01:30", 1_733_313_600_000), ("2024-12-04T00:00:00-12:00", 1_733_313_600_000),
        ("2024-12-04T12:00:00-00:00", 1_733_313_600_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("1969-12-31T23:59:59.999Z", -1), ("0000-01-01", -62_167_219_200_000), ("2000-02-29", 951_782_400_000),
    ])
    func reads(text: String, moment: Int64) {
        #expect(CivilTime.parse(Array(text.utf8).span) == moment)
        #expect((CivilTime.parseDate(Array(text.utf8).span) != nil) == (text.utf8.count == 10))
    }

    @Test(arguments: [
        "", "2024", "2024-13-01", "2024-00-01", "2024-01-00", "2024-02-30", "2023-02-29", "1900-02-29", "2024-04-31",
        "2024-1-1", "2024/12/04", "+024-12-04", "2024-12-04T", "2024-12-04T12:00Z", "2024-12-04T12:00:00",
        "2024-12-04T24:00:00Z", "2024-12-04T12:60:00Z", "2024-12-04T12:00:61Z", "2024-12-04T12:00:60Z",
        "2024-12-04T12:00:00.Z", "2024-12-04T12:00:00.5", "2024-12-04T12:00:00Zx", "2024-12-04T12:00:00+1:00",
        "2024-12-04T12:00:00+01", "2024-12-04T12:00:00+24:00", "2024-12-04T12:00:00+01:60", "2024-12-04T12:00:00 01:00",
        "2024-12-04x12:00:00Z", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "２０２４-12-04",
    ])
    func refuses(text: String) {
        #expect(CivilTime.parse(Array(text.utf8).span) == nil)
    }

    @Test func everyPrefixIsRefusedOrADate() {
        let text = Array("2024-12-04T12:00:00.123+01:00".utf8)
        for length in 0..<text.count {
            let value = CivilTime.parse(text.span.extracting(0..<length))
            #expect((value != nil) == (length == 10))
        }
    }

    @Test func roundTripsAndAgreesWithTheCLibrary() {
        let random = SeededRandom(seed: 4)
        for _ in 0..<5000 {
            let moment = Int64(random.next(below: 315_569_519_999_999)) - 62_167_219_200_000
            var bytes: [UInt8] = []
            CivilTime.append(moment, to: &bytes)
            #expect(CivilTime.parse(bytes.span) == moment)
            var seconds = time_t((Double(moment) / 1000).rounded(.down))
            var expected = tm()
            gmtime_r(&seconds, &expected)
            let actual = CivilTime.components(moment)
            #expect(actual.year == Int(expected.tm_year) + 1900 && actual.month == Int(expected.tm_mon) + 1)
            #expect(actual.day == Int(expected.tm_mday) && actual.weekday == Int(expected.tm_wday))
            #expect(actual.hour == Int(expected.tm_hour) && actual.minute == Int(expected.tm_min))
            #expect(actual.second == Int(expected.tm_sec))
        }
    }

    @Test func writesDates() {
        var date: [UInt8] = []
        CivilTime.appendDate(1_733_313_600_000, to: &date)
        #expect(date == Array("2024-12-04".utf8))
    }
}
