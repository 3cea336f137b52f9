"""Starts the built daemon for a test and talks to it: plain HTTP, raw bytes, WebSockets, its databases."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import queue
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from websockets.sync.client import connect as websocket_connect

ROOT = Path(__file__).resolve().parents[2]
ALL_PLUGINS = "plugins:\n  localpro: {}\n"
READY = re.compile(r"^ready http=(\S+):(\d+) admin=(\S+):(\d+) tenants=(\d+)$")


def binary() -> str:
    """The daemon under test: GATEWAYD, else the release build, else the debug build."""
    chosen = os.environ.get("GATEWAYD")
    if chosen:
        return chosen
    for kind in ("release", "debug"):
        path = ROOT / ".build" / kind / "gatewayd"
        if path.exists():
            return str(path)
    raise RuntimeError("gatewayd is not built: run script/test-clients, or set GATEWAYD to a binary")


@dataclass
class Response:
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes
    version: str = "HTTP/1.1"

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    def json(self):
        return json.loads(self.body)

    def __repr__(self) -> str:
        return f"<{self.status} {self.headers} {self.body[:600]!r}>"


class Daemon:
    """One daemon with a configuration and a data folder of its own, on ports that the system picks."""

    def __init__(
        self,
        tenants: dict[str, str],
        *,
        plugins: str = ALL_PLUGINS,
        flags: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
        folder: Path | None = None,
    ):
        self.owns_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="gatewayd-test-"))
        self.config = self.folder / "config"
        self.data = self.folder / "data"
        self.flags = flags
        self.environment = environment or {}
        (self.config / "tenants").mkdir(parents=True, exist_ok=True)
        (self.config / "plugins.yaml").write_text(plugins)
        for name, text in tenants.items():
            self.write_tenant(name, text)
        self.process: subprocess.Popen | None = None
        self.host = "127.0.0.1"
        self.port = 0
        self.admin_port = 0
        self.ready_tenants = 0
        self.lines: list[str] = []
        self.started_in = 0.0

    # Configuration

    def write_tenant(self, name: str, text: str) -> None:
        (self.config / "tenants" / f"{name}.yaml").write_text(text)

    def remove_tenant(self, name: str) -> None:
        (self.config / "tenants" / f"{name}.yaml").unlink()

    # Life

    def arguments(self) -> list[str]:
        return [
            binary(), "serve", "--config", str(self.config), "--data", str(self.data),
            "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "json", *self.flags,
        ]  # fmt: skip

    def start(self, timeout: float = 20) -> "Daemon":
        began = time.monotonic()
        self.process = subprocess.Popen(
            self.arguments(),
            stdout=subprocess.PIPE,
            stderr=open(self.folder / "log", "ab"),
            env={**os.environ, **self.environment},
            text=True,
        )
        line = self._line(timeout)
        matched = READY.match(line.strip())
        if not matched:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no ready line but {line!r}; log:\n{self.log()}")
        self.started_in = time.monotonic() - began
        self.host, self.port = matched[1], int(matched[2])
        self.admin_port = int(matched[4])
        self.ready_tenants = int(matched[5])
        return self

    def _line(self, timeout: float) -> str:
        assert self.process and self.process.stdout
        readable, _, _ = select.select([self.process.stdout], [], [], timeout)
        return self.process.stdout.readline() if readable else "(nothing in time)"

    def stop(self, timeout: float = 20) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout: float = 20) -> int:
        assert self.process
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the daemon did not end within {timeout} s; log:\n{self.log()[-3000:]}") from None

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def reload(self, timeout: float = 10) -> None:
        """SIGHUP, then waits until the log says that it was carried out or refused."""
        before = self.log().count("reload")
        self.signal(signal.SIGHUP)
        eventually(lambda: self.log().count("reload") > before, timeout)

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "Daemon":
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_) -> None:
        self.close()

    # Talking

    def request(
        self,
        method: str,
        target: str,
        *,
        body: bytes | None = None,
        json_body=None,
        headers: dict[str, str] | None = None,
        host: str | None = None,
        port: int | None = None,
        timeout: float = 10,
    ) -> Response:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, port or self.port, timeout=timeout)
        fields = {"Host": host or f"{self.host}:{port or self.port}", **(headers or {})}
        if json_body is not None:
            body = json.dumps(json_body).encode()
            fields.setdefault("Content-Type", "application/json")
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            if body is not None:
                fields.setdefault("Content-Length", str(len(body)))
            for name, value in fields.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
            return Response(answer.status, answer.reason, answer.getheaders(), content)
        finally:
            connection.close()

    def raw(self, port: int | None = None, timeout: float = 10) -> "RawConnection":
        return RawConnection(self.host, port or self.port, timeout)

    def websocket(self, target: str, *, host: str | None = None, **options) -> "Live":
        return Live(self, target, host or f"{self.host}:{self.port}", **options)

    def database(self, tenant: str) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.data / tenant / 'chat.db'}?mode=ro", uri=True)


class RawConnection:
    """A socket without any library's idea of HTTP on the way out."""

    def __init__(self, host: str, port: int, timeout: float = 10):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def send(self, data: bytes | str) -> "RawConnection":
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        return self

    def _more(self) -> bool:
        try:
            data = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self.buffer += data
        return bool(data)

    def response(self, *, to_head: bool = False) -> Response:
        """The next response, framed as RFC 9112 says."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                raise ConnectionError(f"closed before a response, with {self.buffer[:200]!r}")
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        version, status, *reason = status_line.split(" ", 2)
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        response = Response(int(status), reason[0] if reason else "", headers, b"", version)
        if to_head or response.status in (204, 304) or response.status < 200:
            return response
        if (response.header("transfer-encoding") or "").lower() == "chunked":
            response.body = self._chunked()
        elif response.header("content-length") is not None:
            response.body = self._exactly(int(response.header("content-length")))
        else:
            while self._more():
                pass
            response.body, self.buffer = self.buffer, b""
        return response

    def _exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            if not self._more():
                raise ConnectionError(f"closed inside a body: {len(self.buffer)} of {count} bytes")
        body, self.buffer = self.buffer[:count], self.buffer[count:]
        return body

    def _line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            if not self._more():
                raise ConnectionError("closed inside chunks")
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def _chunked(self) -> bytes:
        body = b""
        while size := int(self._line().split(b";")[0], 16):
            body += self._exactly(size)
            self._exactly(2)
        while self._line():
            pass
        return body

    def is_closed(self, timeout: float = 5) -> bool:
        """Whether the peer closes within the time, having sent nothing more."""
        self.socket.settimeout(timeout)
        try:
            return not self.buffer and not self._more()
        except TimeoutError:
            return False

    def rest(self, timeout: float = 5) -> bytes:
        """Everything until the peer closes."""
        self.socket.settimeout(timeout)
        while self._more():
            pass
        rest, self.buffer = self.buffer, b""
        return rest

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_) -> None:
        self.close()


class Refused(Exception):
    """An upgrade that was answered with a plain response."""

    def __init__(self, status: int, headers, body: bytes):
        super().__init__(f"{status} {body[:300]!r}")
        self.status, self.headers, self.body = status, headers, body


class Live:
    """A WebSocket whose JSON frames are read in order."""

    def __init__(self, daemon: Daemon, target: str, host: str, *, headers=None, protocols=None, origin=None):
        raw = socket.create_connection((daemon.host, daemon.port), timeout=10)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.connecting = websocket_connect(
                f"ws://{host}{target}",
                sock=raw,
                additional_headers=headers,
                subprotocols=protocols,
                origin=origin,
                compression=None,
                proxy=None,
                max_size=None,
                ping_interval=None,
                close_timeout=5,
            )
            self.socket = self.connecting.__enter__()
        except websockets.exceptions.InvalidStatus as refusal:
            answer = refusal.response
            raise Refused(answer.status_code, answer.headers, bytes(answer.body or b"")) from None

    def send(self, frame) -> None:
        self.socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    def next(self, timeout: float = 5) -> dict:
        return json.loads(self.socket.recv(timeout=timeout))

    def established(self) -> "Live":
        frame = self.next()
        assert frame["type"] == "connection_established", frame
        return self

    def until(self, kind: str, timeout: float = 5) -> dict:
        """The next frame of a type; others before it are skipped."""
        deadline = time.monotonic() + timeout
        while True:
            frame = self.next(max(0.01, deadline - time.monotonic()))
            if frame.get("type") == kind:
                return frame

    def pending(self) -> list[dict]:
        """Every frame that was due before now: what comes before the answer to a ping."""
        self.send({"type": "ping"})
        frames = []
        while (frame := self.next())["type"] != "pong":
            frames.append(frame)
        return frames

    def closed(self, timeout: float = 5) -> int:
        """The close code, after whatever frames still come."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self.socket.recv(timeout=max(0.01, deadline - time.monotonic()))
        except websockets.exceptions.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def close(self) -> None:
        self.connecting.__exit__(None, None, None)

    def __enter__(self) -> "Live":
        return self

    def __exit__(self, *_) -> None:
        self.close()


