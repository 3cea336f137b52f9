"""rooms over REST: every endpoint, error and auth mode of its document."""

import re

import pytest

from brands import CHAT_MODULE, LOCALPRO, PLUGINS, ROOMS, SECONDS, Brand, assert_same, brand, check
from localpro import ADMIN, JWT_KEY, SUPPORT, agent_jwt, unique

JWT = f"{{ policy: jwt, algorithm: HS256, key: {JWT_KEY}, subject_claim: sub, role_claim: role }}"
OPEN = "rooms:\n  auth: [{ policy: none }]\n"
ADMIN_ONLY = f"rooms:\n  auth: [{{ policy: admin-only }}, {{ policy: agent-token }}, {JWT}]\n"
SECURED = f"rooms:\n  auth: [{{ policy: secured }}, {{ policy: agent-token }}, {JWT}]\n"

TENANTS = {
    "strict": brand("strict", OPEN, mode="strict"),
    "compat": brand("compat", ROOMS, LOCALPRO),
    "listing": brand("listing", OPEN, mode="strict"),
    "adminonly": brand("adminonly", ADMIN_ONLY),
    "secured": brand("secured", SECURED),
    "limited": brand("limited", OPEN, limits="{ guest_write: 3/15m }"),
    "mounted": brand("mounted", OPEN + "  mount: /rooms\n", CHAT_MODULE),
}
# The document's base URL.
BASE = "/api/chat"


@pytest.fixture(scope="module")
def compat(daemon):
    return Brand(daemon, "compat")


@pytest.fixture(scope="module")
def strict(daemon):
    return Brand(daemon, "strict")


@pytest.fixture(params=["strict", "compat"])
def rooms(request, daemon):
    return Brand(daemon, request.param)


def call(rooms: Brand, method: str, path: str, body=None, **more):
    return rooms.call(method, BASE + path, body, **more)


def initialize(rooms: Brand, client: str | None = None, **more) -> str:
    client = client or unique("user")
    answer = call(rooms, "POST", "/initialize", {"clientId": client}, **more)
    assert answer.status == 200, answer
    return client


def send(rooms: Brand, client: str, text: str, sender="client", token=None) -> None:
    """Sends the way the document has it: over Socket.IO, by long-polling."""
    from socket_io import Polling

    with Polling(rooms, token=token) as polling:
        answer = polling.ask("send-message", {"clientId": client, "message": text, "sender": sender})
        assert answer["ok"] is True, answer


def assert_refused(answer, status: int, *, exact: bool) -> None:
    assert answer.status == status, answer
    body = answer.json()
    assert isinstance(body["message"], str) and body["message"], answer
    if exact:
        assert list(body) == ["message"], answer


def test_initialize(rooms):
    client = unique("user")
    answer = call(rooms, "POST", "/initialize", {"clientId": client})
    assert answer.status == 200 and answer.header("content-type").startswith("application/json")
    assert_same(answer.json(), {"session": {"clientId": client, "status": "active"}, "messages": []}, exact=rooms.name == "strict")
    # Creates or retrieves.
    send(rooms, client, "Hello")
    again = call(rooms, "POST", "/initialize", {"clientId": client}).json()
    expected = {"session": {"clientId": client, "status": "active"}, "messages": [{"message": "Hello", "sender": "client", "createdAt": SECONDS}]}
    assert_same(again, expected, exact=rooms.name == "strict")


def test_the_documents_client_id(rooms):
    for _ in range(2):
        answer = call(rooms, "POST", "/initialize", b'{\n    "clientId": "user123"\n}\n')
        assert answer.status == 200 and answer.json()["session"] == {"clientId": "user123", "status": "active"}


@pytest.mark.parametrize("body", [{}, {"clientId": ""}, {"clientId": None}, {"clientId": 5}, {"clientId": ["x"]}, {"clientId": "x" * 257}, [], b"", b"nonsense", b"{", b'"user123"'])
def test_initialize_refusals(rooms, body):
    assert_refused(call(rooms, "POST", "/initialize", body), 400, exact=rooms.name == "strict")


