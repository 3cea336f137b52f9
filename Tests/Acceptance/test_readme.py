"""The examples of the README and of docs/, run as they are typed there, against the demo brands as they are."""

import json
import os
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from harness import ROOT, Daemon, binary, eventually
from localpro import LocalPro, tenant

README = (ROOT / "README.md").read_text()
WEBHOOKS = (ROOT / "docs" / "webhooks.md").read_text()
BLOCK = re.compile(r"(?:<!-- (\w+) -->\n)?```(\w*)\n(.*?)```", re.DOTALL)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def blocks(mark: str, page: str) -> list[str]:
    return [text for found, _, text in BLOCK.findall(page) if found == mark]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A copy of the repository's configuration, served the way script/server does."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(ROOT / "plugins.yaml", folder)
    shutil.copytree(ROOT / "tenants", folder / "tenants")
    (folder / "bin").mkdir()
    (folder / "bin" / "gatewayd").symlink_to(os.path.abspath(binary()))
    daemon = Daemon({}, plugins=(ROOT / "plugins.yaml").read_text(), folder=folder)
    daemon.config = folder
    with daemon:
        yield daemon


def shell(demo: Daemon, text: str) -> subprocess.CompletedProcess:
    text = text.replace(":8080", f":{demo.port}").replace(":8081", f":{demo.admin_port}")
    environment = {**os.environ, "PATH": f"{demo.folder / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=demo.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def without_what_differs(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME", text)
    return re.sub(r"\b[0-9a-f]{24}\b", "ID", text)


def documented(actual, expected) -> bool:
    """Whether an answer has what the README shows of it; it may have more."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            key in actual and documented(actual[key], value) for key, value in expected.items()
        )
    return actual == expected


def test_the_examples(demo):
    found = [(mark, text) for mark, _, text in BLOCK.findall(README) if mark in ("run", "answer")]
    assert sum(mark == "run" for mark, _ in found) >= 5
    output = ""
    for mark, text in found:
        if mark == "run":
            result = shell(demo, text)
            output = result.stdout
            assert result.returncode == 0, f"{text}\n{result.stdout}\n{result.stderr}"
            assert '"success":false' not in output and '"error"' not in output, f"{text}\n{output}"
        else:
            actual, expected = (json.loads(without_what_differs(side)) for side in (output, text))
            assert documented(actual, expected), f"the README shows\n{text}\nbut it is\n{output}"


def test_what_they_did(demo):
    answer = demo.request("GET", "/localpro/api/live-chat/sessions/session-readme-1/messages")
    messages = answer.json()["data"]
    assert [message["type"] for message in messages] == ["system", "user", "agent", "user"]
    assert messages[3]["attachments"][0]["name"] == "order.txt"
    demo.reload()
    eventually(lambda: demo.request("GET", "/nothing", host="bakery.localhost").status == 404)
    minted = shell(demo, "gatewayd token mint --tenant bakery --agent ann")
    assert minted.returncode == 0, minted.stderr
    token = minted.stdout.split()[-1]
    headers = {"Authorization": f"Bearer {token}"}
    assert demo.request("GET", "/bakery/api/admin/live-chat/sessions", headers=headers).status == 200


def test_the_script_shows_what_works(demo):
    """What script/server prints to try is valid too."""
    text = (ROOT / "script" / "server").read_text()
    commands = re.search(r"try this in another terminal:\n\n(.*?)\nCtrl-C", text, re.DOTALL)[1]
    result = shell(demo, commands)
    assert result.returncode == 0 and result.stdout.count('"success":true') == 3, result


def test_commands_and_flags_that_are_named_exist():
    overview = subprocess.run([binary(), "--help"], capture_output=True, text=True).stdout
    for command in set(re.findall(r"`gatewayd (\w+)", README)):
        if command.islower():
            assert re.search(rf"^  {command}\b", overview, re.MULTILINE), command
    flags = subprocess.run([binary(), "serve", "--help"], capture_output=True, text=True).stdout
    for flag in ("--listen", "--drain", "--durability", "--tls-listen", "--tls-cert", "--tls-key"):
        assert flag in README and flag in flags
    for path in ["plugins.yaml", "tenants/acme.yaml", "Tests/Acceptance/kill9.py", "Tests/Acceptance/test_webhooks.py"]:
        assert (ROOT / path).exists(), path


def test_links_lead_somewhere():
    for page in [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("Sources/Adapters/**/README.md")]:
        for path in re.findall(r"\]\((?!http)([^)]+)\)", page.read_text()):
            assert (page.parent / path).exists(), f"{page}: {path}"


def form(value):
    """The names in a JSON value, in order, without what they stand for."""
    return {name: form(inner) for name, inner in value.items()} if isinstance(value, dict) else None


def test_the_receiver_of_webhooks():
    namespace: dict = {}
    (code,) = blocks("webhook", WEBHOOKS)
    exec(code, namespace)  # noqa: S102 - the page's own
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((dict(self.headers.items()), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    hook = (
        f"webhooks:\n  - url: http://127.0.0.1:{server.server_port}/hook\n    secret: {SECRET}\n"
        "    events: [conversation.created, message.created]\n    allow_private: true\n"
    )
    try:
        with Daemon({"one": tenant("one", extra=hook)}) as daemon:
            chat = LocalPro(daemon, "one")
            session = chat.create()
            chat.send(session, "told to the backend")
            eventually(lambda: any(b"told to the backend" in body for _, body in received))
    finally:
        server.shutdown()
    is_genuine = namespace["is_genuine"]
    for headers, body in received:
        lowered = {name.lower(): value for name, value in headers.items()}
        assert is_genuine(SECRET, lowered, body)
        assert not is_genuine(SECRET, lowered, body + b" ")
        assert not is_genuine("whsec_" + "A" * 32, lowered, body)
        assert not is_genuine(SECRET, lowered | {"webhook-timestamp": "1"}, body)
        event = json.loads(body)
        assert list(event) == ["type", "timestamp", "data"]
        assert {"tenant", "conversation", "message"} <= set(event["data"])
    assert [json.loads(body)["type"] for _, body in received][0] == "conversation.created"
    (payload,) = map(json.loads, blocks("payload", WEBHOOKS))
    told = next(json.loads(body) for _, body in received if b"told to the backend" in body)
    assert json.dumps(form(payload)) == json.dumps(form(told))
    assert payload["type"] == told["type"]
