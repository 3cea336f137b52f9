"""supportzen-live: multipart forms from a brand's backend that knows a shared secret."""

import re
import shutil
import subprocess
import threading
import time

import pytest

from brands import CLIENT, CHAT_ID, LIVE, LOCALPRO, MESSAGE_ID, MILLISECONDS, PLUGINS, SECRET, Brand, Form, assert_same, brand, digest
from harness import eventually
from images import GIF, JPEG, PDF, WEBP, png
from localpro import unique

ROTATING = "supportzen-live:\n  auth: [{ policy: shared-secret, secrets: { app: zen-secret, next: next-secret } }]\n"
SIZES = "sizes: { file: 64KiB, message: 1KiB, json_body: 4KiB }"

TENANTS = {
    "strict": brand("strict", LIVE, LOCALPRO, mode="strict"),
    "compat": brand("compat", LIVE, LOCALPRO),
    "hardened": brand("hardened", LIVE, mode="hardened"),
    "both": brand("both", LIVE, CLIENT, LOCALPRO),
    "twin": brand("twin", LIVE, CLIENT, LOCALPRO),
    "rotating": brand("rotating", ROTATING),
    "small": brand("small", LIVE, extra=SIZES),
    "reopening": brand("reopening", LIVE + "  on_closed: reopen\n", LOCALPRO),
    "limited": brand("limited", LIVE, limits="{ agent: 3/15m }"),
}

CREATED = {
    "status": "success",
    "message": "Live chat session created successfully.",
    "data": {"chatId": CHAT_ID},
    "error": None,
}
SENT = {
    "status": "success",
    "message": "Message sent successfully.",
    "data": {"chatId": CHAT_ID, "messageId": MESSAGE_ID},
    "error": None,
}
ANY_TEXT = Form(r"(?s).+")
CREATE = {"email": "user@example.com", "uuid": "user-db-id-12345", "created_at": "1679223400", "message": "Hi"}


@pytest.fixture(scope="module")
def compat(daemon):
    return Brand(daemon, "compat")


@pytest.fixture(scope="module")
def strict(daemon):
    return Brand(daemon, "strict")


@pytest.fixture(params=["strict", "compat", "both"])
def zen(request, daemon):
    return Brand(daemon, request.param)


def assert_refused(answer, status: int, message: str | None = None, code: str | None = None) -> None:
    assert answer.status == status, answer
    body = answer.json()
    assert list(body) == ["status", "message", "data", "error"], answer
    assert body["status"] == "error" and body["data"] is None and body["message"], answer
    assert isinstance(body["error"], str) and re.fullmatch(r"[a-z][a-z0-9_-]+", body["error"]), answer
    if message:
        assert body["message"] == message, answer
    if code:
        assert body["error"] == code, answer


# The document's examples


def curl(daemon, host: str, *arguments: str) -> tuple[int, bytes]:
    ran = subprocess.run(
        ["curl", "-sS", "--connect-to", f"::{daemon.host}:{daemon.port}", "-w", "\n%{http_code}", *arguments],
        capture_output=True,
        timeout=20,
    )
    assert ran.returncode == 0, ran.stderr
    body, _, status = ran.stdout.rpartition(b"\n")
    return int(status), body


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.parametrize("name", ["strict", "compat", "both"])
def test_the_documents_curl_examples(daemon, tmp_path, name):
    import json

    (tmp_path / "image.jpg").write_bytes(JPEG)
    (tmp_path / "image.png").write_bytes(png())
    status, body = curl(
        daemon, name, "-X", "POST",
        f"http://{name}.test/api/client/live/create",
        "-H", f"Authorization: Bearer {SECRET}",
        "-F", "email=user@example.com",
        "-F", "uuid=user-db-id-12345",
        "-F", "name=Premium Plan",
        "-F", "plan_id=5",
        "-F", "created_at=1679223400",
        "-F", "message=Hi, I have a quick question!",
        "-F", f"image=@{tmp_path}/image.jpg",
    )  # fmt: skip
    assert status == 200, body
    created = json.loads(body)
    assert_same(created, CREATED)
    status, body = curl(
        daemon, name, "-X", "POST",
        f"http://{name}.test/api/client/live/chat",
        "-H", f"Authorization: Bearer {SECRET}",
        "-F", f"chat_id={created['data']['chatId']}",
        "-F", "email=user@example.com",
        "-F", "message=Where can I find my subscription URL?",
        "-F", f"image=@{tmp_path}/image.png",
    )  # fmt: skip
    assert status == 200, body
    assert_same(json.loads(body), SENT)
    assert json.loads(body)["data"]["chatId"] == created["data"]["chatId"]


