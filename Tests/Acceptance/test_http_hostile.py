"""HTTP at its worst, byte for byte on a real socket: what smuggles, floods, stalls or is just odd."""

import time

import pytest

from harness import Form
from images import png
from localpro import LocalPro, tenant

TENANTS = {"compat": tenant("compat"), "strict": tenant("strict", mode="strict"), "third": tenant("third")}
FLAGS = ("--header-timeout", "1s", "--body-timeout", "1s", "--idle-timeout", "2s", "--write-timeout", "1s")

HOST = "Host: compat.test\r\n"
GET = f"GET /healthz HTTP/1.1\r\n{HOST}\r\n"


def post(fields: str, body: str = "", session: str = "abcdefgh") -> str:
    return f"POST /api/live-chat/sessions/{session}/messages HTTP/1.1\r\n{HOST}Content-Type: application/json\r\n{fields}\r\n{body}"


def is_error(response) -> bool:
    body = response.json()
    return "error" in body or body.get("success") is False


# Refused with 400 and the end of the connection: a second request behind it is never seen.

BODY = '{"content":"x"}'
SMUGGLING = {
    "both lengths": post(f"Content-Length: {len(BODY)}\r\nTransfer-Encoding: chunked\r\n", f"f\r\n{BODY}\r\n0\r\n\r\n"),
    "both lengths, the other way round": post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"),
    "two different lengths": post("Content-Length: 15\r\nContent-Length: 16\r\n", BODY + "x"),
    "the same length twice": post("Content-Length: 15\r\nContent-Length: 15\r\n", BODY),
    "a list of lengths": post("Content-Length: 15, 15\r\n", BODY),
    "a signed length": post("Content-Length: +15\r\n", BODY),
    "a negative length": post("Content-Length: -1\r\n", ""),
    "a hexadecimal length": post("Content-Length: 0xf\r\n", BODY),
    "a length with a space inside": post("Content-Length: 1 5\r\n", BODY),
    "an empty length": post("Content-Length: \r\n", BODY),
    "a length beyond all numbers": post(f"Content-Length: {'9' * 40}\r\n", BODY),
    "chunked and then something": post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
    "chunked twice": post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
    "two transfer codings": post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    "quoted chunked": post('Transfer-Encoding: "chunked"\r\n', "0\r\n\r\n"),
    "empty coding": post("Transfer-Encoding: \r\n", "0\r\n\r\n"),
    "chunked with a vertical tab": post("Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n"),
    "space before the colon": post(f"Content-Length : {len(BODY)}\r\n", BODY),
    "tab before the colon": post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"),
    "folded line": post(f"X-Folded: a\r\n b\r\nContent-Length: {len(BODY)}\r\n", BODY),
    "folded coding": post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
    "first field folded": f"GET /healthz HTTP/1.1\r\n {HOST}\r\n",
    "no colon": f"GET /healthz HTTP/1.1\r\n{HOST}nocolon\r\n\r\n",
    "empty name": f"GET /healthz HTTP/1.1\r\n{HOST}: x\r\n\r\n",
    "name with a bracket": f"GET /healthz HTTP/1.1\r\n{HOST}X[0]: x\r\n\r\n",
    "name with a high byte": f"GET /healthz HTTP/1.1\r\n{HOST}X\xe9: x\r\n\r\n",
    "bare LF ends a line": f"GET /healthz HTTP/1.1\n{HOST}\r\n",
    "bare LF among the fields": f"GET /healthz HTTP/1.1\r\n{HOST}X: y\nZ: a\r\n\r\n",
    "bare CR in a value": f"GET /healthz HTTP/1.1\r\n{HOST}X: a\rb\r\n\r\n",
    "NUL in a value": f"GET /healthz HTTP/1.1\r\n{HOST}X: a\0b\r\n\r\n",
    "control character in a value": f"GET /healthz HTTP/1.1\r\n{HOST}X: a\x01b\r\n\r\n",
    "DEL in a value": f"GET /healthz HTTP/1.1\r\n{HOST}X: a\x7fb\r\n\r\n",
    "NUL in the target": f"GET /health\0z HTTP/1.1\r\n{HOST}\r\n",
    "tab in the target": f"GET /health\tz HTTP/1.1\r\n{HOST}\r\n",
    "high byte in the target": f"GET /h\xe9 HTTP/1.1\r\n{HOST}\r\n",
    "fragment": f"GET /healthz#x HTTP/1.1\r\n{HOST}\r\n",
    "relative target": f"GET healthz HTTP/1.1\r\n{HOST}\r\n",
    "asterisk for GET": f"GET * HTTP/1.1\r\n{HOST}\r\n",
    "two spaces": f"GET  /healthz HTTP/1.1\r\n{HOST}\r\n",
    "space at the end of the line": f"GET /healthz HTTP/1.1 \r\n{HOST}\r\n",
    "no version": f"GET /healthz\r\n{HOST}\r\n",
    "lower-case version": f"GET /healthz http/1.1\r\n{HOST}\r\n",
    "version of two digits": f"GET /healthz HTTP/1.10\r\n{HOST}\r\n",
    "no host": "GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": f"GET /healthz HTTP/1.1\r\n{HOST}{HOST}\r\n",
    "two different hosts": f"GET /healthz HTTP/1.1\r\n{HOST}Host: strict.test\r\n\r\n",
    "host with a path": "GET /healthz HTTP/1.1\r\nHost: compat.test/x\r\n\r\n",
    "host with a user": "GET /healthz HTTP/1.1\r\nHost: a@compat.test\r\n\r\n",
    "host with a comma": "GET /healthz HTTP/1.1\r\nHost: compat.test, strict.test\r\n\r\n",
    "host with a space": "GET /healthz HTTP/1.1\r\nHost: compat .test\r\n\r\n",
    "host with a bad port": "GET /healthz HTTP/1.1\r\nHost: compat.test:80x\r\n\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "JSON": '{"content":"x"}\r\n\r\n',
    "space before the method": f" GET /healthz HTTP/1.1\r\n{HOST}\r\n",
}  # fmt: skip

