"""Socket.IO, protocol 5: what the public protocol suite asks of servers, at /socket.io/."""

import json
import threading
import time

import pytest

from wire_support import BINARY, TEXT, Frame, WireSocket, request, server  # noqa: F401

POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"


class Client:
    """A Socket.IO connection by hand; pings are answered on the way."""

    def __init__(self, server):
        self.socket = WireSocket(server, WEBSOCKET)

    def __enter__(self):
        self.socket.__enter__()
        assert self.socket.receive_text().startswith("0")
        return self

    def __exit__(self, *_):
        self.socket.__exit__()

    def send(self, *packets):
        for packet in packets:
            self.socket.send(Frame(TEXT, packet.encode()) if isinstance(packet, str) else Frame(BINARY, packet))

    def receive(self):
        while True:
            frame = self.socket.receive()
            assert frame is not None, "the connection ended"
            if frame == Frame(TEXT, b"2"):
                self.send("3")
                continue
            return frame.payload.decode() if frame.opcode == TEXT else frame.payload

    def connect(self, packet="40"):
        self.send(packet)
        head = packet.partition("{")[0].rstrip(",")
        answer = self.receive()
        assert answer.startswith(head)
        return json.loads(answer[answer.index("{") :]), self.receive()

    def is_closed(self):
        self.socket.receive_close()
        return True


# Connect


@pytest.mark.parametrize(
    "packet, auth",
    [
        ("40", '42["auth",{}]'),
        ('40{"token":"123"}', '42["auth",{"token":"123"}]'),
        ("40/custom,", '42/custom,["auth",{}]'),
        ("40/custom", '42/custom,["auth",{}]'),
        ('40/custom,{"token":"abc"}', '42/custom,["auth",{"token":"abc"}]'),
    ],
)
def test_connect(server, packet, auth):
    with Client(server) as client:
        handshake, received = client.connect(packet)
        assert set(handshake) == {"sid"} and isinstance(handshake["sid"], str)
        assert received == auth


def test_connect_to_an_unknown_namespace(server):
    with Client(server) as client:
        client.send("40/random")
        assert client.receive() == '44/random,{"message":"Invalid namespace"}'


@pytest.mark.parametrize("packet", ["4abc", "4", "40[]", '40"x"', "40{", '42["message"]', "41", "43[]", "49"])
def test_invalid_handshake_closes(server, packet):
    with Client(server) as client:
        client.send(packet)
        assert client.is_closed()


def test_no_connect_closes(server):
    started = time.monotonic()
    with Client(server) as client:
        while True:
            frame = client.socket.receive()
            assert frame is not None
            if frame == Frame(TEXT, b"2"):
                client.send("3")
            else:
                break
    assert frame.opcode == 8
    assert 0.8 < time.monotonic() - started < 2


# Disconnect


def test_disconnect_from_the_main_namespace(server):
    with Client(server) as client:
        client.connect()
        client.send("41")
        assert client.socket.receive_text() == "2"


def test_connect_then_disconnect_from_a_custom_namespace(server):
    with Client(server) as client:
        client.connect()
        client.connect("40/custom")
        client.send("41/custom", '42["message","message to main namespace"]')
        assert client.receive() == '42["message-back","message to main namespace"]'


# Messages

PLACEHOLDERS = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


@pytest.mark.parametrize(
    "sent, expected",
    [
        (['42["message",1,"2",{"3":[true]}]'], ['42["message-back",1,"2",{"3":[true]}]']),
        (['42["message"]'], ['42["message-back"]']),
        (['42["message","€ \\u0000 \\" 12345678901234567890 1e400"]'], None),
        (['42456["message-with-ack",1,"2",{"3":[false]}]'], ['43456[1,"2",{"3":[false]}]']),
        (['420["message-with-ack"]'], ["430[]"]),
        (
            [f'452-["message",{PLACEHOLDERS}]', b"\x01\x02\x03", b"\x04\x05\x06"],
            [f'452-["message-back",{PLACEHOLDERS}]', b"\x01\x02\x03", b"\x04\x05\x06"],
        ),
        (
            [f'452-789["message-with-ack",{PLACEHOLDERS}]', b"\x01\x02\x03", b"\x04\x05\x06"],
            [f"462-789[{PLACEHOLDERS}]", b"\x01\x02\x03", b"\x04\x05\x06"],
        ),
    ],
)
def test_message(server, sent, expected):
    with Client(server) as client:
        client.connect()
        client.send(*sent)
        if expected is None:
            answer = client.receive()
            assert json.loads(answer[2:])[1:] == json.loads(sent[0][2:])[1:]
        else:
            assert [client.receive() for _ in expected] == expected


