"""LocalPro's guests over REST: session ids, tokens, messages and their pages, end, rating, typing."""

import json

import pytest

from golden import parse_time
from harness import Form, together
from images import png
from localpro import LocalPro, assert_error, tenant, unique

TENANTS = {
    "strict": tenant("strict", mode="strict"),
    "compat": tenant("compat"),
    "required": tenant("required", dialect="session_auth: required"),
    "open": tenant("open", dialect="session_auth: open"),
    "reopening": tenant("reopening", dialect="on_closed: reopen"),
}

ENDPOINTS = [
    ("GET", "/sessions/{}", None),
    ("POST", "/sessions/{}/messages", {"content": "x"}),
    ("GET", "/sessions/{}/messages", None),
    ("PATCH", "/sessions/{}/end", None),
    ("POST", "/sessions/{}/rate", {"score": 5}),
    ("POST", "/sessions/{}/typing", {"isTyping": True}),
]


def body(session, name="John Doe", email="john@example.com", **more):
    return {"sessionId": session, "user": {"name": name, "email": email}, **more}


# Session ids


@pytest.mark.parametrize("session", ["a" * 8, "Z" * 128, "abc_DEF-123", "--------", "________"])
def test_id_that_may_be(compat, session):
    assert compat.guest("POST", "/sessions", body(session)).status == 201


@pytest.mark.parametrize(
    "session",
    [
        "",
        "a" * 7,
        "a" * 129,
        "has space",
        "dot.dot.dot",
        "slash/slash",
        "ümlaut-ü-ü",
        "null\0null",
        12345678,
        [],
        {},
        True,
    ],
)
def test_id_that_may_not_be(compat, session):
    assert_error(compat.guest("POST", "/sessions", body(session)), 400, names="sessionId")


def test_absent_id(compat, strict):
    request = {"user": {"name": "John", "email": "john@example.com"}}
    answer = compat.guest("POST", "/sessions", request)
    assert answer.status == 201
    session = answer.json()["data"]["session"]["sessionId"]
    assert 8 <= len(session) <= 128 and all(c.isalnum() or c in "-_" for c in session)
    assert compat.guest("GET", f"/sessions/{session}").status == 200
    assert_error(strict.guest("POST", "/sessions", request), 400, names="sessionId")


def test_repeated_create_is_the_same_session(compat):
    session = compat.create(email="John@Example.com")
    compat.send(session)
    first = compat.guest("GET", f"/sessions/{session}").json()["data"]
    for email in ["John@Example.com", "john@example.com", "JOHN@EXAMPLE.COM"]:
        again = compat.guest("POST", "/sessions", body(session, email=email))
        assert again.status == 200, again
        data = again.json()["data"]
        assert list(again.json()) == ["success", "message", "data"]
        assert data["session"]["sessionId"] == session
        assert data["session"]["startedAt"] == first["startedAt"]
        assert data["session"]["messageCount"] == 2
        assert data["welcomeMessage"]["content"].startswith("Welcome John Doe!")
    assert compat.messages(session)["total"] == 2


def test_other_email_is_refused(compat, strict):
    for chat in (compat, strict):
        session = chat.create()
        answer = chat.guest("POST", "/sessions", body(session, email="mary@example.com"))
        assert_error(answer, 400, "Session already exists")


def test_look_alikes_are_other_emails(compat):
    session = compat.create(email="kate@example.com")
    answer = compat.guest("POST", "/sessions", body(session, email="\u212aate@example.com"))  # the Kelvin sign
    assert_error(answer, 400, "Session already exists")


def test_first_writer_wins(compat):
    session = unique()

    def create(index):
        return compat.guest("POST", "/sessions", body(session, email=f"user{index % 4}@example.com"))

    answers = together(16, create)
    winners = [answer for answer in answers if answer.status in (200, 201)]
    assert sum(answer.status == 201 for answer in answers) == 1
    assert len({answer.json()["data"]["session"]["user"]["email"] for answer in winners}) == 1
    for answer in answers:
        if answer.status not in (200, 201):
            assert_error(answer, 400, "Session already exists")
    assert compat.messages(session)["total"] == 1


def test_deleted_id_stays_unusable(compat):
    session = compat.create()
    assert compat.admin("DELETE", f"/sessions/{session}").status == 200
    assert_error(compat.guest("POST", "/sessions", body(session)), 400)
    for method, path, content in ENDPOINTS:
        answer = compat.guest(method, path.format(session), content)
        assert_error(answer, 404, "Session not found")