CHUNKS = {
    "not hexadecimal": "g\r\n",
    "negative": "-1\r\n",
    "signed": "+f\r\n",
    "0x": "0xf\r\n",
    "empty size": "\r\n",
    "space before the size": " f\r\n",
    "space behind the size": "f \r\n" + BODY,
    "beyond all numbers": "fffffffffffffffff\r\n",
    "LF alone": f"f\n{BODY}\r\n0\r\n\r\n",
    "CR alone": f"f\r{BODY}\r\n0\r\n\r\n",
    "data longer than its size": f"5\r\n{BODY}\r\n0\r\n\r\n",
    "no line end behind the data": f"f\r\n{BODY}0\r\n\r\n",
    "LF behind the data": f"f\r\n{BODY}\n0\r\n\r\n",
    "control character in an extension": f"f;a=\x01\r\n{BODY}\r\n0\r\n\r\n",
    "bare LF in an extension": f"f;a\nb\r\n{BODY}\r\n0\r\n\r\n",
    "folded trailer": f"f\r\n{BODY}\r\n0\r\nX: y\r\n z\r\n\r\n",
    "trailer without a colon": f"f\r\n{BODY}\r\n0\r\nxyz\r\n\r\n",
}


@pytest.mark.parametrize("case", SMUGGLING)
def test_smuggling(daemon, case):
    with daemon.raw() as raw:
        raw.send(SMUGGLING[case] + GET)
        answer = raw.response()
        assert answer.status == 400, answer
        assert answer.header("Connection") == "close"
        assert is_error(answer)
        assert f'"request":"{answer.header("X-Request-Id")}","status":400' in daemon.log()
        assert raw.is_closed(), "the request behind it was answered"


@pytest.mark.parametrize("case", CHUNKS)
def test_bad_chunks(daemon, compat, case):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(post("Transfer-Encoding: chunked\r\n", CHUNKS[case], session))
        answer = raw.response()
        # A size beyond all numbers may as well be called too large.
        assert answer.status in ((400, 413) if case == "beyond all numbers" else (400,)), answer
        assert answer.json()["success"] is False, "not in the dialect's words"
        assert raw.is_closed()
    assert compat.messages(session)["total"] == 1


@pytest.mark.parametrize("coding", ["gzip", "gzip, chunked", "deflate", "identity", "compress", "xchunked"])
def test_other_codings(daemon, coding):
    with daemon.raw() as raw:
        raw.send(post(f"Transfer-Encoding: {coding}\r\n", "0\r\n\r\n") + GET)
        assert raw.response().status in (400, 501)
        assert raw.is_closed()


