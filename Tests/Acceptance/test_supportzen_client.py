"""supportzen-client: JSON from customers' apps whose bearer is an HMAC over their e-mail; chats and tickets."""

import json
import threading
import time
from urllib.parse import quote, urlencode

import pytest

from brands import (
    CHAT_ID, CLIENT, LIVE, LOCALPRO, MESSAGE_ID, MILLISECONDS, PLUGINS, SECRET, Brand, Form, assert_same, brand, command, digest,
)  # fmt: skip
from harness import Daemon
from harness import Form as Multipart
from images import PDF, png
from localpro import unique
from test_supportzen_live import assert_refused


def policy(first_contact: str) -> str:
    return CLIENT.replace("trust", first_contact)


TENANTS = {
    "strict": brand("strict", CLIENT, LOCALPRO, mode="strict"),
    "compat": brand("compat", CLIENT, LOCALPRO),
    "hardened": brand("hardened", CLIENT, mode="hardened"),
    "flagging": brand("flagging", policy("flag")),
    "provisioned": brand("provisioned", policy("provisioned-only")),
    "twin": brand("twin", CLIENT, LOCALPRO),
    "numbered": brand("numbered", CLIENT),
    "rejecting": brand("rejecting", CLIENT + "  on_closed: reject\n", LOCALPRO),
    "throttled": brand("throttled", CLIENT, limits="{ guest_write: 1000/15m }", extra="first_contact_limit: 3/15m"),
    "limited": brand("limited", CLIENT, limits="{ guest_write: 3/15m }"),
    "mounted": brand("mounted", LIVE, CLIENT + "  mount: /app\n"),
}

# The document's examples: the payload tables name the fields, the answers are printed.
CREATE = {
    "email": "user@example.com",
    "name": "Basic Plan",
    "plan_id": 5,
    "created_at": 1679223400,
    "message": "Hello",
    "image_url": "https://example.com/image.png",
}
CHAT_CREATED = {
    "status": "success",
    "message": "Live chat session created successfully.",
    "data": {"chatId": CHAT_ID},
    "error": None,
}
MESSAGE_SENT = {
    "status": "success",
    "message": "Message sent successfully.",
    "data": {"chatId": CHAT_ID, "messageId": MESSAGE_ID},
    "error": None,
}
TICKET_CREATED = {
    "status": "success",
    "message": "Ticket created successfully.",
    "data": {"ticketId": "TKT-001"},
    "error": None,
}
APPENDED = {
    "status": "success",
    "message": "Message appended to ticket successfully.",
    "data": {"ticketId": "TKT-001", "messageId": MESSAGE_ID},
    "error": None,
}


@pytest.fixture(scope="module")
def compat(daemon):
    return Brand(daemon, "compat")


@pytest.fixture(scope="module")
def strict(daemon):
    return Brand(daemon, "strict")


@pytest.fixture(params=["strict", "compat"])
def zen(request, daemon):
    return Brand(daemon, request.param)


def somebody() -> str:
    return unique("user") + "@example.com"


def close(zen: Brand, email: str) -> None:
    for row in zen.admin("GET", f"/sessions?search={email}").json()["data"]:
        zen.status(row["sessionId"], status="closed")


# The document's examples, and tickets (the first tests of both tenants that make tickets)


def test_the_documents_examples(zen):
    answer = zen.client("/live/create", CREATE)
    assert answer.status == 200
    assert_same(answer.json(), CHAT_CREATED)
    chat = answer.json()["data"]["chatId"]
    answer = zen.client("/live/chat", {"chat_id": chat, "email": CREATE["email"], "message": "More", "image_url": CREATE["image_url"]})
    assert answer.status == 200 and answer.json()["data"]["chatId"] == chat
    assert_same(answer.json(), MESSAGE_SENT)
    answer = zen.client("/ticket/create", CREATE)
    assert answer.status == 200
    assert_same(answer.json(), TICKET_CREATED)
    answer = zen.client(
        "/ticket/append", {"ticket_id": "TKT-001", "email": CREATE["email"], "message": "More", "image_url": CREATE["image_url"]}
    )
    assert answer.status == 200
    assert_same(answer.json(), APPENDED)
    assert zen.client("/ticket/create", CREATE).json()["data"]["ticketId"] == "TKT-002"


