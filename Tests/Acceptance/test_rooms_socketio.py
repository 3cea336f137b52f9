"""rooms over Socket.IO: the Python client (sync and async), and packets by hand where no client would send them."""

import asyncio
import base64
import contextlib
import json
import socket
import threading
import time

import pytest
import socketio
import websockets
from websockets.sync.client import connect as websocket_connect

from brands import LOCALPRO, PLUGINS, ROOMS, SECONDS, Brand, Form, assert_same, brand
from harness import eventually, together
from localpro import SUPPORT, agent_jwt, unique
from socket_io import Polling
from test_rooms_rest import ADMIN_ONLY, OPEN, SECURED, call, initialize

SHORT = "  ping_interval: 1s\n  ping_timeout: 1s\n"
TENANTS = {
    "strict": brand("strict", OPEN, mode="strict"),
    "compat": brand("compat", ROOMS, LOCALPRO),
    "short": brand("short", OPEN + SHORT),
    "shortstrict": brand("shortstrict", OPEN + SHORT, mode="strict"),
    "adminonly": brand("adminonly", ADMIN_ONLY),
    "secured": brand("secured", SECURED),
    "pathed": brand("pathed", OPEN + "  socketio_path: /live/io/\n  mount: /rooms\n"),
    "limited": brand("limited", OPEN, limits="{ guest_write: 3/15m }"),
    "small": brand("small", OPEN, extra="sizes: { message: 1KiB }"),
}
FLAGS = ("--lanes", "2")
TRANSPORTS = [["polling"], ["websocket"], ["polling", "websocket"]]
NAMES = ["polling", "websocket", "upgrade"]
MESSAGE_ID = Form("[0-9a-f]{24}")


@pytest.fixture(scope="module")
def compat(daemon):
    return Brand(daemon, "compat")


@pytest.fixture(scope="module")
def strict(daemon):
    return Brand(daemon, "strict")


@pytest.fixture(params=["strict", "compat"])
def rooms(request, daemon):
    return Brand(daemon, request.param)


def address(rooms: Brand) -> str:
    return f"http://{rooms.daemon.host}:{rooms.daemon.port}"


