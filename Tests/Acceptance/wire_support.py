"""Starts wire-conformance for the test_wire_* modules and talks to it: raw HTTP, raw WebSocket frames."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 5.0


def program() -> str:
    """The program under test: WIRE_CONFORMANCE, else the release build, else the debug build."""
    chosen = os.environ.get("WIRE_CONFORMANCE")
    if chosen:
        return chosen
    for kind in ("release", "debug"):
        path = ROOT / ".build" / kind / "wire-conformance"
        if path.exists():
            return str(path)
    raise RuntimeError("not built: run swift build --product wire-conformance, or set WIRE_CONFORMANCE to a binary")


@dataclass(frozen=True)
class Server:
    host: str
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=PATIENCE)


@pytest.fixture(scope="module")
def server():
    process = subprocess.Popen(
        [program(), "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        match = re.fullmatch(r"ready (\S+):(\d+)\n", line)
        assert match, f"instead of the ready line: {line!r}"
        yield Server(match[1], int(match[2]))
        assert process.poll() is None, "the server has died"
    finally:
        process.terminate()
        try:
            code = process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert code == 0, f"exit code {code} after SIGTERM"


# HTTP


@dataclass
class Answer:
    status: int
    fields: dict[str, str]
    body: bytes
    text: str = field(init=False)

    def __post_init__(self):
        self.text = self.body.decode("utf-8", "replace")


class HTTPStream:
    """One connection: bytes out, answers in."""

    def __init__(self, server: Server):
        self.socket = server.connect()
        self.held = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def more(self) -> bool:
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            return False
        self.held += data
        return bool(data)

    def answer(self, to: str = "GET") -> Answer:
        while b"\r\n\r\n" not in self.held:
            assert self.more(), f"closed without an answer: {self.held!r}"
        head, _, self.held = self.held.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        length = int(fields.get("content-length", "0"))
        if to == "HEAD" or status in (101, 100, 204, 304):
            length = 0
        while len(self.held) < length:
            assert self.more(), "closed inside a body"
        body, self.held = self.held[:length], self.held[length:]
        return Answer(status, fields, body)

    def is_closed(self) -> bool:
        """Waits for the server to close its side."""
        while self.more():
            pass
        return True


def request(
    server: Server, method: str, target: str, body: bytes | None = None, fields: dict[str, str] | None = None
) -> Answer:
    lines = [f"{method} {target} HTTP/1.1", "Host: any.example"]
    lines += [f"{name}: {value}" for name, value in (fields or {}).items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    with HTTPStream(server) as stream:
        stream.send("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
        return stream.answer(method)


# WebSocket

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@dataclass(frozen=True)
class Frame:
    opcode: int
    payload: bytes
    final: bool = True
    reserved: int = 0

    @property
    def code(self) -> int | None:
        return struct.unpack("!H", self.payload[:2])[0] if len(self.payload) >= 2 else None


def masked(frame: Frame, key: bytes = b"\x12\x34\x56\x78", *, length_form: int | None = None, mask: bool = True) -> bytes:
    """A client's frame. `length_form` 2 or 8 forces an extended length, minimal or not."""
    first = (0x80 if frame.final else 0) | frame.reserved << 4 | frame.opcode
    count = len(frame.payload)
    bit = 0x80 if mask else 0
    if length_form is None:
        length_form = 0 if count < 126 else 2 if count < 65536 else 8
    if length_form == 0:
        head = struct.pack("!BB", first, bit | count)
    elif length_form == 2:
        head = struct.pack("!BBH", first, bit | 126, count)
    else:
        head = struct.pack("!BBQ", first, bit | 127, count)
    if not mask:
        return head + frame.payload
    repeated = (key * (count // 4 + 1))[:count]
    body = (int.from_bytes(frame.payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(count, "big")
    return head + key + body


class WireSocket:
    """A WebSocket client that sends exactly the frames it is told to."""

    def __init__(self, server: Server, target: str = "/ws-echo"):
        self.stream = HTTPStream(server)
        self.stream.send(
            f"GET {target} HTTP/1.1\r\nHost: any.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.handshake = self.stream.answer()

    def __enter__(self):
        assert self.handshake.status == 101, self.handshake
        assert self.handshake.fields["sec-websocket-accept"] == ACCEPT
        return self

    def __exit__(self, *_):
        self.stream.socket.close()

    def send(self, *frames: Frame, chop: int | None = None) -> None:
        data = b"".join(masked(frame) for frame in frames)
        self.send_bytes(data, chop)

    def send_bytes(self, data: bytes, chop: int | None = None) -> None:
        if chop is None:
            self.stream.send(data)
            return
        for start in range(0, len(data), chop):
            self.stream.send(data[start : start + chop])

    def text(self, text: str) -> None:
        self.send(Frame(TEXT, text.encode()))

    def binary(self, data: bytes) -> None:
        self.send(Frame(BINARY, data))

    def _take(self, count: int) -> bytes | None:
        while len(self.stream.held) < count:
            if not self.stream.more():
                return None
        data, self.stream.held = self.stream.held[:count], self.stream.held[count:]
        return data

    def receive(self) -> Frame | None:
        """The next frame; None when the connection ended."""
        head = self._take(2)
        if head is None:
            return None
        assert not head[1] & 0x80, "a server must not mask"
        count = head[1]
        if count == 126:
            count = struct.unpack("!H", self._take(2))[0]
            assert count >= 126, "not the shortest length"
        elif count == 127:
            count = struct.unpack("!Q", self._take(8))[0]
            assert count >= 65536, "not the shortest length"
        payload = self._take(count)
        assert payload is not None, "the connection ended inside a frame"
        return Frame(head[0] & 15, payload, bool(head[0] & 0x80), head[0] >> 4 & 7)

    def receive_text(self) -> str:
        frame = self.receive()
        assert frame is not None and frame.opcode == TEXT, frame
        return frame.payload.decode()

    def receive_close(self) -> int | None:
        """Waits for the end: the code of the close frame, None when it had none. Skips what was sent before it."""
        while True:
            frame = self.receive()
            assert frame is not None, "the connection ended without a close frame"
            if frame.opcode == CLOSE:
                return frame.code

    def is_open(self) -> bool:
        self.send(Frame(PING, b"still there?"))
        frame = self.receive()
        return frame == Frame(PONG, b"still there?")