# Small things


def eventually(condition, timeout: float = 10, every: float = 0.02):
    """Waits until a condition holds, and returns what it returned."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {timeout} s")
        time.sleep(every)


def together(count: int, work) -> list:
    """Runs `work(index)` on so many threads at once; returns the results in order."""
    results: list = [None] * count
    failures: queue.Queue = queue.Queue()
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        try:
            barrier.wait(10)
            results[index] = work(index)
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            failures.put(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not failures.empty():
        raise failures.get()
    return results


def jwt(claims: dict, key: str, algorithm: str = "HS256") -> str:
    """A token signed with HMAC."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    head = part(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()) + "." + part(json.dumps(claims).encode())
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(algorithm)
    signature = part(hmac.new(key.encode(), head.encode(), digest).digest()) if digest else ""
    return f"{head}.{signature}"


@dataclass
class Form:
    """A multipart/form-data body."""

    parts: list[tuple[str, str | None, str | None, bytes]] = field(default_factory=list)
    boundary: str = "----acceptance7MA4YWxkTrZu0gW"

    def text(self, name: str, value: str) -> "Form":
        self.parts.append((name, None, None, value.encode()))
        return self

    def file(self, name: str, filename: str, kind: str | None, data: bytes) -> "Form":
        self.parts.append((name, filename, kind, data))
        return self

    @property
    def content_type(self) -> str:
        return f"multipart/form-data; boundary={self.boundary}"

    def encode(self) -> bytes:
        out = b""
        for name, filename, kind, data in self.parts:
            disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
            out += f"--{self.boundary}\r\nContent-Disposition: {disposition}\r\n".encode()
            if kind:
                out += f"Content-Type: {kind}\r\n".encode()
            out += b"\r\n" + data + b"\r\n"
        return out + f"--{self.boundary}--\r\n".encode()