# Sizes


def test_request_line(daemon):
    longest = 8192 - len("GET  HTTP/1.1")
    with daemon.raw() as raw:
        raw.send(f"GET /{'a' * (longest - 1)} HTTP/1.1\r\n{HOST}\r\n")
        assert raw.response().status == 404
    for extra in (1, 100_000):
        with daemon.raw() as raw:
            raw.send(f"GET /{'a' * (longest - 1 + extra)} HTTP/1.1\r\n{HOST}\r\n")
            answer = raw.response()
            assert answer.status == 414 and is_error(answer)
            assert raw.is_closed()


def test_fields(daemon):
    with daemon.raw() as raw:
        raw.send(f"GET /healthz HTTP/1.1\r\n{HOST}" + "X: y\r\n" * 99 + "\r\n")
        assert raw.response().status == 200
    floods = [
        "X: y\r\n" * 100,
        f"X: {'a' * 16384}\r\n",
        f"{'X' * 17000}: a\r\n",
        "".join(f"X{index}: {'a' * 300}\r\n" for index in range(60)),
    ]
    for flood in floods:
        with daemon.raw() as raw:
            raw.send(f"GET /healthz HTTP/1.1\r\n{HOST}{flood}\r\n")
            answer = raw.response()
            assert answer.status == 431 and is_error(answer)
            assert raw.is_closed()


def test_a_head_without_end_is_cut(daemon):
    with daemon.raw() as raw:
        try:
            raw.send(f"GET /healthz HTTP/1.1\r\n{HOST}")
            for _ in range(2000):
                raw.send("X: " + "a" * 1000 + "\r\n")
        except (ConnectionResetError, BrokenPipeError):
            pass
        assert raw.response().status == 431


@pytest.mark.parametrize("length", [(1 << 20) + 1, 1 << 30, 1 << 62])
def test_declared_body_too_large(daemon, compat, length):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(post(f"Content-Length: {length}\r\n", "{", session))
        answer = raw.response()
        assert answer.status == 413 and answer.json()["success"] is False
        assert raw.is_closed()


def test_chunks_that_become_too_large(daemon, compat):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(post("Transfer-Encoding: chunked\r\n", "", session))
        piece = "10000\r\n" + "x" * 65536 + "\r\n"
        try:
            for _ in range(40):
                raw.send(piece)
        except (ConnectionResetError, BrokenPipeError):
            pass
        # It comes although the client was still sending: the connection lingers.
        assert raw.response().status == 413
    assert compat.messages(session)["total"] == 1


def test_chunk_extensions_have_a_limit(daemon, compat):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(post("Transfer-Encoding: chunked\r\n", f"f;{'a' * 200_000}\r\n{BODY}\r\n0\r\n\r\n", session))
        assert raw.response().status in (400, 413, 431)
        assert raw.is_closed()


def test_error_bodies_arrive_in_spite_of_unread_bytes(daemon, compat):
    """Closing with bytes unread would reset the connection, and the answer with it."""
    session = compat.create()
    for _ in range(20):
        with daemon.raw() as raw:
            raw.send(post(f"Content-Length: {5 << 20}\r\n", "x" * (1 << 20), session))
            answer = raw.response()
            assert answer.status == 413 and answer.json()["success"] is False
        with daemon.raw() as raw:
            raw.send("GET / HTTP/1.1\r\nBad Header: x\r\n\r\n" + "x" * 500_000)
            assert raw.response().status == 400


# Methods and versions


def test_methods(daemon):
    for method in ["BREW", "TRACE", "PROPFIND", "M-SEARCH", "get"]:
        with daemon.raw() as raw:
            raw.send(f"{method} /api/live-chat/sessions HTTP/1.1\r\n{HOST}\r\n")
            assert raw.response().status in (405, 501)
    for method in ["CONNECT", "X" * 100]:
        with daemon.raw() as raw:
            raw.send(f"{method} compat.test:80 HTTP/1.1\r\n{HOST}\r\n")
            assert raw.response().status in (400, 405, 501)


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9", "HTTP/3.0"])
def test_versions(daemon, version):
    with daemon.raw() as raw:
        raw.send(f"GET /healthz {version}\r\n{HOST}\r\n")
        assert raw.response().status == 505
        assert raw.is_closed()


