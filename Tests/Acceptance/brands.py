"""Brands for tests that speak more than LocalPro: their files, calls of every dialect, the program's commands."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import subprocess
import textwrap
from dataclasses import dataclass

from harness import Daemon, Response, binary
from localpro import AGENTS, JWT_KEY, LocalPro, agent_jwt, unique

PLUGINS = (
    "plugins:\n  supportzen-live: {}\n  supportzen-client: {}\n  localpro: {}\n  rooms: {}\n  chat-module: {}\n"
)
TOKENS = (
    f"auth: [{{ policy: jwt, algorithm: HS256, key: {JWT_KEY}, subject_claim: sub, role_claim: role }}, "
    "{ policy: agent-token }]"
)
SECRET = "zen-secret"
ID_FORMS = {"chat": r"^chat-[0-9a-f]{32}$", "message": r"^msg-[0-9a-f]{32}$", "ticket": r"^TKT-\d{3,}$"}

LOCALPRO = f"localpro:\n  {TOKENS}\n"
LIVE = f"supportzen-live:\n  auth: [{{ policy: shared-secret, secrets: {{ app: {SECRET} }} }}]\n"
CLIENT = "supportzen-client:\n  auth: [{ policy: hmac-email, first_contact: trust }]\n"
CHAT_MODULE = f"chat-module:\n  {TOKENS}\n"
ROOMS = "rooms:\n  auth: [{ policy: none }, { policy: agent-token }]\n"


def brand(name: str, *dialects: str, mode: str = "compat", limits: str = "off", extra: str = "") -> str:
    """A tenant's file. Each dialect is a block of YAML whose first line is its key; `mode` goes into each."""
    blocks = []
    for block in dialects:
        head, _, rest = block.strip("\n").partition("\n")
        blocks.append(f"{head}\n  mode: {mode}\n{rest}" if " mode:" not in rest else f"{head}\n{rest}")
    return (
        f"tenant: {name}\nname: {name.title()}\nhosts: [{name}.test]\npath_prefix: /{name}\n"
        f"origins: ['https://app.example']\n{AGENTS}limits: {limits}\ntrusted_proxies: [127.0.0.0/8]\n{extra}\n"
        "dialects:\n" + textwrap.indent("\n".join(blocks), "  ") + "\n"
    )


@dataclass
class Form:
    """A JSON value's place where two runs differ: what it must look like instead."""

    pattern: str

    def __eq__(self, other) -> bool:
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    def __hash__(self) -> int:
        return hash(self.pattern)


class Anything:
    def __eq__(self, other) -> bool:
        return True

    def __repr__(self) -> str:
        return "anything"