def test_only_what_is_required(zen):
    answer = zen.live("/create", CREATE)
    assert answer.status == 200 and answer.header("content-type").startswith("application/json")
    assert_same(answer.json(), CREATED)
    chat = answer.json()["data"]["chatId"]
    answer = zen.live("/chat", {"chat_id": chat, "email": "user@example.com", "message": "More"})
    assert_same(answer.json(), SENT)


def test_every_create_is_a_new_chat(compat):
    ids = {compat.live_create(uuid="same-person") for _ in range(3)}
    assert len(ids) == 3


# Credentials


@pytest.mark.parametrize("token", [None, "wrong", "", "zen-secre", "zen-secrett", "ZEN-SECRET", "a" * 64, "0" * 63])
def test_bad_tokens(compat, strict, token):
    for zen in (compat, strict):
        for path in ("/create", "/chat"):
            answer = zen.live(path, CREATE, secret=token)
            assert_refused(answer, 401)
            assert answer.header("www-authenticate")


def test_other_schemes(compat):
    for value in ("Basic emVuLXNlY3JldA==", "zen-secret", "Bearer", "Token zen-secret"):
        assert_refused(compat.live("/create", CREATE, secret=None, headers={"Authorization": value}), 401)
    answer = compat.live("/create", CREATE, secret=None, headers={"Authorization": f"bearer {SECRET}"})
    assert answer.status == 200  # the scheme's case does not matter


def test_every_secret_counts_and_rotation(daemon):
    zen = Brand(daemon, "rotating")
    chat = zen.live_create()
    zen.live_send(chat, secret="next-secret")
    daemon.write_tenant("rotating", TENANTS["rotating"].replace("app: zen-secret, ", ""))
    daemon.reload()
    assert_refused(zen.live("/create", CREATE), 401)
    zen.live_send(chat, secret="next-secret")
    daemon.write_tenant("rotating", TENANTS["rotating"])
    daemon.reload()
    zen.live_send(chat)


# Order and names of what is wrong


def test_order_of_checks(zen):
    chat = zen.live_create(uuid="order", email="order@example.com")
    json = {"Content-Type": "application/json"}
    everything_wrong = {"email": "x"}
    assert_refused(zen.live("/create", everything_wrong, secret="wrong"), 401)
    assert_refused(zen.call("POST", "/api/client/live/create", b"{}", token="wrong", headers=json), 401)
    assert_refused(zen.call("POST", "/api/client/live/create", b"{}", token=SECRET, headers=json), 415)
    assert_refused(zen.call("POST", "/api/client/live/chat", b"{}", token=SECRET, headers=json), 415)
    assert_refused(zen.live("/chat", {"chat_id": "chat-absent", "email": "user@example.com"}), 400)
    assert_refused(zen.live("/chat", {"chat_id": "chat-absent", "email": "nobody@example.com", "message": "x"}), 404)
    assert_refused(zen.live("/chat", {"chat_id": chat, "email": "nobody@example.com", "message": "x"}), 403)
    session = zen.admin("GET", "/sessions?search=order@example.com").json()["data"][0]["sessionId"]
    assert zen.status(session, status="closed").status == 200
    assert_refused(zen.live("/chat", {"chat_id": chat, "email": "nobody@example.com", "message": "x"}), 403)
    assert_refused(zen.live("/chat", {"chat_id": chat, "email": "order@example.com", "message": "x"}), 409, code="closed")
    assert_refused(zen.live("/chat", {"chat_id": chat, "email": "order@example.com", "message": ""}), 400)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/mixed; boundary=x", None]
)
def test_other_content_types(compat, strict, kind):
    for zen in (compat, strict):
        answer = zen.call(
            "POST", "/api/client/live/create", token=SECRET,
            headers={"Content-Type": kind} if kind else {}, **({"body": b"email=a%40b.c"}),
        ) if kind else zen.daemon.request(
            "POST", "/api/client/live/create", body=b"x", host=zen.host, headers={"Authorization": f"Bearer {SECRET}"}
        )  # fmt: skip
        assert_refused(answer, 415)