def test_client_ids_that_no_path_can_name(rooms):
    assert call(rooms, "POST", "/initialize", {"clientId": "a\0b"}).status == 400
    for path in ("/history/a%00b", "/history/%ff", "/history/%zz"):
        answer = call(rooms, "GET", path)
        assert answer.status == 400 and answer.json()["message"], answer


def test_unusual_client_ids(rooms):
    for client in ("a b", "ü€", "../x", "a/b", "x" * 256, "100%", "a+b", "sessions"):
        from urllib.parse import quote

        initialize(rooms, client)
        answer = call(rooms, "GET", "/history/" + quote(client, safe=""))
        assert answer.status == 200 and answer.json()["total"] == 0
        assert call(rooms, "PUT", "/close/" + quote(client, safe="")).status == 200


def test_history(rooms):
    client = initialize(rooms)
    from socket_io import Polling

    with Polling(rooms) as polling:
        for index in range(120):
            sender = "client" if index % 2 == 0 else "admin"
            assert polling.ask("send-message", {"clientId": client, "message": f"m{index}", "sender": sender})["ok"]

    def page(query=""):
        answer = call(rooms, "GET", f"/history/{client}{query}")
        assert answer.status == 200, answer
        return answer.json()

    first = page()
    assert list(first) == ["messages", "total", "page", "totalPages"]
    assert first["total"] == 120 and first["page"] == 1 and first["totalPages"] == 3 and len(first["messages"]) == 50
    assert_same(first["messages"][0], {"message": "m0", "sender": "client", "createdAt": SECONDS}, exact=rooms.name == "strict")
    assert_same(first["messages"][1], {"message": "m1", "sender": "admin", "createdAt": SECONDS}, exact=rooms.name == "strict")
    texts = [message["message"] for number in (1, 2, 3) for message in page(f"?page={number}&limit=50")["messages"]]
    assert texts == [f"m{index}" for index in range(120)]  # ascending, page 1 oldest
    assert page("?page=4")["messages"] == []
    assert page("?limit=7")["totalPages"] == 18
    assert len(page("?limit=100")["messages"]) == len(page("?limit=5000")["messages"]) == 100
    # initialize: the last 50, ascending.
    latest = call(rooms, "POST", "/initialize", {"clientId": client}).json()["messages"]
    assert [message["message"] for message in latest] == [f"m{index}" for index in range(70, 120)]


def test_history_of_nobody(rooms):
    answer = call(rooms, "GET", f"/history/{unique()}?page=3")
    assert answer.status == 200
    assert_same(answer.json(), {"messages": [], "total": 0, "page": 3, "totalPages": 0})


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "limit=0", "limit=x", "limit=-1", "page=1.5"])
def test_bad_paging(rooms, query):
    assert_refused(call(rooms, "GET", f"/history/{initialize(rooms)}?{query}"), 400, exact=rooms.name == "strict")


def test_sessions(daemon):
    rooms = Brand(daemon, "listing")
    assert call(rooms, "GET", "/sessions").json() == []
    clients = [initialize(rooms, f"user{index}") for index in range(4)]
    send(rooms, clients[0], "Hello")
    call(rooms, "PUT", f"/close/{clients[2]}")
    answer = call(rooms, "GET", "/sessions")
    assert answer.status == 200
    expected = [
        {"clientId": "user0", "status": "active", "lastMessage": {"message": "Hello", "createdAt": SECONDS}},
        {"clientId": "user3", "status": "active", "lastMessage": None},
        {"clientId": "user1", "status": "active", "lastMessage": None},
    ]
    assert_same(answer.json(), expected)  # active only, newest activity first
    send(rooms, clients[1], "Newer", sender="admin")
    assert [row["clientId"] for row in call(rooms, "GET", "/sessions").json()] == ["user1", "user0", "user3"]
    initialize(rooms, "user2")
    assert {row["clientId"] for row in call(rooms, "GET", "/sessions").json()} == set(clients)


