import Core
import Testing

/// Requests that must be refused, each cut at every offset, and the limits of heads.
@Suite struct HTTPHostileRequestTests {
    @Test(arguments: hostileRequests.indices)
    func refuses(_ index: Int) {
        let example = hostileRequests[index]
        let whole = HTTPObservation.requests(example.bytes, cutAt: [])
        #expect(
            whole.last == .violation(example.violation),
            "\(String(decoding: example.bytes, as: UTF8.self).debugDescription)"
        )
        for cut in 0...example.bytes.count {
            #expect(HTTPObservation.requests(example.bytes, cutAt: [cut]) == whole, "cut at \(cut)")
        }
        #expect(HTTPObservation.requests(example.bytes, cutAt: Array(1..<example.bytes.count)) == whole)
    }

    /// Every byte that is wrong in its place is refused when it arrives, not when its line or head is complete.
    @Test(arguments: [
        ("GE\0", HTTPViolation.invalidMethod), ("GET /\u{7F}", .invalidTarget), ("GET / HTTP/1.1 ", .invalidVersion),
        ("GET / HTTP/1.1\r\nX ", .spaceBeforeColon), ("GET / HTTP/1.1\r\n ", .foldedField),
        ("GET / HTTP/1.1\r\nX: \n", .bareLineFeed), ("GET / HTTP/1.1\r\nX: a\r\u{B}", .bareCarriageReturn),
        ("GET / HTTP/2.0\r", .unsupportedVersion),
    ])
    func refusesAtTheByte(_ text: String, violation: HTTPViolation) {
        let bytes = raw(text)
        #expect(HTTPObservation.requests(bytes, cutAt: []) == [.violation(violation)])
        #expect(HTTPObservation.requests(Array(bytes.dropLast()), cutAt: []) == [])
    }

    /// Each byte value in each part of a head either belongs there or is refused; none is dropped or changed.
    @Test(arguments: UInt8.min...UInt8.max)
    func everyByteIsJudged(_ byte: UInt8) {
        let isToken = raw("!#$%&'*+-.^_`|~0123456789").contains(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
        let inMethod = HTTPObservation.requests(raw("G") + [byte] + raw("T / HTTP/1.0\r\n\r\n"), cutAt: [])
        if byte == 0x20 {
            #expect(inMethod == [.violation(.invalidTarget)] || inMethod == [.violation(.invalidVersion)])
        } else {
            #expect((inMethod.last == .end) == isToken)
        }
        let inName = HTTPObservation.requests(raw("GET / HTTP/1.0\r\nX") + [byte] + raw("Y: z\r\n\r\n"), cutAt: [])
        #expect((inName.last == .end) == (isToken || byte == 0x3A))
        let inValue = HTTPObservation.requests(raw("GET / HTTP/1.0\r\nX: y") + [byte] + raw("z\r\n\r\n"), cutAt: [])
        #expect((inValue.last == .end) == (byte == 9 || (byte >= 0x20 && byte != 0x7F)))
        let inTarget = HTTPObservation.requests(raw("GET /a") + [byte] + raw("b HTTP/1.0\r\n\r\n"), cutAt: [])
        #expect((inTarget.last == .end) == (byte > 0x20 && byte < 0x7F && byte != 0x23))
    }

    @Test(arguments: [
        (8_192, HTTPViolation?.none), (8_193, .targetTooLong), (20_000, .targetTooLong),
    ])
    func requestLineLimit(length: Int, violation: HTTPViolation?) {
        let target = String(repeating: "a", count: length - "GET / HTTP/1.1".count)
        let bytes = raw("GET /\(target) HTTP/1.1\r\nHost: h\r\n\r\n")
        for cuts in [[], [1], [8_191], [8_192], [8_193], [8_194], Array(1..<bytes.count)] {
            let seen = HTTPObservation.requests(bytes, cutAt: cuts.filter { $0 <= bytes.count })
            #expect(seen.last == violation.map { .violation($0) } ?? .end)
        }
    }

    @Test func aRequestLineWithoutEndIsRefusedAtItsLimit() {
        let bytes = raw("GET /" + String(repeating: "a", count: 8_187))
        #expect(bytes.count == 8_192)
        #expect(HTTPObservation.requests(bytes, cutAt: []) == [])
        #expect(HTTPObservation.requests(bytes + raw("a"), cutAt: []) == [.violation(.targetTooLong)])
    }

    @Test(arguments: [(16_384, HTTPViolation?.none), (16_385, .headersTooLarge), (40_000, .headersTooLarge)])
    func headerLimit(length: Int, violation: HTTPViolation?) {
        // "Host: h\r\n", "X: " + n + "\r\n" and the last "\r\n".
        let value = String(repeating: "v", count: length - 9 - 5 - 2)
        let bytes = raw("GET / HTTP/1.1\r\nHost: h\r\nX: \(value)\r\n\r\n")
        for cuts in [[], [1], [16_399], [16_400], [16_401], Array(1..<bytes.count)] {
            let seen = HTTPObservation.requests(bytes, cutAt: cuts.filter { $0 <= bytes.count })
            #expect(seen.last == violation.map { .violation($0) } ?? .end)
        }
    }

    @Test(arguments: [(99, true), (100, false), (5_000, false)])
    func fieldCountLimit(extraFields: Int, passes: Bool) {
        let fields = String(repeating: "a:\r\n", count: extraFields)
        let bytes = raw("GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
        for cuts in [[], [30], Array(1..<bytes.count)] {
            let seen = HTTPObservation.requests(bytes, cutAt: cuts)
            #expect(seen.last == (passes ? .end : .violation(.tooManyFields)))
        }
    }

    @Test func trailersHaveTheLimitsOfHeaders() {
        let start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        let many = raw(start + String(repeating: "a:\r\n", count: 101) + "\r\n")
        #expect(HTTPObservation.requests(many, cutAt: []).last == .violation(.tooManyFields))
        let large = raw(start + "a: " + String(repeating: "b", count: 20_000) + "\r\n\r\n")
        for cuts in [[], [100], Array(1..<large.count)] {
            #expect(HTTPObservation.requests(large, cutAt: cuts).last == .violation(.headersTooLarge))
        }
    }

    @Test func chunkExtensionsAreBoundedOverAllChunks() {
        let start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        let endless = raw(start + "1;" + String(repeating: "a", count: 5_000))
        #expect(HTTPObservation.requests(endless, cutAt: []).last == .violation(.chunkExtensionsTooLarge))
        let chunk = "1;" + String(repeating: "a", count: 100) + "\r\nx\r\n"
        let many = raw(start + String(repeating: chunk, count: 50))
        #expect(HTTPObservation.requests(many, cutAt: []).last == .violation(.chunkExtensionsTooLarge))
    }

    @Test func limitsCanBeSet() {
        let limits = HTTPLimits(requestLine: 20, headers: 30, headerFields: 2)
        let good = raw("GET /abcdef HTTP/1.1\r\nHost: h\r\nX: 2\r\n\r\n")
        #expect(HTTPObservation.requests(good, cutAt: [], limits: limits).last == .end)
        let line = raw("GET /abcdefg HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(HTTPObservation.requests(line, cutAt: [], limits: limits) == [.violation(.targetTooLong)])
        let fields = raw("GET / HTTP/1.1\r\nHost: h\r\nX: 2\r\nY: 3\r\n\r\n")
        #expect(HTTPObservation.requests(fields, cutAt: [], limits: limits) == [.violation(.tooManyFields)])
        let headers = raw("GET / HTTP/1.1\r\nHost: h\r\nX: 234567890123456\r\n\r\n")
        #expect(HTTPObservation.requests(headers, cutAt: [], limits: limits) == [.violation(.headersTooLarge)])
    }
}