class Client:
    """python-socketio's sync client, and what it was told."""

    def __init__(self, rooms: Brand, transports, *, auth=None, headers=None, path=None, reconnection=False):
        self.received: list[tuple] = []
        self.client = socketio.Client(reconnection=reconnection, reconnection_delay=0.1, reconnection_delay_max=0.2)
        self.client.on("*", lambda event, *arguments: self.received.append((event, *arguments)))
        self.client.connect(
            address(rooms), transports=transports, auth=auth, headers=headers or {},
            socketio_path=path or f"/{rooms.name}/socket.io/", wait_timeout=10,
        )  # fmt: skip

    def ask(self, event, data, timeout=10):
        return self.client.call(event, data, timeout=timeout)

    def of(self, name: str) -> list:
        return [event[1] for event in self.received if event[0] == name]

    def wait(self, name: str, count: int = 1, timeout: float = 10) -> list:
        eventually(lambda: len(self.of(name)) >= count, timeout)
        return self.of(name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()


# The document's events, with a real client over every transport


@pytest.mark.parametrize("transports", TRANSPORTS, ids=NAMES)
def test_the_documents_events(rooms, transports):
    client = initialize(rooms)
    with Client(rooms, transports) as user, Client(rooms, transports) as admin, Client(rooms, transports) as stranger:
        assert user.ask("join", client) == {"ok": True, "clientId": client}
        admin.ask("join", client)
        if len(transports) == 2:
            eventually(lambda: user.client.transport() == "websocket")
        sent = user.ask("send-message", {"clientId": client, "message": "Hello", "sender": "client"})
        expected = {"_id": MESSAGE_ID, "clientId": client, "message": "Hello", "sender": "client", "createdAt": SECONDS}
        assert_same(sent, {"ok": True, "message": expected}, exact=rooms.name == "strict")
        for listener in (user, admin):  # the whole room, the sender included
            assert_same(listener.wait("new-message")[0], expected, exact=rooms.name == "strict")
        admin.client.emit("send-message", {"clientId": client, "message": "Hi", "sender": "admin"})
        assert [message["message"] for message in user.wait("new-message", 2)] == ["Hello", "Hi"]
        assert user.of("new-message")[1]["sender"] == "admin"
        user.client.emit("typing", {"clientId": client, "isTyping": True, "sender": "client"})
        assert admin.wait("typing")[0] == {"clientId": client, "isTyping": True, "sender": "client"}
        user.client.emit("typing", {"clientId": client, "isTyping": False, "sender": "client"})
        assert admin.wait("typing", 2)[1]["isTyping"] is False
        # A socket that has not joined may send, but receives nothing.
        assert stranger.ask("send-message", {"clientId": client, "message": "From outside", "sender": "client"})["ok"]
        user.wait("new-message", 3)
        assert not stranger.received and not user.of("typing")
    history = call(rooms, "GET", f"/history/{client}").json()
    assert [message["message"] for message in history["messages"]] == ["Hello", "Hi", "From outside"]


@pytest.mark.parametrize("transports", TRANSPORTS, ids=NAMES)
def test_the_async_client(rooms, transports):
    client = initialize(rooms)

    async def run():
        received = []
        user = socketio.AsyncClient(reconnection=False)
        user.on("new-message", lambda data: received.append(data["message"]))
        await user.connect(address(rooms), transports=transports, socketio_path=f"/{rooms.name}/socket.io/")
        assert (await user.call("join", client))["ok"]
        for index in range(50):
            await user.emit("send-message", {"clientId": client, "message": f"m{index}", "sender": "client"})
        for _ in range(500):
            if len(received) == 50:
                break
            await asyncio.sleep(0.02)
        await user.disconnect()
        return received

    assert asyncio.run(run()) == [f"m{index}" for index in range(50)]


def test_several_rooms_on_one_socket(rooms):
    one, two = initialize(rooms), initialize(rooms)
    with Client(rooms, ["websocket"]) as admin:
        admin.ask("join", one)
        admin.ask("join", two)
        admin.ask("join", two)  # twice is once
        for client in (one, two):
            admin.ask("send-message", {"clientId": client, "message": client, "sender": "client"})
        time.sleep(0.2)
        assert [message["clientId"] for message in admin.of("new-message")] == [one, two]


def test_joining_before_anything_is_there(rooms):
    """join of a well-formed unknown id succeeds and creates nothing; what begins later is heard."""
    client = unique("later")
    with Client(rooms, ["websocket"]) as user, Client(rooms, ["polling"]) as other:
        assert user.ask("join", client)["ok"]
        other.ask("join", client)
        assert client not in str(call(rooms, "GET", "/sessions").json())
        refused = user.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})
        assert refused["ok"] is False
        user.client.emit("typing", {"clientId": client, "isTyping": True, "sender": "client"})
        other.wait("typing")
        initialize(rooms, client)
        user.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})
        assert user.wait("new-message")[0]["message"] == other.wait("new-message")[0]["message"] == "x"


# Errors


def test_acks_and_error_events(rooms):
    client = initialize(rooms)
    with Client(rooms, ["websocket"]) as user:
        wrong = [
            ("join", ""), ("join", None), ("join", 5), ("join", ["x"]), ("join", "x" * 257), ("send-message", None), ("send-message", "x"),
            ("send-message", {}), ("send-message", {"clientId": client, "message": "x"}),
            ("send-message", {"clientId": client, "message": "", "sender": "client"}), ("send-message", {"clientId": client, "message": 5, "sender": "client"}),
            ("send-message", {"clientId": client, "message": "x", "sender": "nobody"}), ("send-message", {"message": "x", "sender": "client"}),
            ("send-message", {"clientId": unique(), "message": "x", "sender": "client"}),
            ("send-message", {"clientId": client, "message": "x" * 16385, "sender": "client"}),
            ("typing", {}), ("typing", {"clientId": client, "isTyping": "yes", "sender": "client"}), ("typing", {"clientId": client, "isTyping": True, "sender": "x"}),
            ("no-such-event", {}),
        ]  # fmt: skip
        for event, data in wrong:
            answer = user.ask(event, data)
            assert answer["ok"] is False and list(answer) == ["ok", "error"], (event, data, answer)
            assert list(answer["error"]) == ["code", "message"] and answer["error"]["message"], (event, data, answer)
            before = len(user.of("error"))
            user.client.emit(event, data)
            error = user.wait("error", before + 1)[-1]
            assert error == answer["error"], (event, data)
        assert user.client.connected
        assert user.ask("send-message", {"clientId": client, "message": "fine", "sender": "client"})["ok"]
    assert call(rooms, "GET", f"/history/{client}").json()["total"] == 1