def test_missing_fields(zen):
    answer = zen.live("/create", {"created_at": "1679223400", "message": "Hi"})
    assert_refused(answer, 400, "Missing required fields: email, uuid")
    for absent in CREATE:
        answer = zen.live("/create", {key: value for key, value in CREATE.items() if key != absent})
        assert_refused(answer, 400)
        assert absent in answer.json()["message"]
        answer = zen.live("/create", {**CREATE, absent: ""})
        assert_refused(answer, 400)
        assert absent in answer.json()["message"]
    chat = zen.live_create()
    send = {"chat_id": chat, "email": "user@example.com", "message": "Hi"}
    for absent in send:
        answer = zen.live("/chat", {key: value for key, value in send.items() if key != absent})
        assert_refused(answer, 400)
        assert absent in answer.json()["message"]
    answer = zen.live("/chat", {})
    assert_refused(answer, 400, "Missing required fields: chat_id, email, message")


@pytest.mark.parametrize("field", ["plan_id", "created_at"])
@pytest.mark.parametrize("value", ["five", "0x10", "nan", "inf", "1,5", "5 5", "--1", "1e999"])
def test_numbers_that_are_none(compat, field, value):
    answer = compat.live("/create", {**CREATE, field: value})
    assert_refused(answer, 400)
    assert field in answer.json()["message"]


@pytest.mark.parametrize("value", ["5", " 5 ", "5.0", "+5", "1679223400000", "1.679e9", "-1", "0"])
def test_numbers_are_lenient(compat, strict, value):
    for zen in (compat, strict):
        assert zen.live("/create", {**CREATE, "plan_id": value, "created_at": value}).status == 200


@pytest.mark.parametrize(
    "email",
    ["user", "@example.com", "user@", "a@b@c", "us er@example.com", "user@exam\tple.com", "user@example.com\n", "a" * 251 + "@b.c", "\x01a@b.c"],
)
def test_bad_emails(compat, email):
    answer = compat.live("/create", {**CREATE, "email": email})
    assert_refused(answer, 400)
    assert "email" in answer.json()["message"]


def test_odd_emails_that_pass(compat):
    for email in ("a@b", "ü@example.com", "a+b.c@sub.example.com", "a" * 250 + "@b.c"):
        assert len(email.encode()) <= 254
        assert compat.live("/create", {**CREATE, "email": email}).status == 200, email


def test_message_limit(compat, daemon):
    assert compat.live("/create", {**CREATE, "message": "x" * 16384}).status == 200
    assert_refused(compat.live("/create", {**CREATE, "message": "x" * 16385}), 400)
    assert_refused(compat.live("/create", {**CREATE, "message": "ü" * 8193}), 400)
    small = Brand(daemon, "small")
    assert small.live("/create", {**CREATE, "message": "x" * 1024}).status == 200
    assert_refused(small.live("/create", {**CREATE, "message": "x" * 1025}), 400)


