"""LocalPro's agents over REST: who may what, list and search, detail, reply, assign, status, notes, analytics, delete."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from golden import parse_time
from harness import jwt
from localpro import ADMIN, JWT_KEY, SUPER, SUPPORT, LocalPro, agent_jwt, assert_error, tenant, unique

TENANTS = {
    "strict": tenant("strict", mode="strict"),
    "compat": tenant("compat"),
    "list": tenant("list"),
    "empty": tenant("empty"),
    "stats": tenant("stats"),
    "reopening": tenant("reopening", dialect="on_closed: reopen"),
    "creating": tenant("creating", dialect="auto_create_agents: true"),
}

# Method, path, body, and the success code.
ENDPOINTS = [
    ("GET", "/sessions", None, 200),
    ("GET", "/sessions/{}", None, 200),
    ("POST", "/sessions/{}/reply", {"content": "x"}, 201),
    ("PATCH", "/sessions/{}/assign", {"agentId": "agent123"}, 200),
    ("PATCH", "/sessions/{}/status", {"status": "active"}, 200),
    ("POST", "/sessions/{}/notes", {"content": "x"}, 201),
    ("POST", "/sessions/{}/transfer", {"toAgentId": "agent123"}, 200),
    ("GET", "/analytics", None, 200),
    ("GET", "/customers/john%40example.com/history", None, 200),
    ("DELETE", "/sessions/{}", None, 200),
]
WITH_SESSION = [entry for entry in ENDPOINTS if "{}" in entry[1]]


# Who


@pytest.mark.parametrize("method,path,body,_", ENDPOINTS)
def test_without_a_token(compat, method, path, body, _):
    session = compat.create()
    answer = compat.admin(method, path.format(session), body, token=None)
    assert_error(answer, 401, "No token, authorization denied")
    assert answer.header("WWW-Authenticate").startswith("Bearer")


@pytest.mark.parametrize("method,path,body,_", ENDPOINTS)
def test_with_a_wrong_token(compat, method, path, body, _):
    session = compat.create()
    assert_error(compat.admin(method, path.format(session), body, token="wrong"), 401)
    assert compat.guest("GET", f"/sessions/{session}").json()["data"]["messageCount"] == 1


@pytest.mark.parametrize("scheme", ["Basic amFuZTp4", "Bearer", "Bearer ", "jane-token", "Token jane-token"])
def test_other_schemes(compat, scheme):
    assert_error(compat.call("GET", "/api/admin/live-chat/sessions", headers={"Authorization": scheme}), 401)


def test_the_scheme_is_case_insensitive(compat):
    answer = compat.call("GET", "/api/admin/live-chat/sessions", headers={"Authorization": "bearer jane-token"})
    assert answer.status == 200


@pytest.mark.parametrize("token", [SUPPORT, ADMIN, SUPER, "jwt support", "jwt admin", "jwt super_admin"])
@pytest.mark.parametrize("method,path,body,status", ENDPOINTS)
def test_roles(compat, token, method, path, body, status):
    role = {SUPPORT: "support", ADMIN: "admin", SUPER: "super_admin"}.get(token, token.removeprefix("jwt "))
    if token.startswith("jwt"):
        token = agent_jwt("agent123", role)
    session = compat.create()
    answer = compat.admin(method, path.format(session), body, token=token)
    if method == "DELETE" and role == "support":
        assert_error(answer, 403)
        assert compat.guest("GET", f"/sessions/{session}").status == 200
    else:
        assert answer.status == status, answer


@pytest.mark.parametrize("role", ["user", "customer", "", "SUPPORT", None])
def test_a_role_that_is_none(compat, role):
    assert_error(compat.admin("GET", "/sessions", token=agent_jwt("agent123", role)), 403)


def test_tokens_that_are_refused(compat):
    import time

    bad = [
        agent_jwt("agent123", "admin", exp=int(time.time()) - 3600),
        agent_jwt("agent123", "admin", nbf=int(time.time()) + 3600),
        jwt({"sub": "agent123", "role": "admin", "exp": time.time() + 60}, "another-key-another-key-another-key"),
        jwt({"sub": "agent123", "role": "admin", "exp": int(time.time()) + 60}, JWT_KEY, "none"),
        jwt({"sub": "agent123", "role": "admin", "exp": int(time.time()) + 60}, JWT_KEY, "HS512"),
        agent_jwt("agent123", "admin")[:-2],
        agent_jwt("agent123", "admin") + "AA",
        "a.b.c", "..", "a" * 9000 + ".b.c",
    ]  # fmt: skip
    for token in bad:
        answer = compat.admin("GET", "/sessions", token=token)
        assert_error(answer, 401)


@pytest.mark.parametrize("method,path,body,_", WITH_SESSION)
def test_unknown_session(compat, method, path, body, _):
    assert_error(compat.admin(method, path.format(unique()), body), 404, "Session not found")


# List


@pytest.fixture(scope="module")
def listing(daemon):
    """Twelve sessions that differ in everything one can filter by."""
    chat = LocalPro(daemon, "list")
    ids = {}
    plan = [
        # name, status, priority, department, agent
        ("a", None, "low", "general", None),
        ("b", None, "urgent", "sales", None),
        ("c", None, "medium", "billing", "agent123"),
        ("d", "active", "high", "support", "agent123"),
        ("e", "active", "low", "technical", "agent456"),
        ("f", "active", "urgent", "general", None),
        ("g", "closed", "medium", "sales", "agent123"),
        ("h", "closed", "urgent", "general", None),
        ("i", "archived", "medium", "general", None),
        ("j", None, "medium", "general", None),
        ("k", "active", "high", "general", None),
        ("l", None, "high", "general", None),
    ]
    for name, status, priority, department, agent in plan:
        session = chat.create(f"listing-{name}-{name * 4}", name=f"Name {name.upper()}", email=f"{name}%_x@Example.com")
        ids[name] = session
        if agent:
            chat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": agent})
        answer = chat.status(session, status=status or "pending", priority=priority, department=department)
        assert answer.status == 200, answer
    return chat, ids


def names(answer) -> str:
    assert answer.status == 200, answer
    return "".join(row["sessionId"].split("-")[1] for row in answer.json()["data"])


@pytest.mark.parametrize(
    "query,expected",
    [
        ("", "bljcahfkdige"),
        ("?status=pending", "bljca"),
        ("?status=active", "fkde"),
        ("?status=closed", "hg"),
        ("?status=archived", "i"),
        ("?priority=urgent", "bhf"),
        ("?priority=low", "ae"),
        ("?department=sales", "bg"),
        ("?department=technical", "e"),
        ("?assignedAgent=agent123", "cdg"),
        ("?assignedAgent=unassigned", "bljahfki"),
        ("?assignedAgent=nobody", ""),
        ("?status=active&priority=high", "kd"),
        ("?status=pending&department=general&assignedAgent=unassigned", "lja"),
        ("?search=listing-d", "d"),
        ("?search=NAME%20f", "f"),
        ("?search=name", "bljcahfkdige"),
        ("?search=example.COM", "bljcahfkdige"),
        ("?search=g%25_x", "g"),
        ("?search=%25", "bljcahfkdige"),
        ("?search=%25%25", ""),
        ("?search=_x%40", "bljcahfkdige"),
        ("?search=x_", ""),
        ("?search=%27%20OR%201=1--", ""),
        ("?search=%22", ""),
        ("?search=*", ""),
        ("?search=j&status=pending", "j"),
        ("?search=", "bljcahfkdige"),
        ("?limit=5", "bljca"),
        ("?limit=5&page=2", "hfkdi"),
        ("?limit=5&page=3", "ge"),
        ("?limit=5&page=4", ""),
    ],
)
def test_list(listing, query, expected):
    chat, _ = listing
    answer = chat.admin("GET", "/sessions" + query)
    got = names(answer)
    assert got == expected
    body = answer.json()
    assert body["statusCounts"] == {"pending": 5, "active": 4, "closed": 2, "archived": 1}
    assert list(body["statusCounts"]) == ["pending", "active", "closed", "archived"]
    assert body["count"] == len(got)


# Pending first, then priority, then newest: "bljca", then urgent "hf", high "kd", medium "ig", low "e".
def test_priority_orders_within_each_status(listing):
    chat, _ = listing
    rank = {"urgent": 0, "high": 1, "medium": 2, "low": 3}
    for status in ("pending", "active", "closed"):
        rows = chat.admin("GET", f"/sessions?status={status}").json()["data"]
        keys = [(rank[row["priority"]], -parse_time(row["createdAt"]).timestamp()) for row in rows]
        assert keys == sorted(keys)


@pytest.mark.parametrize(
    "query,total,pages",
    [
        ("", 12, 1),
        ("?limit=5", 12, 3),
        ("?limit=500", 12, 1),
        ("?status=closed&limit=1", 2, 2),
        ("?search=zzzzz", 0, 0),
    ],
)
def test_list_totals(listing, query, total, pages):
    chat, _ = listing
    body = chat.admin("GET", "/sessions" + query).json()
    assert (body["total"], body["pages"]) == (total, pages)


@pytest.mark.parametrize(
    "query,name",
    [
        ("status=open", "status"), ("priority=top", "priority"), ("department=hr", "department"), ("page=0", "page"),
        ("page=-1", "page"), ("page=x", "page"), ("limit=0", "limit"), ("limit=-5", "limit"), ("limit=ten", "limit"),
        ("limit=2.5", "limit"),
    ],
)  # fmt: skip
def test_bad_filters(listing, query, name):
    chat, _ = listing
    assert_error(chat.admin("GET", f"/sessions?{query}"), 400, names=name)


def test_nobody_anywhere(daemon):
    chat = LocalPro(daemon, "empty")
    body = chat.admin("GET", "/sessions").json()
    assert (body["count"], body["total"], body["page"], body["pages"], body["data"]) == (0, 0, 1, 0, [])
    assert body["statusCounts"] == {"pending": 0, "active": 0, "closed": 0, "archived": 0}
    data = chat.admin("GET", "/analytics").json()["data"]
    assert data["overview"] == {"totalSessions": 0, "avgMessages": None, "closedSessions": 0, "avgRating": None}
    assert data["responseTime"] == {"avgResponseTime": None, "minResponseTime": None, "maxResponseTime": None}
    assert data["sessionsByDay"] == [] and data["topAgents"] == []
    assert parse_time(data["period"]["end"]) - parse_time(data["period"]["start"]) == timedelta(days=30)


# Reply and assign


def test_first_reply(compat):
    session = compat.create()
    assert "assignedAgent" not in compat.guest("GET", f"/sessions/{session}").json()["data"]
    compat.reply(session, token=SUPPORT)
    detail = compat.admin("GET", f"/sessions/{session}").json()["data"]["session"]
    assert detail["status"] == "active"
    assert detail["assignedAgent"]["_id"] == "agent123"
    first = detail["firstResponseAt"]
    assert parse_time(first) >= parse_time(detail["startedAt"])
    compat.reply(session, token=ADMIN)
    detail = compat.admin("GET", f"/sessions/{session}").json()["data"]["session"]
    assert detail["assignedAgent"]["_id"] == "agent123"  # a second agent's reply takes nothing over
    assert detail["firstResponseAt"] == first


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": 5}, {"content": None}, {"content": "  "}])
def test_bad_reply_and_note(compat, body):
    session = compat.create()
    assert_error(compat.admin("POST", f"/sessions/{session}/reply", body), 400, names="content")
    assert_error(compat.admin("POST", f"/sessions/{session}/notes", body), 400, names="content")
    assert compat.guest("GET", f"/sessions/{session}").json()["data"]["status"] == "pending"


def test_assign_takes_the_rosters_name(compat):
    session = compat.create()
    answer = compat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "agent123", "agentName": "Somebody Else"})
    assert answer.json()["data"]["agentName"] == "Jane Smith"
    answer = compat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "agent456"})
    assert answer.json()["data"]["assignedAgent"] == "agent456"
    assert answer.json()["data"]["agentName"] == "Bob Wilson"


def test_head_reads_nothing(compat, strict):
    for chat in (compat, strict):
        session = chat.create()
        chat.send(session)
        assert chat.admin("HEAD", f"/sessions/{session}").status == 200
        assert chat.listed(session)["unreadCount"] == 1
        assert chat.admin("GET", f"/sessions/{session}").status == 200
        assert chat.listed(session)["unreadCount"] == 0


def test_archived_sessions_take_no_messages_whatever_becomes_of_closed_ones(daemon):
    chat = LocalPro(daemon, "reopening")
    session = chat.create()
    assert chat.status(session, status="archived").status == 200
    assert_error(chat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}), 400)
    assert_error(chat.admin("POST", f"/sessions/{session}/reply", {"content": "x"}), 400)
    assert chat.status(session, status="closed").status == 200
    chat.send(session)
    assert chat.listed(session)["status"] == "active"


def test_unknown_agents(compat, daemon):
    session = compat.create()
    assert compat.admin("POST", f"/sessions/{session}/transfer", {"toAgentId": "x"}).json()["field"] == "toAgentId"
    assert_error(compat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "stranger"}), 404)
    assert_error(compat.admin("POST", f"/sessions/{session}/transfer", {"toAgentId": "stranger"}), 404)
    chat = LocalPro(daemon, "creating")
    session = chat.create()
    request = {"agentId": "stranger", "agentName": "A. Stranger"}
    answer = chat.admin("PATCH", f"/sessions/{session}/assign", request)
    assert answer.status == 200 and answer.json()["data"]["agentName"] == "A. Stranger"
    # From then on the agent has that name.
    for other in ({"agentId": "stranger", "agentName": "Another"}, {"agentId": "stranger"}):
        again = chat.create()
        answer = chat.admin("PATCH", f"/sessions/{again}/assign", other)
        assert answer.json()["data"]["agentName"] == "A. Stranger"
        assert chat.guest("GET", f"/sessions/{again}").json()["data"]["assignedAgent"]["firstName"] == "A."


@pytest.mark.parametrize("body", [{}, {"agentId": ""}, {"agentId": 5}, {"agentId": None}, {"toAgentId": 7}])
def test_bad_assignment(compat, body):
    session = compat.create()
    assert_error(compat.admin("PATCH", f"/sessions/{session}/assign", body), 400, names="agentId")
    assert_error(compat.admin("POST", f"/sessions/{session}/transfer", body), 400, names="toAgentId")


def test_transfer(compat):
    session = compat.create()
    compat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "agent123"})
    answer = compat.admin("POST", f"/sessions/{session}/transfer", {"toAgentId": "agent456"})
    assert answer.status == 200
    assert compat.listed(session)["assignedAgent"]["_id"] == "agent456"
    assert b"reason-for-agents" not in compat.guest("GET", f"/sessions/{session}/messages").body


# Status


@pytest.mark.parametrize(
    "change",
    [
        {"status": "active"}, {"status": "archived"}, {"priority": "urgent"}, {"department": "technical"},
        {"tags": ["a", "b"]}, {"tags": []}, {"status": "closed", "tags": ["x"]},
    ],
)  # fmt: skip
def test_partial_update_answers_with_all(compat, change):
    session = compat.create()
    before = {"status": "pending", "priority": "medium", "department": "general", "tags": []}
    answer = compat.status(session, **change)
    assert answer.status == 200
    data = answer.json()["data"]
    assert {key: data[key] for key in before} == before | change


@pytest.mark.parametrize(
    "change,name",
    [
        ({"status": "open"}, "status"), ({"status": 5}, "status"), ({"priority": "top"}, "priority"),
        ({"department": "hr"}, "department"), ({"tags": "refund"}, "tags"), ({"tags": [1]}, "tags"),
        ({"tags": [None]}, "tags"), ({"status": "closed", "priority": "x"}, "priority"),
    ],
)  # fmt: skip
def test_bad_update_changes_nothing(compat, change, name):
    session = compat.create()
    assert_error(compat.status(session, **change), 400, names=name)
    row = compat.listed(session)
    assert (row["status"], row["priority"]) == ("pending", "medium")


def test_closing_and_opening_again(compat):
    session = compat.create()
    compat.status(session, status="closed")
    ended = compat.admin("GET", f"/sessions/{session}").json()["data"]["session"]["endedAt"]
    assert parse_time(ended)
    assert compat.guest("PATCH", f"/sessions/{session}/end").json()["data"]["endedAt"] == ended
    assert compat.status(session, status="active").status == 200
    assert compat.send(session)["type"] == "user"


# Notes


def test_notes_are_listed_in_order_and_hidden_from_guests(compat):
    session = compat.create()
    compat.admin("POST", f"/sessions/{session}/notes", {"content": "first"}, token=SUPPORT)
    compat.admin("POST", f"/sessions/{session}/notes", {"content": "second"}, token=ADMIN)
    notes = compat.admin("GET", f"/sessions/{session}").json()["data"]["session"]["notes"]
    assert [note["content"] for note in notes] == ["first", "second"]
    assert [note["addedBy"]["firstName"] for note in notes] == ["Jane", "Bob"]
    assert compat.guest("GET", f"/sessions/{session}").json()["data"]["messageCount"] == 1


# Detail


def test_detail_of_a_long_session(compat):
    session = compat.create()
    for index in range(60):
        compat.send(session, f"message {index}")
    data = compat.admin("GET", f"/sessions/{session}").json()["data"]
    assert [message["content"] for message in data["messages"]][1:] == [f"message {index}" for index in range(60)]


# Analytics


def test_analytics_period_is_half_open(daemon):
    chat = LocalPro(daemon, "stats")
    session = chat.create()
    chat.status(session, status="archived")
    started = chat.guest("GET", f"/sessions/{session}").json()["data"]["startedAt"]
    moment = parse_time(started)

    def text(time):
        return quote(time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z")

    def total(start, end):
        answer = chat.admin("GET", f"/analytics?startDate={text(start)}&endDate={text(end)}")
        assert answer.status == 200, answer
        return answer.json()["data"]["overview"]

    hour, tick = timedelta(hours=1), timedelta(milliseconds=1)
    assert total(moment, moment + hour)["totalSessions"] == 1
    assert total(moment - hour, moment)["totalSessions"] == 0
    assert total(moment - hour, moment + tick)["totalSessions"] == 1
    assert total(moment + tick, moment + hour)["totalSessions"] == 0
    assert total(moment, moment + hour)["closedSessions"] == 1  # archived counts as closed


@pytest.mark.parametrize(
    "query,name",
    [
        ("startDate=yesterday", "startDate"),
        ("endDate=2024-13-01", "endDate"),
        ("startDate=2024-02-30", "startDate"),
        ("startDate=", "startDate"),
    ],
)
def test_bad_dates(compat, query, name):
    answer = compat.admin("GET", f"/analytics?{query}")
    if query.endswith("="):
        assert answer.status in (200, 400)
    else:
        assert_error(answer, 400, names=name)


def test_dates_in_several_forms(compat):
    for start in ["2024-11-01", "2024-11-01T00:00:00Z", "2024-11-01T00:00:00.000Z", "2024-11-01T01:00:00%2B01:00"]:
        data = compat.admin("GET", f"/analytics?startDate={start}&endDate=2024-12-01").json()["data"]
        assert data["period"] == {"start": "2024-11-01T00:00:00.000Z", "end": "2024-12-01T00:00:00.000Z"}


# History


def test_history(compat):
    email = f"{unique('who')}@Example.com"
    sessions = [compat.create(email=email) for _ in range(5)]
    compat.create(email="x" + email)
    for spelling in (email, email.lower(), email.upper(), quote(email, safe="")):
        body = compat.admin("GET", f"/customers/{spelling}/history").json()
        assert [row["sessionId"] for row in body["data"]] == sessions[::-1]
    page = compat.admin("GET", f"/customers/{email}/history?limit=2&page=3").json()
    assert (page["count"], page["total"], page["page"], page["pages"]) == (1, 5, 3, 3)
    row = page["data"][0]
    assert row["sessionId"] == sessions[0] and "endedAt" not in row and "rating" not in row
    assert_error(compat.admin("GET", f"/customers/{email}/history?limit=0"), 400, names="limit")


def test_history_of_nobody(compat):
    body = compat.admin("GET", "/customers/nobody%40nowhere.example/history").json()
    assert (body["count"], body["total"], body["page"], body["pages"], body["data"]) == (0, 0, 1, 0, [])


# Delete


def test_delete_leaves_nothing_readable(daemon, compat):
    email = f"{unique('gone')}@example.com"
    session = compat.create(name="Gone Person", email=email)
    word = unique("secretword").replace("-", "")
    compat.send(session, f"the {word}")
    compat.admin("POST", f"/sessions/{session}/notes", {"content": f"note {word}"})
    assert compat.admin("DELETE", f"/sessions/{session}", token=SUPER).status == 200
    assert_error(compat.admin("DELETE", f"/sessions/{session}"), 404)
    assert compat.admin("GET", f"/sessions?search={session}").json()["total"] == 0
    assert compat.admin("GET", f"/customers/{email}/history").json()["total"] == 0
    with daemon.database("compat") as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for trace in (word, email, "Gone Person"):
                    assert not any(trace in str(value) for value in row), f"{table} still has {trace}"