def test_limits_of_texts(daemon):
    rooms = Brand(daemon, "small")
    client = initialize(rooms)
    with Client(rooms, ["websocket"]) as user:
        assert user.ask("send-message", {"clientId": client, "message": "x" * 1024, "sender": "client"})["ok"]
        assert not user.ask("send-message", {"clientId": client, "message": "x" * 1025, "sender": "client"})["ok"]


def test_rate_limit(daemon):
    rooms = Brand(daemon, "limited")
    initialize(rooms, "user123", headers={"X-Forwarded-For": "10.3.3.3"})
    with Client(rooms, ["websocket"], headers={"X-Forwarded-For": "10.3.3.4"}) as user:
        answers = [user.ask("send-message", {"clientId": "user123", "message": "x", "sender": "client"}) for _ in range(4)]
        assert [answer["ok"] for answer in answers] == [True, True, True, False]
        assert answers[3]["error"]["code"] == "rate-limited"
        user.client.emit("send-message", {"clientId": "user123", "message": "x", "sender": "client"})
        assert user.wait("error")[0]["code"] == "rate-limited"


def test_typing_ends_by_itself(compat):
    client = initialize(compat)
    with Client(compat, ["websocket"]) as user, Client(compat, ["websocket"]) as admin:
        admin.ask("join", client)
        user.client.emit("typing", {"clientId": client, "isTyping": True, "sender": "client"})
        admin.wait("typing")
        assert admin.wait("typing", 2, timeout=14)[1] == {"clientId": client, "isTyping": False, "sender": "client"}


def test_extensions(compat, strict):
    for rooms in (compat, strict):
        client = initialize(rooms)
        with Client(rooms, ["websocket"]) as user:
            user.ask("join", client)
            user.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})
            call(rooms, "PUT", f"/read/{client}", {"sender": "admin"})
            call(rooms, "PUT", f"/close/{client}")
            if rooms is compat:
                read = user.wait("message-read")[0]
                assert read["clientId"] == client and read["sender"] == "admin"
                assert user.wait("session-closed")[0]["clientId"] == client
            else:
                time.sleep(0.3)
                assert {event[0] for event in user.received} == {"new-message"}


# Auth modes


def test_admin_only(daemon):
    rooms = Brand(daemon, "adminonly")
    client = initialize(rooms)
    with Client(rooms, ["websocket"]) as guest:
        assert guest.ask("join", client)["ok"]
        assert guest.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})["ok"]
        refused = guest.ask("send-message", {"clientId": client, "message": "x", "sender": "admin"})
        assert refused["ok"] is False and refused["error"]["code"] in ("unauthenticated", "forbidden")
        assert guest.ask("typing", {"clientId": client, "isTyping": True, "sender": "admin"})["ok"] is False
    with Client(rooms, ["websocket"], auth={"token": SUPPORT}) as agent:
        answer = agent.ask("send-message", {"clientId": client, "message": "x", "sender": "admin"})
        assert answer["ok"] and answer["message"]["senderName"] == "Jane Smith"
    with pytest.raises(socketio.exceptions.ConnectionError):
        Client(rooms, ["websocket"], auth={"token": "wrong"})


@pytest.mark.parametrize("transports", TRANSPORTS, ids=NAMES)
def test_secured(daemon, transports):
    rooms = Brand(daemon, "secured")
    own = unique("user")
    token = agent_jwt(own, "user")
    initialize(rooms, own, token=token)
    for auth in (None, {}, {"token": "wrong"}, {"token": 5}, {"token": agent_jwt(own, "user", exp=1)}):
        with pytest.raises(socketio.exceptions.ConnectionError):
            Client(rooms, transports, auth=auth)
    with Client(rooms, transports, auth={"token": token}) as user:
        assert user.ask("join", own)["ok"]
        assert user.ask("join", unique())["ok"] is False
        assert user.ask("send-message", {"clientId": own, "message": "x", "sender": "client"})["ok"]
        assert user.ask("send-message", {"clientId": own, "message": "x", "sender": "admin"})["ok"] is False
        with Client(rooms, transports, auth={"token": SUPPORT}) as agent:  # may join any
            assert agent.ask("join", own)["ok"]
            assert agent.ask("send-message", {"clientId": own, "message": "Hi", "sender": "admin"})["ok"]
            assert [message["message"] for message in user.wait("new-message", 2)] == ["x", "Hi"]
    with Client(rooms, transports, headers={"Authorization": f"Bearer {token}"}) as user:
        assert user.ask("join", own)["ok"]


