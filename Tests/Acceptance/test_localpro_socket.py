"""LocalPro's WebSocket for guests and agents: who gets in, who is told what, and how often."""

import json
import time

import pytest

from golden import parse_time
from harness import Refused
from localpro import ADMIN, SUPER, SUPPORT, LocalPro, agent_jwt, tenant, unique

TENANTS = {
    "strict": tenant("strict", mode="strict"),
    "compat": tenant("compat"),
    "open": tenant("open", mode="strict", dialect="websocket_admin: open"),
    "near": tenant("near", dialect="websocket_admin: { open: [192.168.0.0/16] }"),
    "quiet": tenant("quiet").replace("origins:", "# origins:"),
}


# Who gets in


@pytest.mark.parametrize("query", ["", "?", "?sessionId=", "?admin=false", "?userId=agent123", "?admin="])
def test_neither_session_nor_admin(daemon, compat, query):
    with daemon.websocket("/ws/live-chat" + query, host=compat.host) as socket:
        assert socket.closed() == 4400


def test_unknown_session(compat):
    for session in (unique(), "x", "a" * 300, "ses%20sion"):
        with compat.guest_socket(session) as socket:
            assert socket.closed() == 4404
    for nonsense in ("%00", "%ff", "%zz"):
        with compat.guest_socket(nonsense) as socket:
            assert socket.closed() in (4400, 4404)


def test_without_an_upgrade(compat):
    for method in ("GET", "HEAD"):
        answer = compat.call(method, "/ws/live-chat?sessionId=x")
        assert answer.status == 426 and answer.header("Upgrade") == "websocket", answer
    answer = compat.call("OPTIONS", "/ws/live-chat")
    assert answer.status == 204 and answer.header("Allow") == "GET, HEAD, OPTIONS"
    assert compat.call("POST", "/ws/live-chat", {}).header("Allow") == "GET, HEAD, OPTIONS"


def test_admin_without_a_valid_token(compat, strict):
    for chat in (compat, strict):
        for token in (None, "wrong", "a.b.c"):
            with chat.admin_socket(token, "agent123") as socket:
                assert socket.closed() == 4401
    with compat.admin_socket(agent_jwt("agent123", "admin", exp=1), "agent123") as socket:
        assert socket.closed() == 4401


def test_user_id_must_be_the_tokens(compat):
    with compat.admin_socket(SUPPORT, "agent456") as socket:
        assert socket.closed() == 4403
    with compat.admin_socket(agent_jwt("agent456", "admin"), "agent123") as socket:
        assert socket.closed() == 4403
    for token, user in [
        (SUPPORT, "agent123"),
        (SUPPORT, None),
        (SUPER, "agent789"),
        (agent_jwt("agent123", "support"), "agent123"),
    ]:
        with compat.admin_socket(token, user) as socket:
            socket.established()


def test_role_that_is_none(compat):
    with compat.admin_socket(agent_jwt("agent123", "customer"), "agent123") as socket:
        assert socket.closed() in (4401, 4403)


def test_token_in_three_ways(compat):
    with compat.admin_socket(None, "agent123", headers={"Authorization": "Bearer jane-token"}) as socket:
        socket.established()
    with compat.admin_socket(None, "agent123", protocols=["bearer", "jane-token"]) as socket:
        socket.established()
        assert socket.socket.subprotocol == "bearer"
    with compat.admin_socket("jane-token", "agent123") as socket:
        socket.established()
        assert socket.socket.subprotocol is None


def test_order_of_tokens(compat):
    # Authorization, then the subprotocol, then the query: the first that is there decides.
    with compat.admin_socket("jane-token", "agent123", headers={"Authorization": "Bearer wrong"}) as socket:
        assert socket.closed() == 4401
    with compat.admin_socket("wrong", "agent123", headers={"Authorization": "Bearer jane-token"}) as socket:
        socket.established()
    with compat.admin_socket(None, "agent123", protocols=["json", "bearer", "jane-token"]) as socket:
        socket.established()
        assert socket.socket.subprotocol == "bearer"
    with compat.admin_socket("jane-token", "agent123", protocols=["bearer", "wrong"]) as socket:
        assert socket.closed() == 4401
    options = {"headers": {"Authorization": "Bearer jane-token"}, "protocols": ["bearer", "wrong"]}
    with compat.admin_socket("wrong", "agent123", **options) as socket:
        socket.established()


