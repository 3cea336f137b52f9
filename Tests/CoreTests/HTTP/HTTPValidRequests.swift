import Core

/// The corpus of good requests. Each stands alone on its connection or behind any other.
let validRequests: [RequestCase] = [
    // The request line.
    RequestCase("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", .head("GET / host=example.com 1.1 keep"), .end),
    RequestCase("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("HEAD /a host=h 1.1 keep"), .end),
    RequestCase("POST /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("POST /a host=h 1.1 keep"), .end),
    RequestCase("PUT /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("PUT /a host=h 1.1 keep"), .end),
    RequestCase("PATCH /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("PATCH /a host=h 1.1 keep"), .end),
    RequestCase("DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("DELETE /a host=h 1.1 keep"), .end),
    RequestCase("OPTIONS /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("OPTIONS /a host=h 1.1 keep"), .end),
    RequestCase("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", .head("OPTIONS * host=h 1.1 keep"), .end),
    RequestCase("TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("TRACE /a host=h 1.1 keep"), .end),
    RequestCase("get /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("get /a host=h 1.1 keep"), .end),
    RequestCase("M-SEARCH /a HTTP/1.1\r\nHost: h\r\n\r\n", .head("M-SEARCH /a host=h 1.1 keep"), .end),
    RequestCase(
        "!#$%&'*+-.^_`|~09AZaz / HTTP/1.1\r\nHost: h\r\n\r\n",
        .head("!#$%&'*+-.^_`|~09AZaz / host=h 1.1 keep"),
        .end
    ),
    RequestCase("GET /a?b=c&d=%20+e HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET /a?b=c&d=%20+e host=h 1.1 keep"), .end),
    RequestCase("GET /? HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET /? host=h 1.1 keep"), .end),
    RequestCase("GET /a?b?c HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET /a?b?c host=h 1.1 keep"), .end),
    RequestCase("GET //a//../%2F%zz HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET //a//../%2F%zz host=h 1.1 keep"), .end),
    RequestCase("GET /\"<>\\^`{|}[] HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET /\"<>\\^`{|}[] host=h 1.1 keep"), .end),
    RequestCase("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET / host=h 1.1 keep"), .end),
    RequestCase("\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET / host=h 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.2\r\nHost: h\r\n\r\n", .head("GET / host=h 1.1 keep"), .end),

    // Where the host comes from.
    RequestCase(
        "GET http://Example.com HTTP/1.1\r\nHost: other\r\n\r\n",
        .head("GET  host=example.com 1.1 keep"),
        .end
    ),
    RequestCase("GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", .head("GET / host=h 1.1 keep"), .end),
    RequestCase("GET HTTP://h:81/a?b HTTP/1.1\r\nHost: x\r\n\r\n", .head("GET /a?b host=h:81 1.1 keep"), .end),
    RequestCase("GET https://h?b/c HTTP/1.1\r\nHost: x\r\n\r\n", .head("GET ?b/c host=h 1.1 keep"), .end),
    RequestCase("GET http://h/a HTTP/1.0\r\n\r\n", .head("GET /a host=h 1.0 close"), .end),
    RequestCase(
        "GET / HTTP/1.1\r\nhOST:\t Acme.Localhost:8080 \t\r\n\r\n",
        .head("GET / host=acme.localhost:8080 1.1 keep"),
        .end
    ),
    RequestCase("GET / HTTP/1.1\r\nHost: example.com.\r\n\r\n", .head("GET / host=example.com 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: h:\r\n\r\n", .head("GET / host=h 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: h:65535\r\n\r\n", .head("GET / host=h:65535 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", .head("GET / host=127.0.0.1:1 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", .head("GET / host=[::1] 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: [FE80::1]:80\r\n\r\n", .head("GET / host=[fe80::1]:80 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: a_b-c~d.e\r\n\r\n", .head("GET / host=a_b-c~d.e 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.0\r\n\r\n", .head("GET / host=- 1.0 close"), .end),
    RequestCase("GET / HTTP/1.0\r\nHost: h\r\n\r\n", .head("GET / host=h 1.0 close"), .end),

    // Connection reuse.
    RequestCase("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", .head("GET / host=h 1.1 close"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: h\r\nConnection: CLOSE\r\n\r\n", .head("GET / host=h 1.1 close"), .end),
    RequestCase(
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade , ,close\r\n\r\n",
        .head("GET / host=h 1.1 close"),
        .end
    ),
    RequestCase(
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: a\r\nConnection: close\r\n\r\n",
        .head("GET / host=h 1.1 close"),
        .end
    ),
    RequestCase("GET / HTTP/1.1\r\nHost: h\r\nConnection: closed\r\n\r\n", .head("GET / host=h 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.1\r\nHost: h\r\nConnection:\r\n\r\n", .head("GET / host=h 1.1 keep"), .end),
    RequestCase("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", .head("GET / host=- 1.0 keep"), .end),
    RequestCase("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", .head("GET / host=- 1.0 close"), .end),

    // Fields.
    RequestCase(
        "GET / HTTP/1.1\r\nHost:h\r\nX-Empty:\r\nX-Blank: \t \r\nX: a\tb  c\r\n\r\n",
        .head("GET / host=h 1.1 keep"),
        .end
    ),
    RequestCase(
        "GET / HTTP/1.1\r\nHost: h\r\nX: \u{80}\u{FF}\u{C3}\u{A9}\r\n\r\n",
        .head("GET / host=h 1.1 keep"),
        .end
    ),
    RequestCase(
        "GET / HTTP/1.1\r\nHost: h\r\n!#$%&'*+-.^_`|~0Az: :\"(),/;<=>?@[\\]{}\r\n\r\n",
        .head("GET / host=h 1.1 keep"),
        .end
    ),
    RequestCase(
        "GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n\r\n",
        .head("GET / host=h 1.1 keep continue"),
        .end
    ),
    RequestCase("GET / HTTP/1.0\r\nExpect: a-miracle\r\n\r\n", .head("GET / host=- 1.0 close"), .end),

    // Bodies with a length.
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        .head("POST / host=h 1.1 keep length=5"),
        .body(raw("hello")),
        .end
    ),
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
        .head("POST / host=h 1.1 keep length=0"),
        .end
    ),
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\t0004 \r\n\r\n\r\n\r\n",
        .head("POST / host=h 1.1 keep length=4"),
        .body(raw("\r\n\r\n")),
        .end
    ),
    RequestCase(
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n\0\u{FF}\n",
        .head("GET / host=h 1.1 keep length=3"),
        .body([0, 255, 10]),
        .end
    ),
    RequestCase(
        "POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx",
        .head("POST / host=- 1.0 close length=1"),
        .body(raw("x")),
        .end
    ),
    RequestCase(
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok",
        .head("PUT / host=h 1.1 keep length=2 continue"),
        .body(raw("ok")),
        .end
    ),

    // Chunked bodies.
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        .head("POST / host=h 1.1 keep chunked"),
        .end
    ),
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\ntransfer-encoding: CHUNKED \r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        .head("POST / host=h 1.1 keep chunked"),
        .body(raw("hello world")),
        .end
    ),
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0a\r\n0123456789\r\n000\r\n\r\n",
        .head("POST / host=h 1.1 keep chunked"),
        .body(raw("01234567890123456789")),
        .end
    ),
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n1 \t; c=\"d;\\\"\"\r\n!\r\n0;z\r\n\r\n",
        .head("POST / host=h 1.1 keep chunked"),
        .body(raw("ok!")),
        .end
    ),
    RequestCase(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n0\r\nX-Sum: 1\r\nContent-Length: 99\r\n\r\n",
        .head("POST / host=h 1.1 keep chunked"),
        .body(raw("\r\n")),
        .end
    ),
]