def test_read(rooms):
    client = initialize(rooms)
    send(rooms, client, "from the client")
    send(rooms, client, "from the admin", sender="admin")
    for sender in ("admin", "client"):
        answer = call(rooms, "PUT", f"/read/{client}", {"sender": sender})
        assert answer.status == 200
        assert_same(answer.json(), {"message": "Messages marked as read"}, exact=rooms.name == "strict")
    assert call(rooms, "PUT", f"/read/{unique()}", {"sender": "admin"}).json()["message"] == "Messages marked as read"
    for body in ({}, {"sender": "nobody"}, {"sender": 1}, {"sender": None}, {"sender": "Admin"}, b"", b"[]"):
        assert_refused(call(rooms, "PUT", f"/read/{client}", body), 400, exact=rooms.name == "strict")


def test_reading_is_of_the_other_side(compat):
    client = initialize(compat)
    send(compat, client, "one")
    send(compat, client, "two", sender="admin")  # has read one by it

    def read():
        return [message["read"] for message in call(compat, "GET", f"/history/{client}").json()["messages"]]

    assert read() == [True, False]
    call(compat, "PUT", f"/read/{client}", {"sender": "admin"})
    assert read() == [True, False]
    call(compat, "PUT", f"/read/{client}", {"sender": "client"})
    assert read() == [True, True]
    send(compat, client, "three")
    unread = {row["clientId"]: row["unread"] for row in call(compat, "GET", "/sessions").json()}
    assert unread[client] == 1
    call(compat, "PUT", f"/read/{client}", {"sender": "admin"})
    unread = {row["clientId"]: row["unread"] for row in call(compat, "GET", "/sessions").json()}
    assert unread[client] == 0


def test_close(rooms):
    client = initialize(rooms)
    send(rooms, client, "before")
    for _ in range(2):  # closing twice is 200
        answer = call(rooms, "PUT", f"/close/{client}")
        assert answer.status == 200
        assert_same(answer.json(), {"message": "Session closed successfully"}, exact=rooms.name == "strict")
    answer = call(rooms, "PUT", f"/close/{unique()}")
    assert_refused(answer, 404, exact=rooms.name == "strict")
    assert answer.json()["message"] == "Session not found"
    assert client not in {row["clientId"] for row in call(rooms, "GET", "/sessions").json()}
    # initialize after close makes it active again with its history; so does a message.
    again = call(rooms, "POST", "/initialize", {"clientId": client}).json()
    assert again["session"]["status"] == "active" and again["messages"][0]["message"] == "before"
    call(rooms, "PUT", f"/close/{client}")
    send(rooms, client, "after")
    assert client in {row["clientId"] for row in call(rooms, "GET", "/sessions").json()}


def test_methods_and_paths(rooms):
    exact = rooms.name == "strict"
    for method, path, allowed in [("GET", "/initialize", "POST"), ("POST", "/sessions", "GET"), ("PUT", "/history/x", "GET"), ("GET", "/close/x", "PUT")]:
        answer = call(rooms, method, path)
        assert_refused(answer, 405, exact=exact)
        assert allowed in answer.header("allow")
    for path in ("/nothing", "/history", "/history/", "/history/a/b"):
        assert call(rooms, "GET", path).status in (400, 404)
    assert call(rooms, "HEAD", "/sessions").status == 200


def test_extensions_are_additive(compat, strict):
    client = initialize(compat)
    send(compat, client, "x")
    message = call(compat, "GET", f"/history/{client}").json()["messages"][0]
    assert re.fullmatch("[0-9a-f]{24}", message["_id"]) and message["read"] is False
    body = call(compat, "PUT", f"/close/{unique()}").json()
    assert {"message", "code", "requestId"} <= set(body)