def test_open_admin_runs_the_documents_dashboard(daemon):
    chat = LocalPro(daemon, "open")
    with daemon.websocket("/ws/live-chat?admin=true&userId=agent123", host=chat.host) as socket:
        socket.established()
        session = chat.create()
        assert socket.next()["type"] == "new_session"
        socket.send({"type": "subscribe_session", "sessionId": session})
        chat.reply(session, token=ADMIN)
        assert socket.until("agent_message")["sessionId"] == session
    # The REST side stays closed.
    assert chat.admin("GET", "/sessions", token=None).status == 401


def test_open_to_some_addresses(daemon):
    chat = LocalPro(daemon, "near")
    with chat.admin_socket(None, "agent123") as socket:
        assert socket.closed() == 4401
    with chat.admin_socket(None, "agent123", headers={"X-Forwarded-For": "192.168.7.7"}) as socket:
        socket.established()


def test_origins(daemon, compat):
    session = compat.create()
    for origin in ["https://app.example", "http://localhost:3000", "http://compat.test", "https://compat.test"]:
        with compat.guest_socket(session, origin=origin) as socket:
            socket.established()
    # A standard port may be said or left out.
    for host, origin, admitted in [
        ("compat.test:443", "https://compat.test", True),
        ("compat.test:80", "http://compat.test", True),
        ("compat.test", "https://compat.test:443", True),
        ("compat.test:8443", "https://compat.test:8443", True),
        ("compat.test:8443", "https://compat.test", False),
        ("compat.test:443", "http://compat.test", False),
        ("compat.test", "http://compat.test:443", False),
    ]:
        target = f"/ws/live-chat?sessionId={session}"
        if admitted:
            daemon.websocket(target, host=host, origin=origin).established().close()
        else:
            with pytest.raises(Refused) as refused:
                daemon.websocket(target, host=host, origin=origin)
            assert refused.value.status == 403
    with compat.guest_socket(session) as socket:  # no browser
        socket.established()
    for origin in [
        "https://evil.example",
        "http://app.example",
        "https://app.example:444",
        "https://app.example.evil",
        "null",
        "https://xapp.example",
    ]:
        with pytest.raises(Refused) as refusal:
            compat.guest_socket(session, origin=origin)
        assert refusal.value.status == 403
        assert json.loads(refusal.value.body)["success"] is False
    quiet = LocalPro(daemon, "quiet")
    session = quiet.create()
    with quiet.guest_socket(session, origin="http://quiet.test") as socket:
        socket.established()
    with pytest.raises(Refused) as refusal:
        quiet.guest_socket(session, origin="https://app.example")
    assert refusal.value.status == 403


def test_plain_get_of_the_socket(compat):
    answer = compat.call("GET", "/ws/live-chat?sessionId=" + compat.create())
    assert answer.status in (400, 426)
    with compat.daemon.raw() as raw:
        raw.send(
            "GET /ws/live-chat?sessionId=x HTTP/1.1\r\nHost: compat.test\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        refusal = raw.response()
        assert refusal.status == 426 and refusal.header("Sec-WebSocket-Version") == "13"


# Events


def test_each_side_gets_each_event_once(compat):
    session = compat.create()
    first, second = compat.guest_socket(session).established(), compat.guest_socket(session).established()
    plain, watching = compat.admin_socket().established(), compat.admin_socket(SUPPORT, "agent123").established()
    watching.send({"type": "subscribe_session", "sessionId": session})
    assert watching.next() == {"type": "subscribed", "sessionId": session}
    watching.send({"type": "subscribe_session", "sessionId": session})
    assert watching.next()["type"] == "subscribed"

    compat.send(session, "one")
    compat.reply(session, "two", token=SUPER)
    compat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "agent456"})
    compat.status(session, status="closed")

    told = [frame["type"] for frame in first.pending()]
    assert sorted(told) == sorted(
        [
            "user_message",
            "agent_message",
            "agent_assigned",
            "session_status_changed",
            "agent_assigned",
            "session_status_changed",
        ]
    )
    assert [frame["type"] for frame in second.pending()] == told
    assert sorted(frame["type"] for frame in watching.pending()) == sorted(told)
    assert [frame["type"] for frame in plain.pending()] == ["user_message"]
    for socket in (first, second, plain, watching):
        socket.close()


def test_admins_hear_of_all_sessions_and_guests_of_their_own(compat):
    mine, other = compat.create(), compat.create()
    with compat.guest_socket(mine) as guest, compat.admin_socket() as admin:
        guest.established(), admin.established()
        compat.send(other)
        compat.reply(other)
        third = compat.create()
        assert guest.pending() == []
        frames = admin.pending()
        assert [(frame["type"], frame.get("sessionId")) for frame in frames] == [
            ("user_message", other),
            ("new_session", None),
        ]
        assert frames[1]["session"]["sessionId"] == third


