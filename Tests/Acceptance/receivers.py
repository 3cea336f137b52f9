"""Webhook receivers for tests: what they get, and how they answer."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from brands import webhook_signature
from harness import eventually

OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


def answer(status: int, fields: str = "", body: str = "") -> bytes:
    return f"HTTP/1.1 {status} Some Reason\r\n{fields}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def secret(text: str) -> str:
    return "whsec_" + base64.b64encode(text.encode()).decode()


@dataclass
class Delivery:
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict:
        return json.loads(self.body)

    @property
    def text(self) -> str | None:
        message = self.event["data"]["message"]
        return message and message["content"]

    def is_signed_with(self, key: str) -> bool:
        expected = webhook_signature(key, self.id, self.headers["webhook-timestamp"], self.body)
        return expected in self.headers["webhook-signature"].split(" ")


class Receiver:
    """Takes deliveries. What it does next is in `script`: bytes to answer with, "hang", "reset", "slow", "cut",
    "silence"; then `default`."""

    def __init__(self, *, script=(), default=OK, certificate: Path | None = None, port: int = 0):
        self.script = list(script)
        self.default = default
        self.deliveries: list[Delivery] = []
        self.accepted: list[Delivery] = []
        self.released = threading.Event()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.server = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}/hook"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            connection.settimeout(60)
            stream = connection.makefile("rb")
            while line := stream.readline():
                _, path, _ = line.decode().split(" ")
                headers = {}
                while (field := stream.readline().decode().strip()) != "":
                    name, _, value = field.partition(":")
                    headers[name.lower()] = value.strip()
                body = stream.read(int(headers.get("content-length", "0")))
                delivery = Delivery(path, headers, body, time.time())
                self.deliveries.append(delivery)
                act = self.script.pop(0) if self.script else self.default
                if not self._act(connection, act, delivery):
                    return
        except (OSError, ValueError):
            return
        finally:
            connection.close()

    def _act(self, connection: socket.socket, act, delivery: Delivery) -> bool:
        if act == "hang":
            self.released.wait(60)
            return False
        if act == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            return False
        if act == "cut":  # inside the answer's head
            connection.sendall(b"HTTP/1.1 20")
            return False
        if act == "silence":
            return False
        if act == "garbage":
            connection.sendall(b"\0\1\2 what is this\r\n\r\n")
            return False
        # Noted before it is said: once it is said, the next delivery may overtake this thread.
        if act == "slow" or act.startswith(b"HTTP/1.1 2"):
            self.accepted.append(delivery)
        if act == "slow":
            for byte in OK:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)
        else:
            connection.sendall(act)
        return True

    def wait(self, count: int, timeout: float = 15) -> list[Delivery]:
        eventually(lambda: len(self.accepted) >= count, timeout)
        return self.accepted[:]

    def wait_for(self, *texts: str, timeout: float = 15) -> list[Delivery]:
        """Until messages of these texts were accepted; returns theirs, in order."""

        def found():
            mine = [delivery for delivery in self.accepted if delivery.text in texts]
            return mine if len({delivery.text for delivery in mine}) == len(set(texts)) else None

        return eventually(found, timeout)

    def attempts(self, text: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.text == text]

    def close(self) -> None:
        self.released.set()
        try:
            self.server.shutdown(socket.SHUT_RDWR)  # or the accept under way would take one more
        except OSError:
            pass
        self.server.close()

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def self_signed(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    path = folder / "own.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(folder / "own.crt"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + (folder / "own.crt").read_text())
    return path