def test_idempotent_initialize(compat):
    key = {"Idempotency-Key": unique("key")}
    client = unique()
    first, again = (call(compat, "POST", "/initialize", {"clientId": client}, headers=key) for _ in range(2))
    assert first.json() == again.json() and again.header("idempotent-replayed") == "true"
    assert call(compat, "POST", "/initialize", {"clientId": unique()}, headers=key).status == 422


# Auth modes


def test_none_lists_what_was_born_here(compat):
    """With nobody's token only rooms' own; an agent's shows the tenant's."""
    client = initialize(compat)
    session = compat.create(email="elsewhere@example.com")
    compat.send(session, "secret of another dialect")
    anonymous = call(compat, "GET", "/sessions?").json()
    assert client in {row["clientId"] for row in anonymous} and "secret" not in str(anonymous)
    agents = call(compat, "GET", "/sessions", token=SUPPORT).json()
    foreign = next(row for row in agents if row["lastMessage"] and "secret" in row["lastMessage"]["message"])
    assert re.fullmatch("[0-9a-f]{32}", foreign["clientId"])
    assert call(compat, "GET", f"/history/{foreign['clientId']}").json()["total"] == 0
    assert call(compat, "PUT", f"/close/{foreign['clientId']}").status == 404
    assert call(compat, "GET", f"/history/{foreign['clientId']}", token=SUPPORT).json()["messages"][-1]["message"].startswith("secret")


def test_admin_only(daemon):
    rooms = Brand(daemon, "adminonly")
    client = initialize(rooms)  # guests stay open
    assert call(rooms, "GET", f"/history/{client}").status == 200
    assert call(rooms, "PUT", f"/read/{client}", {"sender": "client"}).status == 200
    for token, status in ((None, 401), ("wrong", 401), (agent_jwt("x", "user"), 403)):
        assert call(rooms, "GET", "/sessions", token=token).status == status
        assert call(rooms, "PUT", f"/read/{client}", {"sender": "admin"}, token=token).status == status
    for token in (SUPPORT, ADMIN, agent_jwt("agent9", "support")):
        assert call(rooms, "GET", "/sessions", token=token).status == 200
        assert call(rooms, "PUT", f"/read/{client}", {"sender": "admin"}, token=token).status == 200


def test_secured(daemon):
    rooms = Brand(daemon, "secured")
    own, other = unique("user"), unique("user")
    token, foreign = agent_jwt(own, "user"), agent_jwt(other, "user")
    assert call(rooms, "POST", "/initialize", {"clientId": own}).status == 401
    assert call(rooms, "POST", "/initialize", {"clientId": own}, token=foreign).status == 403
    initialize(rooms, own, token=token)
    for method, path, body in [("GET", f"/history/{own}", None), ("PUT", f"/read/{own}", {"sender": "client"}), ("PUT", f"/close/{own}", None)]:
        assert call(rooms, method, path, body).status == 401
        assert call(rooms, method, path, body, token="wrong").status == 401
        assert call(rooms, method, path, body, token=foreign).status == 403
        assert call(rooms, method, path, body, token=token).status == 200
    assert call(rooms, "GET", "/sessions", token=token).status == 403
    assert call(rooms, "GET", "/sessions", token=SUPPORT).status == 200
    assert call(rooms, "GET", f"/history/{own}", token=SUPPORT).status == 200
    assert call(rooms, "PUT", f"/read/{own}", {"sender": "admin"}, token=token).status == 403
    assert call(rooms, "GET", f"/history/{own}", token=agent_jwt(own, None)).status == 200  # the document knows no roles
    for role in ("king", "", "Admin", 5, []):
        assert call(rooms, "GET", f"/history/{own}", token=agent_jwt(own, role)).status == 403