def test_tickets_are_numbered_past_999_and_never_twice(daemon):
    """Eight senders at once: 1 to 1001 without gap or double."""
    zen = Brand(daemon, "numbered")
    email = "number@example.com"
    zen.client_create(email, kind="ticket")
    seen, lock = {"TKT-001"}, threading.Lock()

    def run(count):
        with daemon.raw() as raw:
            body = json.dumps({"email": email, "created_at": 1, "message": "x"}).encode()
            for _ in range(count):
                raw.send(
                    f"POST /api/client/ticket/create HTTP/1.1\r\nHost: {zen.host}\r\nContent-Type: application/json\r\n"
                    f"Authorization: Bearer {digest(email)}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                id = raw.response().json()["data"]["ticketId"]
                with lock:
                    assert id not in seen
                    seen.add(id)

    threads = [threading.Thread(target=run, args=(125,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == {f"TKT-{number:03d}" for number in range(1, 1002)}


def test_only_what_is_required(zen):
    email = somebody()
    required = {"email": email, "created_at": 1679223400, "message": "Hi"}
    for kind in ("live", "ticket"):
        assert zen.client(f"/{kind}/create", required).status == 200
        for absent in required:
            fields = {key: value for key, value in required.items() if key != absent}
            answer = zen.client(f"/{kind}/create", fields, email=email)
            assert_refused(answer, 400)
            assert absent in answer.json()["message"]
            if absent != "created_at":
                assert_refused(zen.client(f"/{kind}/create", {**required, absent: ""}, email=email), 400)
            assert_refused(zen.client(f"/{kind}/create", {**required, absent: None}, email=email), 400)
            assert_refused(zen.client(f"/{kind}/create", {**required, absent: []}, email=email), 400)
    answer = zen.client("/live/create", {}, email=email)
    assert_refused(answer, 400, "Missing required fields: email, created_at, message")
    answer = zen.client("/live/chat", {}, email=email)
    assert_refused(answer, 400, "Missing required fields: chat_id, email, message")
    answer = zen.client("/ticket/append", {"email": email}, email=email)
    assert_refused(answer, 400, "Missing required fields: ticket_id, message")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b'"x"', b"null", b"{", b'{"email": "a@b"} x', b"\xff\xfe", b'{"a":' * 70 + b"1" + b"}" * 70])
def test_bodies_that_are_no_object(zen, body):
    for path in ("/live/create", "/live/chat", "/ticket/create", "/ticket/append"):
        assert_refused(zen.call("POST", "/api/client" + path, body, token="a" * 64), 400)


def test_wrong_types(compat):
    email = somebody()
    body = {"email": email, "created_at": 1, "message": "Hi"}
    for field, value in [("plan_id", "five"), ("plan_id", {}), ("created_at", "x"), ("created_at", True), ("name", 5), ("message", 5), ("image_url", 5)]:
        answer = compat.client("/live/create", {**body, field: value})
        assert_refused(answer, 400)
        assert field in answer.json()["message"]
    # Milliseconds as well; null is absent.
    assert compat.client("/live/create", {**body, "created_at": 1679223400000, "plan_id": None, "name": None, "image_url": None}).status == 200


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:image/png;base64,x", "ftp://a/b", "//a/b", "file:///etc/passwd", "x", "http://", "https:// a/b"])
def test_links_that_are_refused(zen, url):
    answer = zen.client("/live/create", {**CREATE, "email": "links@example.com", "image_url": url})
    assert_refused(answer, 400)
    assert "image_url" in answer.json()["message"]


def test_a_link_is_stored_and_never_fetched(compat):
    """A server of ours that would notice."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/image.png"
        email = somebody()
        chat = compat.client("/live/create", {"email": email, "created_at": 1, "message": "x", "image_url": url}).json()["data"]["chatId"]
        message = compat.client_read(email, chat).json()["data"]["messages"][0]
        assert message["image_url"] == url
        with pytest.raises(TimeoutError):
            trap.accept()


# Proof


def test_the_first_digest_is_pinned(zen):
    email = somebody()
    chat = zen.client_create(email)
    ticket = zen.client_create(email, kind="ticket")
    for auth_token in ("other", ""):
        for path, body in [
            ("/live/create", {"email": email, "created_at": 1, "message": "x"}),
            ("/ticket/create", {"email": email, "created_at": 1, "message": "x"}),
            ("/live/chat", {"chat_id": chat, "email": email, "message": "x"}),
            ("/ticket/append", {"ticket_id": ticket, "email": email, "message": "x"}),
        ]:
            assert_refused(zen.client(path, body, auth_token=auth_token), 401)
    zen.client_send(email, chat)
    assert zen.client("/live/chat", {"chat_id": chat, "email": email, "message": "x"}, token=digest(email).upper()).status == 200


def test_bad_bearers(zen):
    email = somebody()
    body = {"email": email, "created_at": 1, "message": "x"}
    for token in ("", "x", "a" * 63, "a" * 65, "g" * 64, digest(email) + " x", SECRET):
        assert_refused(zen.call("POST", "/api/client/live/create", body, token=token), 401)
    assert_refused(zen.call("POST", "/api/client/live/create", body), 401)
    zen.client_create(email)  # none of them has made the user


def test_spellings(zen):
    email = "Spelled-" + somebody()
    chat = zen.client_create(email)
    # Another spelling has another digest: 401, and never a new first contact.
    other = email.lower()
    assert_refused(zen.client("/live/create", {"email": other, "created_at": 1, "message": "x"}), 401)
    assert_refused(zen.client("/live/chat", {"chat_id": chat, "email": other, "message": "x"}), 401)
    # The digest that was pinned is right for the exact bytes only.
    assert_refused(zen.client("/live/chat", {"chat_id": chat, "email": other, "message": "x"}, email=other, auth_token="new"), 401)
    # That digest under another spelling proves nothing.
    assert_refused(zen.client("/live/create", {"email": other, "created_at": 1, "message": "x"}, email=email), 401)
    assert_refused(zen.client("/live/chat", {"chat_id": chat, "email": other, "message": "x"}, email=email), 401)
    zen.client_send(email, chat)


def test_only_creates_make_users(zen):
    email = somebody()
    assert_refused(zen.client("/live/chat", {"chat_id": "chat-x", "email": email, "message": "x"}), 401)
    assert_refused(zen.client("/ticket/append", {"ticket_id": "TKT-001", "email": email, "message": "x"}), 401)
    zen.client_create(email, auth_token="chosen later")  # would be 401 had a pin been made
    email = somebody()
    zen.client_create(email, kind="ticket")


def test_order_of_checks(zen):
    owner, other = somebody(), somebody()
    chat, ticket = zen.client_create(owner), zen.client_create(owner, kind="ticket")
    zen.client_create(other)
    # 400, then 401, then 404.
    assert_refused(zen.client("/live/chat", {"chat_id": chat, "email": owner}, auth_token="wrong"), 400)
    assert_refused(zen.call("POST", "/api/client/live/create", {"email": owner}), 400)
    assert_refused(zen.client("/live/chat", {"chat_id": "x", "email": owner, "message": "x"}, auth_token="wrong"), 401)
    assert_refused(zen.client("/live/chat", {"chat_id": chat, "email": other, "message": "x"}), 404)
    close(zen, owner)
    assert_refused(zen.client("/live/chat", {"chat_id": chat, "email": other, "message": "x"}), 404)
    assert_refused(zen.client("/live/chat", {"chat_id": chat, "email": owner, "message": "x"}), 409, code="closed")
    assert zen.client("/ticket/append", {"ticket_id": ticket, "email": owner, "message": "x"}).status == 200


def test_one_identical_404(zen):
    """What is absent, somebody else's, or of the other kind cannot be told apart."""
    owner, other = somebody(), somebody()
    chat, ticket = zen.client_create(owner), zen.client_create(owner, kind="ticket")
    own_chat, own_ticket = zen.client_create(other), zen.client_create(other, kind="ticket")

    def answers(path, field, ids):
        found = []
        for id in ids:
            answer = zen.client(path, {field: id, "email": other, "message": "x"})
            assert_refused(answer, 404)
            found.append((answer.body, sorted(name for name, _ in answer.headers)))
        return found

    chats = answers("/live/chat", "chat_id", [chat, "chat-" + "0" * 32, "x", own_ticket, ticket, "TKT-999999"])
    assert len(set(map(str, chats))) == 1, chats
    tickets = answers("/ticket/append", "ticket_id", [ticket, "TKT-99999", "x", own_chat, chat])
    assert len(set(map(str, tickets))) == 1, tickets
    if zen.name == "compat":
        reads = {zen.client_read(other, id).body for id in (chat, "chat-" + "0" * 32)}
        assert len(reads) == 1
        reads = {zen.client_read(other, id).body for id in (ticket, "TKT-99999")}
        assert len(reads) == 1


def test_tenants_share_nothing(daemon):
    compat, twin = Brand(daemon, "compat"), Brand(daemon, "twin")
    email = somebody()
    chat = compat.client_create(email, auth_token="one")
    other = twin.client_create(email, auth_token="two")  # its own pin
    assert_refused(twin.client("/live/chat", {"chat_id": chat, "email": email, "message": "x"}, auth_token="two"), 404)
    assert_refused(compat.client("/live/chat", {"chat_id": other, "email": email, "message": "x"}, auth_token="one"), 404)
    assert_refused(twin.client("/live/create", {"email": email, "created_at": 1, "message": "x"}, auth_token="one"), 401)


def test_first_contact_modes(daemon):
    body = {"email": "contact@example.com", "created_at": 1, "message": "x"}
    for name in ("provisioned", "hardened"):
        zen = Brand(daemon, name)
        assert_refused(zen.client("/live/create", body), 401)
        assert_refused(zen.client("/ticket/create", body), 401)
        command(daemon, "user", "show", "--tenant", name, "--email", body["email"], fails=True)
        command(daemon, "user", "provision", "--tenant", name, "--email", body["email"], "--auth-token", "auth-token")
        assert zen.client("/live/create", body).status == 200
        assert_refused(zen.client("/live/create", body, auth_token="wrong"), 401)
    flagging = Brand(daemon, "flagging")
    assert flagging.client("/live/create", body).status == 200
    shown = command(daemon, "user", "show", "--tenant", "flagging", "--email", body["email"])
    assert "flagged: yes" in shown and "pinned: yes" in shown


def test_provisioning_through_the_daemon(daemon, compat):
    email = "Provisioned-" + somebody()
    chat = compat.client_create(email, auth_token="mistaken")
    shown = command(daemon, "user", "show", "--tenant", "compat", "--email", email)
    assert "pinned: yes" in shown and "provisioned: no" in shown
    for nonsense in ("nobody", "@", "a@b@c", "a b@c", "a" * 250 + "@b.cd"):
        told = command(daemon, "user", "provision", "--tenant", "compat", "--email", nonsense, "--auth-token", "x", fails=True)
        assert "not an e-mail address" in told
    command(daemon, "user", "provision", "--tenant", "compat", "--email", email, "--auth-token", "the real one")
    assert_refused(compat.client("/live/chat", {"chat_id": chat, "email": email, "message": "x"}, auth_token="mistaken"), 401)
    compat.client_send(email, chat, auth_token="the real one")
    # With a token the digest is computed over the bytes as sent: any spelling.
    compat.client_send(email.lower(), chat, auth_token="the real one")
    compat.client_send(email.upper(), chat, auth_token="the real one")
    shown = command(daemon, "user", "show", "--tenant", "compat", "--email", email)
    assert "provisioned: yes" in shown and "the real one" not in shown
    fresh = somebody()
    command(daemon, "user", "provision", "--tenant", "compat", "--email", fresh, "--auth-token", "set before")
    assert_refused(compat.client("/live/create", {"email": fresh, "created_at": 1, "message": "x"}), 401)
    compat.client_create(fresh, auth_token="set before")


def test_resetting_a_pin(daemon, compat):
    email = somebody()
    chat = compat.client_create(email, auth_token="old")
    command(daemon, "user", "reset-pin", "--tenant", "compat", "--email", email)
    # The next first contact is a create: until then nothing is known.
    assert_refused(compat.client("/live/chat", {"chat_id": chat, "email": email, "message": "x"}, auth_token="new"), 401)
    compat.client_create(email, auth_token="new")
    compat.client_send(email, chat, auth_token="new")
    assert_refused(compat.client("/live/chat", {"chat_id": chat, "email": email, "message": "x"}, auth_token="old"), 401)
    with daemon.database("compat") as database:
        audit = database.execute("SELECT action, subject FROM audit ORDER BY row").fetchall()
    assert any("reset" in action and email in subject for action, subject in audit), audit
    command(daemon, "user", "reset-pin", "--tenant", "compat", "--email", "nobody@example.com", fails=True)
    command(daemon, "user", "show", "--tenant", "absent", "--email", email, fails=True)


def test_provisioning_without_a_daemon():
    with Daemon({"zen": brand("zen", CLIENT)}, plugins=PLUGINS) as daemon:
        zen = Brand(daemon, "zen")
        chat = zen.client_create("offline@example.com", auth_token="old")
        assert daemon.stop() == 0
        command(daemon, "user", "reset-pin", "--tenant", "zen", "--email", "offline@example.com")
        command(daemon, "user", "provision", "--tenant", "zen", "--email", "fresh@example.com", "--auth-token", "secret")
        shown = command(daemon, "user", "show", "--tenant", "zen", "--email", "fresh@example.com")
        assert "provisioned: yes" in shown
        daemon.start()
        zen.client_create("offline@example.com", auth_token="new")
        zen.client_send("offline@example.com", chat, auth_token="new")
        zen.client_create("fresh@example.com", auth_token="secret")


def test_provisioning_before_the_first_start():
    daemon = Daemon({"zen": brand("zen", policy("provisioned-only"))}, plugins=PLUGINS)
    provision = ("user", "provision", "--email", "early@example.com", "--auth-token", "secret")
    told = command(daemon, *provision, "--tenant", "zne", "--config", str(daemon.config), fails=True)
    assert "zne" in told and not daemon.data.exists()
    command(daemon, *provision, "--tenant", "zen", "--config", str(daemon.config))
    assert daemon.data.stat().st_mode & 0o027 == 0 and (daemon.data / "zen" / "chat.db").stat().st_mode & 0o027 == 0
    with daemon:
        Brand(daemon, "zen").client_create("early@example.com", auth_token="secret")


def test_pins_survive_a_restart():
    with Daemon({"zen": brand("zen", CLIENT)}, plugins=PLUGINS) as daemon:
        zen = Brand(daemon, "zen")
        chat = zen.client_create("stays@example.com")
        ticket = zen.client_create("stays@example.com", kind="ticket")
        daemon.kill()
        daemon.start()
        zen.client_send("stays@example.com", chat)
        zen.client_send("stays@example.com", ticket)
        assert_refused(zen.client("/live/create", {"email": "stays@example.com", "created_at": 1, "message": "x"}, auth_token="x"), 401)
        assert zen.client_create("stays@example.com", kind="ticket") == "TKT-002"


def test_new_users_are_throttled(daemon):
    zen = Brand(daemon, "throttled")
    address = {"X-Forwarded-For": "10.9.9.9"}
    emails = [somebody() for _ in range(4)]
    statuses = [zen.client("/live/create", {"email": email, "created_at": 1, "message": "x"}, headers=address).status for email in emails]
    assert statuses == [200, 200, 200, 429]
    known = zen.client("/live/create", {"email": emails[0], "created_at": 1, "message": "x"}, headers=address)
    assert known.status == 200
    other = zen.client("/live/create", {"email": emails[3], "created_at": 1, "message": "x"}, headers={"X-Forwarded-For": "10.9.9.8"})
    assert other.status == 200


def test_rate_limit(daemon):
    zen = Brand(daemon, "limited")
    headers = {"X-Forwarded-For": "10.8.8.8"}
    body = {"email": somebody(), "created_at": 1, "message": "x"}
    answers = [zen.client("/live/create", body, headers=headers) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert_refused(answers[3], 429, code="rate-limited")
    assert int(answers[3].header("retry-after")) > 0


# Bodies of other forms (compat)


def test_bodies_that_compat_takes(compat, strict):
    email = somebody()
    fields = {"email": email, "created_at": "1679223400", "message": "Hello & ü", "plan_id": "5", "name": "Jo"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    encoded = urlencode(fields).encode()
    answer = compat.call("POST", "/api/client/live/create", encoded, token=digest(email), headers=form)
    assert answer.status == 200, answer
    assert_same(answer.json(), CHAT_CREATED)
    chat = answer.json()["data"]["chatId"]
    assert compat.client_read(email, chat).json()["data"]["messages"][0]["message"] == "Hello & ü"

    multipart = Multipart()
    for name, value in fields.items():
        multipart.text(name, value)
    multipart.file("image", "a.png", "image/png", png())
    answer = compat.call("POST", "/api/client/ticket/create", multipart, token=digest(email))
    assert answer.status == 200, answer
    ticket = answer.json()["data"]["ticketId"]
    url = compat.client_read(email, ticket).json()["data"]["messages"][0]["image_url"]
    fetched = compat.call("GET", url.removeprefix(f"http://{compat.host}"))
    assert fetched.status == 200 and fetched.body == png()

    wrapped = {"data": {"email": email, "created_at": 1, "message": "wrapped"}}
    answer = compat.client("/live/create", wrapped, email=email)
    assert answer.status == 200, answer
    answer = compat.client("/live/chat", {"data": {"chat_id": chat, "email": email, "message": "wrapped"}}, email=email)
    assert answer.status == 200, answer

    pdf = Multipart().text("email", email).text("created_at", "1").text("message", "x").file("image", "a.pdf", "application/pdf", PDF)
    assert_refused(compat.call("POST", "/api/client/live/create", pdf, token=digest(email)), 415)

    # strict takes JSON objects only.
    assert strict.call("POST", "/api/client/live/create", encoded, token=digest(email), headers=form).status in (400, 415)
    assert strict.call("POST", "/api/client/live/create", multipart, token=digest(email)).status in (400, 415)
    assert_refused(strict.client("/live/create", wrapped, email=email), 400)


def test_declared_types_of_json(zen):
    email = somebody()
    body = json.dumps({"email": email, "created_at": 1, "message": "x"}).encode()
    for kind in ("application/json", "application/json; charset=utf-8", "text/plain"):
        answer = zen.call("POST", "/api/client/live/create", body, token=digest(email), headers={"Content-Type": kind})
        assert answer.status == 200, (kind, answer)


# Tickets


def subject(zen: Brand, email: str, message: str) -> str:
    zen.client_create(email, message, kind="ticket")
    return zen.client_read(email, "list").json()["data"]["tickets"][0]["subject"]


def test_subjects(compat):
    email = somebody()
    assert subject(compat, email, "One line") == "One line"
    assert subject(compat, email, "First line\nsecond line") == "First line"
    assert subject(compat, email, "First line\r\nsecond line") == "First line"
    assert subject(compat, email, "x" * 200) == "x" * 120
    assert subject(compat, email, "ü" * 200) == "ü" * 120
    assert subject(compat, email, "\n\n  Behind empty lines\nx").strip() == "Behind empty lines"


def test_append_reopens(daemon, compat):
    email = somebody()
    ticket = compat.client_create(email, kind="ticket")
    chat = compat.client_create(email)
    close(compat, email)
    assert compat.client_read(email, ticket).json()["data"]["status"] == "closed"
    compat.client_send(email, ticket, "It came back")
    assert compat.client_read(email, ticket).json()["data"]["status"] == "open"
    assert_refused(compat.client("/live/chat", {"chat_id": chat, "email": email, "message": "x"}), 409)
    rejecting = Brand(daemon, "rejecting")
    ticket = rejecting.client_create(email, kind="ticket")
    close(rejecting, email)
    assert_refused(rejecting.client("/ticket/append", {"ticket_id": ticket, "email": email, "message": "x"}), 409)


def test_ticket_reads(compat, strict):
    email = somebody()
    first = compat.client_create(email, "Older\nwith more", kind="ticket")
    second = compat.client_create(email, "Newer", kind="ticket")
    compat.client_create(email, "a chat is no ticket")
    rows = compat.admin("GET", f"/sessions?search={email}").json()["data"]
    listed = compat.client_read(email, "list")
    assert listed.status == 200
    assert_same(
        listed.json(),
        {
            "status": "success",
            "message": Form(".+"),
            "data": {
                "tickets": [
                    {"ticketId": id, "subject": subject, "status": "open", "createdAt": MILLISECONDS, "lastMessageAt": MILLISECONDS, "unread": 0}
                    for id, subject in ((second, "Newer"), (first, "Older"))
                ]
            },
            "error": None,
        },
    )
    assert len(rows) == 3
    session = next(row["sessionId"] for row in rows if "Older" in str(row))
    compat.reply(session, "Answer")
    tickets = {ticket["ticketId"]: ticket for ticket in compat.client_read(email, "list").json()["data"]["tickets"]}
    assert tickets[first]["unread"] == 1 and tickets[second]["unread"] == 0
    answer = compat.client_read(email, first)
    assert_same(
        answer.json(),
        {
            "status": "success",
            "message": Form(".+"),
            "data": {
                "ticketId": first,
                "subject": "Older",
                "status": "open",
                "messages": [
                    {"messageId": MESSAGE_ID, "sender": "user", "senderName": Form(".*"), "message": "Older\nwith more", "image_url": None, "createdAt": MILLISECONDS},
                    {"messageId": MESSAGE_ID, "sender": "agent", "senderName": "Jane Smith", "message": "Answer", "image_url": None, "createdAt": MILLISECONDS},
                ],
            },
            "error": None,
        },
    )  # fmt: skip
    tag = answer.header("etag")
    assert compat.client_read(email, first, headers={"If-None-Match": tag}).status == 304
    last = answer.json()["data"]["messages"][0]["messageId"]
    assert len(compat.client_read(email, first, f"&after={last}").json()["data"]["messages"]) == 1
    assert_refused(compat.client_read(email, first, "&after=msg-unknown"), 400)
    assert_refused(compat.client_read(email, first, auth_token="wrong"), 401)
    assert_refused(compat.call("GET", f"/api/client/ticket/{first}", token=digest(email)), 400)
    assert_refused(compat.call("GET", f"/api/client/ticket/{first}?email={email}"), 401)
    for path in (f"ticket/{first}", "ticket/list", "live/chat/x"):
        assert_refused(strict.call("GET", f"/api/client/{path}?email={email}", token=digest(email)), 404)


def test_chat_reads(compat):
    email = "plus+sign-" + somebody()
    chat = compat.client_create(email, "Hello")
    quoted = quote(email, safe="")
    answer = compat.call("GET", f"/api/client/live/chat/{chat}?email={quoted}", token=digest(email))
    assert answer.status == 200, answer
    assert answer.json()["data"]["chatId"] == chat and answer.json()["data"]["messages"][0]["sender"] == "user"


def test_long_poll(compat):
    email = somebody()
    ticket = compat.client_create(email, kind="ticket")
    last = compat.client_read(email, ticket).json()["data"]["messages"][-1]["messageId"]
    session = compat.agents_session(email)["sessionId"]
    timer = threading.Timer(0.4, lambda: compat.reply(session, "Answer"))
    timer.start()
    began = time.monotonic()
    answer = compat.client_read(email, ticket, f"&after={last}&wait=20s", timeout=30)
    assert 0.3 < time.monotonic() - began < 5
    assert [message["message"] for message in answer.json()["data"]["messages"]] == ["Answer"]


def test_delivery_as_agents_see_it(compat):
    """pending until some path has confirmed it, then delivered, then read."""
    email = somebody()
    chat = compat.client_create(email)
    session = compat.agents_session(email)["sessionId"]
    reply = compat.reply(session, "Answer")

    def delivery():
        messages = compat.admin("GET", f"/sessions/{session}").json()["data"]["messages"]
        return next(message for message in messages if message["_id"] == reply["_id"])["delivery"]

    assert delivery() == "pending"
    compat.client_read(email, chat)
    assert delivery() == "delivered"
    compat.client_send(email, chat, "Thanks")
    assert delivery() == "read"


# HTTP around it


def test_cors(compat):
    for path in ("/live/create", "/live/chat", "/ticket/create", "/ticket/append"):
        preflight = compat.call(
            "OPTIONS", "/api/client" + path,
            headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"},
        )  # fmt: skip
        assert preflight.status in (200, 204)
        assert preflight.header("access-control-allow-origin") == "https://app.example"
        assert "POST" in preflight.header("access-control-allow-methods")
        assert "authorization" in preflight.header("access-control-allow-headers").lower()
    # Errors carry them too, or browsers' scripts could not read them.
    answer = compat.call("POST", "/api/client/live/create", {}, headers={"Origin": "https://app.example"})
    assert answer.status == 400 and answer.header("access-control-allow-origin") == "https://app.example"
    answer = compat.call("POST", "/api/client/live/create", {}, headers={"Origin": "https://evil.example"})
    assert answer.header("access-control-allow-origin") is None


def test_methods_and_paths(zen):
    for path in ("/live/create", "/ticket/create", "/ticket/append"):
        for method in ("GET", "PUT", "DELETE"):
            answer = zen.call(method, "/api/client" + path, token="a" * 64)
            if zen.name == "compat" and method == "GET" and path.startswith("/ticket/"):
                continue  # there it names a ticket
            assert_refused(answer, 405)
            assert "POST" in answer.header("allow")
    assert_refused(zen.call("POST", "/api/client/ticket/nothing/here", {}, token="a" * 64), 404)
    assert_refused(zen.call("GET", "/api/client", token="a" * 64), 404)


def test_idempotency(compat, strict):
    email = somebody()
    body = {"email": email, "created_at": 1, "message": "once"}
    key = {"Idempotency-Key": unique("key")}
    first, again = (compat.client("/ticket/create", body, headers=key) for _ in range(2))
    assert first.status == again.status == 200 and first.body == again.body
    assert again.header("idempotent-replayed") == "true" and first.header("idempotent-replayed") is None
    assert_refused(compat.client("/ticket/create", {**body, "message": "other"}, headers=key), 422)
    # What was said counts, not the bytes.
    reordered = json.dumps(dict(reversed(body.items())), indent=3).encode()
    assert compat.call("POST", "/api/client/ticket/create", reordered, token=digest(email), headers=key).body == first.body
    other = somebody()
    theirs = compat.client("/ticket/create", {**body, "email": other}, headers=key)
    assert theirs.status == 200 and theirs.body != first.body  # a key belongs to its caller
    send = {"ticket_id": first.json()["data"]["ticketId"], "email": email, "message": "x"}
    sent = [compat.client("/ticket/append", send, headers=key) for _ in range(2)]
    assert sent[0].body == sent[1].body and sent[0].status == 200
    ids = {strict.client("/ticket/create", body, headers=key).body for _ in range(2)}
    assert len(ids) == 2


def test_message_limit(compat):
    email = somebody()
    assert compat.client("/live/create", {"email": email, "created_at": 1, "message": "x" * 16384}).status == 200
    assert_refused(compat.client("/live/create", {"email": email, "created_at": 1, "message": "x" * 16385}), 400)
    assert_refused(compat.client("/live/create", {"email": email, "created_at": 1, "message": "x" * 1100000}), 413)


def test_a_mount_moves_it(daemon):
    zen = Brand(daemon, "mounted")
    email = somebody()
    body = {"email": email, "created_at": 1, "message": "x"}
    assert zen.call("POST", "/app/api/client/live/create", body, token=digest(email)).status == 200
    assert_refused(zen.call("POST", "/api/client/live/create", body, token=digest(email)), 401)
    zen.live_create()


def test_agents_see_tickets_and_chats(compat):
    email = somebody()
    with compat.admin_socket() as socket:
        socket.established()
        compat.client_create(email, "From a chat")
        socket.until("new_session")
        ticket = compat.client_create(email, "From a ticket", kind="ticket")
        socket.until("new_session")
        compat.client_send(email, ticket, "Appended")
        while socket.until("user_message")["message"]["content"] != "Appended":
            pass
    rows = compat.admin("GET", f"/sessions?search={email}").json()["data"]
    assert len(rows) == 2 and all(row["user"]["email"] == email for row in rows)
    assert {row["kind"] for row in rows} == {"chat", "ticket"}
    assert {(row["dialect"], row["assurance"]) for row in rows} == {("supportzen-client", "first-contact")}
    known = somebody()
    command(compat.daemon, "user", "provision", "--tenant", "compat", "--email", known, "--auth-token", "auth-token")
    compat.client_create(known)
    assert compat.agents_session(known)["assurance"] == "hmac"