ANYTHING = Anything()
MILLISECONDS = Form(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SECONDS = Form(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CHAT_ID, MESSAGE_ID = Form(ID_FORMS["chat"]), Form(ID_FORMS["message"])
OPAQUE = Form(r"[A-Za-z0-9_-]{16,}")


def assert_same(actual, expected, *, exact: bool = True, path: str = "$") -> None:
    """Keys in the document's order; with `exact` no others. Values equal, or of the form that stands in their place."""
    if isinstance(expected, dict):
        assert isinstance(actual, dict), f"{path}: {actual!r} is not an object"
        shared = [key for key in actual if key in expected]
        assert shared == list(expected), f"{path}: has {list(actual)}, expected {list(expected)}"
        more = [key for key in actual if key not in expected]
        assert not (exact and more), f"{path}: has {more} besides, which the document does not know"
        for key, value in expected.items():
            assert_same(actual[key], value, exact=exact, path=f"{path}.{key}")
    elif isinstance(expected, list):
        assert isinstance(actual, list) and len(actual) == len(expected), f"{path}: {actual!r}, expected {expected!r}"
        for index, value in enumerate(expected):
            assert_same(actual[index], value, exact=exact, path=f"{path}[{index}]")
    elif isinstance(expected, (Form, Anything)):
        assert expected == actual, f"{path}: {actual!r} has not the form {expected!r}"
    else:
        assert type(actual) is type(expected) and actual == expected, f"{path}: {actual!r}, expected {expected!r}"


def command(daemon: Daemon, *words: str, fails: bool = False, needs_data: bool = True) -> str:
    """Runs `gatewayd …` on the daemon's data folder; returns what it printed."""
    place = ["--data", str(daemon.data)] if needs_data else ["--config", str(daemon.config)]
    ran = subprocess.run([binary(), *words, *place], capture_output=True, text=True, timeout=30)
    assert (ran.returncode != 0) is fails, f"{words}: exit {ran.returncode}: {ran.stdout}{ran.stderr}"
    return ran.stdout + ran.stderr


def check(daemon: Daemon, tenants: dict[str, str], *flags: str) -> tuple[int, str]:
    """`gatewayd check` of a configuration that no daemon has."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="gatewayd-check-") as folder:
        (Path(folder) / "tenants").mkdir()
        (Path(folder) / "plugins.yaml").write_text(PLUGINS)
        for name, text in tenants.items():
            (Path(folder) / "tenants" / f"{name}.yaml").write_text(text)
        ran = subprocess.run(
            [binary(), "check", "--config", folder, *flags], capture_output=True, text=True, timeout=30
        )
        return ran.returncode, ran.stdout + ran.stderr


def digest(email: str, auth_token: str = "auth-token") -> str:
    return hmac.new(auth_token.encode(), email.encode(), hashlib.sha256).hexdigest()


def webhook_signature(secret: str, id: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()


class Brand(LocalPro):
    """One tenant, called in every dialect; LocalPro's calls are inherited, its agents answer."""

    # SupportZen live

    def live(self, path: str, fields: dict[str, str], *, image=None, secret: str | None = SECRET, **more) -> Response:
        from harness import Form as Multipart

        form = Multipart()
        for name, value in fields.items():
            form.text(name, value)
        for file in [image] if isinstance(image, tuple) else image or []:
            form.file(file[3] if len(file) > 3 else "image", file[0], file[1], file[2])
        return self.call("POST", "/api/client/live" + path, form, token=secret, **more)

    def live_create(self, message="Hi, I have a quick question!", *, uuid=None, email="user@example.com", **more) -> str:
        fields = {"email": email, "uuid": uuid or unique("user"), "created_at": "1679223400", "message": message}
        answer = self.live("/create", fields, **more)
        assert answer.status == 200, answer
        return answer.json()["data"]["chatId"]

    def live_send(self, chat: str, message="More", *, email="user@example.com", **more) -> str:
        answer = self.live("/chat", {"chat_id": chat, "email": email, "message": message}, **more)
        assert answer.status == 200, answer
        return answer.json()["data"]["messageId"]

    def live_read(self, chat: str, query="", *, email="user@example.com", secret=SECRET, **more) -> Response:
        return self.call("GET", f"/api/client/live/chat/{chat}?email={email}{query}", token=secret, **more)

    # SupportZen client

    def client(self, path: str, body, *, email: str | None = None, auth_token="auth-token", token=None, **more) -> Response:
        if token is None:
            token = digest(email or body["email"], auth_token)
        return self.call("POST", "/api/client" + path, body, token=token, **more)

    def client_create(self, email: str, message="Hello", *, kind="live", **more) -> str:
        body = {"email": email, "created_at": 1679223400, "message": message}
        answer = self.client(f"/{kind}/create", body, **more)
        assert answer.status == 200, answer
        return answer.json()["data"]["chatId" if kind == "live" else "ticketId"]

    def client_send(self, email: str, id: str, message="More", **more) -> str:
        ticket = id.startswith("TKT-")
        body = {"ticket_id" if ticket else "chat_id": id, "email": email, "message": message}
        answer = self.client("/ticket/append" if ticket else "/live/chat", body, **more)
        assert answer.status == 200, answer
        return answer.json()["data"]["messageId"]

    def client_read(self, email: str, id: str, query="", *, auth_token="auth-token", **more) -> Response:
        path = f"/api/client/ticket/{id}" if id.startswith("TKT-") or id == "list" else f"/api/client/live/chat/{id}"
        return self.call("GET", f"{path}?email={email}{query}", token=digest(email, auth_token), **more)

    # Chat module

    def module(self, method: str, path: str, body=None, *, token: str | None, **more) -> Response:
        return self.call(method, "/api/chat" + path, body, token=token, **more)

    def module_create(self, user: str, **fields) -> str:
        answer = self.module("POST", "/sessions", fields, token=agent_jwt(user, "user"))
        assert answer.status == 201, answer
        return answer.json()["id"]

    def module_send(self, session: str, content: str, *, token: str) -> dict:
        answer = self.module("POST", f"/sessions/{session}/messages", {"content": content}, token=token)
        assert answer.status == 201, answer
        return answer.json()

    # Agents

    def agents_session(self, search: str) -> dict:
        """The one session of LocalPro's list that a search finds."""
        rows = self.admin("GET", f"/sessions?search={search}").json()["data"]
        assert len(rows) == 1, rows
        return rows[0]