@pytest.mark.parametrize("method,path,content", ENDPOINTS)
def test_unknown_session(compat, method, path, content):
    assert_error(compat.guest(method, path.format(unique()), content), 404, "Session not found")


def test_ids_are_percent_decoded_once(compat):
    session = compat.create("session-percent-1")
    assert compat.guest("GET", "/sessions/session%2Dpercent%2d1").json()["data"]["sessionId"] == session
    assert_error(compat.guest("GET", "/sessions/session%252Dpercent%252d1"), 404, "Session not found")
    assert compat.guest("GET", "/sessions/session-percent-1%2Fmessages").status == 404
    for bad in ["%", "%2", "%zz", "%G1"]:
        assert compat.guest("GET", f"/sessions/session-percent-1{bad}").status == 400
    assert compat.guest("GET", "/sessions/" + "%FF%FE" * 5).status in (400, 404)
    assert compat.guest("GET", "/sessions/" + "a" * 300).status in (400, 404)


@pytest.mark.parametrize(
    "user",
    [
        "John", [], 5, {"name": 5, "email": "john@example.com"}, {"name": "John", "email": 5},
        {"name": "John", "email": ["john@example.com"]}, {"name": "  ", "email": "john@example.com"},
        {"name": None, "email": None},
    ],
)  # fmt: skip
def test_bad_user(compat, user):
    assert_error(compat.guest("POST", "/sessions", {"sessionId": unique(), "user": user}), 400)


def test_contact_and_origin_are_for_agents(compat):
    session = unique()
    request = body(session, phone="+1", pageUrl="https://example.com/a", referrer="https://search.example/")
    request["user"]["phone"] = "+1234567890"
    compat.guest(
        "POST", "/sessions", request, headers={"User-Agent": "Mozilla/5.0...", "Referer": "https://r.example/"}
    )
    assert compat.admin("POST", f"/sessions/{session}/notes", {"content": "secret note"}).status == 201
    seen = compat.guest("GET", f"/sessions/{session}").body + compat.guest("GET", f"/sessions/{session}/messages").body
    for hidden in [b"secret note", b"notes", b"Mozilla", b"127.0.0.1", b"ipAddress", b"userAgent"]:
        assert hidden not in seen
    user = compat.admin("GET", f"/sessions/{session}").json()["data"]["session"]["user"]
    assert user["phone"] == "+1234567890"
    assert user["metadata"]["userAgent"] == "Mozilla/5.0..."
    assert user["metadata"]["ipAddress"] == "127.0.0.1"
    assert user["metadata"]["pageUrl"] == "https://example.com/a"


# The session's token


def test_token_only_outside_strict(compat, strict):
    assert isinstance(compat.guest("POST", "/sessions", body(unique())).json()["data"]["sessionToken"], str)
    assert "sessionToken" not in strict.guest("POST", "/sessions", body(unique())).json()["data"]


@pytest.mark.parametrize("method,path,content", ENDPOINTS)
def test_guard(compat, method, path, content):
    session = compat.create()
    token = compat.token(session)
    assert compat.guest(method, path.format(session), content).status in (200, 201)  # not used yet
    assert compat.guest("GET", f"/sessions/{session}", token="not-the-token").status in (200, 401)
    assert compat.guest("GET", f"/sessions/{session}", token=token).status == 200  # from here on it is required
    assert_error(compat.guest(method, path.format(session), content), 401, "No token, authorization denied")
    assert_error(compat.guest(method, path.format(session), content, token="not-the-token"), 401, "No token, authorization denied")
    other = compat.create()
    assert_error(compat.guest(method, path.format(session), content, token=compat.token(other)), 401, "No token, authorization denied")
    assert compat.guest(method, path.format(session), content, token=token).status in (200, 201, 400)


def test_a_retried_creation_has_the_original_answer(compat):
    key = {"Idempotency-Key": unique("key")}
    session = unique()
    request = body(session)
    first = compat.guest("POST", "/sessions", request, headers=key)
    compat.send(session)
    compat.reply(session)
    compat.status(session, status="closed", priority="high", tags=["x"])
    again = compat.guest("POST", "/sessions", request, headers=key)
    assert again.header("Idempotent-Replayed") == "true"
    assert again.status == first.status and again.json() == first.json()