def test_a_refused_connect_names_the_reason(daemon):
    rooms = Brand(daemon, "secured")
    with Polling(rooms) as polling:
        assert polling.connected is None and polling.refused["message"]


# Engine.IO


def engine(rooms: Brand, query: str, method="GET", body=None, path="/socket.io/", headers=None):
    return rooms.daemon.request(method, f"{path}?{query}", body=body, host=rooms.host, headers=headers)


def test_the_open_packet(rooms):
    with Polling(rooms, connect=False) as polling:
        assert list(polling.open) == ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"]
        assert polling.open["upgrades"] == ["websocket"] and polling.open["pingInterval"] == 25000 and polling.open["pingTimeout"] == 20000
        assert polling.open["maxPayload"] >= 100000 and len(polling.sid) >= 20
    sids = {Polling(rooms, connect=False).sid for _ in range(10)}
    assert len(sids) == 10


def test_the_connect_packet(rooms):
    with Polling(rooms) as polling:
        assert polling.connected["sid"] and polling.connected["sid"] != polling.sid


@pytest.mark.parametrize(
    "query,code,message",
    [
        ("EIO=3&transport=polling", 5, "Unsupported protocol version"), ("EIO=4&transport=carrier-pigeon", 0, "Transport unknown"),
        ("EIO=4", 0, "Transport unknown"), ("", 0, None), ("EIO=4&transport=polling&sid=unknown", 1, "Session ID unknown"),
        ("transport=polling", 5, "Unsupported protocol version"), ("EIO=x&transport=polling", 5, "Unsupported protocol version"),
    ],
)  # fmt: skip
def test_bad_handshakes(rooms, query, code, message):
    answer = engine(rooms, query)
    assert answer.status == 400
    body = answer.json()
    assert list(body) == ["code", "message"]
    if query:
        assert body["code"] == code, body
    if message and rooms.name == "strict":
        assert body["message"] == message
    elif message and code == 5:
        assert body["message"].startswith(message) and "4" in body["message"]  # names the version it needs
    post = engine(rooms, "EIO=4&transport=polling", "POST", b"40")
    assert post.status == 400 and post.json() == {"code": 2, "message": "Bad handshake method"}


def test_a_plain_get_for_websocket(rooms):
    answer = engine(rooms, "EIO=4&transport=websocket")
    assert answer.status == 400 and answer.json()["code"] == 3


def test_sids_are_bound_to_their_tenant(compat, strict):
    with Polling(compat, connect=False) as polling:
        answer = engine(strict, f"EIO=4&transport=polling&sid={polling.sid}")
        assert answer.status == 400 and answer.json()["code"] == 1


def test_methods(rooms):
    for method in ("PUT", "DELETE", "PATCH"):
        answer = engine(rooms, "EIO=4&transport=polling", method)
        assert answer.status in (400, 405), answer


def test_two_gets_at_once_close_the_session(rooms):
    polling = Polling(rooms)
    answers = []

    def poll():
        answers.append(polling.request("GET", "").status)

    first = threading.Thread(target=poll)
    first.start()
    time.sleep(0.3)
    assert polling.request("GET", "").status == 400
    first.join(5)
    assert not first.is_alive()
    assert engine(rooms, f"EIO=4&transport=polling&sid={polling.sid}").json()["code"] == 1


