import Core
import Testing

@Suite struct MultipartLimitTests {
    private static func violation(_ body: String, _ limits: MultipartLimits = MultipartLimits()) -> MultipartViolation?
    {
        let bytes = Array(body.utf8)
        let whole = MultipartFeed.outcome(of: bytes, limits: limits)
        #expect(MultipartFeed.outcome(of: bytes, cuts: Array(bytes.indices), limits: limits) == whole)
        return whole.violation
    }

    @Test func aHundredPartsAndNoMore() {
        let field = MultipartFeed.field("a", "1")
        let hundred = String(repeating: field, count: 100)
        #expect(Self.violation(hundred + "--b--") == nil)
        #expect(Self.violation(hundred + field + "--b--") == .tooManyParts)
    }

    @Test func headerBytesCountWithTheirLineEnds() {
        let start = "Content-Disposition: form-data; name=a\r\nX: "
        let room = 8192 - start.utf8.count - 4
        for (count, violation) in [(room, nil), (room + 1, MultipartViolation.headersTooLarge)] {
            let body = "--b\r\n" + start + String(repeating: "x", count: count) + "\r\n\r\nv\r\n--b--"
            #expect(Self.violation(body) == violation)
        }
    }

    @Test func aHeaderLineWithoutEndIsRefusedAndForgotten() {
        let body = "--b\r\n" + String(repeating: "x", count: 100_000)
        #expect(Self.violation(body) == .headersTooLarge)
    }

    @Test func headerBytesAreCountedForEachPartAlone() {
        let limits = MultipartLimits(headerBytes: 80)
        #expect(Self.violation(String(repeating: MultipartFeed.field("a", "1"), count: 9) + "--b--", limits) == nil)
    }

    @Test func headerFields() {
        let head = "Content-Disposition: form-data; name=a\r\n"
        let body = { (count: Int) in
            "--b\r\n" + head + String(repeating: "X: y\r\n", count: count) + "\r\nv\r\n--b--"
        }
        #expect(Self.violation(body(31)) == nil)
        #expect(Self.violation(body(32)) == .tooManyHeaderFields)
    }

    @Test func preamble() {
        let limits = MultipartLimits(preambleBytes: 10)
        let rest = "\r\n--b--"
        #expect(Self.violation("0123456789" + rest, limits) == nil)
        #expect(Self.violation("0123456789a" + rest, limits) == .preambleTooLong)
        #expect(Self.violation("01\r\n--c\r\n\r\n-" + rest, limits) == .preambleTooLong)
        #expect(Self.violation(String(repeating: "\r\n--", count: 2_000)) == .preambleTooLong)
    }

    /// Bodies made to cost time: whatever they hold, each byte is looked at a few times at most.
    @Test(arguments: ["a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "------------"])
    func contentThatLooksLikeTheBoundaryComesOutWhole(_ boundary: String) {
        let start = Array("--\(boundary)\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8)
        let end = Array("\r\n--\(boundary)--".utf8)
        let almost = "\r\n--" + boundary.dropLast()
        for filler in ["a", "-", "\r\n", "\r", "\n", "\r\n--", almost + "x", almost, "\r\n--\(boundary)x"] {
            let data = Array(("x" + String(repeating: filler, count: 20_000 / filler.utf8.count)).utf8)
            for cuts in [[], [start.count + 1], Array(stride(from: 7, to: data.count, by: 61))] {
                let outcome = MultipartFeed.outcome(of: start + data + end, boundary: boundary, cuts: cuts)
                #expect(outcome.violation == nil)
                let isWhole = outcome.parts.first?.data == data
                #expect(isWhole, "\(boundary) in \(filler)")
            }
        }
    }

    @Test func aViolationOnceFoundStays() {
        var parser = MultipartParser(boundary: Array("b".utf8))
        let body = Array("--b\r\nnonsense\r\n--b--\r\n".utf8)
        var offset = 0
        #expect(parser.next(body.span, at: &offset) == .violation(.malformedHeader))
        #expect(parser.next(body.span, at: &offset) == .needMore)
        #expect(offset == body.count)
        #expect(parser.finish() == .malformedHeader)
    }
}