def test_guard_and_retries(compat):
    session = compat.create()
    token = compat.token(session)
    key = {"Idempotency-Key": unique("key")}
    first = compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=key)
    assert first.status == 201
    compat.reply(session)
    again = compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=key)
    # The original answer, whoever has read the message since.
    assert again.header("Idempotent-Replayed") == "true" and again.json() == first.json()
    assert compat.guest("GET", f"/sessions/{session}", token=token).status == 200
    assert compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=key).status == 401
    proven = compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}, headers=key, token=token)
    assert proven.header("Idempotent-Replayed") == "true" and proven.json() == first.json()
    assert compat.messages(session, token=token)["total"] == 3


def test_guard_closes_what_is_open_without_the_token(compat):
    for first_use in ("get", "socket", "upload"):
        session = compat.create()
        token = compat.token(session)
        stranger, agent = compat.guest_socket(session).established(), compat.admin_socket().established()
        if first_use == "get":
            assert compat.guest("GET", f"/sessions/{session}", token=token).status == 200
        elif first_use == "socket":
            compat.guest_socket(session, f"&token={token}").established().close()
        else:
            form = Form().text("sessionId", session).file("files", "a.png", "image/png", png())
            assert compat.guest("POST", "/upload", form, token=token).status == 200
        assert stranger.closed() == 4401
        assert agent.pending() == []
        agent.close()


def test_guard_on_the_socket(compat):
    session = compat.create()
    token = compat.token(session)
    with compat.guest_socket(session) as socket:
        socket.established()
    with compat.guest_socket(session, f"&token={token}") as socket:
        socket.established()
    assert_error(compat.guest("GET", f"/sessions/{session}"), 401)
    with compat.guest_socket(session) as socket:
        assert socket.closed() == 4401
    with compat.guest_socket(session, "&token=wrong") as socket:
        assert socket.closed() == 4401
    with compat.guest_socket(session, headers={"Authorization": f"Bearer {token}"}) as socket:
        socket.established()
    with compat.guest_socket(session, protocols=["bearer", token]) as socket:
        socket.established()
        assert socket.socket.subprotocol == "bearer"


def test_token_is_handed_out_again_until_used(compat):
    session = compat.create()
    first = compat.token(session)
    assert compat.token(session) == first
    assert compat.guest("GET", f"/sessions/{session}", token=first).status == 200
    again = compat.guest("POST", "/sessions", body(session))
    assert again.status in (200, 401)
    assert "sessionToken" not in again.json().get("data", {})


def test_agents_need_no_session_token(compat):
    session = compat.create()
    compat.guest("GET", f"/sessions/{session}", token=compat.token(session))
    assert compat.admin("GET", f"/sessions/{session}").status == 200
    assert compat.reply(session)


def test_required(daemon):
    chat = LocalPro(daemon, "required")
    created = chat.guest("POST", "/sessions", body(session := unique()))
    token = created.json()["data"]["sessionToken"]
    for method, path, content in ENDPOINTS:
        assert_error(chat.guest(method, path.format(session), content), 401, "No token, authorization denied")
    with chat.guest_socket(session) as socket:
        assert socket.closed() == 4401
    assert chat.guest("GET", f"/sessions/{session}", token=token).status == 200
    assert_error(chat.guest("GET", f"/sessions/{unique()}"), 404)


def test_open(daemon):
    chat = LocalPro(daemon, "open")
    session = chat.create()
    chat.guest("GET", f"/sessions/{session}", headers={"Authorization": "Bearer whatever"})
    assert chat.guest("GET", f"/sessions/{session}").status == 200


# Messages


@pytest.mark.parametrize("content", [None, "", 5, [], {}, True, "   ", "\n\t"])
def test_bad_content(compat, content):
    session = compat.create()
    request = {} if content is None else {"content": content}
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", request), 400, names="content")
    assert compat.messages(session)["total"] == 1


@pytest.mark.parametrize(
    "text", ["ü€😀", '\\ " / \b\f\n\r\t', "\u0000", "\u2028\u2029", "<script>", "a\u0301", "\U0010ffff"]
)
def test_text_comes_back_as_it_was(compat, text):
    session = compat.create()
    text = f"x{text}x"
    assert compat.send(session, text)["content"] == text
    assert compat.messages(session)["data"][1]["content"] == text


