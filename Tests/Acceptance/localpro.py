"""LocalPro for tests: tenants, calls, sessions."""

from __future__ import annotations

import itertools
import os
import time

from harness import Daemon, Form, Live, Response, jwt

JWT_KEY = "0123456789abcdef0123456789abcdef"
SUPPORT, ADMIN, SUPER = "jane-token", "bob-token", "sue-token"
_serial = itertools.count(1)

AGENTS = """
agents:
  - { id: agent123, first_name: Jane, last_name: Smith, email: jane@company.com, role: support, token: jane-token }
  - { id: agent456, first_name: Bob, last_name: Wilson, email: bob@company.com, role: admin, token: bob-token }
  - { id: agent789, first_name: Sue, last_name: Park, email: sue@company.com, role: super_admin, token: sue-token }
"""


def tenant(name: str, *, mode: str = "compat", limits: str = "off", dialect: str = "", extra: str = "") -> str:
    """A tenant's file. `dialect` holds more keys of the dialect, `extra` of the tenant, each as lines of YAML."""
    keys = "".join(f"    {line.strip()}\n" for line in dialect.splitlines() if line.strip())
    return (
        f"tenant: {name}\nname: {name.title()}\nhosts: [{name}.test]\npath_prefix: /{name}\n"
        f"origins: ['https://app.example', 'http://localhost:3000']\n"
        f"{AGENTS}"
        f"limits: {limits}\n"
        "trusted_proxies: [127.0.0.0/8]\n"
        f"{extra}\n"
        "dialects:\n"
        "  localpro:\n"
        f"    mode: {mode}\n"
        f"    auth: [{{ policy: agent-token }}, {{ policy: jwt, algorithm: HS256, key: {JWT_KEY}, "
        "subject_claim: sub, role_claim: role }]\n"
        f"{keys}"
    )


def unique(prefix: str = "session") -> str:
    return f"{prefix}-{os.getpid()}-{time.time_ns() % 10**9}-{next(_serial)}"


def agent_jwt(subject: str, role: str | None, **claims) -> str:
    body = {"sub": subject, "exp": int(time.time()) + 600, **claims}
    if role is not None:
        body["role"] = role
    return jwt(body, JWT_KEY)


class LocalPro:
    """One tenant's LocalPro, called by its Host."""

    def __init__(self, daemon: Daemon, name: str):
        self.daemon = daemon
        self.name = name
        self.host = f"{name}.test"

    # Calls

    def call(self, method: str, path: str, body=None, *, token: str | None = None, headers=None, **more) -> Response:
        fields = dict(headers or {})
        if token is not None:
            fields["Authorization"] = f"Bearer {token}"
        if isinstance(body, Form):
            fields["Content-Type"] = body.content_type
            more["body"] = body.encode()
        elif isinstance(body, bytes):
            fields.setdefault("Content-Type", "application/json")
            more["body"] = body
        elif body is not None:
            more["json_body"] = body
        return self.daemon.request(method, path, headers=fields, host=self.host, **more)

    def guest(self, method: str, path: str, body=None, **more) -> Response:
        return self.call(method, "/api/live-chat" + path, body, **more)

    def admin(self, method: str, path: str, body=None, *, token: str | None = ADMIN, **more) -> Response:
        return self.call(method, "/api/admin/live-chat" + path, body, token=token, **more)

    # What most tests begin with

    def create(self, session: str | None = None, name="John Doe", email="john@example.com", **more) -> str:
        """A session; returns its id."""
        session = session or unique()
        answer = self.guest("POST", "/sessions", {"sessionId": session, "user": {"name": name, "email": email}}, **more)
        assert answer.status == 201, answer
        return session

    def token(self, session: str, email="john@example.com", name="John Doe") -> str:
        """The session's token, as a repeated create hands it out while it was never used."""
        answer = self.guest("POST", "/sessions", {"sessionId": session, "user": {"name": name, "email": email}})
        return answer.json()["data"]["sessionToken"]

    def send(self, session: str, content="Hello", **more) -> dict:
        answer = self.guest("POST", f"/sessions/{session}/messages", {"content": content}, **more)
        assert answer.status == 201, answer
        return answer.json()["data"]

    def reply(self, session: str, content="Hi", token=SUPPORT) -> dict:
        answer = self.admin("POST", f"/sessions/{session}/reply", {"content": content}, token=token)
        assert answer.status == 201, answer
        return answer.json()["data"]

    def status(self, session: str, **fields) -> Response:
        return self.admin("PATCH", f"/sessions/{session}/status", fields)

    def messages(self, session: str, query="", **more) -> dict:
        answer = self.guest("GET", f"/sessions/{session}/messages{query}", **more)
        assert answer.status == 200, answer
        return answer.json()

    def listed(self, session: str) -> dict:
        """The session's row in the agents' list."""
        rows = self.admin("GET", f"/sessions?search={session}").json()["data"]
        return next(row for row in rows if row["sessionId"] == session)

    # Sockets

    def guest_socket(self, session: str, more="", **options) -> Live:
        return self.daemon.websocket(f"/ws/live-chat?sessionId={session}{more}", host=self.host, **options)

    def admin_socket(self, token: str | None = ADMIN, user: str | None = "agent456", more="", **options) -> Live:
        query = "admin=true" + (f"&userId={user}" if user else "") + (f"&token={token}" if token else "") + more
        return self.daemon.websocket(f"/ws/live-chat?{query}", host=self.host, **options)


def assert_error(answer: Response, status: int, message: str | None = None, names: str | None = None) -> None:
    """An error in the document's form; in it nothing but what the document shows, apart from compat's additions."""
    assert answer.status == status, answer
    body = answer.json()
    assert body["success"] is False and isinstance(body["message"], str) and body["message"], answer
    if message is not None:
        assert body["message"] == message, answer
    if names is not None:
        assert names in answer.body.decode(), f"{names} is not named: {answer}"
