"""The HTTP of the daemon, seen from outside: any request is echoed, wrong ones are refused."""

import pytest

from wire_support import HTTPStream, program, request, server  # noqa: F401


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FROBNICATE"])
def test_any_method_and_path(server, method):
    body = b"" if method in ("GET", "TRACE") else b"some bytes \x00\xff"
    answer = request(server, method, "/any/path?with=query", body)
    assert (answer.status, answer.body) == (200, body)


def test_head_has_the_length_and_no_body(server):
    with HTTPStream(server) as stream:
        stream.send(b"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /n HTTP/1.1\r\nHost: a\r\n\r\n")
        first = stream.answer("HEAD")
        assert (first.status, first.fields["content-length"]) == (200, "3")
        assert stream.answer().status == 200


def test_field_lines_come_back_as_they_were(server):
    with HTTPStream(server) as stream:
        stream.send(b"GET /echo HTTP/1.1\r\nHost: a\r\nX-One:  two \r\nx-ONE:three\r\n\r\n")
        assert stream.answer().body == b"Host: a\r\nX-One:  two \r\nx-ONE:three\r\n"


def test_pipelined_requests_are_answered_in_order(server):
    with HTTPStream(server) as stream:
        stream.send(b"".join(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n%03d" % number for number in range(100)
        ))
        assert [stream.answer().body for _ in range(100)] == [b"%03d" % number for number in range(100)]


def test_chunked_body_with_extensions_and_trailers(server):
    with HTTPStream(server) as stream:
        stream.send(
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n"
            b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        assert stream.answer().body == b"hello!"
        assert stream.answer().body == b""


def test_one_byte_at_a_time(server):
    with HTTPStream(server) as stream:
        for byte in b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd":
            stream.send(bytes([byte]))
        assert stream.answer().body == b"abcd"


def test_expectation_is_met_before_the_body(server):
    with HTTPStream(server) as stream:
        stream.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert stream.answer().status == 100
        stream.send(b"ok")
        assert stream.answer().body == b"ok"


def test_http_10_and_close(server):
    with HTTPStream(server) as stream:
        stream.send(b"GET / HTTP/1.0\r\n\r\n")
        assert stream.answer().status == 200
        assert stream.is_closed()
    with HTTPStream(server) as stream:
        stream.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = stream.answer()
        assert (answer.status, answer.fields["connection"].lower()) == (200, "close")
        assert stream.is_closed()


def test_large_body(server):
    body = bytes(range(256)) * (8 << 12)
    assert request(server, "PUT", "/large", body).body == body


def test_absolute_and_asterisk_targets(server):
    with HTTPStream(server) as stream:
        stream.send(b"GET http://other.example/x HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
        assert [stream.answer().status, stream.answer().status] == [200, 200]


HOST = b"Host: a\r\n"


@pytest.mark.parametrize(
    "status, raw",
    [
        (400, b"GET / HTTP/1.1\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"Bad Name: x\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"Name : x\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n folded\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"A: b\x00c\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"A: b\rc\r\n\r\n"),
        (400, b"GET / HTTP/1.1\n" + b"Host: a\n\n"),
        (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +3\r\n\r\nabc"),
        (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3, 3\r\n\r\nabc"),
        (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        (400, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        (400, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"),
        (501, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
        (505, b"GET / HTTP/2.0\r\n" + HOST + b"\r\n"),
        (414, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
        (431, b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"b" * 17000 + b"\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 101 + b"\r\n"),
    ],
)
def test_refused_with_status_and_close(server, status, raw):
    with HTTPStream(server) as stream:
        stream.send(raw)
        assert stream.answer().status == status
        assert stream.is_closed()


def test_body_over_the_limit_is_413(server):
    with HTTPStream(server) as stream:
        stream.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
        assert stream.answer().status == 413


def test_serve_wants_an_address():
    import subprocess

    assert subprocess.run([program(), "serve"], capture_output=True).returncode == 2
    assert subprocess.run([program(), "serve", "--listen", "nonsense"], capture_output=True).returncode == 2
    taken = subprocess.run([program(), "serve", "--listen", "no.such.host:1"], capture_output=True)
    assert taken.returncode == 1 and b"no.such.host" in taken.stderr
