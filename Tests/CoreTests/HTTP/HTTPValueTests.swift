import Core
import Testing

/// Dates, entity tags, ranges, dispositions and media types.
@Suite struct HTTPValueTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (-2_203_891_200, "Thu, 01 Mar 1900 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (Int64.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
    ])
    func dates(_ seconds: Int64, text: String) {
        #expect(HTTPDate.string(unixSeconds: seconds) == text)
    }

    @Test func everyDayFollowsTheOneBefore() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var days = 0
        for year in 1970...2105 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in 0..<12 {
                for day in 1...lengths[month] + (month == 1 && isLeap ? 1 : 0) {
                    let text =
                        "\(weekdays[days % 7]), \(day < 10 ? "0" : "")\(day) \(months[month]) \(year) 12:34:56 GMT"
                    #expect(HTTPDate.string(unixSeconds: Int64(days) * 86_400 + 45_296) == text)
                    days += 1
                }
            }
        }
    }

    @Test(arguments: [
        ("\"a\"", "\"a\"", true), ("*", "\"a\"", true), (" * ", "\"a\"", true), ("W/\"a\"", "\"a\"", true),
        ("\"a\"", "W/\"a\"", true), ("\"b\"", "\"a\"", false), ("\"b\", \"a\"", "\"a\"", true),
        ("\"b\",W/\"a\" ", "\"a\"", true), ("\"x,\"a\"", "\"a\"", false), ("\"b,a\"", "\"b,a\"", true),
        ("\"b,a\", \"c\"", "\"c\"", true), (", ,\"a\",", "\"a\"", true), ("", "\"a\"", false), ("a", "\"a\"", false),
        ("\"a", "\"a\"", false), ("\"", "\"a\"", false), ("W/", "\"a\"", false), ("w/\"a\"", "\"a\"", false),
        ("\"b\" \"a\"", "\"a\"", false), ("\"\"", "\"\"", true), ("**", "\"a\"", false), ("\"a\"x", "\"b\"", false),
    ])
    func ifNoneMatch(_ value: String, tag: String, matches: Bool) {
        #expect(HTTPEntityTag.list(value, names: tag) == matches)
    }

    @Test func entityTags() {
        #expect(HTTPEntityTag.strong("a-1") == "\"a-1\"")
        #expect(HTTPEntityTag.strong("a\"b\r\n c") == "\"a_b___c\"")
        #expect(HTTPEntityTag.ifRange("\"a\"", is: "\"a\""))
        #expect(!HTTPEntityTag.ifRange("W/\"a\"", is: "W/\"a\""))
        #expect(!HTTPEntityTag.ifRange("Sun, 06 Nov 1994 08:49:37 GMT", is: "\"a\""))
    }

    @Test(
        arguments: [
            (nil, 10, .full), ("", 10, .full), ("bytes", 10, .full), ("bytes=", 10, .full), ("bytes=-", 10, .full),
            ("bytes=0-0", 10, .partial(0..<1)), ("bytes=0-9", 10, .partial(0..<10)),
            ("bytes=0-99", 10, .partial(0..<10)),
            ("bytes=2-4", 10, .partial(2..<5)), ("bytes=9-9", 10, .partial(9..<10)), ("bytes=10-", 10, .unsatisfiable),
            ("bytes=10-12", 10, .unsatisfiable), ("bytes=3-", 10, .partial(3..<10)), ("bytes=-3", 10, .partial(7..<10)),
            ("bytes=-10", 10, .partial(0..<10)), ("bytes=-99", 10, .partial(0..<10)), ("bytes=-0", 10, .unsatisfiable),
            ("Bytes= 2-4 ", 10, .partial(2..<5)), ("bytes=4-2", 10, .full), ("bytes=0-1,3-4", 10, .full),
            ("bytes=0-1, 3-4", 10, .full), ("items=0-1", 10, .full), ("bytes=a-b", 10, .full), ("bytes=1-b", 10, .full),
            ("bytes=+1-2", 10, .full), ("bytes=1 -2", 10, .full), ("bytes=--1", 10, .full), ("bytes 0-1", 10, .full),
            ("bytes=0-99999999999999999999", 10, .partial(0..<10)), ("bytes=99999999999999999999-", 10, .unsatisfiable),
            ("bytes=-99999999999999999999", 10, .partial(0..<10)),
            ("bytes=0-9223372036854775807", 10, .partial(0..<10)),
            ("bytes=0-", 0, .unsatisfiable), ("bytes=-1", 0, .full), ("bytes=0-0", 0, .unsatisfiable),
        ] as [(String?, Int, HTTPByteRange)]
    )
    func ranges(_ field: String?, length: Int, range: HTTPByteRange) {
        #expect(HTTPByteRange(field, length: length) == range)
    }

    @Test func contentRanges() {
        #expect(HTTPByteRange.partial(2..<5).contentRange(length: 10) == "bytes 2-4/10")
        #expect(HTTPByteRange.unsatisfiable.contentRange(length: 10) == "bytes */10")
        #expect(HTTPByteRange.full.contentRange(length: 10) == nil)
    }

    @Test(arguments: [
        ("report.pdf", "attachment; filename=\"report.pdf\""),
        ("a b's (1).txt", "attachment; filename=\"a b's (1).txt\""),
        ("naïve.txt", "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"),
        ("a\"b.txt", "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("50%.txt", "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"),
        ("../..\\etc/x", "attachment; filename=\".._.._etc_x\""),
        ("a\r\nSet-Cookie: b", "attachment; filename=\"aSet-Cookie: b\""),
        ("exe\u{202E}fdp.txt", "attachment; filename=\"exefdp.txt\""),
        ("", "attachment; filename=\"download\""), ("..", "attachment; filename=\"download\""),
        ("\0\u{7F}", "attachment; filename=\"download\""), (" ", "attachment; filename=\"download\""),
        ("日本", "attachment; filename=\"__\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
    ])
    func dispositions(_ filename: String, value: String) {
        #expect(HTTPContentDisposition.attachment.value(filename: filename) == value)
    }

    @Test func inlineDisposition() {
        #expect(HTTPContentDisposition.inline.value(filename: "a.png") == "inline; filename=\"a.png\"")
    }

    @Test(
        arguments: [
            ("text/plain", "text/plain", []),
            (" Text/HTML ; Charset=UTF-8 ", "text/html", ["charset=UTF-8"]),
            ("multipart/form-data; boundary=abc", "multipart/form-data", ["boundary=abc"]),
            ("multipart/form-data;boundary=\"a b;\\\"c\"", "multipart/form-data", ["boundary=a b;\"c"]),
            ("a/b;c=d;e=\"f\" ; g=h", "a/b", ["c=d", "e=f", "g=h"]),
            ("a/b;", "a/b", []), ("a/b; ; c=d;;", "a/b", ["c=d"]), ("a/b; c=\"\"", "a/b", ["c="]),
            ("application/vnd.x+json", "application/vnd.x+json", []), ("*/*", "*/*", []),
            ("", nil, []), ("text", nil, []), ("text/", nil, []), ("/plain", nil, []), ("a/b/c", nil, []),
            ("a /b", nil, []), ("a/b c", nil, []), ("a/b; c", nil, []), ("a/b; c=", nil, []), ("a/b; =d", nil, []),
            ("a/b; c =d", nil, []), ("a/b; c= d", "a/b", ["c=d"]), ("a/b; c=\"d", nil, []), ("a/b; c=\"d\\", nil, []),
            ("a/b; c=\"d\"e", nil, []), ("a/b; c=d; C=e", nil, []), ("a/b, c/d", nil, []), ("a/b; c=d e", nil, []),
        ] as [(String, String?, [String])]
    )
    func mediaTypes(_ value: String, essence: String?, parameters: [String]) {
        let type = HTTPMediaType(value)
        #expect(type?.essence == essence)
        #expect(type?.parameters.map { "\($0.name)=\($0.value)" } ?? [] == parameters)
    }

    @Test func mediaTypeShorthands() throws {
        let form = try #require(HTTPMediaType("multipart/form-data; boundary=X; charset=UTF-8"))
        #expect(form.boundary == "X")
        #expect(form.charset == "utf-8")
        #expect(form.parameter("absent") == nil)
        #expect(!form.isJSON)
        #expect(HTTPMediaType("application/json; charset=utf-8")?.isJSON == true)
        #expect(HTTPMediaType("application/problem+json")?.isJSON == true)
    }
}