def test_counts_and_order(compat):
    session = compat.create()
    for index in range(3):
        compat.send(session, f"user {index}")
    compat.reply(session, "agent")
    page = compat.messages(session)
    assert (page["count"], page["total"], page["page"], page["pages"]) == (5, 5, 1, 1)
    assert [message["type"] for message in page["data"]] == ["system", "user", "user", "user", "agent"]
    assert len({message["_id"] for message in page["data"]}) == 5
    times = [parse_time(message["createdAt"]) for message in page["data"]]
    assert times == sorted(times)
    assert compat.guest("GET", f"/sessions/{session}").json()["data"]["messageCount"] == 5


@pytest.fixture(scope="module")
def long(daemon):
    chat = LocalPro(daemon, "compat")
    session = chat.create()
    for index in range(119):
        chat.send(session, f"message {index}")
    return chat, session


@pytest.mark.parametrize(
    "query,count,page,pages,first",
    [
        ("", 50, 1, 3, "Welcome"),
        ("?page=2", 50, 2, 3, "message 49"),
        ("?page=3", 20, 3, 3, "message 99"),
        ("?limit=100", 100, 1, 2, "Welcome"),
        ("?limit=101", 100, 1, 2, "Welcome"),
        ("?limit=999999", 100, 1, 2, "Welcome"),
        ("?limit=7&page=18", 1, 18, 18, "message 118"),
        ("?limit=1&page=120", 1, 120, 120, "message 118"),
        ("?page=4", 0, 4, 3, None),
        ("?page=999999999", 0, 999999999, 3, None),
    ],
)
def test_pages(long, query, count, page, pages, first):
    chat, session = long
    got = chat.messages(session, query)
    assert (got["count"], got["total"], got["page"], got["pages"]) == (count, 120, page, pages)
    assert len(got["data"]) == count
    if first:
        assert got["data"][0]["content"].startswith(first)


@pytest.mark.parametrize("value", ["0", "-1", "abc", "1.5", "", "1e3", "+1", "%201", "0x10", "9" * 30, "NaN"])
@pytest.mark.parametrize("name", ["page", "limit"])
def test_bad_paging(long, name, value):
    chat, session = long
    answer = chat.guest("GET", f"/sessions/{session}/messages?{name}={value}")
    if value in ("", "+1", "9" * 30):
        # An empty value, a plus sign (a space in a form) and a number beyond all pages: refused or understood.
        assert answer.status in (200, 400)
    else:
        assert_error(answer, 400, names=name)


def test_descending(long):
    chat, session = long
    page = chat.messages(session, "?order=desc&limit=3")
    assert [message["content"] for message in page["data"]] == ["message 118", "message 117", "message 116"]
    last = chat.messages(session, "?order=desc&limit=50&page=3")
    assert last["data"][-1]["content"].startswith("Welcome") and last["count"] == 20
    assert_error(chat.guest("GET", f"/sessions/{session}/messages?order=sideways"), 400, names="order")


def test_after(long):
    chat, session = long
    all_messages = chat.messages(session, "?limit=100")["data"] + chat.messages(session, "?limit=100&page=2")["data"]
    got = chat.messages(session, f"?after={all_messages[99]['_id']}")
    assert [message["_id"] for message in got["data"]] == [message["_id"] for message in all_messages[100:]]
    assert chat.messages(session, f"?after={all_messages[-1]['_id']}")["data"] == []
    for unknown in ["f" * 24, "nonsense", chat.send(chat.create())["_id"]]:
        assert_error(chat.guest("GET", f"/sessions/{session}/messages?after={unknown}"), 400, names="after")


# End and rating


def test_end_twice_answers_the_same(compat):
    session = compat.create()
    first = compat.guest("PATCH", f"/sessions/{session}/end", {"rating": 3}).json()["data"]
    again = compat.guest("PATCH", f"/sessions/{session}/end")
    assert again.status == 200 and again.json()["data"] == first
    assert compat.admin("GET", f"/sessions/{session}").json()["data"]["session"]["rating"]["score"] == 3