def test_ids_that_only_look_alike(daemon, compat):
    """`é` as one character and as two are two clients, whatever text libraries think."""
    from urllib.parse import quote

    rooms = Brand(daemon, "secured")
    base = unique("caf")
    own, other = base + "\u00e9", base + "e\u0301"
    token, foreign = agent_jwt(own, "user"), agent_jwt(other, "user")
    initialize(rooms, own, token=token)
    assert call(rooms, "GET", "/history/" + quote(own), token=token).status == 200
    assert call(rooms, "GET", "/history/" + quote(own), token=foreign).status == 403
    assert call(rooms, "POST", "/initialize", {"clientId": own}, token=foreign).status == 403
    first, second = initialize(compat, own), initialize(compat, other)
    assert first != second
    from socket_io import Polling

    with Polling(compat) as one, Polling(compat) as two:
        one.ask("join", own)
        two.ask("join", other)
        for client in (own, other, own):
            assert one.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})["ok"]
    totals = [call(compat, "GET", "/history/" + quote(client)).json()["total"] for client in (own, other)]
    assert totals == [2, 1]


def test_a_retried_initialize_has_the_original_answer(compat):
    client, key = unique("user"), {"Idempotency-Key": unique("key")}
    first = call(compat, "POST", "/initialize", {"clientId": client}, headers=key)
    assert first.json()["session"]["status"] == "active"
    assert call(compat, "PUT", f"/close/{client}").status == 200
    again = call(compat, "POST", "/initialize", {"clientId": client}, headers=key)
    assert again.header("Idempotent-Replayed") == "true" and again.json() == first.json()


# HTTP around it


def test_rate_limit(daemon):
    rooms = Brand(daemon, "limited")
    headers = {"X-Forwarded-For": "10.2.2.2"}
    answers = [call(rooms, "POST", "/initialize", {"clientId": unique()}, headers=headers) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["message"] and int(answers[3].header("retry-after")) > 0


def test_mount(daemon):
    rooms = Brand(daemon, "mounted")
    assert rooms.call("POST", "/rooms/api/chat/initialize", {"clientId": "x"}).status == 200
    assert rooms.call("POST", "/api/chat/initialize", {"clientId": "x"}).status == 404
    assert rooms.call("GET", "/rooms/api/chat/sessions").json()[0]["clientId"] == "x"
    assert rooms.call("GET", "/api/chat/sessions").status == 401  # the Chat module's
    assert daemon.request("GET", "/mounted/rooms/api/chat/sessions").status == 200


def test_cors(compat):
    preflight = call(
        compat, "OPTIONS", "/close/x", headers={"Origin": "https://app.example", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    )
    assert preflight.header("access-control-allow-origin") == "https://app.example" and "PUT" in preflight.header("access-control-allow-methods")


# Configuration


def test_rooms_and_chat_module_need_mount_or_hosts(daemon):
    status, said = check(daemon, {"both": brand("both", ROOMS, CHAT_MODULE)})
    assert status == 1 and "/api/chat/sessions" in said and "rooms" in said and "chat-module" in said, said
    for apart in (
        brand("both", ROOMS + "  mount: /rooms\n", CHAT_MODULE),
        brand("both", ROOMS, CHAT_MODULE + "  mount: /module\n"),
        brand("both", ROOMS + "  hosts: [rooms.both.test]\n", CHAT_MODULE + "  hosts: [module.both.test]\n").replace("hosts: [both.test]", "hosts: [rooms.both.test, module.both.test]"),
    ):
        status, said = check(daemon, {"both": apart})
        assert status == 0, said
    same = brand("both", ROOMS + "  mount: /x\n", CHAT_MODULE + "  mount: /x\n")
    assert check(daemon, {"both": same})[0] == 1


def test_open_admin_power_is_never_silent(daemon):
    status, said = check(daemon, {"open": brand("open", OPEN)})
    assert status == 0 and "none" in said
    assert check(daemon, {"open": brand("open", OPEN)}, "--strict")[0] == 1
    unsaid = brand("open", "rooms: {}\n".replace(" {}", "") + "  mode: compat\n")
    status, said = check(daemon, {"open": unsaid})
    assert status == 1, said  # the document's openness must be written
    status, said = check(daemon, {"open": brand("open", OPEN, mode="hardened")})
    assert status == 1, said