def test_unsubscribe(compat):
    session = compat.create()
    with compat.admin_socket() as admin:
        admin.established()
        admin.send({"type": "subscribe_session", "sessionId": session})
        admin.send({"type": "unsubscribe_session", "sessionId": session})
        assert [frame["type"] for frame in admin.pending()][:1] == ["subscribed"]
        compat.reply(session)
        compat.send(session)
        assert [frame["type"] for frame in admin.pending()] == ["user_message"]


def test_subscribing_to_what_is_not(compat):
    with compat.admin_socket() as admin:
        admin.established()
        admin.send({"type": "subscribe_session", "sessionId": unique()})
        assert admin.next()["type"] == "error"
        admin.send({"type": "subscribe_session"})
        assert admin.next()["type"] == "error"
        admin.send({"type": "ping"})
        assert admin.next()["type"] == "pong"


def test_guests_cannot_subscribe(compat):
    other = compat.create()
    with compat.guest_socket(compat.create()) as guest:
        guest.established()
        guest.send({"type": "subscribe_session", "sessionId": other})
        assert guest.next()["type"] == "error"
        compat.reply(other)
        assert guest.pending() == []


@pytest.mark.parametrize(
    "frame",
    [
        "not json", "", "[]", "5", "null", "{}", '{"type": 5}', '{"type": "unknown"}', '{"type": "message", "content": "hi"}',
        '{"type": "typing"}', '{"type": "typing", "isTyping": "yes"}', '{"type": "read_receipt"}',
        '{"type": "read_receipt", "messageId": "ffffffffffffffffffffffff"}', '{"type": "read_receipt", "messageId": 5}',
        '{"type": "ping"', b"\x00\x01\x02", '{"type": "typing", "isTyping": true, "sessionId": 5}', "[" * 200,
    ],
)  # fmt: skip
def test_bad_frames_are_answered_with_an_error(compat, frame):
    session = compat.create()
    with compat.guest_socket(session) as guest:
        guest.established()
        guest.send(frame)
        answer = guest.next()
        assert answer["type"] == "error" and isinstance(answer["message"], str), answer
        guest.send({"type": "ping"})
        assert guest.next()["type"] == "pong"
    assert compat.messages(session)["total"] == 1


def test_guest_frames_reach_only_the_own_session(compat):
    mine, other = compat.create(), compat.create()
    victim = compat.reply(other)
    with compat.guest_socket(mine) as guest, compat.admin_socket() as admin, compat.guest_socket(other) as owner:
        guest.established(), admin.established(), owner.established()
        guest.send({"type": "typing", "isTyping": True, "sessionId": other})
        guest.send({"type": "read_receipt", "messageId": victim["_id"], "sessionId": other})
        guest.pending()
        assert all(frame["sessionId"] == mine for frame in admin.pending())
        assert owner.pending() == []


# Typing


def test_typing_over_rest_reaches_the_other_side(compat):
    session = compat.create()
    with compat.admin_socket() as admin, compat.guest_socket(session) as guest:
        admin.established(), guest.established()
        compat.guest("POST", f"/sessions/{session}/typing", {"isTyping": True})
        assert admin.next() == {"type": "user_typing", "sessionId": session, "isTyping": True}
        compat.guest("POST", f"/sessions/{session}/typing", {"isTyping": False})
        assert admin.next() == {"type": "user_typing", "sessionId": session, "isTyping": False}
        assert guest.pending() == []


def test_typing_expires(compat):
    session = compat.create()
    with compat.admin_socket() as admin, compat.guest_socket(session) as guest:
        admin.established(), guest.established()
        guest.send({"type": "typing", "isTyping": True})
        assert admin.next()["isTyping"] is True
        began = time.monotonic()
        assert admin.next(15) == {"type": "user_typing", "sessionId": session, "isTyping": False}
        assert 8 < time.monotonic() - began < 13


def test_a_message_ends_typing_or_leaves_it_to_expire(compat):
    session = compat.create()
    with compat.guest_socket(session) as guest, compat.admin_socket() as admin:
        guest.established(), admin.established()
        guest.send({"type": "typing", "isTyping": True})
        guest.pending()
        compat.send(session)
        kinds = [frame["type"] for frame in admin.pending()]
        assert kinds[0] == "user_typing" and kinds.count("user_message") == 1