def test_two_posts_at_once_close_the_session(rooms):
    polling = Polling(rooms)
    head = (
        f"POST /socket.io/?EIO=4&transport=polling&sid={polling.sid} HTTP/1.1\r\nHost: {rooms.host}\r\n"
        "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\n"
    )
    with rooms.daemon.raw() as first, rooms.daemon.raw() as second:
        first.send(head)  # its body is still to come
        time.sleep(0.3)
        assert second.send(head + "3").response().status == 400
        time.sleep(0.1)
        first.send("3")
        assert first.response().status == 400
    assert engine(rooms, f"EIO=4&transport=polling&sid={polling.sid}").json()["code"] == 1


@pytest.mark.parametrize("packets", [b"", b"x", b"9", b"4", b"49", b"42", b"42{}", b'42["join"', b"42[]", b"42[5]", b"43", b"43[]", b"45", b"451-", b'451-["x",{"_placeholder":true,"num":5}]', b"\xff\xfe", b"40{", b"40\x1e\x1e", b"b!!!", b"4" * 5000])
def test_garbage_while_polling(rooms, packets):
    """A clear error and the end of the session, or an error event; never a hang, never a 500."""
    polling = Polling(rooms)
    answer = polling.request("POST", "", packets, headers={"Content-Type": "text/plain"})
    assert answer.status in (200, 400), answer
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        answer = engine(rooms, f"EIO=4&transport=polling&sid={polling.sid}")
        if answer.status == 400 or answer.body[:1] == b"1" or b"error" in answer.body or b"\x1e1" in answer.body:
            break
    else:
        pytest.fail("the session goes on as if nothing had been sent")
    assert Polling(rooms).connected  # the daemon is well


@pytest.mark.parametrize("packets", ["x", "9", "49", "42{}", '42["join"', "45", '451-["x",{"_placeholder":true,"num":5}]', b"\0\1\2", "40{"])
def test_garbage_on_a_websocket(rooms, packets):
    with raw_socket(rooms) as socket:
        socket.recv(timeout=5)
        socket.send("40")
        socket.recv(timeout=5)
        socket.send(packets)
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            for _ in range(3):
                socket.recv(timeout=5)


def test_max_payload(rooms):
    polling = Polling(rooms)
    too_much = b"4" + b"x" * (polling.open["maxPayload"] + 1)
    answer = polling.request("POST", "", too_much, headers={"Content-Type": "text/plain"})
    assert answer.status == 413
    with raw_socket(rooms) as socket:
        socket.recv(timeout=5)
        socket.send("40")
        socket.recv(timeout=5)
        socket.send("42" + "x" * (polling.open["maxPayload"] + 1))
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            socket.recv(timeout=5)


def test_namespaces(rooms):
    with Polling(rooms, connect=False) as polling:
        polling.post("40/admin,")
        assert polling.request("GET", "").body == b'44/admin,{"message":"Invalid namespace"}'
        polling.post("40")
        while polling.connected is None:
            polling.poll()


def test_binary_events(rooms):
    """Events with attachments are read whole; ours have none, so it is an error, not a broken connection."""
    with Polling(rooms) as polling:
        payload = base64.b64encode(b"\0\1\2").decode()
        polling.post('451-7["join",{"_placeholder":true,"num":0}]', "b" + payload)
        deadline = time.monotonic() + 5
        found = []
        while time.monotonic() < deadline and not any(packet.startswith("437") for packet in found):
            found += polling.poll()
        assert any(packet.startswith('437[{"ok":false') for packet in found), found


def test_batches(rooms):
    """Many packets in one body; at most sixteen come in one answer, which stock Python clients insist on."""
    client = initialize(rooms)
    with Polling(rooms) as polling:
        assert polling.ask("join", client)["ok"]
        message = {"clientId": client, "message": "x", "sender": "client"}
        polling.post(*["42" + json.dumps(["send-message", {**message, "message": f"m{index}"}]) for index in range(40)])
        texts = []
        while len(texts) < 40:
            packets = polling.poll()
            assert len(packets) <= 16
            texts = [event[1]["message"] for event in polling.events]
        assert texts == [f"m{index}" for index in range(40)]


def raw_socket(rooms: Brand, query="EIO=4&transport=websocket", path="/socket.io/", **options):
    connection = socket.create_connection((rooms.daemon.host, rooms.daemon.port), timeout=10)
    return websocket_connect(
        f"ws://{rooms.host}{path}?{query}", sock=connection, proxy=None, compression=None, ping_interval=None, close_timeout=2, max_size=None, **options
    )


