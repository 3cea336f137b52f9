"""Kills the daemon with SIGKILL in the middle of a load of sends, restarts it, and counts.

Every message whose send was answered must be there once, word by word; of the others at most one copy. Runs by itself
(`python kill9.py [ROUNDS]`) and as part of the tests.
"""

from __future__ import annotations

import json
import random
import socket
import sys
import threading
import time

from harness import Daemon
from localpro import LocalPro, tenant

CONNECTIONS = 64
TENANTS = ("one", "two")


class Load:
    """Keep-alive connections that send as fast as they are answered."""

    def __init__(self, daemon: Daemon, sessions: dict[str, list[str]]):
        self.daemon = daemon
        self.sessions = sessions
        self.sent: dict[str, set[str]] = {session: set() for ids in sessions.values() for session in ids}
        self.acknowledged: dict[str, dict[str, str]] = {session: {} for session in self.sent}
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(index,), daemon=True) for index in range(CONNECTIONS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(20)

    def _run(self, index: int) -> None:
        name = TENANTS[index % len(TENANTS)]
        session = self.sessions[name][index // len(TENANTS) % len(self.sessions[name])]
        serial = 0
        try:
            connection = socket.create_connection((self.daemon.host, self.daemon.port), timeout=10)
            stream = connection.makefile("rb")
            while not self.stopped.is_set():
                serial += 1
                content = f"{index}-{serial}-{random.randbytes(20).hex()}"
                body = json.dumps({"content": content}).encode()
                self.sent[session].add(content)
                connection.sendall(
                    f"POST /api/live-chat/sessions/{session}/messages HTTP/1.1\r\nHost: {name}.test\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                status, answer = self._response(stream)
                if status == 201:
                    self.acknowledged[session][content] = answer["data"]["_id"]
        except (OSError, ValueError, IndexError):
            return  # the daemon is gone

    @staticmethod
    def _response(stream) -> tuple[int, dict]:
        status = int(stream.readline().split()[1])
        length = 0
        while (line := stream.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, json.loads(stream.read(length))


def stored_messages(chat: LocalPro, session: str) -> dict[str, list[str]]:
    """The ids under which each content of a session's guests is stored."""
    found: dict[str, list[str]] = {}
    page = 1
    while True:
        got = chat.messages(session, f"?limit=100&page={page}")
        for message in got["data"]:
            if message["type"] == "user":
                found.setdefault(message["content"], []).append(message["_id"])
        if page >= got["pages"]:
            return found
        page += 1


def round_of_death(
    daemon: Daemon, sessions: dict[str, list[str]], history: dict[str, dict[str, str]], seconds: float
) -> tuple[int, int, int, int]:
    load = Load(daemon, sessions)
    load.start()
    time.sleep(seconds)
    daemon.kill()
    load.join()
    for session, messages in load.acknowledged.items():
        history[session].update(messages)
    daemon.start()

    lost = doubled = strangers = total = 0
    for name, ids in sessions.items():
        chat = LocalPro(daemon, name)
        for session in ids:
            stored = stored_messages(chat, session)
            total += sum(len(copies) for copies in stored.values())
            doubled += sum(len(copies) > 1 for copies in stored.values())
            for content, id in history[session].items():
                lost += id not in stored.get(content, [])
            known = load.sent[session] | set(history[session])
            strangers += sum(
                content not in known and content not in history.get("unanswered", {}) for content in stored
            )
            history.setdefault("unanswered", {}).update(dict.fromkeys(load.sent[session], ""))
        with daemon.database(name) as database:
            checked = database.execute("PRAGMA integrity_check").fetchone()[0]
            assert checked == "ok", f"integrity_check of {name}: {checked}"
    acknowledged = sum(len(messages) for messages in load.acknowledged.values())
    sent = sum(len(messages) for messages in load.sent.values())
    summary = (
        f"killed after {seconds:.2f} s: {sent} sent, {acknowledged} answered, {total} stored in all rounds, "
        f"{lost} lost, {doubled} doubled, {strangers} unknown; integrity_check ok"
    )
    assert lost == doubled == strangers == 0, summary
    assert acknowledged > 0, summary
    print(summary, flush=True)
    return acknowledged, lost, doubled, strangers


def main(rounds: int = 3) -> list[tuple[int, int, int, int]]:
    """So many rounds; of each how many sends were acknowledged, lost, doubled, and never sent."""
    with Daemon({name: tenant(name) for name in TENANTS}) as daemon:
        sessions = {name: [LocalPro(daemon, name).create() for _ in range(4)] for name in TENANTS}
        history: dict[str, dict[str, str]] = {session: {} for ids in sessions.values() for session in ids}
        counts = [round_of_death(daemon, sessions, history, random.uniform(0.5, 1.5)) for _ in range(rounds)]
        assert daemon.stop() == 0
        return counts


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
