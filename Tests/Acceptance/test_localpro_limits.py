"""LocalPro's limits and idempotency: text, JSON, rates, repeated requests."""

import json

import pytest

from harness import Form, together
from images import png
from localpro import SUPPORT, LocalPro, assert_error, tenant, unique

TENANTS = {
    "strict": tenant("strict", mode="strict"),
    "compat": tenant("compat"),
    "writes": tenant("writes", limits="{ guest_write: 5/1m, guest_read: off, upload: 2/1m, agent: 3/1m }"),
    "reads": tenant("reads", limits="{ guest_write: off, guest_read: 4/1m, upload: off, agent: off }"),
    "probes": tenant("probes", limits="{ guest_write: off, guest_read: off }", extra="probe_limit: 3/1m"),
    "document": tenant("document", limits="{ agent: off }"),
}
PLUGINS = "plugins:\n  localpro: { limits: { guest_write: 100/15m } }\n"


# Text


@pytest.mark.parametrize("unit,size", [("x", 1), ("ü", 2), ("€", 3), ("😀", 4)])
def test_text_of_16_kib(compat, unit, size):
    session = compat.create()
    fits = unit * (16384 // size) + "x" * (16384 % size)
    assert compat.send(session, fits)["content"] == fits
    for path, token in [
        (f"/api/live-chat/sessions/{session}/messages", None),
        (f"/api/admin/live-chat/sessions/{session}/reply", SUPPORT),
    ]:
        assert_error(compat.call("POST", path, {"content": fits + "x"}, token=token), 400, names="content")
    assert compat.messages(session)["total"] == 2


def test_other_texts_have_limits(compat):
    huge = "x" * 100_000
    session = compat.create()
    attempts = [
        compat.guest("POST", "/sessions", {"sessionId": unique(), "user": {"name": huge, "email": "a@b.c"}}),
        compat.guest("POST", "/sessions", {"sessionId": unique(), "user": {"name": "x", "email": huge + "@b.c"}}),
        compat.guest("POST", f"/sessions/{session}/rate", {"score": 5, "feedback": huge}),
        compat.admin("POST", f"/sessions/{session}/notes", {"content": huge}),
        compat.status(session, tags=[huge]),
        compat.status(session, tags=["x"] * 10_000),
    ]
    for answer in attempts:
        assert_error(answer, 400)


# JSON


def post(chat, session, body: bytes, **headers):
    return chat.guest(
        "POST", f"/sessions/{session}/messages", body, headers={"Content-Type": "application/json", **headers}
    )


def test_json_of_a_mebibyte(compat):
    session = compat.create()
    start, end = b'{"content":"x","padding":"', b'"}'
    fits = start + b"p" * ((1 << 20) - len(start) - len(end)) + end
    assert len(fits) == 1 << 20
    assert post(compat, session, fits).status == 201
    answer = post(compat, session, fits + b" ")
    assert answer.status == 413 and answer.json()["success"] is False
    assert compat.messages(session)["total"] == 2


def test_depth(compat):
    session = compat.create()

    def nested(levels):
        # The object itself is the first level.
        return b'{"content":"x","more":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"

    assert post(compat, session, nested(64)).status == 201
    assert_error(post(compat, session, nested(65)), 400)
    assert_error(post(compat, session, b"[" * 100_000), 400)
    assert_error(post(compat, session, b'{"a":' * 10_000), 400)


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"null", b"[]", b'"content"', b"5", b"{", b'{"content"}', b'{"content":}', b'{"content":"x",}', b"{'content':'x'}",
        b'{"content":"x"}{"content":"y"}', b'{"content":"x"} x', b'\xef\xbb\xbf{"content":"x"}', b'{"content":"\xff"}',
        b'{"content":"\xc3\x28"}', b'{"content":"\xed\xa0\x80"}', b'{"content":"\xf8\x88\x80\x80\x80"}', b'{"content":"\\ud800"}',
        b'{"content":"\\udc00\\ud800"}', b'{"content":"a\nb"}', b'{"content":"\x00"}', b'{"content":"\\x41"}', b'{"content":NaN}',
        b'{"content":01}', b'{content:"x"}', b'{"content":"x" /* c */}', b"\x00" * 20, b'{"content":tru}',
    ],
)  # fmt: skip
def test_bad_json(compat, body):
    session = compat.create()
    assert_error(post(compat, session, body), 400)
    assert compat.messages(session)["total"] == 1


def test_odd_but_good_json(compat):
    session = compat.create()
    assert post(compat, session, b'{"content":"first","content":"last"}').json()["data"]["content"] == "last"
    assert post(compat, session, b'\r\n\t {"content" : "\\ud83d\\ude00"} \n').json()["data"]["content"] == "😀"
    assert post(compat, session, b'{"content":"x","n":1e400,"m":123456789012345678901234567890}').status == 201
    assert post(compat, session, b'{"\\u0063ontent":"escaped key"}').json()["data"]["content"] == "escaped key"


