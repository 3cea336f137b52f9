import Core

/// A stream that must be refused, and why. What is seen before the violation is a head at most, and body.
struct HostileCase: Sendable {
    let bytes: [UInt8]
    let violation: HTTPViolation

    init(_ text: String, _ violation: HTTPViolation) {
        bytes = raw(text)
        self.violation = violation
    }

    /// A GET with this field after its Host.
    static func field(_ line: String, _ violation: HTTPViolation) -> HostileCase {
        HostileCase("GET / HTTP/1.1\r\nHost: h\r\n\(line)\r\n\r\n", violation)
    }

    /// A GET with this as its only Host.
    static func host(_ host: String) -> HostileCase {
        HostileCase("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", .invalidHost)
    }

    /// A GET of this target.
    static func target(_ target: String) -> HostileCase {
        HostileCase("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n", .invalidTarget)
    }

    /// A GET with this version.
    static func version(_ version: String, _ violation: HTTPViolation = .invalidVersion) -> HostileCase {
        HostileCase("GET / \(version)\r\nHost: h\r\n\r\n", violation)
    }

    /// A POST with this chunked body.
    static func chunks(_ body: String, _ violation: HTTPViolation) -> HostileCase {
        HostileCase("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", violation)
    }
}

/// The corpus of bad requests.
let hostileRequests: [HostileCase] = [
    // In front of the request line.
    HostileCase("\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .bareLineFeed),
    HostileCase("\rGET / HTTP/1.1\r\nHost: h\r\n\r\n", .bareCarriageReturn),
    HostileCase("\r\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .bareCarriageReturn),
    HostileCase("\r\n\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .bareLineFeed),
    HostileCase("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .tooManyEmptyLines),

    // The method.
    HostileCase(" GET / HTTP/1.1\r\nHost: h\r\n\r\n", .invalidMethod),
    HostileCase("\tGET / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("\0GET / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("G\0T / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("GET\t/ HTTP/1.1\r\n", .invalidMethod),
    HostileCase("GET\r\n", .invalidMethod),
    HostileCase("GET\n", .invalidMethod),
    HostileCase("G\u{E9}T / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("GET/ / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("G(T / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("G:T / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("\"GET\" / HTTP/1.1\r\n", .invalidMethod),
    HostileCase("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}", .invalidMethod),
    HostileCase("{\"a\":1}", .invalidMethod),
    HostileCase("ABCDEFGHIJKLMNOPQRSTUVWXY / HTTP/1.1\r\nHost: h\r\n\r\n", .methodTooLong),
    HostileCase("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", .connectNotSupported),
    HostileCase("CONNECT / HTTP/1.1\r\nHost: h\r\n\r\n", .connectNotSupported),

    // The target.
    .target(""),
    .target(" /"),
    .target("/\t"),
    .target("/\0"),
    .target("/\u{1}"),
    .target("/\u{7F}"),
    .target("/\u{80}"),
    .target("/caf\u{C3}\u{A9}"),
    .target("/a#b"),
    .target("#"),
    .target("/a\r"),
    .target("/a\n"),
    .target("a"),
    .target("*"),
    .target("?a"),
    .target("example.com"),
    .target("example.com:80"),
    .target("ftp://h/"),
    .target("ws://h/"),
    .target("http:/h/"),
    .target("http:h"),
    .target("http://"),
    .target("http:///a"),
    .target("http://?a"),
    .target("http://user@h/"),
    .target("http://user:word@h/"),
    .target("http://h:x/"),
    .target("http://h:65536/"),
    .target("http://h%41/"),
    .target("http://[::1/"),
    .target("http://h\\a/"),
    HostileCase("OPTIONS ** HTTP/1.1\r\nHost: h\r\n\r\n", .invalidTarget),
    HostileCase("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", .invalidVersion),
    HostileCase("GET /\r\n\r\n", .invalidTarget),
    HostileCase("GET /\n", .invalidTarget),

    // The version.
    .version(""),
    .version(" HTTP/1.1"),
    .version("HTTP/1.1 "),
    .version("HTTP/1.1\t"),
    .version("http/1.1"),
    .version("HTTP/1"),
    .version("HTTP/1."),
    .version("HTTP/.1"),
    .version("HTTP/1.10"),
    .version("HTTP/01.1"),
    .version("HTTP/1,1"),
    .version("HTTP/1.x"),
    .version("HTTP/x.1"),
    .version("HTTP 1.1"),
    .version("HTTPS/1.1"),
    .version("HTCPCP/1.0"),
    .version("HTTP/-1.1"),
    .version("HTTP/1.1\0"),
    .version("HTTP/2.0", .unsupportedVersion),
    .version("HTTP/0.9", .unsupportedVersion),
    .version("HTTP/3.0", .unsupportedVersion),
    .version("HTTP/9.9", .unsupportedVersion),
    HostileCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
    HostileCase("GET / HTTP/1.1\nHost: h\r\n\r\n", .invalidVersion),
    HostileCase("GET / HTTP/1.1\rHost: h\r\n\r\n", .bareCarriageReturn),
    HostileCase("GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", .bareCarriageReturn),

    // Field lines.
    .field(" folded: x", .foldedField),
    .field("\tfolded", .foldedField),
    .field("X: a\r\n b", .foldedField),
    HostileCase("GET / HTTP/1.1\r\n Host: h\r\n\r\n", .foldedField),
    .field("X : a", .spaceBeforeColon),
    .field("X\t: a", .spaceBeforeColon),
    .field("Transfer-Encoding : chunked", .spaceBeforeColon),
    .field(": a", .emptyFieldName),
    .field(":", .emptyFieldName),
    .field("X", .invalidFieldName),
    .field("X y: a", .spaceBeforeColon),
    .field("X(y): a", .invalidFieldName),
    .field("X\u{E9}: a", .invalidFieldName),
    .field("\u{E9}: a", .invalidFieldName),
    .field("X\0: a", .invalidFieldName),
    .field("\0X: a", .invalidFieldName),
    .field("X\"y\": a", .invalidFieldName),
    .field("X[0]: a", .invalidFieldName),
    .field("X@: a", .invalidFieldName),
    .field("X/: a", .invalidFieldName),
    .field("X;: a", .invalidFieldName),
    .field("{X}: a", .invalidFieldName),
    .field("X: a\nY: b", .bareLineFeed),
    .field("X\nY: b", .bareLineFeed),
    .field("\nX: b", .bareLineFeed),
    .field("X: a\rY: b", .bareCarriageReturn),
    .field("X: a\r\rb", .bareCarriageReturn),
    .field("X: a\0b", .invalidFieldValue),
    .field("X: \u{1}", .invalidFieldValue),
    .field("X: a\u{B}b", .invalidFieldValue),
    .field("X: a\u{C}b", .invalidFieldValue),
    .field("X: a\u{1B}[2J", .invalidFieldValue),
    .field("X: a\u{1F}", .invalidFieldValue),
    .field("X: a\u{7F}", .invalidFieldValue),
    .field("X: 0123456789abcdef0123456789abcdef\u{7F}", .invalidFieldValue),
    HostileCase("GET / HTTP/1.1\r\nHost: h\r\n\rX", .bareCarriageReturn),
    HostileCase("GET / HTTP/1.1\r\nHost: h\r\n\n", .bareLineFeed),

    // The host.
    HostileCase("GET / HTTP/1.1\r\n\r\n", .missingHost),
    HostileCase("GET / HTTP/1.1\r\nX-Host: h\r\n\r\n", .missingHost),
    HostileCase("GET http://h/ HTTP/1.1\r\n\r\n", .missingHost),
    HostileCase("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", .repeatedHost),
    HostileCase("GET / HTTP/1.1\r\nHost: h\r\nX: y\r\nHOST: other\r\n\r\n", .repeatedHost),
    HostileCase("GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n", .repeatedHost),
    HostileCase("GET http://h/ HTTP/1.1\r\nHost: a b\r\n\r\n", .invalidHost),
    HostileCase("GET / HTTP/1.0\r\nHost: /\r\n\r\n", .invalidHost),
    .host(""),
    .host(":80"),
    .host("a b"),
    .host("a, b"),
    .host("a,b"),
    .host("a/b"),
    .host("h:x"),
    .host("h:-1"),
    .host("h:+1"),
    .host("h:65536"),
    .host("h:080000"),
    .host("h:80:80"),
    .host("user@h"),
    .host("http://h"),
    .host("h?"),
    .host("h#"),
    .host("h%00"),
    .host("[::1"),
    .host("[]"),
    .host("[::1]x"),
    .host("[::g]"),
    .host("::1"),
    .host("\u{E9}"),
    .host("h\\"),
    .host("<script>"),

    // Lengths.
    .field("Content-Length:", .invalidContentLength),
    .field("Content-Length: +5", .invalidContentLength),
    .field("Content-Length: -5", .invalidContentLength),
    .field("Content-Length: 0x5", .invalidContentLength),
    .field("Content-Length: 5a", .invalidContentLength),
    .field("Content-Length: 5 5", .invalidContentLength),
    .field("Content-Length: 5, 5", .invalidContentLength),
    .field("Content-Length: 5;", .invalidContentLength),
    .field("Content-Length: 5.0", .invalidContentLength),
    .field("Content-Length: 1_000", .invalidContentLength),
    .field("Content-Length: \u{B2}", .invalidContentLength),
    .field("Content-Length: \"5\"", .invalidContentLength),
    .field("Content-Length: 9223372036854775808", .invalidContentLength),
    .field("Content-Length: 18446744073709551621", .invalidContentLength),
    .field("Content-Length: 99999999999999999999999999", .invalidContentLength),
    .field("Content-Length: 5\r\nContent-Length: 5", .repeatedContentLength),
    .field("Content-Length: 5\r\ncontent-length: 6", .repeatedContentLength),
    .field("Content-Length: 1048577", .bodyTooLarge),
    .field("Content-Length: 9223372036854775807", .bodyTooLarge),
    .field("Content-Length: 5\r\nTransfer-Encoding: chunked", .conflictingLengths),
    .field("Transfer-Encoding: chunked\r\nContent-Length: 5", .conflictingLengths),
    .field("Transfer-Encoding: gzip\r\nContent-Length: 5", .conflictingLengths),

    // Transfer codings.
    .field("Transfer-Encoding: gzip", .unsupportedTransferEncoding),
    .field("Transfer-Encoding: identity", .unsupportedTransferEncoding),
    .field("Transfer-Encoding: gzip, chunked", .unsupportedTransferEncoding),
    .field("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", .unsupportedTransferEncoding),
    .field("Transfer-Encoding: xchunked", .unsupportedTransferEncoding),
    .field("Transfer-Encoding: chunkedx", .unsupportedTransferEncoding),
    .field("Transfer-Encoding: chunked, gzip", .invalidTransferEncoding),
    .field("Transfer-Encoding: chunked, chunked", .invalidTransferEncoding),
    .field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .invalidTransferEncoding),
    .field("Transfer-Encoding: chunked,", .invalidTransferEncoding),
    .field("Transfer-Encoding: ,chunked", .invalidTransferEncoding),
    .field("Transfer-Encoding:", .invalidTransferEncoding),
    .field("Transfer-Encoding: \"chunked\"", .invalidTransferEncoding),
    .field("Transfer-Encoding: chunked;q=1", .invalidTransferEncoding),
    .field("Transfer-Encoding: chunked foo", .invalidTransferEncoding),
    .field("Transfer-Encoding: \u{E9}", .invalidTransferEncoding),
    HostileCase("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .transferEncodingInHTTP10),
    HostileCase("POST / HTTP/1.0\r\nTransfer-Encoding: identity\r\n\r\n", .transferEncodingInHTTP10),

    // Expectations.
    .field("Expect: 200-ok", .unknownExpectation),
    .field("Expect: 100-continue, other", .unknownExpectation),
    .field("Expect:", .unknownExpectation),

    // Chunks.
    .chunks("\r\n", .invalidChunkSize),
    .chunks("\n", .invalidChunkSize),
    .chunks("g\r\n", .invalidChunkSize),
    .chunks("-1\r\n", .invalidChunkSize),
    .chunks("+1\r\n", .invalidChunkSize),
    .chunks("0x1\r\n", .invalidChunkSize),
    .chunks(" 1\r\nx\r\n", .invalidChunkSize),
    .chunks(";a\r\n", .invalidChunkSize),
    .chunks("1 \r\nx\r\n", .invalidChunkSize),
    .chunks("1\t\r\nx\r\n", .invalidChunkSize),
    .chunks("1 1\r\nx\r\n", .invalidChunkSize),
    .chunks("1,\r\nx\r\n", .invalidChunkSize),
    .chunks("1\0\r\nx\r\n", .invalidChunkSize),
    .chunks("1\u{B2}\r\nx\r\n", .invalidChunkSize),
    .chunks("1\nx\r\n", .bareLineFeed),
    .chunks("1\rx\r\n", .bareCarriageReturn),
    .chunks("1;a\nx\r\n", .bareLineFeed),
    .chunks("1;a\rx\r\n", .bareCarriageReturn),
    .chunks("1;a\0\r\nx\r\n", .invalidChunkExtension),
    .chunks("1;a\u{7F}\r\nx\r\n", .invalidChunkExtension),
    .chunks("1\r\nxy\r\n", .invalidChunkEnd),
    .chunks("1\r\nx\n", .invalidChunkEnd),
    .chunks("1\r\nx\r0", .invalidChunkEnd),
    .chunks("2\r\nx\r\n0\r\n\r\n", .invalidChunkEnd),
    .chunks("ffffff\r\n", .bodyTooLarge),
    .chunks("8000000000000000\r\n", .bodyTooLarge),
    .chunks("0000000000000001\r\nx", .chunkSizeOverflow),
    .chunks("0\r\nX : a\r\n\r\n", .spaceBeforeColon),
    .chunks("0\r\n: a\r\n\r\n", .emptyFieldName),
    .chunks("0\r\n folded\r\n\r\n", .foldedField),
    .chunks("0\r\nX: a\0\r\n\r\n", .invalidFieldValue),
    .chunks("0\r\nX: a\n\r\n", .bareLineFeed),
    .chunks("0\r\nX: a\r\r\n", .bareCarriageReturn),
    .chunks("0\r\nGET / HTTP/1.1\r\n\r\n", .spaceBeforeColon),
    .chunks("0\r\n\rX", .bareCarriageReturn),
    .chunks("0\r\n\n", .bareLineFeed),
]