def test_a_websocket_by_hand(rooms):
    with raw_socket(rooms) as socket:
        opened = json.loads(socket.recv(timeout=5)[1:])
        assert opened["upgrades"] == []
        socket.send("40")
        assert socket.recv(timeout=5).startswith('40{"sid":')
        socket.send('420["join","user123"]')
        assert socket.recv(timeout=5) == '430[{"ok":true,"clientId":"user123"}]'
        socket.send("41")


def test_the_upgrade_by_hand(rooms):
    client = initialize(rooms)
    polling = Polling(rooms)
    polling.ask("join", client)
    released = []
    waiting = threading.Thread(target=lambda: released.append(polling.request("GET", "").body))
    waiting.start()
    time.sleep(0.2)
    with raw_socket(rooms, f"EIO=4&transport=websocket&sid={polling.sid}") as socket:
        socket.send("2probe")
        assert socket.recv(timeout=5) == "3probe"
        waiting.join(5)
        assert released == [b"6"]  # the poll is let go
        call(rooms, "PUT", f"/read/{client}", {"sender": "client"})
        with Polling(rooms) as other:
            other.ask("send-message", {"clientId": client, "message": "meanwhile", "sender": "client"})
        socket.send("5")
        assert "meanwhile" in socket.recv(timeout=5)  # nothing is lost on the way
        assert engine(rooms, f"EIO=4&transport=polling&sid={polling.sid}").status == 400
        socket.send('421["join","x"]')
        assert socket.recv(timeout=5).startswith("431")
    with pytest.raises(websockets.exceptions.InvalidStatus):
        raw_socket(rooms, "EIO=4&transport=websocket&sid=unknown").__enter__()


def test_a_failed_probe_leaves_the_polling(rooms):
    with Polling(rooms) as polling:
        with raw_socket(rooms, f"EIO=4&transport=websocket&sid={polling.sid}") as socket:
            socket.send("2probe")
            assert socket.recv(timeout=5) == "3probe"
        time.sleep(0.3)
        assert polling.ask("join", "user123")["ok"]


def test_heartbeat(daemon):
    for name in ("short", "shortstrict"):
        rooms = Brand(daemon, name)
        with raw_socket(rooms) as socket:
            assert json.loads(socket.recv(timeout=5)[1:])["pingInterval"] == 1000
            socket.send("40")
            socket.recv(timeout=5)
            for _ in range(2):
                assert socket.recv(timeout=3) == "2"
                socket.send("3")
            assert socket.recv(timeout=3) == "2"
            began = time.monotonic()
            with pytest.raises(websockets.exceptions.ConnectionClosed):  # silence
                socket.recv(timeout=5)
            assert 0.5 < time.monotonic() - began < 3
        polling = Polling(rooms)
        assert polling.request("GET", "").body == b"2"
        time.sleep(2.5)
        assert engine(rooms, f"EIO=4&transport=polling&sid={polling.sid}").json()["code"] == 1


def test_a_connection_without_connect_is_closed(daemon):
    rooms = Brand(daemon, "short")
    polling = Polling(rooms, connect=False)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = engine(rooms, f"EIO=4&transport=polling&sid={polling.sid}")
        if answer.status == 400 or answer.body == b"1":
            break
        assert answer.body in (b"2", b"6"), answer
        polling.request("POST", "", b"3", headers={"Content-Type": "text/plain"})
    else:
        pytest.fail("it may stay for ever")


def test_clients_survive_pings(daemon):
    rooms = Brand(daemon, "short")
    client = initialize(rooms)
    for transports in TRANSPORTS:
        with Client(rooms, transports) as user:
            user.ask("join", client)
            time.sleep(3.5)
            assert user.client.connected
            assert user.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})["ok"]


def test_path_and_mount(daemon):
    rooms = Brand(daemon, "pathed")
    assert rooms.call("POST", "/rooms/api/chat/initialize", {"clientId": "x"}).status == 200
    for path in ("/pathed/live/io/", "/live/io/"):
        host = rooms.host if path.startswith("/live") else None
        answer = daemon.request("GET", f"{path}?EIO=4&transport=polling", host=host)
        assert answer.status == 200, (path, answer)
    with Client(rooms, ["polling", "websocket"], path="/pathed/live/io/") as user:
        assert user.ask("join", "x")["ok"]
    assert engine(rooms, "EIO=4&transport=polling", path="/socket.io/").status == 404