def test_declared_type(compat):
    session = compat.create()
    for kind in ["application/json; charset=utf-8", "APPLICATION/JSON"]:
        assert post(compat, session, b'{"content":"x"}', **{"Content-Type": kind}).status == 201


# Idempotency


def test_repeated_send(compat):
    session = compat.create()
    headers = {"Idempotency-Key": unique("key")}
    path = f"/sessions/{session}/messages"
    first = compat.guest("POST", path, {"content": "once"}, headers=headers)
    assert first.status == 201 and first.header("Idempotent-Replayed") is None
    for _ in range(3):
        again = compat.guest("POST", path, {"content": "once"}, headers=headers)
        assert again.status == 201 and again.header("Idempotent-Replayed") == "true"
        assert again.json() == first.json()
    # Decoded fields count, not bytes.
    spaced = compat.guest("POST", path, b' { "content" : "\\u006fnce" } ', headers=headers)
    assert spaced.status == 201 and spaced.header("Idempotent-Replayed") == "true"
    assert_error(compat.guest("POST", path, {"content": "twice"}, headers=headers), 422)
    assert compat.messages(session)["total"] == 2


def test_key_belongs_to_its_route(compat):
    key = {"Idempotency-Key": unique("key")}
    one, two = compat.create(), compat.create()
    assert compat.guest("POST", f"/sessions/{one}/messages", {"content": "x"}, headers=key).status == 201
    answer = compat.guest("POST", f"/sessions/{two}/messages", {"content": "x"}, headers=key)
    assert answer.status == 201 and answer.header("Idempotent-Replayed") is None
    answer = compat.admin("POST", f"/sessions/{one}/reply", {"content": "x"}, headers=key)
    assert answer.status == 201 and answer.header("Idempotent-Replayed") is None


def test_repeated_create(compat):
    request = {"user": {"name": "John", "email": "john@example.com"}}
    key = {"Idempotency-Key": unique("key")}
    first = compat.guest("POST", "/sessions", request, headers=key)
    again = compat.guest("POST", "/sessions", request, headers=key)
    assert first.status == again.status == 201
    assert again.header("Idempotent-Replayed") == "true"
    assert again.json()["data"]["session"]["sessionId"] == first.json()["data"]["session"]["sessionId"]
    changed = {"user": {"name": "John", "email": "mary@example.com"}}
    assert_error(compat.guest("POST", "/sessions", changed, headers=key), 422)


@pytest.mark.parametrize("path", ["reply", "notes"])
def test_repeated_by_agents(compat, path):
    session = compat.create()
    key = {"Idempotency-Key": unique("key")}
    first = compat.admin("POST", f"/sessions/{session}/{path}", {"content": "once"}, headers=key)
    again = compat.admin("POST", f"/sessions/{session}/{path}", {"content": "once"}, headers=key)
    assert (first.status, again.status) == (201, 201) and again.header("Idempotent-Replayed") == "true"
    assert again.json() == first.json()
    # Another agent's key is another key.
    other = compat.admin("POST", f"/sessions/{session}/{path}", {"content": "once"}, headers=key, token=SUPPORT)
    assert other.status == 201 and other.header("Idempotent-Replayed") is None
    assert_error(compat.admin("POST", f"/sessions/{session}/{path}", {"content": "else"}, headers=key), 422)


def test_repeated_with_files(compat):
    session = compat.create()
    key = {"Idempotency-Key": unique("key")}

    def send(width, boundary):
        form = Form(boundary=boundary).text("content", "file").file("files", "a.png", "image/png", png(width=width))
        return compat.guest("POST", f"/sessions/{session}/messages", form, headers=key)

    first, again = send(3, "one"), send(3, "two")
    assert (first.status, again.status) == (201, 201) and again.header("Idempotent-Replayed") == "true"
    assert again.json()["data"]["_id"] == first.json()["data"]["_id"]
    assert_error(send(4, "three"), 422)
    assert compat.messages(session)["total"] == 2


def test_duplicates_at_once_wait_for_the_first(compat):
    session = compat.create()
    key = {"Idempotency-Key": unique("key")}
    answers = together(
        24, lambda _: compat.guest("POST", f"/sessions/{session}/messages", {"content": "once"}, headers=key)
    )
    assert [answer.status for answer in answers] == [201] * 24
    assert len({answer.json()["data"]["_id"] for answer in answers}) == 1
    assert sum(answer.header("Idempotent-Replayed") is None for answer in answers) == 1
    assert compat.messages(session)["total"] == 2


def test_a_refused_request_frees_its_key(compat):
    session = compat.create()
    key = {"Idempotency-Key": unique("key")}
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", {"content": ""}, headers=key), 400)
    answer = compat.guest("POST", f"/sessions/{session}/messages", {"content": "now"}, headers=key)
    assert answer.status == 201 and answer.header("Idempotent-Replayed") is None


def test_replay_after_close(compat):
    session = compat.create()
    key = {"Idempotency-Key": unique("key")}
    first = compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=key)
    compat.guest("PATCH", f"/sessions/{session}/end")
    again = compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=key)
    assert again.status == 201 and again.json()["data"]["_id"] == first.json()["data"]["_id"]


