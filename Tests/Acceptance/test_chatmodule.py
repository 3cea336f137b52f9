"""chat-module: every endpoint, error, role and event of its document."""

import json
import re
import struct
import time

import pytest

from brands import CHAT_MODULE, LOCALPRO, MILLISECONDS, OPAQUE, PLUGINS, Brand, Form, assert_same, brand
from harness import Form as Multipart
from harness import Refused, jwt, together
from images import GIF, JPEG, PDF, TEXT, WEBP, png
from localpro import ADMIN, JWT_KEY, SUPER, SUPPORT, agent_jwt, unique

SIZES = "sizes: { file: 64KiB, message: 1KiB, json_body: 4KiB, files_per_message: 2 }"
TENANTS = {
    "strict": brand("strict", CHAT_MODULE, LOCALPRO, mode="strict"),
    "compat": brand("compat", CHAT_MODULE, LOCALPRO),
    "hardened": brand("hardened", CHAT_MODULE, mode="hardened"),
    "listing": brand("listing", CHAT_MODULE, mode="strict"),
    "stats": brand("stats", CHAT_MODULE, mode="strict"),
    "small": brand("small", CHAT_MODULE, extra=SIZES),
    "limited": brand("limited", CHAT_MODULE, limits="{ guest_write: 3/15m, guest_read: 5/15m }"),
    "chatty": brand("chatty", CHAT_MODULE + "  system_messages: as_support\n  on_closed: reopen\n", LOCALPRO),
    "mounted": brand("mounted", CHAT_MODULE + "  mount: /module\n"),
}
USER = agent_jwt("user-1", "user")
OTHER = agent_jwt("user-2", "user")
ERRORS = ["success", "message", "error"]


@pytest.fixture(scope="module")
def compat(daemon):
    return Brand(daemon, "compat")


@pytest.fixture(scope="module")
def strict(daemon):
    return Brand(daemon, "strict")


@pytest.fixture(params=["strict", "compat"])
def chat(request, daemon):
    return Brand(daemon, request.param)


def assert_refused(answer, status: int, names: str | None = None) -> None:
    assert answer.status == status, answer
    body = answer.json()
    assert list(body) == ERRORS and body["success"] is False, answer
    assert list(body["error"]) == ["code", "message"], answer
    assert body["message"] and isinstance(body["message"], str) and body["error"]["message"] and body["error"]["code"], answer
    if names:
        assert names in body["message"], answer


def session_object(**fields) -> dict:
    """The session object of the document, with the keys that are there, in its order."""
    order = ["id", "userId", "agentId", "status", "startedAt", "endedAt", "subject", "priority", "tags"]
    return {key: fields[key] for key in order if key in fields}


# Sessions


def test_create(chat):
    answer = chat.module("POST", "/sessions", {"subject": "Help", "priority": "high", "tags": ["billing", "vip"]}, token=USER)
    assert answer.status == 201
    whole = session_object(
        id=OPAQUE, userId="user-1", agentId=None, status="active", startedAt=MILLISECONDS, endedAt=None, subject="Help",
        priority="high", tags=["billing", "vip"],
    )  # fmt: skip
    assert_same(answer.json(), whole, exact=chat.name == "strict")
    answer = chat.module("POST", "/sessions", {}, token=USER)
    assert answer.status == 201
    bare = session_object(id=OPAQUE, userId="user-1", agentId=None, status="active", startedAt=MILLISECONDS, endedAt=None, priority="medium")
    assert_same(answer.json(), bare, exact=chat.name == "strict")
    assert "subject" not in answer.json() and "tags" not in answer.json()


def test_get(chat):
    id = chat.module_create("user-1", subject="Help", tags=["a"])
    for token in (USER, SUPPORT, ADMIN, SUPER):
        answer = chat.module("GET", f"/sessions/{id}", token=token)
        assert answer.status == 200
        expected = session_object(id=id, userId="user-1", status="active", startedAt=MILLISECONDS, subject="Help", priority="medium", tags=["a"])
        assert_same(answer.json(), expected, exact=chat.name == "strict")