def test_malformed_forms(compat):
    for body in (b"", b"nonsense", b"--x\r\n", b"--x\r\n\r\nno name\r\n--x--\r\n", b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nab'):
        answer = compat.call(
            "POST", "/api/client/live/create", body, token=SECRET, headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        assert_refused(answer, 400)
    answer = compat.call("POST", "/api/client/live/create", b"x", token=SECRET, headers={"Content-Type": "multipart/form-data"})
    assert answer.status in (400, 415)


def test_text_that_is_no_utf8(compat):
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\xfe@b.c\r\n--x--\r\n'
    answer = compat.call(
        "POST", "/api/client/live/create", body, token=SECRET, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert_refused(answer, 400)


# Persons


def test_uuid_is_the_person_and_emails_may_change(compat):
    uuid = unique("uuid")
    old = compat.live_create("one", uuid=uuid, email="old@example.com")
    compat.live_create("two", uuid=uuid, email="New@Example.com")
    # The e-mail it was created with, and the person's present one, in any case.
    for email in ("old@example.com", "OLD@example.COM", "new@example.com"):
        compat.live_send(old, email=email)
    compat.live_create("other person, same e-mail", uuid=unique("uuid"), email="third@example.com")
    assert_refused(compat.live("/chat", {"chat_id": old, "email": "third@example.com", "message": "x"}), 403)


def test_emails_are_not_unique(compat):
    one = compat.live_create(uuid=unique(), email="shared@example.com")
    two = compat.live_create(uuid=unique(), email="shared@example.com")
    assert one != two
    compat.live_send(one, email="shared@example.com")
    compat.live_send(two, email="shared@example.com")


def test_unknown_chats(zen):
    for id in ("chat-session-xyz-123", "x", "TKT-001", "chat-" + "0" * 32, "..", "a" * 256):
        assert_refused(zen.live("/chat", {"chat_id": id, "email": "user@example.com", "message": "x"}), 404)
    assert zen.live("/chat", {"chat_id": "a" * 257, "email": "user@example.com", "message": "x"}).status in (400, 404)


def test_tenants_share_nothing(daemon):
    """The same e-mail, uuid and secret in two tenants."""
    both, twin = Brand(daemon, "both"), Brand(daemon, "twin")
    chats = [zen.live_create("in " + zen.name, uuid="same", email="same@example.com") for zen in (both, twin)]
    assert_refused(twin.live("/chat", {"chat_id": chats[0], "email": "same@example.com", "message": "x"}), 404)
    assert_refused(both.live("/chat", {"chat_id": chats[1], "email": "same@example.com", "message": "x"}), 404)
    assert_refused(twin.live_read(chats[0], email="same@example.com"), 404)
    for zen in (both, twin):
        for row in zen.admin("GET", "/sessions?search=same@example.com").json()["data"]:
            last = row["lastMessage"]
            content = last if isinstance(last, str) else last["content"]
            assert content == "in " + zen.name


# Images


@pytest.mark.parametrize(
    "name,kind,data",
    [
        ("a.jpg", "image/jpeg", JPEG), ("a.jpeg", None, JPEG), ("a.png", "image/png", png()), ("a.gif", "image/gif", GIF),
        ("a.webp", "image/webp", WEBP), ("a.PNG", "application/octet-stream", png()), ("ä b.png", "image/png", png()),
    ],
)  # fmt: skip
def test_images_that_are_taken(compat, name, kind, data):
    chat = compat.live_create(image=(name, kind, data))
    url = compat.live_read(chat).json()["data"]["messages"][0]["image_url"]
    assert url.startswith(f"http://{compat.host}/")
    fetched = compat.daemon.request("GET", url.removeprefix(f"http://{compat.host}"), host=compat.host)
    assert fetched.status == 200 and fetched.body == data
    assert fetched.header("x-content-type-options") == "nosniff"
    assert fetched.header("content-type").startswith("image/")


@pytest.mark.parametrize(
    "name,kind,data",
    [
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.pdf", "application/pdf", PDF),
        ("a.html", "text/html", b"<html></html>"), ("a.png", "image/png", b"<html></html>"), ("a.png", "image/png", JPEG),
        ("a.jpg", "image/png", JPEG), ("a.exe", "image/png", png()), ("a.txt", "text/plain", b"text"),
    ],
)  # fmt: skip
def test_images_that_are_refused(compat, strict, name, kind, data):
    for zen in (compat, strict):
        assert_refused(zen.live("/create", CREATE, image=(name, kind, data)), 415)


def test_images_too_large_or_too_many(daemon, compat):
    small = Brand(daemon, "small")
    assert small.live("/create", CREATE, image=("a.png", "image/png", png(size=65536))).status == 200
    assert_refused(small.live("/create", CREATE, image=("a.png", "image/png", png(size=65537))), 413)
    two = [("a.png", "image/png", png()), ("b.png", "image/png", png())]
    assert_refused(compat.live("/create", CREATE, image=two), 413)
    assert_refused(compat.live("/create", CREATE, image=("a.png", "image/png", b"")), 400)  # a broken one, not none
    assert compat.live("/create", CREATE, image=("", "application/octet-stream", b"")).status == 200  # none was chosen
    elsewhere = compat.live("/create", CREATE, image=("a.png", "image/png", png(), "picture"))
    assert elsewhere.status in (400, 415)


def test_an_image_must_be_a_file(compat, strict):
    for zen in (compat, strict):
        assert_refused(zen.live("/create", {**CREATE, "image": "https://example.com/a.png"}), 400, "image must be a file")
        assert zen.live("/create", {**CREATE, "image": ""}).status == 200
        chat = zen.live_create()
        assert_refused(zen.live("/chat", {"chat_id": chat, "email": "user@example.com", "message": "x", "image": "x"}), 400)


def test_a_message_beside_an_image(compat, strict):
    without = {key: value for key, value in CREATE.items() if key != "message"}
    image = ("a.png", "image/png", png())
    for fields in (without, {**CREATE, "message": ""}):
        assert_refused(strict.live("/create", fields, image=image), 400)
        assert compat.live("/create", fields, image=image).status == 200
        assert_refused(compat.live("/create", fields), 400)
    chat = compat.live_create()
    assert compat.live("/chat", {"chat_id": chat, "email": "user@example.com"}, image=image).status == 200


def test_signed_links(compat):
    chat = compat.live_create(image=("a.png", "image/png", png()))
    url = compat.live_read(chat).json()["data"]["messages"][0]["image_url"]
    path = url.removeprefix(f"http://{compat.host}")
    assert "exp=" in path and "sig=" in path
    bare = path.split("?")[0]
    assert compat.call("GET", bare).status == 401
    assert compat.call("GET", bare, token=SECRET).status == 200
    tampered = re.sub(r"exp=(\d)", lambda match: f"exp={(int(match[1]) + 1) % 10}", path)
    assert compat.call("GET", tampered).status in (401, 403)
    got = compat.call("GET", path)
    assert compat.call("GET", path, headers={"If-None-Match": got.header("etag")}).status == 304
    part = compat.call("GET", path, headers={"Range": "bytes=0-7"})
    assert part.status == 206 and part.body == png()[:8]
    through = compat.daemon.request(
        "GET", f"/compat/api/client/live/chat/{chat}?email=user@example.com", headers={"Authorization": f"Bearer {SECRET}"}
    )
    url = through.json()["data"]["messages"][0]["image_url"]
    assert "/compat/" in url  # rendered with the prefix it came through
    path = re.sub(r"^https?://[^/]+", "", url)
    assert compat.daemon.request("GET", path).status == 200


# Reads (compat)


def test_read(compat):
    chat = compat.live_create("Hello", email="reader@example.com")
    rows = compat.admin("GET", "/sessions?search=reader@example.com").json()["data"]
    session = rows[0]["sessionId"]
    compat.reply(session, "Hi there")
    answer = compat.live_read(chat, email="reader@example.com")
    assert answer.status == 200
    assert_same(
        answer.json(),
        {
            "status": "success",
            "message": ANY_TEXT,
            "data": {
                "chatId": chat,
                "status": "open",
                "messages": [
                    {
                        "messageId": MESSAGE_ID, "sender": "user", "senderName": ANY_TEXT, "message": "Hello",
                        "image_url": None, "createdAt": MILLISECONDS,
                    },
                    {
                        "messageId": MESSAGE_ID, "sender": "agent", "senderName": "Jane Smith", "message": "Hi there",
                        "image_url": None, "createdAt": MILLISECONDS,
                    },
                ],
            },
            "error": None,
        },
    )  # fmt: skip
    messages = answer.json()["data"]["messages"]
    rest = compat.live_read(chat, f"&after={messages[0]['messageId']}", email="reader@example.com").json()
    assert [message["message"] for message in rest["data"]["messages"]] == ["Hi there"]
    rest = compat.live_read(chat, f"&after={messages[1]['messageId']}", email="reader@example.com").json()
    assert rest["data"]["messages"] == []
    for after in ("msg-unknown", "x", "msg-" + "0" * 32, compat.live_send(compat.live_create())):
        assert_refused(compat.live_read(chat, f"&after={after}", email="reader@example.com"), 400)
    compat.status(session, status="closed")
    assert compat.live_read(chat, email="reader@example.com").json()["data"]["status"] == "closed"


def test_read_refusals(compat, strict):
    chat = compat.live_create(email="owner@example.com")
    assert_refused(compat.live_read(chat, email="owner@example.com", secret="wrong"), 401)
    assert_refused(compat.call("GET", f"/api/client/live/chat/{chat}", token=SECRET), 400)
    assert_refused(compat.live_read("chat-unknown", email="owner@example.com"), 404)
    assert_refused(compat.live_read(chat, email="other@example.com"), 403)
    assert compat.live_read(chat, email="OWNER@example.com").status == 200
    # Nothing but the document in strict.
    chat = strict.live_create()
    assert_refused(strict.live_read(chat), 404)


def test_etag_and_304(compat):
    chat = compat.live_create()
    first = compat.live_read(chat)
    tag = first.header("etag")
    assert tag
    unchanged = compat.live_read(chat, headers={"If-None-Match": tag})
    assert unchanged.status == 304 and unchanged.body == b"" and unchanged.header("etag") == tag
    compat.live_send(chat)
    changed = compat.live_read(chat, headers={"If-None-Match": tag})
    assert changed.status == 200 and changed.header("etag") != tag
    head = compat.daemon.request(
        "HEAD", f"/api/client/live/chat/{chat}?email=user@example.com", host=compat.host,
        headers={"Authorization": f"Bearer {SECRET}"},
    )  # fmt: skip
    assert head.status == 200 and head.body == b""


def test_long_poll(compat):
    chat = compat.live_create(email="poll@example.com")
    session = compat.admin("GET", "/sessions?search=poll@example.com").json()["data"][0]["sessionId"]
    last = compat.live_read(chat, email="poll@example.com").json()["data"]["messages"][-1]["messageId"]
    results = []

    def poll():
        began = time.monotonic()
        answer = compat.live_read(chat, f"&after={last}&wait=20s", email="poll@example.com", timeout=30)
        results.append((time.monotonic() - began, answer))

    thread = threading.Thread(target=poll)
    thread.start()
    time.sleep(0.4)
    assert not results
    compat.reply(session, "At last")
    thread.join(5)
    took, answer = results[0]
    assert 0.3 < took < 3
    assert [message["message"] for message in answer.json()["data"]["messages"]] == ["At last"]
    # Something new is there already: no wait.
    began = time.monotonic()
    assert compat.live_read(chat, f"&after={last}&wait=20s", email="poll@example.com").json()["data"]["messages"]
    assert time.monotonic() - began < 2
    # Nothing comes: an empty list in time.
    newest = answer.json()["data"]["messages"][-1]["messageId"]
    began = time.monotonic()
    empty = compat.live_read(chat, f"&after={newest}&wait=1s", email="poll@example.com")
    assert empty.json()["data"]["messages"] == [] and 0.8 < time.monotonic() - began < 4
    tag = compat.live_read(chat, email="poll@example.com").header("etag")
    began = time.monotonic()
    same = compat.live_read(chat, "&wait=1s", email="poll@example.com", headers={"If-None-Match": tag})
    assert same.status == 304 and 0.8 < time.monotonic() - began < 4
    for wait in ("x", "-1s", "1x"):
        assert_refused(compat.live_read(chat, f"&wait={wait}", email="poll@example.com"), 400)


def test_closing_ends_a_long_poll(compat):
    chat = compat.live_create(email="pollclose@example.com")
    session = compat.admin("GET", "/sessions?search=pollclose@example.com").json()["data"][0]["sessionId"]
    last = compat.live_read(chat, email="pollclose@example.com").json()["data"]["messages"][-1]["messageId"]
    timer = threading.Timer(0.3, lambda: compat.status(session, status="closed"))
    timer.start()
    began = time.monotonic()
    answer = compat.live_read(chat, f"&after={last}&wait=20s", email="pollclose@example.com", timeout=30)
    assert time.monotonic() - began < 5
    assert answer.json()["data"]["status"] == "closed"


# Closed chats


def test_closed_and_reopening(daemon, compat):
    for zen, status in ((compat, 409), (Brand(daemon, "reopening"), 200)):
        chat = zen.live_create(email="closing@example.com")
        session = zen.admin("GET", "/sessions?search=closing@example.com").json()["data"][0]["sessionId"]
        zen.status(session, status="closed")
        answer = zen.live("/chat", {"chat_id": chat, "email": "closing@example.com", "message": "x"})
        assert answer.status == status
    assert zen.live_read(chat, email="closing@example.com").json()["data"]["status"] == "open"


# The agents' side


def test_agents_see_it_at_once(compat, strict):
    for zen in (compat, strict):
        email = f"seen-{zen.name}@example.com"
        with zen.admin_socket() as socket:
            socket.established()
            chat = zen.live_create("First words", email=email, uuid=unique())
            created = socket.until("new_session")
            session = created["session"]["sessionId"] if "session" in created else created["sessionId"]
            zen.live_send(chat, "Second words", email=email)
            while True:
                frame = socket.until("user_message")
                if frame["message"]["content"] == "Second words":
                    break
            assert frame["sessionId"] == session
        row = zen.agents_session(email)
        assert row["sessionId"] == session and row["status"] == "pending" and row["unreadCount"] == 2
        assert row["user"]["email"] == email
        detail = zen.admin("GET", f"/sessions/{session}").json()["data"]
        assert "First words" in str(detail)


def test_additive_fields_for_agents(compat):
    compat.live_create(email="additive@example.com")
    row = compat.agents_session("additive@example.com")
    text = str(row)
    assert "supportzen-live" in text and "shared-secret" in text and row["department"]


def test_account_facts_are_kept(compat):
    compat.live("/create", {**CREATE, "uuid": unique(), "email": "facts@example.com", "name": "Premium Plan", "plan_id": "5", "created_at": "1679223400"})
    row = compat.agents_session("facts@example.com")
    assert row["user"]["name"] == "Premium Plan"
    assert not row["startedAt"].startswith("2023")  # created_at is the account's age, never the message's time


# HTTP around it


def test_unknown_paths_and_methods(zen):
    for path in ("/api/client/live", "/api/client/live/creat", "/api/client/live/create/", "/api/client/live/create/x"):
        assert_refused(zen.call("POST", path, b"{}", token=SECRET), 404)
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = zen.call(method, "/api/client/live/create", token=SECRET)
        assert_refused(answer, 405)
        assert "POST" in answer.header("allow")
    options = zen.call("OPTIONS", "/api/client/live/create")
    assert options.status in (200, 204) and "POST" in options.header("allow")


def test_no_cors_headers(daemon, compat, strict):
    for zen in (compat, strict):
        answer = zen.live("/create", CREATE, headers={"Origin": "https://app.example"})
        assert answer.status == 200
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
        preflight = zen.call(
            "OPTIONS", "/api/client/live/create",
            headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST"},
        )  # fmt: skip
        assert not [name for name, _ in preflight.headers if name.lower().startswith("access-control")]
    assert_refused(Brand(daemon, "hardened").live("/create", CREATE, headers={"Origin": "https://app.example"}), 403)


def test_preflight_of_shared_paths_is_the_clients(daemon):
    both = Brand(daemon, "both")
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    for path in ("/api/client/live/create", "/api/client/live/chat"):
        preflight = both.call("OPTIONS", path, headers=headers)
        assert preflight.status in (200, 204)
        assert preflight.header("access-control-allow-origin") == "https://app.example"
        assert "authorization" in preflight.header("access-control-allow-headers").lower()
        assert "POST" in preflight.header("access-control-allow-methods")
        foreign = both.call("OPTIONS", path, headers={**headers, "Origin": "https://evil.example"})
        assert foreign.header("access-control-allow-origin") is None
    answer = both.live("/create", CREATE, headers={"Origin": "https://app.example"})
    assert answer.status == 200 and answer.header("access-control-allow-origin") is None
    body = {"email": "cors@example.com", "created_at": 1, "message": "x"}
    answer = both.client("/live/create", body, headers={"Origin": "https://app.example"})
    assert answer.status == 200 and answer.header("access-control-allow-origin") == "https://app.example"


def test_an_origin_warns_once(daemon):
    twin = Brand(daemon, "twin")

    def warnings():
        return [line for line in daemon.log().splitlines() if "rigin" in line and "twin" in line]

    before = len(warnings())
    for _ in range(3):
        twin.live("/create", CREATE, headers={"Origin": "https://app.example"})
    eventually(lambda: len(warnings()) > before)
    assert len(warnings()) == before + 1


def test_rate_limit(daemon):
    limited = Brand(daemon, "limited")
    answers = [limited.live("/create", CREATE, headers={"X-Forwarded-For": "10.1.2.3"}) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert_refused(answers[3], 429, code="rate-limited")
    assert int(answers[3].header("retry-after")) > 0
    assert any(name.lower().startswith("ratelimit") for name, _ in answers[3].headers)
    assert limited.live("/create", CREATE, headers={"X-Forwarded-For": "10.1.2.4"}).status == 200


def test_idempotency(compat, strict):
    fields = {**CREATE, "uuid": unique()}
    key = {"Idempotency-Key": unique("key")}
    image = ("a.png", "image/png", png())
    first = compat.live("/create", fields, image=image, headers=key)
    again = compat.live("/create", fields, image=image, headers=key)
    assert first.status == again.status == 200 and first.body == again.body
    assert first.header("idempotent-replayed") is None and again.header("idempotent-replayed") == "true"
    other = compat.live("/create", {**fields, "message": "other"}, image=image, headers=key)
    assert_refused(other, 422, code="idempotency-mismatch")
    assert_refused(compat.live("/create", fields, image=("a.png", "image/png", png(5, 5)), headers=key), 422)
    chat = first.json()["data"]["chatId"]
    send = {"chat_id": chat, "email": "user@example.com", "message": "once"}
    sent = [compat.live("/chat", send, headers=key) for _ in range(2)]
    assert sent[0].status == 200 and sent[0].body == sent[1].body  # a key belongs to its route
    assert [message["message"] for message in compat.live_read(chat).json()["data"]["messages"]] == ["Hi", "once"]
    ids = {strict.live("/create", fields, headers=key).json()["data"]["chatId"] for _ in range(2)}
    assert len(ids) == 2  # strict does not look


def test_the_shared_host_tells_them_apart(daemon):
    both = Brand(daemon, "both")
    email = "apart@example.com"
    live = both.live_create(email=email)
    chat = both.client_create(email)
    # Each reaches its own only.
    assert_refused(both.live("/chat", {"chat_id": chat, "email": email, "message": "x"}), 404)
    assert_refused(both.client("/live/chat", {"chat_id": live, "email": email, "message": "x"}), 404)
    assert both.live_read(live, email=email).status == 200 and both.client_read(email, chat).status == 200
    assert_refused(both.live_read(chat, email=email), 404)
    assert_refused(both.client_read(email, live), 404)
    # Neither: 401 first, whatever else is wrong.
    for token in (None, "wrong", "g" * 64, "a" * 63, "a" * 65):
        assert_refused(both.call("POST", "/api/client/live/create", b"{nonsense", token=token), 401)
        assert_refused(both.call("POST", "/api/client/ticket/create", b"{nonsense", token=token), 401)
        assert_refused(both.live("/create", {}, secret=token), 401)
    # A digest with a multipart body is the client's (compat takes forms), a secret with JSON is live's: 415.
    assert_refused(both.call("POST", "/api/client/live/create", {"email": email}, token=SECRET), 415)
    assert both.live("/create", {**CREATE, "email": email}, secret=digest(email)).status == 200
    # Tickets are the client's alone.
    assert both.call("POST", "/api/client/ticket/create", {"email": email}, token=SECRET).status in (401, 404)