def test_bad_keys(compat):
    session = compat.create()
    answer = compat.guest(
        "POST", f"/sessions/{session}/messages", {"content": "x"}, headers={"Idempotency-Key": "k" * 300}
    )
    assert_error(answer, 400, names="Idempotency-Key")


def test_strict_has_no_keys(strict):
    session = strict.create()
    key = {"Idempotency-Key": unique("key")}
    for _ in range(2):
        answer = strict.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=key)
        assert answer.status == 201 and answer.header("Idempotent-Replayed") is None
    assert strict.messages(session)["total"] == 3


# Rates


def from_address(address: str) -> dict:
    return {"X-Forwarded-For": address}


def assert_limited(answer):
    assert_error(answer, 429)
    assert 1 <= int(answer.header("Retry-After")) <= 900
    assert answer.header("RateLimit") or answer.header("RateLimit-Limit")


def test_guest_writes(daemon):
    chat = LocalPro(daemon, "writes")
    here = from_address("10.1.0.1")
    session = chat.create(headers=here)
    for _ in range(4):
        chat.send(session, headers=here)
    for method, path, body in [
        ("POST", f"/sessions/{session}/messages", {"content": "x"}), ("POST", "/sessions", {}), ("PATCH", f"/sessions/{session}/end", None),
        ("POST", f"/sessions/{session}/rate", {"score": 5}),
    ]:  # fmt: skip
        assert_limited(chat.guest(method, path, body, headers=here))
    # Reading, typing and other addresses are not concerned.
    assert chat.guest("GET", f"/sessions/{session}", headers=here).status == 200
    for _ in range(20):
        assert chat.guest("POST", f"/sessions/{session}/typing", {"isTyping": True}, headers=here).status == 200
    chat.send(session, headers=from_address("10.1.0.2"))
    assert chat.messages(session, headers=here)["total"] == 6


def test_uploads_and_agents_have_buckets_of_their_own(daemon):
    chat = LocalPro(daemon, "writes")
    here = from_address("10.2.0.1")
    session = chat.create(headers=here)
    form = Form().text("sessionId", session).file("files", "a.png", "image/png", png())
    for _ in range(2):
        assert chat.guest("POST", "/upload", form, headers=dict(here)).status == 200
    assert_limited(chat.guest("POST", "/upload", form, headers=dict(here)))
    chat.send(session, headers=here)
    for _ in range(3):
        assert chat.admin("GET", "/sessions", headers=here).status == 200
    assert_limited(chat.admin("GET", "/sessions", headers=here))


def test_reads(daemon):
    chat = LocalPro(daemon, "reads")
    here = from_address("10.3.0.1")
    session = chat.create(headers=here)
    for _ in range(4):
        assert chat.guest("GET", f"/sessions/{session}", headers=here).status == 200
    assert_limited(chat.guest("GET", f"/sessions/{session}/messages", headers=here))
    chat.send(session, headers=here)


def test_addresses(daemon):
    chat = LocalPro(daemon, "reads")
    session = chat.create(headers=from_address("10.4.0.1"))

    def reads(address):
        return chat.guest("GET", f"/sessions/{session}", headers=from_address(address)).status

    # IPv6 counts by /64.
    assert [reads(f"2001:db8:0:1::{index}") for index in range(1, 6)] == [200, 200, 200, 200, 429]
    assert reads("2001:db8:0:2::1") == 200
    # The nearest address that is no trusted proxy decides; what a client puts in front of it does not.
    assert [reads(f"10.9.9.{index}, 10.5.0.1, 127.0.0.1") for index in range(5)] == [200, 200, 200, 200, 429]


def test_the_documents_limit_is_the_default(daemon):
    chat = LocalPro(daemon, "document")
    here = from_address("10.6.0.1")
    session = chat.create(headers=here)
    for _ in range(99):
        chat.send(session, headers=here)
    assert_limited(chat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=here))


def test_probing_for_ids(daemon):
    chat = LocalPro(daemon, "probes")
    here = from_address("10.7.0.1")
    session = chat.create(headers=here)
    for _ in range(3):
        assert_error(chat.guest("GET", f"/sessions/{unique()}", headers=here), 404)
    assert_limited(chat.guest("GET", f"/sessions/{unique()}", headers=here))
    assert chat.guest("GET", f"/sessions/{session}", headers=here).status == 200
    assert chat.guest("GET", f"/sessions/{unique()}", headers=from_address("10.7.0.2")).status == 404


def test_off_is_off(compat):
    session = compat.create()
    for _ in range(150):
        compat.send(session)
    for _ in range(60):
        assert compat.guest("GET", f"/sessions/{unique()}").status == 404


def test_errors_carry_the_limit_in_every_mode(daemon, strict):
    session = strict.create()
    answer = strict.guest("POST", f"/sessions/{session}/messages", {"content": "x" * 16385})
    assert list(json.loads(answer.body)) == ["success", "message"]