def test_close(chat):
    id = chat.module_create("user-1", subject="Help")
    answer = chat.module("PUT", f"/sessions/{id}/close", token=USER)
    assert answer.status == 200
    expected = session_object(id=id, userId="user-1", status="closed", startedAt=MILLISECONDS, endedAt=MILLISECONDS, subject="Help", priority="medium")
    assert_same(answer.json(), expected, exact=chat.name == "strict")
    assert_refused(chat.module("PUT", f"/sessions/{id}/close", token=USER), 409)
    assert_same(chat.module("GET", f"/sessions/{id}", token=USER).json(), expected, exact=chat.name == "strict")
    assert_refused(chat.module("POST", f"/sessions/{id}/messages", {"content": "x"}, token=USER), 409)
    assert_refused(chat.module("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}, token=ADMIN), 409)


def test_assign(chat):
    id = chat.module_create("user-1", tags=["a"])
    answer = chat.module("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}, token=ADMIN)
    assert answer.status == 200
    expected = session_object(
        id=id, userId="user-1", agentId="agent123", status="active", startedAt=MILLISECONDS, endedAt=None, priority="medium", tags=["a"]
    )
    assert_same(answer.json(), expected, exact=chat.name == "strict")
    assert chat.module("GET", f"/sessions/{id}", token=USER).json()["agentId"] == "agent123"
    assert "endedAt" not in chat.module("GET", f"/sessions/{id}", token=USER).json()
    for agent in ("agent123", "agent456"):
        assert_refused(chat.module("PUT", f"/sessions/{id}/assign", {"agentId": agent}, token=ADMIN), 409)


def test_assign_refusals(chat):
    id = chat.module_create("user-1")
    assert_refused(chat.module("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}, token=None), 401)
    for token in (USER, OTHER, SUPPORT):
        assert_refused(chat.module("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}, token=token), 403)
    for body in ({}, {"agentId": 5}, {"agentId": None}, {"agentId": ["agent123"]}, {"agentId": ""}, [], b"nonsense", b""):
        assert_refused(chat.module("PUT", f"/sessions/{id}/assign", body, token=ADMIN), 400)
    assert_refused(chat.module("PUT", f"/sessions/{id}/assign", {"agentId": "nobody"}, token=ADMIN), 404)
    assert_refused(chat.module("PUT", "/sessions/absent/assign", {"agentId": "agent123"}, token=ADMIN), 404)
    assert chat.module("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}, token=SUPER).status == 200


def test_first_reply_does_not_assign(compat):
    """Assigning on the first reply is LocalPro's alone, so that this dialect's assign is not spoilt."""
    id = compat.module_create("user-1")
    compat.module_send(id, "Hi", token=SUPPORT)
    assert "agentId" not in compat.module("GET", f"/sessions/{id}", token=USER).json()
    assert compat.module("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}, token=ADMIN).status == 200


def test_create_for_somebody(chat):
    for token in (SUPPORT, ADMIN, SUPER):
        answer = chat.module("POST", "/sessions", {"userId": "user-9"}, token=token)
        assert answer.status == 201 and answer.json()["userId"] == "user-9"
        assert chat.module("GET", f"/sessions/{answer.json()['id']}", token=agent_jwt("user-9", "user")).status == 200
    assert chat.module("POST", "/sessions", {"userId": "user-1"}, token=USER).status == 201
    assert_refused(chat.module("POST", "/sessions", {"userId": "user-2"}, token=USER), 403)
    # Its own where none is named, an agent's too.
    assert chat.module("POST", "/sessions", {}, token=SUPPORT).json()["userId"] == "agent123"


@pytest.mark.parametrize(
    "body,field",
    [
        ({"priority": "urgent"}, "priority"), ({"priority": 1}, "priority"), ({"priority": "HIGH"}, "priority"),
        ({"subject": 5}, "subject"), ({"tags": "a"}, "tags"), ({"tags": [1]}, "tags"), ({"tags": {"a": 1}}, "tags"),
        ({"userId": 5}, "userId"), ({"subject": "x" * 16385}, "subject"),
    ],
)  # fmt: skip
def test_create_refusals(chat, body, field):
    assert_refused(chat.module("POST", "/sessions", body, token=USER), 400, names=field)


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b'"x"', b"{", b"\xff", b'{"subject":"\xff"}', b'{"a":' * 70 + b"1" + b"}" * 70])
def test_bodies_that_are_no_object(chat, body):
    id = chat.module_create("user-1")
    for method, path in [("POST", "/sessions"), ("POST", f"/sessions/{id}/messages"), ("PUT", f"/sessions/{id}/read"), ("POST", f"/sessions/{id}/typing")]:
        assert_refused(chat.module(method, path, body, token=USER), 400)


# Roles and credentials


def endpoints(id: str):
    return [
        ("GET", "/sessions", None), ("GET", f"/sessions/{id}", None), ("POST", "/sessions", {}), ("PUT", f"/sessions/{id}/close", None),
        ("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}), ("GET", f"/sessions/{id}/messages", None),
        ("POST", f"/sessions/{id}/messages", {"content": "x"}), ("PUT", f"/sessions/{id}/read", {"messageIds": ["x"]}),
        ("POST", f"/sessions/{id}/typing", {"isTyping": True}), ("GET", "/stats", None),
    ]  # fmt: skip


def test_unauthenticated(chat):
    id = chat.module_create("user-1")
    tokens = [
        None, "", "wrong", "a.b.c", agent_jwt("user-1", "user", exp=int(time.time()) - 3600),
        jwt({"sub": "user-1", "role": "user", "exp": int(time.time()) + 600}, "another key, thirty-two bytes long"),
        jwt({"sub": "user-1", "role": "user", "exp": int(time.time()) + 600}, JWT_KEY, "none"),
        jwt({"sub": "user-1", "role": "user", "exp": int(time.time()) + 600, "nbf": int(time.time()) + 3600}, JWT_KEY),
        jwt({"role": "user", "exp": int(time.time()) + 600}, JWT_KEY),
    ]  # fmt: skip
    for token in tokens:
        for method, path, body in endpoints(id):
            answer = chat.module(method, path, body, token=token)
            assert_refused(answer, 401)
            assert answer.header("www-authenticate").startswith("Bearer")


def test_unknown_roles(chat):
    id = chat.module_create("user-1")
    for role in ("customer", "", "ADMIN", None):
        for method, path, body in endpoints(id):
            assert_refused(chat.module(method, path, body, token=agent_jwt("user-1", role)), 403)


def test_others_sessions(chat):
    id = chat.module_create("user-1")
    for method, path, body in endpoints(id):
        if path not in ("/sessions", "/stats"):
            assert_refused(chat.module(method, path, body, token=OTHER), 403)


def test_users_whose_ids_only_look_alike(chat):
    own, other = unique("caf") + "\u00e9", ""
    other = own[:-1] + "e\u0301"
    token, foreign = agent_jwt(own, "user"), agent_jwt(other, "user")
    id = chat.module("POST", "/sessions", {}, token=token).json()["id"]
    assert_refused(chat.module("GET", f"/sessions/{id}", token=foreign), 403)
    assert_refused(chat.module("POST", "/sessions", {"userId": own}, token=foreign), 403)
    assert chat.module("GET", f"/sessions/{id}", token=token).status == 200


def test_absent_sessions(chat):
    for method, path, body in endpoints("absent"):
        if path not in ("/sessions", "/stats"):
            expected = 403 if path.endswith("/assign") else 404
            assert_refused(chat.module(method, path, body, token=USER), expected)
            assert_refused(chat.module(method, path, body, token=ADMIN), 404)
    for id in ("a" * 256, "%20", "%2e%2e", "x%2Fy"):
        assert_refused(chat.module("GET", f"/sessions/{id}", token=ADMIN), 404)


def test_hardened_tokens_expire(daemon):
    hardened = Brand(daemon, "hardened")
    forever = jwt({"sub": "user-1", "role": "user"}, JWT_KEY)
    assert_refused(hardened.module("GET", "/sessions", token=forever), 401)
    assert Brand(daemon, "compat").module("GET", "/sessions", token=forever).status == 200


# Lists


def test_lists(daemon):
    chat = Brand(daemon, "listing")
    ids = [chat.module_create("user-1", subject=f"s{index}") for index in range(25)]
    foreign = [chat.module_create("user-2") for _ in range(3)]
    for id in ids[:5]:
        chat.module("PUT", f"/sessions/{id}/close", token=USER)
    answer = chat.module("GET", "/sessions", token=USER)
    assert answer.status == 200
    body = answer.json()
    assert list(body) == ["sessions", "totalCount"]
    assert body["totalCount"] == 25 and [row["id"] for row in body["sessions"]] == ids[::-1][:20]  # newest first
    expected = session_object(id=ids[-1], userId="user-1", status="active", startedAt=MILLISECONDS, subject="s24", priority="medium")
    assert_same(body["sessions"][0], expected)
    page = chat.module("GET", "/sessions?page=2&limit=10", token=USER).json()
    assert [row["id"] for row in page["sessions"]] == ids[::-1][10:20] and page["totalCount"] == 25
    last = chat.module("GET", "/sessions?page=3&limit=10", token=USER).json()
    assert [row["id"] for row in last["sessions"]] == ids[::-1][20:]
    assert "endedAt" in last["sessions"][-1]
    assert chat.module("GET", "/sessions?page=99", token=USER).json() == {"sessions": [], "totalCount": 25}
    active = chat.module("GET", "/sessions?status=active&limit=100", token=USER).json()
    assert active["totalCount"] == 20 and {row["status"] for row in active["sessions"]} == {"active"}
    closed = chat.module("GET", "/sessions?status=closed", token=USER).json()
    assert closed["totalCount"] == 5 and {row["status"] for row in closed["sessions"]} == {"closed"}
    for token in (SUPPORT, ADMIN, SUPER):
        everything = chat.module("GET", "/sessions?limit=1000", token=token).json()
        assert everything["totalCount"] == 28 and len(everything["sessions"]) == 28  # cut at 100, not refused
        assert everything["sessions"][0]["id"] == foreign[-1]
    assert chat.module("GET", "/sessions", token=agent_jwt("never seen", "user")).json() == {"sessions": [], "totalCount": 0}


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=1.5", "limit=0", "limit=-5", "limit=ten", "limit=", "status=pending", "status="])
def test_bad_queries(chat, query):
    assert_refused(chat.module("GET", f"/sessions?{query}", token=USER), 400, names=query.split("=")[0])


# Messages


def message_object(content: str, sender: str, status: str, **more) -> dict:
    return {
        "id": OPAQUE, "content": content, "sender": sender, "timestamp": MILLISECONDS, "read": status == "read",
        "status": status, **more,
    }  # fmt: skip


def test_send(chat):
    id = chat.module_create("user-1")
    for token, sender in ((USER, "user"), (SUPPORT, "support"), (ADMIN, "support")):
        answer = chat.module("POST", f"/sessions/{id}/messages", {"content": "Hello"}, token=token)
        assert answer.status == 201
        assert_same(answer.json(), message_object("Hello", sender, "sent"), exact=chat.name == "strict")


def test_messages(chat):
    id = chat.module_create("user-1")
    chat.module_send(id, "Question", token=USER)
    answer = chat.module("GET", f"/sessions/{id}/messages", token=USER)
    assert answer.status == 200
    expected = {"messages": [message_object("Question", "user", "sent")], "totalCount": 1, "hasMore": False}
    assert_same(answer.json(), expected, exact=chat.name == "strict")
    empty = chat.module("GET", f"/sessions/{chat.module_create('user-1')}/messages", token=USER).json()
    assert_same(empty, {"messages": [], "totalCount": 0, "hasMore": False})


def test_statuses(chat):
    """sent, then delivered when the other side fetches, then read."""
    id = chat.module_create("user-1")
    chat.module_send(id, "Question", token=USER)

    def states(token):
        return [(row["content"], row["status"], row["read"]) for row in chat.module("GET", f"/sessions/{id}/messages", token=token).json()["messages"]]

    assert states(USER) == [("Question", "sent", False)]
    assert states(SUPPORT) == [("Question", "sent", False)]  # the state before this very fetch
    assert states(USER) == [("Question", "delivered", False)]
    answer = chat.module_send(id, "Answer", token=SUPPORT)  # an agent's message reads everything before it
    assert states(USER) == [("Question", "read", True), ("Answer", "sent", False)]
    assert states(SUPPORT)[1] == ("Answer", "delivered", False)
    marked = chat.module("PUT", f"/sessions/{id}/read", {"messageIds": [answer["id"]]}, token=USER)
    assert marked.status == 204 and marked.body == b""
    assert states(SUPPORT)[1] == ("Answer", "read", True)


def test_reading_names_messages_in_strict_and_is_cumulative_in_compat(strict, compat):
    for chat in (strict, compat):
        id = chat.module_create("user-1")
        ids = [chat.module_send(id, f"m{index}", token=SUPPORT)["id"] for index in range(4)]
        assert chat.module("PUT", f"/sessions/{id}/read", {"messageIds": [ids[2]]}, token=USER).status == 204
        read = [row["read"] for row in chat.module("GET", f"/sessions/{id}/messages", token=SUPPORT).json()["messages"]]
        assert read == ([False, False, True, False] if chat is strict else [True, True, True, False])
        assert chat.module("PUT", f"/sessions/{id}/read", {"messageIds": ids[:2]}, token=USER).status == 204
        read = [row["read"] for row in chat.module("GET", f"/sessions/{id}/messages", token=SUPPORT).json()["messages"]]
        assert read == [True, True, True, False]


def test_a_message_that_is_named_twice_is_read_once(strict):
    id = strict.module_create("user-1")
    message = strict.module_send(id, "x", token=SUPPORT)["id"]
    with strict.admin_socket() as agent:
        agent.established()
        assert strict.module("PUT", f"/sessions/{id}/read", {"messageIds": [message, message]}, token=USER).status == 204
        assert [frame["type"] for frame in agent.pending()] == ["read_receipt"]


def test_read_is_for_the_other_sides_messages(chat):
    id, elsewhere = chat.module_create("user-1"), chat.module_create("user-1")
    own = chat.module_send(id, "own", token=USER)["id"]
    other = chat.module_send(elsewhere, "other", token=SUPPORT)["id"]
    for ids in ([own], [other], ["unknown"], ["f" * 32], [own, other, "x"]):
        assert chat.module("PUT", f"/sessions/{id}/read", {"messageIds": ids}, token=USER).status == 204  # ignored
    assert not chat.module("GET", f"/sessions/{id}/messages", token=USER).json()["messages"][0]["read"]
    assert not chat.module("GET", f"/sessions/{elsewhere}/messages", token=SUPPORT).json()["messages"][0]["read"]
    for body in ({}, {"messageIds": []}, {"messageIds": "x"}, {"messageIds": [1]}, {"messageIds": None}, {"messageIds": [None]}, {"messageIds": {}}):
        assert_refused(chat.module("PUT", f"/sessions/{id}/read", body, token=USER), 400, names="messageIds")


def test_windows(chat):
    id = chat.module_create("user-1")
    ids = [chat.module_send(id, f"m{index}", token=USER)["id"] for index in range(105)]

    def window(query=""):
        answer = chat.module("GET", f"/sessions/{id}/messages{query}", token=USER)
        assert answer.status == 200, answer
        body = answer.json()
        assert body["totalCount"] == 105
        return [row["id"] for row in body["messages"]], body["hasMore"]

    assert window() == (ids[55:], True)  # the newest 50, ascending
    assert window("?limit=10") == (ids[95:], True)
    assert window("?limit=100") == (ids[5:], True)
    assert window("?limit=1000") == (ids[5:], True)
    assert window(f"?before={ids[55]}") == (ids[5:55], True)  # exclusive
    assert window(f"?before={ids[5]}") == (ids[:5], False)
    assert window(f"?before={ids[10]}&limit=10") == (ids[:10], False)
    assert window(f"?before={ids[0]}") == ([], False)
    other = chat.module_send(chat.module_create("user-1"), "x", token=USER)["id"]
    for cursor in ("unknown", "0" * 32, other, ""):
        assert_refused(chat.module("GET", f"/sessions/{id}/messages?before={cursor}", token=USER), 400, names="before")
    for limit in ("0", "-1", "x", "1.5"):
        assert_refused(chat.module("GET", f"/sessions/{id}/messages?limit={limit}", token=USER), 400, names="limit")
    if chat.name == "compat":
        assert window(f"?after={ids[99]}") == (ids[100:], False)
        assert window(f"?after={ids[0]}&limit=10") == (ids[1:11], True)
        assert_refused(chat.module("GET", f"/sessions/{id}/messages?after=unknown", token=USER), 400, names="after")
    else:
        assert window(f"?after={ids[99]}") == (ids[55:], True)  # strict knows no after


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": "  "}, {"content": 5}, {"content": None}, {"content": ["x"]}, {"content": "x" * 16385}])
def test_send_refusals(chat, body):
    id = chat.module_create("user-1")
    assert_refused(chat.module("POST", f"/sessions/{id}/messages", body, token=USER), 400, names="content")


def test_unusual_texts(chat):
    id = chat.module_create("user-1")
    for text in ("ü€😀", "a\nb\t\"\\", "a\u2028b", "x" * 16384, "</script>", "\u0000 nul"):
        assert chat.module_send(id, text, token=USER)["content"] == text


def test_reopening(daemon):
    chat = Brand(daemon, "chatty")
    id = chat.module_create("user-1")
    chat.module("PUT", f"/sessions/{id}/close", token=USER)
    assert chat.module("POST", f"/sessions/{id}/messages", {"content": "again"}, token=USER).status == 201
    assert chat.module("GET", f"/sessions/{id}", token=USER).json()["status"] == "active"


# Attachments


def with_files(*files, content: str | None = None, names=None) -> Multipart:
    form = Multipart()
    if content is not None:
        form.text("content", content)
    for index, (name, kind, data) in enumerate(files):
        form.file(names[index] if names else f"attachments[{index}]", name, kind, data)
    return form


def attachment(chat: Brand, name: str, kind: str, size: int, metadata=None) -> dict:
    url = Form(rf"http://{chat.host}/api/chat/attachments/[0-9a-f]+\?.*exp=\d+.*sig=.+|http://{chat.host}/api/chat/attachments/[0-9a-f]+\?.*sig=.+exp=.*")
    return {"id": OPAQUE, "url": url, "type": kind, "name": name, "size": size, **({"metadata": metadata} if metadata else {})}


def test_send_with_attachments(chat):
    id = chat.module_create("user-1")
    form = with_files(("photo.png", "image/png", png(30, 20)), ("terms.pdf", "application/pdf", PDF), content="Two files")
    answer = chat.module("POST", f"/sessions/{id}/messages", form, token=USER)
    assert answer.status == 201, answer
    files = [
        attachment(chat, "photo.png", "image/png", len(png(30, 20)), {"width": 30, "height": 20}),
        attachment(chat, "terms.pdf", "application/pdf", len(PDF)),
    ]
    assert_same(answer.json(), message_object("Two files", "user", "sent", attachments=files), exact=chat.name == "strict")
    listed = chat.module("GET", f"/sessions/{id}/messages", token=SUPPORT).json()["messages"][0]
    assert_same(listed, message_object("Two files", "user", "sent", attachments=files), exact=chat.name == "strict")
    # An empty or absent text beside a file.
    for content in ("", None):
        sent = chat.module("POST", f"/sessions/{id}/messages", with_files(("a.gif", "image/gif", GIF), content=content), token=SUPPORT)
        assert sent.status == 201 and sent.json()["content"] == ""
    assert_refused(chat.module("POST", f"/sessions/{id}/messages", with_files(content=""), token=USER), 400)


def wav(seconds: int) -> bytes:
    rate = 8000
    data = bytes(rate * seconds)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8) + b"data" + struct.pack("<I", len(data)) + data


def mp4(seconds: int, brand_name: bytes) -> bytes:
    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + kind + body

    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    return box(b"ftyp", brand_name + b"\0\0\2\0" + brand_name + b"isom") + box(b"moov", box(b"mvhd", header)) + box(b"mdat", b"x" * 64)


def ogg(seconds: int) -> bytes:
    def page(flags: int, granule: int, sequence: int, body: bytes) -> bytes:
        return b"OggS\0" + bytes([flags]) + struct.pack("<qIII", granule, 1, sequence, 0) + bytes([1, len(body)]) + body

    head = b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, 1, 8000, 0, 0, 0, 0xB8, 1)
    return page(2, 0, 0, head) + page(0, 0, 1, b"\x03vorbis" + bytes(16)) + page(4, 8000 * seconds, 2, bytes(30))


@pytest.mark.parametrize(
    "name,kind,data,metadata",
    [
        ("a.jpg", "image/jpeg", JPEG, {"width": 3, "height": 2}), ("a.gif", "image/gif", GIF, {"width": 3, "height": 2}),
        ("a.webp", "image/webp", WEBP, {"width": 3, "height": 2}), ("a.wav", "audio/wav", wav(3), {"duration": 3}),
        ("a.mp4", "video/mp4", mp4(7, b"isom"), {"duration": 7}), ("a.m4a", "audio/mp4", mp4(5, b"M4A "), {"duration": 5}),
        ("a.ogg", "audio/ogg", ogg(4), {"duration": 4}), ("a.txt", "text/plain", TEXT, None),
    ],
)  # fmt: skip
def test_metadata(compat, name, kind, data, metadata):
    id = compat.module_create("user-1")
    answer = compat.module("POST", f"/sessions/{id}/messages", with_files((name, kind, data)), token=USER)
    assert answer.status == 201, answer
    found = answer.json()["attachments"][0]
    assert found["size"] == len(data) and found["type"].split("/")[0] == kind.split("/")[0]
    if metadata is None:
        assert "metadata" not in found
    else:
        assert {key: round(value) for key, value in found["metadata"].items()} == metadata


def test_download(chat):
    id = chat.module_create("user-1")
    sent = chat.module("POST", f"/sessions/{id}/messages", with_files(("b\u00fcch.pdf", "application/pdf", PDF), ("a.png", "image/png", png())), token=USER).json()
    document, picture = sent["attachments"]
    for token in (USER, SUPPORT, ADMIN):
        answer = chat.module("GET", f"/attachments/{document['id']}", token=token)
        assert answer.status == 200 and answer.body == PDF and answer.header("content-type") == "application/pdf"
        assert answer.header("content-disposition").startswith("attachment") and answer.header("x-content-type-options") == "nosniff"
    inline = chat.module("GET", f"/attachments/{picture['id']}", token=USER)
    assert inline.header("content-type") == "image/png" and not (inline.header("content-disposition") or "").startswith("attachment")
    assert_refused(chat.module("GET", f"/attachments/{document['id']}", token=None), 401)
    assert_refused(chat.module("GET", f"/attachments/{document['id']}", token="wrong"), 401)
    assert_refused(chat.module("GET", f"/attachments/{document['id']}", token=OTHER), 403)
    for absent in ("absent", "0" * 32):
        assert_refused(chat.module("GET", f"/attachments/{absent}", token=USER), 404)
    # The signed URL opens without a bearer.
    path = re.sub(r"^http://[^/]+", "", document["url"])
    signed = chat.call("GET", path)
    assert signed.status == 200 and signed.body == PDF
    assert chat.call("GET", path, headers={"If-None-Match": signed.header("etag")}).status == 304
    part = chat.call("GET", path, headers={"Range": "bytes=2-5"})
    assert part.status == 206 and part.body == PDF[2:6] and part.header("content-range") == f"bytes 2-5/{len(PDF)}"
    assert chat.call("GET", path, headers={"Range": f"bytes={len(PDF)}-"}).status == 416
    assert_refused(chat.call("GET", path[:-1] + ("A" if path[-1] != "A" else "B")), 401)
    head = chat.call("HEAD", path)
    assert head.status == 200 and head.body == b"" and head.header("content-length") == str(len(PDF))


@pytest.mark.parametrize(
    "name,kind,data",
    [
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.html", "text/html", b"<html></html>"),
        ("a.png", "image/png", PDF), ("a.png", "application/pdf", png()), ("a.exe", "application/octet-stream", b"MZ" + bytes(100)),
        ("a.mp3", "audio/mpeg", png()), ("a", None, b"\0\1\2"),
    ],
)  # fmt: skip
def test_files_that_are_refused(chat, name, kind, data):
    id = chat.module_create("user-1")
    assert_refused(chat.module("POST", f"/sessions/{id}/messages", with_files((name, kind, data), content="x"), token=USER), 400)
    assert chat.module("GET", f"/sessions/{id}/messages", token=USER).json()["totalCount"] == 0


def test_file_limits(daemon, chat):
    small = Brand(daemon, "small")
    id = small.module_create("user-1")
    url = f"/sessions/{id}/messages"
    assert small.module("POST", url, with_files(("a.png", "image/png", png(size=65536))), token=USER).status == 201
    assert_refused(small.module("POST", url, with_files(("a.png", "image/png", png(size=65537))), token=USER), 400)
    three = [("a.png", "image/png", png())] * 3
    assert_refused(small.module("POST", url, with_files(*three), token=USER), 400)
    assert_refused(small.module("POST", url, {"content": "x" * 1025}, token=USER), 400)
    assert_refused(small.module("POST", url, {"content": "x" * 5000}, token=USER), 413)
    id = chat.module_create("user-1")
    url = f"/sessions/{id}/messages"
    six = [("a.png", "image/png", png())] * 6
    assert chat.module("POST", url, with_files(*six[:5]), token=USER).status == 201
    assert_refused(chat.module("POST", url, with_files(*six), token=USER), 400)
    wrong = with_files(("a.png", "image/png", png()), names=["picture"])
    assert_refused(chat.module("POST", url, wrong, token=USER), 400)


def test_order_of_attachments_is_that_of_their_indices(chat):
    id = chat.module_create("user-1")
    names = ["attachments[2]", "attachments[0]", "attachments[1]"]
    files = [(f"{name[-2]}.png", "image/png", png(int(name[-2]) + 1)) for name in names]
    sent = chat.module("POST", f"/sessions/{id}/messages", with_files(*files, names=names), token=USER)
    assert [file["name"] for file in sent.json()["attachments"]] == ["0.png", "1.png", "2.png"]


def test_multipart_refusals_come_before_any_file(chat):
    id = chat.module_create("user-1")
    form = with_files(("a.png", "image/png", png()))
    assert_refused(chat.module("POST", f"/sessions/{id}/messages", form, token=None), 401)
    assert_refused(chat.module("POST", f"/sessions/{id}/messages", form, token=OTHER), 403)
    assert_refused(chat.module("POST", "/sessions/absent/messages", form, token=USER), 404)
    chat.module("PUT", f"/sessions/{id}/close", token=USER)
    assert_refused(chat.module("POST", f"/sessions/{id}/messages", form, token=USER), 409)


def test_links_behind_a_mount_and_a_prefix(daemon):
    chat = Brand(daemon, "mounted")
    id = chat.call("POST", "/module/api/chat/sessions", {}, token=USER).json()["id"]
    assert chat.call("POST", "/api/chat/sessions", {}, token=USER).status == 404
    sent = chat.call("POST", f"/module/api/chat/sessions/{id}/messages", with_files(("a.png", "image/png", png())), token=USER).json()
    url = sent["attachments"][0]["url"]
    assert url.startswith(f"http://{chat.host}/module/api/chat/attachments/")
    assert chat.call("GET", url.removeprefix(f"http://{chat.host}")).status == 200
    through = daemon.request("GET", f"/mounted/module/api/chat/sessions/{id}/messages", headers={"Authorization": f"Bearer {USER}"})
    url = through.json()["messages"][0]["attachments"][0]["url"]
    assert url.startswith(f"http://{daemon.host}:{daemon.port}/mounted/module/api/chat/attachments/")
    assert daemon.request("GET", re.sub(r"^http://[^/]+", "", url)).body == png()
    with chat.daemon.websocket(f"/module/ws/chat/{id}?token={USER}", host=chat.host) as socket:
        chat.call("POST", f"/module/api/chat/sessions/{id}/messages", {"content": "x"}, token=USER)
        assert socket.next()["data"]["content"] == "x"


# Typing and statistics


def test_typing(chat):
    id = chat.module_create("user-1")
    for flag in (True, False):
        answer = chat.module("POST", f"/sessions/{id}/typing", {"isTyping": flag}, token=USER)
        assert answer.status == 204 and answer.body == b""
    for body in ({}, {"isTyping": "true"}, {"isTyping": 1}, {"isTyping": None}):
        assert_refused(chat.module("POST", f"/sessions/{id}/typing", body, token=USER), 400, names="isTyping")


def test_statistics(daemon):
    chat = Brand(daemon, "stats")
    answer = chat.module("GET", "/stats", token=SUPPORT)
    assert answer.status == 200
    assert answer.json() == {"totalSessions": 0, "activeSessions": 0, "averageResponseTime": 0, "messagesExchanged": 0}
    assert list(answer.json()) == ["totalSessions", "activeSessions", "averageResponseTime", "messagesExchanged"]
    ids = [chat.module_create("user-1") for _ in range(3)]
    chat.module_send(ids[0], "x", token=USER)
    time.sleep(0.3)
    chat.module_send(ids[0], "y", token=SUPPORT)
    chat.module_send(ids[0], "z", token=SUPPORT)
    chat.module("PUT", f"/sessions/{ids[1]}/close", token=USER)
    body = chat.module("GET", "/stats", token=ADMIN).json()
    assert body["totalSessions"] == 3 and body["activeSessions"] == 2 and body["messagesExchanged"] == 3
    assert 0.3 / 60 < body["averageResponseTime"] < 5 / 60  # minutes, with their fraction
    assert_refused(chat.module("GET", "/stats", token=USER), 403)


# WebSocket


def listen(chat: Brand, id: str, token: str | None, query="", **options):
    if token and "headers" not in options:
        options["headers"] = {"Authorization": f"Bearer {token}"}
    return chat.daemon.websocket(f"/ws/chat/{id}{query}", host=chat.host, **options)


def test_refusals_before_the_upgrade(chat):
    id = chat.module_create("user-1")
    for token, session, status in [
        (None, id, 401), ("wrong", id, 401), (OTHER, id, 403), (agent_jwt("user-1", "customer"), id, 403), (USER, "absent", 404), (ADMIN, "absent", 404),
    ]:  # fmt: skip
        with pytest.raises(Refused) as refusal:
            listen(chat, session, token)
        assert refusal.value.status == status
        assert list(json.loads(refusal.value.body)) == ERRORS
    with pytest.raises(Refused) as refusal:
        listen(chat, id, USER, origin="https://evil.example")
    assert refusal.value.status == 403
    for origin in ("https://app.example", f"http://{chat.host}"):
        listen(chat, id, USER, origin=origin).close()
    plain = chat.call("GET", f"/ws/chat/{id}", token=USER)
    assert plain.status in (400, 426)


def test_where_the_token_may_be(chat):
    id = chat.module_create("user-1")
    listen(chat, id, USER).close()
    with listen(chat, id, None, protocols=["bearer", USER]) as socket:
        assert socket.socket.subprotocol == "bearer"
    listen(chat, id, None, f"?token={USER}").close()
    assert USER not in chat.daemon.log()


def test_events(chat):
    id = chat.module_create("user-1", subject="Help")
    exact = chat.name == "strict"
    with listen(chat, id, USER) as user, listen(chat, id, SUPPORT) as support, listen(chat, id, USER) as second:
        sent = chat.module_send(id, "Hello", token=USER)
        for socket in (user, support, second):  # the sender's too: clients know it by its id
            frame = socket.next()
            assert_same(frame, {"type": "message", "data": message_object("Hello", "user", "sent")}, exact=exact)
            assert frame["data"]["id"] == sent["id"]
        chat.module("POST", f"/sessions/{id}/typing", {"isTyping": True}, token=USER)
        frame = support.next()
        assert_same(frame, {"type": "typing", "data": {"userId": "user-1", "isTyping": True, "timestamp": MILLISECONDS}}, exact=exact)
        chat.module("POST", f"/sessions/{id}/typing", {"isTyping": False}, token=USER)
        assert support.next()["data"]["isTyping"] is False
        chat.module("PUT", f"/sessions/{id}/assign", {"agentId": "agent123"}, token=ADMIN)
        expected = session_object(id=id, userId="user-1", agentId="agent123", status="active", startedAt=MILLISECONDS, subject="Help", priority="medium")
        for socket in (user, support, second):  # typing never came to the typist's own sockets
            assert_same(socket.next(), {"type": "session_update", "data": expected}, exact=exact)
        chat.module("PUT", f"/sessions/{id}/close", token=SUPPORT)
        for socket in (user, support, second):
            frame = socket.next()
            assert frame["type"] == "session_update" and frame["data"]["status"] == "closed" and "endedAt" in frame["data"]


def test_pushed_is_delivered(chat):
    id = chat.module_create("user-1")
    with listen(chat, id, SUPPORT) as support:
        chat.module_send(id, "Question", token=USER)
        support.next()
        assert chat.module("GET", f"/sessions/{id}/messages", token=USER).json()["messages"][0]["status"] == "delivered"


def test_client_frames_are_ignored(chat):
    id = chat.module_create("user-1")
    with listen(chat, id, USER) as socket:
        for frame in ({"type": "message", "data": {"content": "x"}}, "nonsense", b"\0\1", {"type": "ping"}):
            socket.send(frame)
        chat.module_send(id, "first", token=SUPPORT)
        assert socket.next()["data"]["content"] == "first"
    assert chat.module("GET", f"/sessions/{id}/messages", token=USER).json()["totalCount"] == 1


def test_attachments_in_events(chat):
    id = chat.module_create("user-1")
    with listen(chat, id, SUPPORT) as socket:
        chat.module("POST", f"/sessions/{id}/messages", with_files(("a.png", "image/png", png())), token=USER)
        file = socket.next()["data"]["attachments"][0]
        assert_same(file, attachment(chat, "a.png", "image/png", len(png()), {"width": 3, "height": 2}), exact=chat.name == "strict")
        assert chat.call("GET", re.sub(r"^http://[^/]+", "", file["url"])).body == png()


def test_replay(compat, strict):
    id = compat.module_create("user-1")
    ids = [compat.module_send(id, f"m{index}", token=USER)["id"] for index in range(500)]
    with listen(compat, id, USER, f"?after={ids[9]}") as socket:
        sent = compat.module_send(id, "live", token=SUPPORT)
        frames = [socket.next() for _ in range(491)]
        assert [frame["data"]["id"] for frame in frames] == ids[10:] + [sent["id"]]
    for cursor in ("unknown", "0" * 32):
        with pytest.raises(Refused) as refusal:
            listen(compat, id, USER, f"?after={cursor}")
        assert refusal.value.status == 400
    id = strict.module_create("user-1")
    first = strict.module_send(id, "one", token=USER)["id"]
    strict.module_send(id, "two", token=USER)
    with listen(strict, id, USER, f"?after={first}") as socket:  # strict knows no after
        strict.module_send(id, "three", token=USER)
        assert socket.next()["data"]["content"] == "three"


def test_replay_while_others_send(compat):
    """No gap and no double where a replay meets what is live."""
    id = compat.module_create("user-1")
    first = compat.module_send(id, "first", token=USER)["id"]

    def send(index):
        if index < 4:
            for step in range(40):
                compat.module_send(id, f"{index}-{step}", token=USER)
            return None
        time.sleep(0.05 * (index - 3))
        with listen(compat, id, SUPPORT, f"?after={first}") as socket:
            return [socket.next(10)["data"]["id"] for _ in range(160)]

    streams = together(8, send)[4:]
    order = [row["id"] for row in all_messages(compat, id)][1:]
    for stream in streams:
        assert stream == order


def all_messages(chat: Brand, id: str) -> list[dict]:
    rows = chat.module("GET", f"/sessions/{id}/messages?limit=100", token=ADMIN).json()
    found = rows["messages"]
    while rows["hasMore"]:
        rows = chat.module("GET", f"/sessions/{id}/messages?limit=100&before={found[0]['id']}", token=ADMIN).json()
        found = rows["messages"] + found
    return found


# HTTP around it


def test_methods_and_paths(chat):
    id = chat.module_create("user-1")
    for method, path, allowed in [
        ("DELETE", "/sessions", "POST"), ("POST", f"/sessions/{id}", "GET"), ("POST", f"/sessions/{id}/close", "PUT"),
        ("GET", f"/sessions/{id}/assign", "PUT"), ("PUT", f"/sessions/{id}/messages", "POST"), ("POST", "/stats", "GET"),
    ]:  # fmt: skip
        answer = chat.module(method, path, token=USER)
        assert_refused(answer, 405)
        assert allowed in answer.header("allow")
    for path in ("/nothing", f"/sessions/{id}/nothing", "/sessions/", f"/sessions/{id}/messages/x"):
        assert_refused(chat.module("GET", path, token=USER), 404)
    assert chat.module("HEAD", f"/sessions/{id}", token=USER).status == 200
    assert chat.module("OPTIONS", f"/sessions/{id}", token=None).status in (200, 204)


def test_cors(chat):
    preflight = chat.module(
        "OPTIONS", "/sessions/x/close", token=None,
        headers={"Origin": "https://app.example", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"},
    )  # fmt: skip
    assert preflight.header("access-control-allow-origin") == "https://app.example"
    assert "PUT" in preflight.header("access-control-allow-methods")
    assert "authorization" in preflight.header("access-control-allow-headers").lower()
    answer = chat.module("GET", "/sessions", token=USER, headers={"Origin": "https://app.example"})
    assert answer.header("access-control-allow-origin") == "https://app.example"


def test_rate_limits(daemon):
    chat = Brand(daemon, "limited")
    headers = {"X-Forwarded-For": "10.1.1.1"}
    answers = [chat.module("POST", "/sessions", {}, token=USER, headers=headers) for _ in range(4)]
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert_refused(answers[3], 429)
    assert int(answers[3].header("retry-after")) > 0
    assert chat.module("POST", "/sessions", {}, token=SUPPORT, headers=headers).status == 201  # agents have their own


def test_idempotency(compat, strict):
    key = {"Idempotency-Key": unique("key")}
    first, again = (compat.module("POST", "/sessions", {"subject": "x"}, token=USER, headers=key) for _ in range(2))
    assert first.status == again.status == 201 and first.body == again.body and again.header("idempotent-replayed") == "true"
    assert_refused(compat.module("POST", "/sessions", {"subject": "y"}, token=USER, headers=key), 409)
    id = first.json()["id"]
    sent = [compat.module("POST", f"/sessions/{id}/messages", {"content": "once"}, token=USER, headers=key) for _ in range(2)]
    assert sent[0].body == sent[1].body and sent[1].header("idempotent-replayed") == "true"
    files = [compat.module("POST", f"/sessions/{id}/messages", with_files(("a.png", "image/png", png())), token=USER, headers={"Idempotency-Key": "files"}) for _ in range(2)]
    assert files[0].json()["id"] == files[1].json()["id"] and files[1].status == 201
    assert compat.module("GET", f"/sessions/{id}/messages", token=USER).json()["totalCount"] == 2
    answers = together(8, lambda _: compat.module("POST", f"/sessions/{id}/messages", {"content": "at once"}, token=USER, headers={"Idempotency-Key": "race"}))
    assert {answer.status for answer in answers} == {201} and len({answer.json()["id"] for answer in answers}) == 1
    ids = {strict.module("POST", "/sessions", {}, token=USER, headers=key).json()["id"] for _ in range(2)}
    assert len(ids) == 2


def test_a_socket_ends_with_its_session(compat):
    id = compat.module_create("user-1")
    with listen(compat, id, USER) as socket:
        row = compat.admin("GET", "/sessions?limit=100").json()["data"]
        assert row
        deleted = None
        for candidate in row:
            detail = compat.admin("GET", f"/sessions/{candidate['sessionId']}").json()["data"]
            if id in str(detail) or candidate["sessionId"] == id:
                deleted = compat.admin("DELETE", f"/sessions/{candidate['sessionId']}")
                break
        assert deleted is not None and deleted.status == 200
        assert socket.closed() == 4404
    assert_refused(compat.module("GET", f"/sessions/{id}", token=USER), 404)