def test_origins(rooms):
    query = "EIO=4&transport=polling"
    for origin in ("https://app.example", f"http://{rooms.host}"):
        answer = engine(rooms, query, headers={"Origin": origin})
        assert answer.status == 200
        raw_socket(rooms, origin=origin).__enter__().close()
    listed = engine(rooms, query, headers={"Origin": "https://app.example"})
    assert listed.header("access-control-allow-origin") == "https://app.example"
    foreign = engine(rooms, query, headers={"Origin": "https://evil.example"})
    assert foreign.status == 403 and foreign.json()["code"] == 4
    with pytest.raises(websockets.exceptions.InvalidStatus) as refusal:
        raw_socket(rooms, origin="https://evil.example").__enter__()
    assert refusal.value.response.status_code == 403


# Many, and what happens when they go


def test_fan_out_in_order(rooms):
    """200 clients in one room, half of them polling: every message once, in one order."""
    client = initialize(rooms)
    count, messages = 200, 50

    async def run():
        received = [[] for _ in range(count)]
        clients = []
        for index in range(count):
            listener = socketio.AsyncClient(reconnection=False)
            listener.on("new-message", lambda data, index=index: received[index].append(data["message"]))
            clients.append(listener)
        gate = asyncio.Semaphore(20)

        async def enter(index):
            async with gate:
                transports = ["polling"] if index % 4 == 0 else ["websocket"]
                await clients[index].connect(address(rooms), transports=transports, socketio_path=f"/{rooms.name}/socket.io/", wait_timeout=20)
                assert (await clients[index].call("join", client, timeout=20))["ok"]

        await asyncio.gather(*(enter(index) for index in range(count)))
        for number in range(messages):
            await clients[number % count].emit("send-message", {"clientId": client, "message": f"m{number}", "sender": "client"})
            if number % 10 == 9:
                await asyncio.sleep(0.05)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and any(len(got) < messages for got in received):
            await asyncio.sleep(0.05)
        await asyncio.gather(*(listener.disconnect() for listener in clients))
        return received

    received = asyncio.run(run())
    pages = [call(rooms, "GET", f"/history/{client}?limit=100").json()["messages"]]
    order = [message["message"] for page in pages for message in page]
    assert len(order) == messages
    assert all(got == order for got in received)