def test_typing_is_throttled(compat):
    session = compat.create()
    with compat.guest_socket(session) as guest, compat.admin_socket() as admin:
        guest.established(), admin.established()
        for index in range(500):
            guest.send({"type": "typing", "isTyping": index % 2 == 0})
        time.sleep(0.2)
        assert len(admin.pending()) < 200


# Read receipts


def settle(chat, session, socket) -> None:
    """Waits until what was sent over a socket has had its effect: its frames are taken, and a write that stands in
    line behind theirs is answered."""
    assert socket.pending() == []
    assert chat.admin("POST", f"/sessions/{session}/notes", {"content": "a write in line"}).status == 201


def test_receipt_of_a_guest(compat):
    session = compat.create()
    replies = [compat.reply(session, f"{index}") for index in range(3)]
    with compat.guest_socket(session) as guest, compat.admin_socket() as admin:
        guest.established(), admin.established()
        guest.send({"type": "read_receipt", "messageId": replies[1]["_id"]})
        settle(compat, session, guest)
        (receipt,) = admin.pending()
        assert (receipt["type"], receipt["sessionId"], receipt["messageId"], receipt["readBy"]) == (
            "read_receipt", session, replies[1]["_id"], "user",
        )  # fmt: skip
        read = [message["isRead"] for message in compat.messages(session)["data"] if message["type"] == "agent"]
        assert read == [True, True, False]  # cumulative
        # Relayed once: neither the same again nor one further back.
        guest.send({"type": "read_receipt", "messageId": replies[1]["_id"]})
        guest.send({"type": "read_receipt", "messageId": replies[0]["_id"]})
        settle(compat, session, guest)
        assert admin.pending() == []
        guest.send({"type": "read_receipt", "messageId": replies[2]["_id"]})
        settle(compat, session, guest)
        assert [frame["messageId"] for frame in admin.pending()] == [replies[2]["_id"]]


def test_receipt_of_an_agent(compat):
    session = compat.create()
    sent = [compat.send(session, f"{index}") for index in range(3)]
    with compat.guest_socket(session) as guest, compat.admin_socket() as admin:
        guest.established(), admin.established()
        receipt = {"type": "read_receipt", "sessionId": session}
        admin.send(receipt | {"messageId": sent[1]["_id"]})
        settle(compat, session, admin)
        (told,) = guest.pending()
        assert (told["type"], told["messageId"], told["readBy"]) == ("read_receipt", sent[1]["_id"], "agent")
        assert compat.listed(session)["unreadCount"] == 1
        admin.send(receipt | {"messageId": sent[1]["_id"]})
        settle(compat, session, admin)
        assert guest.pending() == []
        admin.send(receipt | {"messageId": sent[2]["_id"]})
        settle(compat, session, admin)
        assert compat.listed(session)["unreadCount"] == 0


def test_receipt_survives(compat):
    session = compat.create()
    reply = compat.reply(session)
    with compat.guest_socket(session) as guest:
        guest.established()
        guest.send({"type": "read_receipt", "messageId": reply["_id"]})
        settle(compat, session, guest)
    assert [message["isRead"] for message in compat.messages(session)["data"] if message["type"] == "agent"] == [True]


# Resume


def test_guest_resumes(compat):
    session = compat.create()
    marks = [compat.reply(session, f"agent {index}") for index in range(2)]
    missed = [compat.reply(session, "agent 2"), compat.send(session, "user 3"), compat.reply(session, "agent 4")]
    with compat.guest_socket(session, f"&after={marks[1]['_id']}") as guest:
        guest.established()
        live = compat.reply(session, "agent 5")
        frames = guest.pending()
        got = [frame["message"]["_id"] for frame in frames if frame["type"].endswith("_message")]
        assert got == [message["_id"] for message in missed] + [live["_id"]]
    with compat.guest_socket(session, f"&after={live['_id']}") as guest:
        guest.established()
        assert guest.pending() == []


def test_resume_of_a_long_absence(compat):
    session = compat.create()
    mark = compat.send(session, "the last one seen")
    sent = [compat.reply(session, f"agent {index}")["_id"] for index in range(250)]
    with compat.guest_socket(session, f"&after={mark['_id']}") as guest:
        guest.established()
        got = [guest.until("agent_message")["message"]["_id"] for _ in sent]
    assert got == sent


