"""The document's two usage examples as pages in a real browser, served from another origin than the daemon's."""

import base64
import json
import shutil
import subprocess
import tempfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from urllib.parse import quote

import pytest

from harness import Daemon
from images import png
from localpro import LocalPro, tenant

PAGES = Path(__file__).parent / "pages"


class Reports:
    """What the pages tell of themselves."""

    def __init__(self):
        self.all: list[dict] = []
        self.changed = Condition()

    def add(self, report: dict) -> None:
        with self.changed:
            self.all.append(report)
            self.changed.notify_all()

    def wait(self, page: str, step: str, holds=lambda data: True, timeout: float = 40):
        def found():
            return [r for r in self.all if r["page"] == page and r["step"] == step and holds(r["data"])]

        with self.changed:
            arrived = self.changed.wait_for(lambda: found() or self.failed(), timeout)
            assert arrived and not self.failed(), f"{page} never told of {step}; it told {json.dumps(self.all)[:3000]}"
            return found()[0]["data"]

    def failed(self):
        return [report for report in self.all if report["step"] == "failed"]


@pytest.fixture
def pages():
    reports = Reports()

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(PAGES))

        def do_POST(self):
            reports.add(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", reports
    server.shutdown()


@pytest.fixture
def browse():
    """Opens pages in headless browsers that end with the test."""
    program = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    assert program, "there is no Chromium: script/test-clients installs it"
    running, folders = [], []

    def open_page(url: str) -> None:
        folder = tempfile.mkdtemp(prefix="chromium-")
        folders.append(folder)
        running.append(
            subprocess.Popen(
                [
                    program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    f"--user-data-dir={folder}", "--remote-debugging-port=0", url,
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip

    yield open_page
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("websocket_admin,more", [("open", ""), ("token", "&token=jane-token")])
def test_both_hooks(pages, browse, websocket_admin, more):
    origin, reports = pages
    text = tenant(
        "brand", mode="strict" if websocket_admin == "open" else "compat", dialect=f"websocket_admin: {websocket_admin}"
    )
    text = text.replace("origins: ['https://app.example', 'http://localhost:3000']", f"origins: ['{origin}']")
    with Daemon({"brand": text}) as daemon:
        chat = LocalPro(daemon, "brand")
        waiting = chat.create(name="Mary")
        api = quote(f"http://127.0.0.1:{daemon.port}/brand", safe="")

        browse(f"{origin}/admin.html?api={api}&token=jane-token&more={quote(more, safe='')}")
        assert [row["sessionId"] for row in reports.wait("admin", "sessions")] == [waiting]
        reports.wait("admin", "frame", lambda frame: frame["type"] == "connection_established")

        picture = quote(base64.b64encode(png(width=7, height=5)).decode(), safe="")
        browse(f"{origin}/guest.html?api={api}&png={picture}")
        started = reports.wait("guest", "started")
        session = started["data"]["session"]["sessionId"]
        assert (
            reports.wait("admin", "frame", lambda frame: frame["type"] == "new_session")["session"]["sessionId"]
            == session
        )
        assert reports.wait("admin", "frame", lambda frame: frame["type"] == "user_typing")["isTyping"] is True
        assert reports.wait("guest", "sent")["data"]["content"] == "Hello from a browser"
        message = reports.wait("admin", "frame", lambda frame: frame["type"] == "user_message")
        assert message["message"]["content"] == "Hello from a browser"
        assert reports.wait("admin", "replied")["success"] is True
        shown = reports.wait("guest", "messages")
        assert shown[0]["type"] == "system" and shown[-1]["content"] == "Hello from the dashboard"
        # The picture that the guest sent is shown from its signed link.
        assert reports.wait("guest", "picture") == [7, 5]


def test_a_page_of_another_origin_is_kept_out(pages, browse):
    origin, reports = pages
    with Daemon({"brand": tenant("brand")}) as daemon:
        api = quote(f"http://127.0.0.1:{daemon.port}/brand", safe="")
        browse(f"{origin}/admin.html?api={api}&token=jane-token&more=")
        with reports.changed:
            assert reports.changed.wait_for(reports.failed, 40), "a page of a foreign origin could read an answer"