def test_message_in_a_custom_namespace(server):
    with Client(server) as client:
        client.connect("40/custom,")
        client.send('42/custom,["message","there"]', '42/custom,7["message-with-ack",null]')
        assert client.receive() == '42/custom,["message-back","there"]'
        assert client.receive() == "43/custom,7[null]"


@pytest.mark.parametrize(
    "packets",
    [
        ["4abc"],
        ["42{}"],
        ["42"],
        ["42[]"],
        ['42abc["message-with-ack",1,"2",{"3":[false]}]'],
        ['42["connect"]'],
        ['42["disconnecting"]'],
        ["43[1]"],
        ['45["message"]'],
        ['451-["message",{"_placeholder":true,"num":1}]', b"a"],
        ['451-["message",{"_placeholder":true,"num":0}]', '42["message"]'],
        [b"nobody announced this"],
        ["40"],
    ],
)
def test_malformed_packets_close(server, packets):
    with Client(server) as client:
        client.connect()
        client.send(*packets)
        assert client.is_closed()


# The same over polling


def test_polling(server):
    opened = request(server, "GET", POLLING)
    target = f"{POLLING}&sid={json.loads(opened.text[1:])['sid']}"

    def post(body):
        assert request(server, "POST", target, body.encode()).text == "ok"

    post('40{"token":"p"}')
    received = request(server, "GET", target).text.split("\x1e")
    assert received[0].startswith("40{") and received[1] == '42["auth",{"token":"p"}]'
    post('451-["message",{"_placeholder":true,"num":0}]\x1ebAQIDBA==')
    assert request(server, "GET", target).text == '451-["message-back",{"_placeholder":true,"num":0}]\x1ebAQIDBA=='
    post("4abc")
    assert request(server, "GET", target).text in ("1", "6")
    assert request(server, "GET", target).status == 400


# A real client


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], ["polling", "websocket"]])
@pytest.mark.parametrize("namespace", ["/", "/custom"])
def test_the_python_client(server, transports, namespace):
    socketio = pytest.importorskip("socketio")
    pytest.importorskip("requests")
    if "websocket" in transports:
        pytest.importorskip("websocket")
    client = socketio.Client(reconnection=False)
    auth = threading.Event()
    back = []
    arrived = threading.Semaphore(0)
    payloads = []

    def on_auth(payload):
        payloads.append(payload)
        auth.set()

    def on_back(*arguments):
        back.append(list(arguments))
        arrived.release()

    client.on("auth", on_auth, namespace=namespace)
    client.on("message-back", on_back, namespace=namespace)
    client.connect(
        f"http://{server.host}:{server.port}", transports=transports, namespaces=[namespace], auth={"token": "x"}
    )
    assert auth.wait(5) and payloads == [{"token": "x"}]
    arguments = [1, "two", {"three": [True, None]}, b"\x00\xff", {"deep": b"binary"}]
    client.emit("message", tuple(arguments), namespace=namespace)
    assert arrived.acquire(timeout=5) and back == [arguments]
    assert client.call("message-with-ack", ("a", b"b"), namespace=namespace, timeout=5) == ("a", b"b")
    time.sleep(0.7)  # two heartbeats
    assert client.call("message-with-ack", "alive", namespace=namespace, timeout=5) == "alive"
    client.disconnect()
