"""Socket.IO by hand: long-polling and WebSocket packets, as a client sends them."""

from __future__ import annotations

import json
import time

from brands import Brand
from harness import Response


class Polling:
    """One Engine.IO session over long-polling, connected to the default namespace."""

    def __init__(self, rooms: Brand, *, token: str | None = None, connect=True, auth: dict | None = None, path="/socket.io/", headers=None):
        self.rooms, self.path, self.headers = rooms, path, headers or {}
        self.events: list[list] = []
        self.acks: dict[int, list] = {}
        self.serial = 0
        self.connected: dict | None = None
        self.refused: dict | None = None
        answer = self.request("GET", "")
        assert answer.status == 200 and answer.body[:1] == b"0", answer
        self.open = json.loads(answer.body[1:])
        self.sid = self.open["sid"]
        if connect:
            auth = auth if auth is not None else ({"token": token} if token else None)
            self.post("40" + (json.dumps(auth) if auth is not None else ""))
            while self.connected is None and self.refused is None:
                self.poll()

    def request(self, method: str, more: str, body: bytes | None = None, **options) -> Response:
        sid = f"&sid={self.sid}" if hasattr(self, "sid") else ""
        return self.rooms.daemon.request(
            method, f"{self.path}?EIO=4&transport=polling{sid}{more}", body=body, host=self.rooms.host,
            headers={**self.headers, **options.pop("headers", {})}, timeout=options.pop("timeout", 40),
        )  # fmt: skip

    def post(self, *packets: str) -> Response:
        answer = self.request("POST", "", "\x1e".join(packets).encode(), headers={"Content-Type": "text/plain;charset=UTF-8"})
        assert answer.status == 200 and answer.body == b"ok", answer
        return answer

    def poll(self) -> list[str]:
        answer = self.request("GET", "")
        assert answer.status == 200, answer
        packets = answer.body.decode().split("\x1e")
        for packet in packets:
            self.take(packet)
        return packets

    def take(self, packet: str) -> None:
        if packet == "2":
            self.post("3")
        elif packet.startswith("40"):
            self.connected = json.loads(packet[2:])
        elif packet.startswith("42"):
            self.events.append(json.loads(packet[2:]))
        elif packet.startswith("43"):
            digits = packet[2 : packet.index("[")]
            self.acks[int(digits)] = json.loads(packet[2 + len(digits) :])
        elif packet.startswith("44"):
            self.refused = json.loads(packet[2:])

    def emit(self, *event) -> None:
        self.post("42" + json.dumps(list(event)))

    def ask(self, *event, timeout: float = 10):
        """Emits with an acknowledgement; returns what it has."""
        self.serial += 1
        self.post(f"42{self.serial}" + json.dumps(list(event)))
        deadline = time.monotonic() + timeout
        while self.serial not in self.acks:
            assert time.monotonic() < deadline, f"no acknowledgement, only {self.events}"
            self.poll()
        return self.acks[self.serial][0]

    def next(self, name: str | None = None, timeout: float = 10) -> list:
        deadline = time.monotonic() + timeout
        while True:
            for index, event in enumerate(self.events):
                if name is None or event[0] == name:
                    return self.events.pop(index)
            assert time.monotonic() < deadline, f"no {name}, only {self.events}"
            self.poll()

    def close(self) -> None:
        self.request("POST", "", b"1")

    def __enter__(self) -> "Polling":
        return self

    def __exit__(self, *_) -> None:
        self.close()