def test_http2_preface(daemon):
    with daemon.raw() as raw:
        raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert raw.response().status in (400, 505)
        assert raw.is_closed()


def test_http10(daemon, compat):
    session = compat.create()
    path = f"/api/live-chat/sessions/{session}"
    with daemon.raw() as raw:  # closes without being asked to keep
        raw.send(f"GET {path} HTTP/1.0\r\n{HOST}\r\n" + GET)
        answer = raw.response()
        assert answer.status == 200 and answer.header("Connection") != "keep-alive"
        assert raw.is_closed()
    with daemon.raw() as raw:
        for _ in range(3):
            raw.send(f"GET {path} HTTP/1.0\r\n{HOST}Connection: keep-alive\r\n\r\n")
            answer = raw.response()
            assert answer.status == 200 and answer.header("Connection").lower() == "keep-alive"
    with daemon.raw() as raw:  # without a Host it goes by prefix
        raw.send(f"GET /compat{path} HTTP/1.0\r\n\r\n")
        assert raw.response().status == 200
    with daemon.raw() as raw:
        raw.send(f"GET {path} HTTP/1.0\r\n\r\n")
        assert raw.response().status == 421
    with daemon.raw() as raw:  # chunked does not exist there (RFC 9112 section 6.1)
        raw.send(f"POST {path}/messages HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert raw.response().status == 400
        assert raw.is_closed()


def test_absolute_form(daemon, compat):
    session = compat.create()
    path = f"/api/live-chat/sessions/{session}"
    with daemon.raw() as raw:
        raw.send(f"GET http://compat.test{path} HTTP/1.1\r\nHost: compat.test\r\n\r\n")
        assert raw.response().status == 200
        # The target's authority counts, not the field (RFC 9112 section 3.2.2).
        raw.send(f"GET http://compat.test:1234{path}?x HTTP/1.1\r\nHost: strict.test\r\n\r\n")
        assert raw.response().status == 200
        raw.send(f"GET http://strict.test{path} HTTP/1.1\r\nHost: compat.test\r\n\r\n")
        assert raw.response().status == 404


def test_options_of_everything(daemon):
    with daemon.raw() as raw:
        raw.send(f"OPTIONS * HTTP/1.1\r\n{HOST}\r\n")
        answer = raw.response()
        assert answer.status in (200, 204) and "GET" in answer.header("Allow")


def test_empty_lines_before_a_request(daemon):
    with daemon.raw() as raw:
        raw.send("\r\n\r\n" + GET)
        assert raw.response().status == 200
    with daemon.raw() as raw:
        raw.send("\r\n" * 1000 + GET)
        assert raw.response().status == 400


# Connections


def test_pipelining_keeps_its_order_across_tenants(daemon):
    compat, strict, third = (LocalPro(daemon, name) for name in ("compat", "strict", "third"))
    sessions = {chat.host: chat.create() for chat in (compat, strict, third)}
    requests, expected = "", []
    for index in range(60):
        host = [compat.host, strict.host, third.host][index * 7 % 3]
        if index % 4 == 0:
            content = f'{{"content":"message {index}"}}'
            requests += (
                f"POST /api/live-chat/sessions/{sessions[host]}/messages HTTP/1.1\r\nHost: {host}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}"
            )
            expected.append((201, f"message {index}"))
        elif index % 9 == 0:
            requests += f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"
            expected.append((200, ""))
        elif index % 7 == 0:
            requests += f"GET /nowhere HTTP/1.1\r\nHost: {index}.test\r\n\r\n"
            expected.append((421, ""))
        else:
            requests += f"GET /api/live-chat/sessions/{sessions[host]} HTTP/1.1\r\nHost: {host}\r\n\r\n"
            expected.append((200, sessions[host]))
    with daemon.raw() as raw:
        raw.send(requests)
        for status, text in expected:
            answer = raw.response()
            assert answer.status == status and text in answer.body.decode(), (status, text, answer)


def test_a_request_in_single_bytes(daemon, compat):
    session = compat.create()
    with daemon.raw() as raw:
        for byte in post(f"Content-Length: {len(BODY)}\r\n", BODY, session):
            raw.send(byte)
        assert raw.response().status == 201
        for byte in post(
            "Transfer-Encoding: chunked\r\n", f"5;x=y\r\n{BODY[:5]}\r\n0a\r\n{BODY[5:]}\r\n0\r\nX-T: v\r\n\r\n", session
        ):
            raw.send(byte)
        assert raw.response().status == 201
    assert compat.messages(session)["total"] == 3


def test_connection_close(daemon):
    for value in ["close", "Close", "keep-alive, close", "TE, close"]:
        with daemon.raw() as raw:
            raw.send(f"GET /healthz HTTP/1.1\r\n{HOST}Connection: {value}\r\n\r\n" + GET)
            answer = raw.response()
            assert answer.status == 200 and answer.header("Connection") == "close"
            assert raw.is_closed()


def test_a_client_that_closes_its_side_gets_its_answers(daemon, compat):
    import socket

    session = compat.create()
    with daemon.raw() as raw:
        raw.send(GET + post(f"Content-Length: {len(BODY)}\r\n", BODY, session) + GET)
        raw.socket.shutdown(socket.SHUT_WR)
        assert [raw.response().status for _ in range(3)] == [200, 201, 200]
        assert raw.is_closed()


@pytest.mark.parametrize("path", ["/healthz", "/nowhere"])
def test_a_slow_reader_that_has_closed_its_side_gets_all_answers(daemon, path):
    import socket

    count = 3_000
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(10)
        slow.connect(("127.0.0.1", daemon.port))
        slow.sendall(f"GET {path} HTTP/1.1\r\n{HOST}\r\n".encode() * count)
        slow.shutdown(socket.SHUT_WR)
        received = b""
        while piece := slow.recv(4096):
            received += piece
    assert received.count(b"HTTP/1.1 ") == count


def test_a_slow_reader_has_time_after_closing_its_side(daemon, compat):
    """Nothing more is awaited from it, so only the progress of its reading counts, not the idle timeout."""
    import socket
    from urllib.parse import urlsplit

    picture = png(size=9_000_000)
    form = Form().text("content", "look").file("files", "a.png", "image/png", picture)
    sent = compat.guest("POST", f"/sessions/{compat.create()}/messages", form)
    link = urlsplit(sent.json()["data"]["attachments"][0]["url"])
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        slow.settimeout(10)
        slow.connect(("127.0.0.1", daemon.port))
        slow.sendall(f"GET {link.path}?{link.query} HTTP/1.1\r\n{HOST}\r\n".encode())
        slow.shutdown(socket.SHUT_WR)
        received = b""
        while piece := slow.recv(32768):
            received += piece
            time.sleep(0.015)  # four seconds in all
    assert received.partition(b"\r\n\r\n")[2] == picture


def test_expect(daemon, compat):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(post(f"Content-Length: {len(BODY)}\r\nExpect: 100-continue\r\n", "", session))
        assert raw.response().status == 100
        raw.send(BODY)
        assert raw.response().status == 201
    with daemon.raw() as raw:  # one that does not wait
        raw.send(post(f"Content-Length: {len(BODY)}\r\nExpect: 100-continue\r\n", BODY, session))
        answer = raw.response()
        assert (answer if answer.status != 100 else raw.response()).status == 201
    with daemon.raw() as raw:  # refused without asking for the body
        raw.send(post(f"Content-Length: {5 << 20}\r\nExpect: 100-continue\r\n", "", session))
        assert raw.response().status == 413
    with daemon.raw() as raw:
        raw.send(f"POST /nothing HTTP/1.1\r\n{HOST}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert raw.response().status == 404
    with daemon.raw() as raw:
        raw.send(post(f"Content-Length: {len(BODY)}\r\nExpect: a-miracle\r\n", BODY, session))
        assert raw.response().status in (201, 417)


def test_head_keeps_the_connection_in_step(daemon, compat):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(f"HEAD /api/live-chat/sessions/{session} HTTP/1.1\r\n{HOST}\r\n" + GET)
        assert raw.response(to_head=True).status == 200
        answer = raw.response()
        assert answer.status == 200 and b"ok" in answer.body


def test_bodies_where_none_is_expected(daemon, compat):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(
            f"GET /api/live-chat/sessions/{session} HTTP/1.1\r\n{HOST}Content-Length: 26\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\n"
            + GET
        )
        assert raw.response().status == 200
        assert b"ok" in raw.response().body


# Patience


def test_slow_head(daemon):
    for start in ["", "GET", "GET /healthz HTTP/1.1\r\nHost: comp"]:
        with daemon.raw() as raw:
            began = time.monotonic()
            if start:
                raw.send(start)
            try:
                while time.monotonic() - began < 4:
                    if start:
                        raw.send("a")
                    raw.socket.settimeout(0.2)
                    try:
                        if not raw._more():
                            break
                        if b"\r\n\r\n" in raw.buffer:
                            break
                    except TimeoutError:
                        continue
            except (BrokenPipeError, ConnectionResetError):
                pass
            # Sending a byte now and then does not prolong it.
            assert time.monotonic() - began < 3
            if raw.buffer:
                answer = raw.response()
                assert answer.status == 408 and answer.header("X-Request-Id")


def test_slow_body(daemon, compat):
    session = compat.create()
    with daemon.raw() as raw:
        raw.send(post("Content-Length: 100\r\n", '{"con', session))
        began = time.monotonic()
        answer = raw.response()
        assert answer.status == 408 and 0.5 < time.monotonic() - began < 3
        assert answer.header("Connection") == "close"
        assert answer.json()["success"] is False, "not in the dialect's words"
        assert raw.is_closed()
    assert compat.messages(session)["total"] == 1


def test_idle(daemon):
    with daemon.raw() as raw:
        raw.send(GET)
        assert raw.response().status == 200
        began = time.monotonic()
        assert raw.is_closed(5)
        assert 1 < time.monotonic() - began < 4


def test_a_reader_that_does_not_read(daemon, compat):
    """Thousands of pipelined requests whose answers nobody takes: the next is not begun while the last ones wait, so that
    memory stays small, the others never notice, and the connection ends when its output makes no progress."""

    def resident() -> int:
        return int(open(f"/proc/{daemon.process.pid}/status").read().split("VmRSS:")[1].split()[0])

    session = compat.create()
    for _ in range(50):
        compat.send(session, "x" * 16000)
    before = resident()
    with daemon.raw() as raw:
        request = f"GET /api/live-chat/sessions/{session}/messages?limit=100 HTTP/1.1\r\n{HOST}\r\n".encode()
        raw.socket.setblocking(False)
        sent = 0
        try:
            for _ in range(2000):
                sent += raw.socket.send(request)
        except BlockingIOError:
            pass
        assert sent >= len(request)
        for _ in range(10):
            began = time.monotonic()
            assert compat.guest("GET", f"/sessions/{session}").status == 200
            assert time.monotonic() - began < 1
        assert resident() - before < 64 << 10
        time.sleep(2.5)
        raw.socket.settimeout(5)
        try:
            while raw.socket.recv(1 << 20):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            raise AssertionError("the connection was left open") from None
    assert compat.guest("GET", f"/sessions/{session}").status == 200


def test_many_half_requests_do_not_hold_up_others(daemon, compat):
    session = compat.create()
    halves = [daemon.raw().send("GET /healthz HTT") for _ in range(300)]
    began = time.monotonic()
    for _ in range(20):
        assert compat.guest("GET", f"/sessions/{session}").status == 200
    assert time.monotonic() - began < 2
    for half in halves:
        half.close()


def test_connections_that_vanish(daemon, compat):
    """Closed and reset connections in every state leave nothing behind."""
    import os
    import socket
    import struct

    session = compat.create()

    def descriptors():
        return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))

    before = descriptors()
    for index in range(200):
        raw = daemon.raw()
        raw.send(
            [
                post("Content-Length: 100\r\n", "{", session),
                "GET",
                "",
                GET,
                post(f"Content-Length: {len(BODY)}\r\n", BODY, session),
            ][index % 5]
        )
        if index % 2:
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
    deadline = time.monotonic() + 10
    while descriptors() > before + 5 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert descriptors() <= before + 5
    assert compat.guest("GET", f"/sessions/{session}").status == 200


def test_nothing_hostile_reached_the_log_as_a_failure(daemon):
    assert '"level":"error"' not in daemon.log()


def test_healthz_everywhere(daemon):
    for host in ["compat.test", "unknown.test", "127.0.0.1"]:
        for method in ("GET", "HEAD"):
            assert daemon.request(method, "/healthz", host=host).status == 200
    assert daemon.request("GET", "/healthz", port=daemon.admin_port).status == 200
    assert daemon.request("GET", "/readyz", port=daemon.admin_port).status == 200
    assert daemon.request("GET", "/readyz", host="unknown.test").status == 421
