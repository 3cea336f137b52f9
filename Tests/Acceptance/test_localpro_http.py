"""HTTP around LocalPro: CORS, OPTIONS, HEAD, 404, 405, request ids, tenants by Host and by prefix."""

import pytest

from localpro import ADMIN, LocalPro, assert_error, tenant, unique

TENANTS = {
    "strict": tenant("strict", mode="strict"),
    "compat": tenant("compat"),
    "star": tenant("star").replace("origins: ['https://app.example', 'http://localhost:3000']", "origins: ['*']"),
    "quiet": tenant("quiet").replace("origins:", "# origins:"),
    "hardened": tenant("hardened", mode="hardened"),
    "nested": tenant("nested").replace("path_prefix: /nested", "path_prefix: /compat/nested"),
}

ROUTES = {
    "/api/live-chat/sessions": {"POST"},
    "/api/live-chat/sessions/abcdefgh": {"GET", "HEAD"},
    "/api/live-chat/sessions/abcdefgh/messages": {"GET", "HEAD", "POST"},
    "/api/live-chat/sessions/abcdefgh/end": {"PATCH"},
    "/api/live-chat/sessions/abcdefgh/rate": {"POST"},
    "/api/live-chat/sessions/abcdefgh/typing": {"POST"},
    "/api/live-chat/upload": {"POST"},
    "/api/admin/live-chat/sessions": {"GET", "HEAD"},
    "/api/admin/live-chat/sessions/abcdefgh": {"GET", "HEAD", "DELETE"},
    "/api/admin/live-chat/sessions/abcdefgh/reply": {"POST"},
    "/api/admin/live-chat/sessions/abcdefgh/assign": {"PATCH"},
    "/api/admin/live-chat/sessions/abcdefgh/status": {"PATCH"},
    "/api/admin/live-chat/sessions/abcdefgh/notes": {"POST"},
    "/api/admin/live-chat/sessions/abcdefgh/transfer": {"POST"},
    "/api/admin/live-chat/analytics": {"GET", "HEAD"},
    "/api/admin/live-chat/customers/a%40b/history": {"GET", "HEAD"},
}


def listed(value: str) -> set[str]:
    return {item.strip() for item in value.split(",")}


@pytest.mark.parametrize("path,methods", ROUTES.items())
def test_wrong_methods(compat, path, methods):
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
        answer = compat.call(method, path, token=ADMIN)
        assert_error(answer, 405)
        assert listed(answer.header("Allow")) == methods | {"OPTIONS"}


