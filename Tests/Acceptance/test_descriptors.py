"""Sockets of every dialect end in every way, and the daemon's descriptors come back."""

import os
import socket
import struct

import pytest

from brands import CHAT_MODULE, LOCALPRO, PLUGINS, Brand, brand
from harness import Daemon, Live, eventually
from localpro import ADMIN, SUPPORT, agent_jwt, unique

TENANTS = {"acme": brand("acme", LOCALPRO, CHAT_MODULE)}
ROUNDS = 20


@pytest.fixture
def chat(daemon):
    return Brand(daemon, "acme")


def descriptors(daemon: Daemon) -> int:
    return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))


def reset(live: Live) -> None:
    """Ends the connection without a word."""
    live.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    live.socket.socket.shutdown(socket.SHUT_RD)
    live.socket.socket.close()


def ends(chat: Brand, session: str, opened: list[Live], how: str) -> None:
    if how == "deleted":
        chat.admin("DELETE", f"/sessions/{session}", token="sue-token")
    for live in opened:
        {"closed": live.close, "reset": lambda live=live: reset(live), "deleted": live.close}[how]()


@pytest.mark.parametrize("how", ["closed", "reset", "deleted"])
def test_guests_and_agents(daemon, chat, how):
    before = descriptors(daemon)
    for _ in range(ROUNDS):
        session = chat.create()
        chat.send(session)
        token = f"&token={chat.token(session)}"
        opened = [chat.guest_socket(session, token), chat.guest_socket(session, f"{token}&after=0")]
        opened += [chat.admin_socket(), chat.admin_socket(SUPPORT, "agent123", "&after=0")]
        for live in opened:
            live.established()
        opened[2].send({"type": "join_session", "sessionId": session})
        opened[0].send({"type": "typing", "data": {"isTyping": True}})
        chat.reply(session)
        ends(chat, session, opened, how)
    eventually(lambda: descriptors(daemon) <= before + 5)


@pytest.mark.parametrize("how", ["closed", "reset"])
def test_users_of_the_chat_module(daemon, chat, how):
    before = descriptors(daemon)
    for _ in range(ROUNDS):
        user = agent_jwt(unique("user"), "user")
        id = chat.module("POST", "/sessions", {}, token=user).json()["id"]
        message = chat.module("POST", f"/sessions/{id}/messages", {"content": "Hello"}, token=user).json()["id"]
        opened = [
            daemon.websocket(f"/ws/chat/{id}{query}", host=chat.host, headers={"Authorization": f"Bearer {token}"})
            for query, token in [("", user), (f"?after={message}", user), ("", ADMIN)]
        ]
        assert chat.module("POST", f"/sessions/{id}/messages", {"content": "Hello"}, token=user).status == 201
        ends(chat, id, opened, how)
    eventually(lambda: descriptors(daemon) <= before + 5)


def test_who_reads_too_slowly(daemon, chat):
    """A socket that is dropped with much of its output unsent."""
    before = descriptors(daemon)
    session = chat.create()
    token = chat.token(session)
    idle = [chat.guest_socket(session, f"&token={token}") for _ in range(5)]
    for live in idle:
        live.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for _ in range(60):
        chat.send(session, "x" * 10_000, headers={"Authorization": f"Bearer {token}"})
    for live in idle:
        reset(live)
    eventually(lambda: descriptors(daemon) <= before + 5)