@pytest.mark.parametrize("rating", [0, 6, -1, 4.5, "5", True, [], {}, 10**20])
def test_bad_rating_ends_nothing(compat, rating):
    session = compat.create()
    assert_error(compat.guest("PATCH", f"/sessions/{session}/end", {"rating": rating}), 400, names="rating")
    assert compat.guest("GET", f"/sessions/{session}").json()["data"]["status"] == "pending"
    assert_error(compat.guest("POST", f"/sessions/{session}/rate", {"score": rating}), 400, names="score")


def test_rate_needs_a_score(compat):
    session = compat.create()
    for request in [{}, {"feedback": "good"}, {"rating": 5}]:
        assert_error(compat.guest("POST", f"/sessions/{session}/rate", request), 400, names="score")
    assert_error(compat.guest("POST", f"/sessions/{session}/rate", {"score": 5, "feedback": 5}), 400, names="feedback")


def test_last_rating_wins_even_after_the_end(compat):
    session = compat.create()
    compat.guest("PATCH", f"/sessions/{session}/end", {"rating": 1, "feedback": "slow"})
    for score in range(1, 6):
        answer = compat.guest("POST", f"/sessions/{session}/rate", {"score": score, "feedback": f"now {score}"})
        assert answer.status == 200
        assert answer.json()["data"]["rating"]["score"] == score
    rating = compat.admin("GET", f"/sessions/{session}").json()["data"]["session"]["rating"]
    assert (rating["score"], rating["feedback"]) == (5, "now 5")


def test_closed_takes_no_messages(compat):
    session = compat.create()
    compat.guest("PATCH", f"/sessions/{session}/end")
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}), 400)
    assert_error(compat.admin("POST", f"/sessions/{session}/reply", {"content": "x"}), 400)
    assert compat.messages(session)["total"] == 1


def test_closed_reopens_where_the_operator_wants_it(daemon):
    chat = LocalPro(daemon, "reopening")
    session = chat.create()
    chat.guest("PATCH", f"/sessions/{session}/end")
    chat.send(session, "once more")
    assert chat.guest("GET", f"/sessions/{session}").json()["data"]["status"] in ("active", "pending")


def test_archived(compat):
    session = compat.create()
    assert compat.status(session, status="archived").status == 200
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}), 400)
    assert_error(compat.admin("POST", f"/sessions/{session}/reply", {"content": "x"}), 400)
    assert compat.guest("PATCH", f"/sessions/{session}/end").status == 200
    assert compat.guest("GET", f"/sessions/{session}").json()["data"]["status"] == "archived"


# Typing


@pytest.mark.parametrize("request_body", [{}, {"isTyping": "true"}, {"isTyping": 1}, {"isTyping": None}, []])
def test_bad_typing(compat, request_body):
    session = compat.create()
    assert_error(compat.guest("POST", f"/sessions/{session}/typing", request_body), 400)


def test_typing_stores_nothing(compat):
    session = compat.create()
    before = compat.admin("GET", f"/sessions/{session}").json()
    for value in (True, False):
        assert compat.guest("POST", f"/sessions/{session}/typing", {"isTyping": value}).status == 200
    assert compat.admin("GET", f"/sessions/{session}").json() == before


# Counts


def test_unread_follows_the_agents_watermark(compat):
    session = compat.create()
    assert compat.listed(session)["unreadCount"] == 0
    for _ in range(3):
        compat.send(session)
    assert compat.listed(session)["unreadCount"] == 3
    assert not any(message["isRead"] for message in compat.messages(session)["data"] if message["type"] == "user")
    compat.admin("GET", f"/sessions/{session}")
    assert compat.listed(session)["unreadCount"] == 0
    compat.send(session)
    assert compat.listed(session)["unreadCount"] == 1
    compat.reply(session)
    assert compat.listed(session)["unreadCount"] == 0
    assert all(message["isRead"] for message in compat.messages(session)["data"] if message["type"] == "user")


def test_guests_cannot_use_admin_paths_with_a_session_token(compat):
    session = compat.create()
    token = compat.token(session)
    for path in ("/sessions", f"/sessions/{session}", "/analytics"):
        assert compat.admin("GET", path, token=token).status == 401


def test_the_database_holds_what_was_answered(daemon, compat):
    session = compat.create()
    message = compat.send(session, "kept in the database, word by word")
    with daemon.database("compat") as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert tables
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert json.loads(json.dumps(message))["content"] == "kept in the database, word by word"