@pytest.mark.parametrize("path,methods", ROUTES.items())
def test_options(compat, path, methods):
    answer = compat.call("OPTIONS", path)
    assert answer.status in (200, 204) and answer.body == b""
    assert listed(answer.header("Allow")) == methods | {"OPTIONS"}
    assert answer.header("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("path,methods", ROUTES.items())
def test_preflight(compat, path, methods):
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = compat.call("OPTIONS", path, headers=headers)
    assert answer.status in (200, 204)
    assert answer.header("Access-Control-Allow-Origin") == "https://app.example"
    assert methods <= listed(answer.header("Access-Control-Allow-Methods")) | {"HEAD"}
    allowed = {name.lower() for name in listed(answer.header("Access-Control-Allow-Headers"))}
    assert {"authorization", "content-type", "idempotency-key"} <= allowed
    assert "origin" in answer.header("Vary").lower()
    headers["Origin"] = "https://evil.example"
    assert compat.call("OPTIONS", path, headers=headers).header("Access-Control-Allow-Origin") is None


def test_cors_on_answers_and_errors(compat, daemon):
    session = compat.create()
    for path, status in [(f"/sessions/{session}", 200), (f"/sessions/{unique()}", 404), ("/nothing", 404)]:
        answer = compat.guest("GET", path, headers={"Origin": "https://app.example"})
        assert answer.status == status
        assert answer.header("Access-Control-Allow-Origin") == "https://app.example"
        assert "origin" in answer.header("Vary").lower()
        answer = compat.guest("GET", path, headers={"Origin": "https://evil.example"})
        assert answer.status == status and answer.header("Access-Control-Allow-Origin") is None
        assert compat.guest("GET", path).header("Access-Control-Allow-Origin") is None
    star = LocalPro(daemon, "star")
    answer = star.guest("GET", f"/sessions/{star.create()}", headers={"Origin": "https://anything.example"})
    assert answer.header("Access-Control-Allow-Origin") == "*"
    quiet = LocalPro(daemon, "quiet")
    answer = quiet.guest("GET", f"/sessions/{quiet.create()}", headers={"Origin": "https://app.example"})
    assert answer.header("Access-Control-Allow-Origin") is None


def test_script_readable_headers(compat):
    """What a browser's script has to see is exposed."""
    session = compat.create()
    answer = compat.guest("GET", f"/sessions/{session}", headers={"Origin": "https://app.example"})
    exposed = {name.lower() for name in listed(answer.header("Access-Control-Expose-Headers") or "")}
    assert {"x-request-id", "retry-after"} <= exposed


@pytest.mark.parametrize(
    "path",
    [
        "/api/live-chat",
        "/api/live-chat/",
        "/api/live-chat/nothing",
        "/api/live-chat/sessions/abcdefgh/nothing",
        "/api/admin/live-chat/nothing",
        "/api/live-chat/sessions/",
    ],
)
def test_unknown_paths_of_the_dialect(compat, path):
    assert_error(compat.call("GET", path), 404)


@pytest.mark.parametrize("escape", ["%00", "%ff", "%zz", "%", "%2"])
def test_malformed_paths_are_refused_in_the_dialects_words(compat, escape):
    for path in (f"/api/live-chat/sessions/{escape}", f"/api/live-chat/sessions/{escape}/messages", f"/api/admin/live-chat/{escape}"):
        assert_error(compat.call("GET", path), 400)
    assert compat.call("GET", f"/{escape}").status == 400


@pytest.mark.parametrize("path", ["/", "/nothing", "/favicon.ico", "/api", "/ws"])
def test_unknown_paths_of_nobody(compat, path):
    answer = compat.call("GET", path)
    assert answer.status == 404
    body = answer.json()
    assert "error" in body or body.get("success") is False


def test_errors_that_no_dialect_owns_can_be_read_by_pages(compat):
    answer = compat.call("GET", "/nothing", headers={"Origin": "https://app.example"})
    assert answer.status == 404 and answer.header("Access-Control-Allow-Origin") == "https://app.example"
    answer = compat.call("GET", "/nothing", headers={"Origin": "https://evil.example"})
    assert answer.status == 404 and answer.header("Access-Control-Allow-Origin") is None


def test_head_is_get_without_a_body(compat):
    session = compat.create()
    for path, token in [
        (f"/api/live-chat/sessions/{session}", None),
        (f"/api/live-chat/sessions/{session}/messages", None),
        ("/api/admin/live-chat/sessions", ADMIN),
    ]:
        head, get = compat.call("HEAD", path, token=token), compat.call("GET", path, token=token)
        assert head.status == get.status == 200 and head.body == b""
        assert head.header("Content-Length") == get.header("Content-Length")
        assert head.header("Content-Type") == get.header("Content-Type")
    answer = compat.call("HEAD", f"/api/live-chat/sessions/{unique()}")
    assert answer.status == 404 and answer.body == b""


def test_request_ids(compat):
    session = compat.create()
    answer = compat.guest("GET", f"/sessions/{session}", headers={"X-Request-Id": "my-request.1"})
    assert answer.header("X-Request-Id") == "my-request.1"
    answer = compat.guest("GET", f"/sessions/{unique()}", headers={"X-Request-Id": "my-request-2"})
    assert answer.header("X-Request-Id") == "my-request-2"
    first = compat.guest("GET", f"/sessions/{unique()}").header("X-Request-Id")
    second = compat.guest("GET", f"/sessions/{unique()}").header("X-Request-Id")
    assert first and second and first != second
    for odd in ["x" * 5000, "a b", "a\tb", ""]:
        given = compat.guest("GET", f"/sessions/{unique()}", headers={"X-Request-Id": odd}).header("X-Request-Id")
        assert given and given != odd


def test_errors_are_in_the_log_with_their_id_but_without_secrets(daemon, compat):
    session = compat.create()
    compat.send(session, "a text that belongs in no log")
    token = compat.token(session)
    compat.guest("GET", f"/sessions/{session}", token=token)
    compat.guest("GET", f"/sessions/{session}?token=query-token-value", token="wrong-token-value")
    with compat.admin_socket() as socket:
        socket.established()
    log = daemon.log()
    for secret in ["a text that belongs in no log", token, "wrong-token-value", "query-token-value", "bob-token"]:
        assert secret not in log


def test_security_headers(compat, strict):
    for chat in (compat, strict):
        answer = chat.guest("GET", f"/sessions/{chat.create()}")
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert "no-store" in answer.header("Cache-Control")
        assert answer.header("Date")


def test_strict_errors_have_the_documents_keys_only(strict):
    for answer in [
        strict.guest("GET", f"/sessions/{unique()}"), strict.guest("GET", "/nothing"), strict.call("PUT", "/api/live-chat/sessions"),
        strict.admin("GET", "/sessions", token=None), strict.guest("POST", "/sessions", b"{"),
    ]:  # fmt: skip
        assert list(answer.json()) == ["success", "message"], answer


def test_hardened_answers(daemon):
    chat = LocalPro(daemon, "hardened")
    answer = chat.guest(
        "POST", "/sessions", {"sessionId": unique(), "user": {"name": "John", "email": "john@example.com"}}
    )
    assert answer.status == 201 and answer.json()["data"]["sessionToken"]


# Tenants


def test_tenant_by_host(daemon):
    session = LocalPro(daemon, "compat").create()
    for host in ["compat.test", "COMPAT.Test", "compat.test:80", f"compat.test:{daemon.port}"]:
        assert daemon.request("GET", f"/api/live-chat/sessions/{session}", host=host).status == 200
        assert daemon.request("GET", f"/compat/api/live-chat/sessions/{session}", host=host).status == 200
        # Another tenant's prefix is an unknown path there.
        assert daemon.request("GET", f"/strict/api/live-chat/sessions/{session}", host=host).status == 404
    assert daemon.request("GET", f"/api/live-chat/sessions/{session}", host="strict.test").status == 404


def test_tenant_by_prefix(daemon):
    session = LocalPro(daemon, "compat").create()
    assert daemon.request("GET", f"/compat/api/live-chat/sessions/{session}").status == 200
    assert daemon.request("GET", f"/compat/api/live-chat/sessions/{session}", host="unknown.test").status == 200
    assert daemon.request("GET", f"/compatx/api/live-chat/sessions/{session}").status == 421
    assert daemon.request("GET", f"/Compat/api/live-chat/sessions/{session}").status == 421
    with daemon.websocket(f"/compat/ws/live-chat?sessionId={session}") as socket:
        socket.established()


def test_longest_prefix_wins(daemon):
    nested = LocalPro(daemon, "nested")
    session = nested.create()
    assert daemon.request("GET", f"/compat/nested/api/live-chat/sessions/{session}").status == 200
    assert daemon.request("GET", f"/compat/api/live-chat/sessions/{session}").status == 404


def test_nobody(daemon):
    for host, path in [
        ("unknown.test", "/api/live-chat/sessions"),
        ("127.0.0.1", "/"),
        ("compat.test.evil", "/"),
        ("xcompat.test", "/"),
    ]:
        answer = daemon.request("GET", path, host=host)
        assert answer.status == 421
        body = answer.json()
        assert list(body) == ["error"]
        for name in TENANTS:
            assert name not in answer.body.decode()


def test_no_header_names_a_tenant(daemon):
    for name in ["X-Tenant", "X-Forwarded-Host", "Forwarded", "X-Original-Host", "X-Host"]:
        value = "host=compat.test" if name == "Forwarded" else "compat.test"
        answer = daemon.request("GET", "/api/live-chat/sessions", host="unknown.test", headers={name: value})
        assert answer.status == 421


def test_tenants_share_nothing(daemon, compat, strict):
    session = unique("shared-id")
    compat.create(session, email="one@example.com")
    strict.create(session, email="two@example.com")
    compat.send(session, "only in compat")
    assert strict.messages(session)["total"] == 1
    assert strict.admin("GET", f"/sessions?search={session}").json()["total"] == 1