def test_resume_while_messages_flow(compat):
    import threading

    session = compat.create()
    mark = compat.reply(session)
    sent = []

    def flow():
        for index in range(150):
            sent.append(compat.reply(session, f"{index}")["_id"])

    thread = threading.Thread(target=flow)
    thread.start()
    time.sleep(0.1)
    with compat.guest_socket(session, f"&after={mark['_id']}") as guest:
        guest.established()
        got = [guest.until("agent_message", 20)["message"]["_id"] for _ in range(150)]
        thread.join()
        assert got == sent  # in order, without gap or double
        assert [frame for frame in guest.pending() if frame["type"] == "agent_message"] == []


def test_admin_resumes(compat):
    one, two = compat.create(), compat.create()
    mark = compat.send(one, "seen")
    missed = [compat.send(two, "missed 1"), compat.send(one, "missed 2")]
    third = compat.create()
    with compat.admin_socket(more=f"&after={mark['_id']}") as admin:
        admin.established()
        live = compat.send(two, "live")
        frames = []
        while not frames or frames[-1].get("message", {}).get("_id") != live["_id"]:
            frames.append(admin.next())
        got = [frame["message"]["_id"] for frame in frames if frame["type"] == "user_message"]
        assert got == [message["_id"] for message in missed] + [live["_id"]]
        assert [frame["session"]["sessionId"] for frame in frames if frame["type"] == "new_session"] == [third]


def test_after_that_is_unknown(compat):
    session = compat.create()
    with compat.guest_socket(session, "&after=" + "f" * 24) as guest:
        guest.established()
        reply = compat.reply(session)
        kinds = [frame["type"] for frame in guest.pending()]
        assert kinds.count("agent_message") == 1 and reply


def test_strict_does_not_resume(strict):
    session = strict.create()
    mark = strict.reply(session)
    strict.reply(session)
    with strict.guest_socket(session, f"&after={mark['_id']}") as guest:
        guest.established()
        assert guest.pending() == []


# Frames of the protocol itself


def test_protocol_errors_close_with_1002_and_size_with_1009(compat):
    session = compat.create()

    def opened():
        raw = compat.daemon.raw()
        raw.send(
            f"GET /ws/live-chat?sessionId={session} HTTP/1.1\r\nHost: compat.test\r\nUpgrade: websocket\r\n"
            "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        head = raw.response(to_head=True)
        assert head.status == 101
        assert head.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        return raw

    def close_code(data):
        with opened() as raw:
            raw.send(data)
            rest = raw.rest()
            frame = rest[rest.rindex(b"\x88") :]
            return int.from_bytes(frame[2:4], "big")

    mask = b"\0\0\0\0"
    assert close_code(b"\x81\x02{}") == 1002  # not masked
    assert close_code(b"\xc1\x82" + mask + b"{}") == 1002  # reserved bit
    assert close_code(b"\x83\x82" + mask + b"{}") == 1002  # reserved opcode
    assert close_code(b"\x81\x82" + mask + b"\xc3\x28") == 1007  # not UTF-8
    assert close_code(b"\x80\x82" + mask + b"{}") == 1002  # continuation of nothing
    assert close_code(b"\x81\xff" + (1 << 40).to_bytes(8, "big") + mask) == 1009
    assert close_code(b"\x88\x82" + mask + (1000).to_bytes(2, "big")) == 1000


def test_connection_established_tells_the_time(compat):
    with compat.guest_socket(compat.create()) as guest:
        frame = guest.next()
        assert parse_time(frame["timestamp"])


def test_a_deleted_session_ends_for_its_sockets(compat):
    session = compat.create()
    with compat.guest_socket(session) as guest:
        guest.established()
        compat.admin("DELETE", f"/sessions/{session}")
        assert guest.closed() in (1000, 1001, 4404, 1008)


def test_slow_admin_does_not_slow_the_others(compat):
    """An admin that stops reading is closed in the end; the guests' messages go on all the while."""
    session = compat.create()
    slow = compat.daemon.raw()
    slow.send(
        "GET /ws/live-chat?admin=true&token=bob-token HTTP/1.1\r\nHost: compat.test\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert slow.response(to_head=True).status == 101
    with compat.admin_socket() as quick:
        quick.established()
        text = "x" * 16000
        longest = 0.0
        for _ in range(600):
            began = time.monotonic()
            compat.send(session, text)
            longest = max(longest, time.monotonic() - began)
            # Signals of other sessions may still run out meanwhile.
            frame = quick.next()
            while frame["sessionId"] != session:
                frame = quick.next()
            assert frame["type"] == "user_message"
    assert longest < 2
    slow.close()