class RecoveringClient:
    """A WebSocket that keeps what the official client keeps for recovery: `pid` and the last offset."""

    def __init__(self, rooms: Brand):
        self.rooms = rooms
        self.pid: str | None = None
        self.offset: str | None = None
        self.sid: str | None = None
        self.texts: list[str] = []
        self.acks: list[str] = []

    def connect(self) -> None:
        self.socket = raw_socket(self.rooms).__enter__()
        self.socket.recv(timeout=10)
        auth = {"pid": self.pid or ""}
        if self.offset:
            auth["offset"] = self.offset
        self.socket.send("40" + json.dumps(auth))
        while True:
            packet = self.socket.recv(timeout=10)
            if packet.startswith("40"):
                opened = json.loads(packet[2:])
                self.recovered = self.pid is not None and opened.get("pid") == self.pid
                self.sid, self.pid = opened["sid"], opened.get("pid")
                return
            self.take(packet)

    def take(self, packet: str) -> None:
        if packet == "2":
            self.socket.send("3")
        elif packet.startswith("42"):
            name, *arguments = json.loads(packet[2:])
            if len(arguments) == 2:
                self.offset = arguments[1]
            if name == "new-message":
                self.texts.append(arguments[0]["message"])
        elif packet.startswith("43"):
            self.acks.append(packet)

    def join(self, client: str) -> None:
        self.socket.send(f'421["join",{json.dumps(client)}]')
        while not self.acks:
            self.take(self.socket.recv(timeout=10))

    def read(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self.take(self.socket.recv(timeout=left))
            except TimeoutError:
                return

    def cut(self) -> None:
        """As a network does: a reset, no close frame."""
        with contextlib.suppress(OSError):
            self.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            self.socket.socket.shutdown(socket.SHUT_RDWR)
            self.socket.socket.close()


def test_recovery(compat):
    """100 clients whose connections are cut during a stream: each gets every message once, in order."""
    client = initialize(compat)
    listeners = [RecoveringClient(compat) for _ in range(100)]
    for listener in listeners:
        listener.connect()
        listener.join(client)
    stopped, sent = threading.Event(), []

    def stream():
        with Client(compat, ["websocket"]) as sender:
            while not stopped.is_set():
                text = f"m{len(sent)}"
                assert sender.ask("send-message", {"clientId": client, "message": text, "sender": "client"})["ok"]
                sent.append(text)
                time.sleep(0.005)

    thread = threading.Thread(target=stream)
    thread.start()
    eventually(lambda: len(sent) > 20)
    for listener in listeners:
        listener.read(0.01)
        listener.cut()
    time.sleep(0.3)
    for listener in listeners:
        before = listener.sid
        listener.connect()
        assert listener.recovered and listener.sid == before
    stopped.set()
    thread.join(20)
    deadline = time.monotonic() + 20
    for listener in listeners:
        while len(listener.texts) < len(sent) and time.monotonic() < deadline:
            listener.read(0.05)
        assert listener.texts == sent
        listener.socket.close()


def test_no_recovery_of_what_is_not_ones_own(compat, strict):
    client = initialize(compat)
    one = RecoveringClient(compat)
    one.connect()
    one.join(client)
    with Polling(compat) as polling:
        polling.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})
    one.read(0.3)
    one.cut()
    for pid, offset in [("unknown", one.offset), (one.pid, "other-epoch-1"), (one.pid, "nonsense")]:
        other = RecoveringClient(compat)
        other.pid, other.offset = pid, offset
        other.connect()
        assert not other.recovered
        other.cut()
    plain = RecoveringClient(strict)
    plain.connect()
    assert plain.pid is None  # strict has no recovery


def test_reconnecting_python_clients_find_the_history(compat):
    client = initialize(compat)
    with Client(compat, ["websocket"], reconnection=True) as user:
        user.client.on("connect", lambda: user.client.emit("join", client))
        user.ask("join", client)
        before = user.client.get_sid()
        user.client.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        eventually(lambda: user.client.connected and user.client.get_sid() != before)
        with Polling(compat) as polling:
            eventually(lambda: polling.ask("send-message", {"clientId": client, "message": "x", "sender": "client"})["ok"] and user.of("new-message"))


def test_sessions_leave_nothing_behind(daemon):
    """Hundreds of connections that vanish: memory and descriptors come back."""
    rooms = Brand(daemon, "short")

    def descriptors() -> int:
        import os

        return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))

    before = descriptors()
    listeners = [RecoveringClient(rooms) for _ in range(100)]
    for listener in listeners:
        listener.connect()
        listener.cut()
    pollings = [Polling(rooms, connect=False) for _ in range(50)]
    assert pollings
    eventually(lambda: descriptors() <= before + 5, 10)


def test_agents_of_other_dialects_are_heard(compat):
    """LocalPro's agents answer a room's client."""
    client = initialize(compat)
    with Client(compat, ["websocket"]) as user:
        user.ask("join", client)
        user.ask("send-message", {"clientId": client, "message": "Question", "sender": "client"})
        session = next(row["sessionId"] for row in compat.admin("GET", f"/sessions?search={client}").json()["data"])
        compat.reply(session, "Answer")
        message = user.wait("new-message", 2)[1]
        assert message["message"] == "Answer" and message["sender"] == "admin" and message["clientId"] == client


def test_many_send_at_once(rooms):
    client = initialize(rooms)

    def send(index):
        with Polling(rooms) as polling:
            return [polling.ask("send-message", {"clientId": client, "message": f"{index}-{step}", "sender": "client"})["ok"] for step in range(10)]

    assert all(all(answers) for answers in together(10, send))
    texts = [message["message"] for message in call(rooms, "GET", f"/history/{client}?limit=100").json()["messages"]]
    assert len(texts) == len(set(texts)) == 100
    for index in range(10):
        assert [text for text in texts if text.startswith(f"{index}-")] == [f"{index}-{step}" for step in range(10)]
