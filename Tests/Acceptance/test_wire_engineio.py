"""Engine.IO, protocol 4: what the public protocol suite asks of servers, on the echo at /engine.io/."""

import base64
import json
import threading
import time

import pytest

from wire_support import BINARY, TEXT, Frame, HTTPStream, WireSocket, request, server  # noqa: F401

PING_INTERVAL = 0.3
PING_TIMEOUT = 0.2
POLLING = "/engine.io/?EIO=4&transport=polling"
WEBSOCKET = "/engine.io/?EIO=4&transport=websocket"


def get(server, target):
    return request(server, "GET", target)


def post(server, sid, body, **fields):
    return request(server, "POST", f"{POLLING}&sid={sid}", body.encode() if isinstance(body, str) else body, fields)


def poll(server, sid, extra=""):
    return get(server, f"{POLLING}&sid={sid}{extra}")


def open_polling(server):
    answer = get(server, POLLING)
    assert answer.status == 200 and answer.text.startswith("0"), answer
    return json.loads(answer.text[1:])["sid"]


def receive(socket):
    """The next text packet that is no ping."""
    while True:
        frame = socket.receive()
        assert frame is not None
        if frame != Frame(TEXT, b"2"):
            return frame


def in_background(work):
    result = {}

    def run():
        result["value"] = work()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def wait():
        thread.join(timeout=5)
        return result["value"]

    return wait


def check_open(text, upgrades):
    assert text.startswith("0")
    value = json.loads(text[1:])
    assert set(value) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
    assert isinstance(value["sid"], str) and len(value["sid"]) >= 20
    assert value["upgrades"] == upgrades
    assert (value["pingInterval"], value["pingTimeout"], value["maxPayload"]) == (300, 200, 1_000_000)


# Handshake


def test_polling_opens_a_session(server):
    answer = get(server, POLLING)
    assert answer.status == 200
    assert answer.fields["content-type"].lower() == "text/plain; charset=utf-8"
    assert answer.fields["cache-control"] == "no-store"
    check_open(answer.text, ["websocket"])


@pytest.mark.parametrize(
    "method, target, code",
    [
        ("GET", "/engine.io/?transport=polling", 5),
        ("GET", "/engine.io/?EIO=abc&transport=polling", 5),
        ("GET", "/engine.io/?EIO=3&transport=polling", 5),
        ("GET", "/engine.io/?EIO=4", 0),
        ("GET", "/engine.io/?EIO=4&transport=abc", 0),
        ("POST", POLLING, 2),
        ("PUT", POLLING, 2),
        ("GET", POLLING + "&sid=unknown", 1),
        ("POST", POLLING + "&sid=unknown", 1),
        ("GET", WEBSOCKET, 3),
    ],
)
def test_refused_handshakes(server, method, target, code):
    answer = request(server, method, target, b"" if method != "GET" else None)
    assert answer.status == 400
    assert answer.fields["content-type"] == "application/json"
    value = json.loads(answer.body)
    assert value["code"] == code and isinstance(value["message"], str)


def test_websocket_opens_a_session(server):
    with WireSocket(server, WEBSOCKET) as socket:
        check_open(socket.receive_text(), [])


@pytest.mark.parametrize(
    "target",
    [
        "/engine.io/?transport=websocket",
        "/engine.io/?EIO=abc&transport=websocket",
        "/engine.io/?EIO=4",
        "/engine.io/?EIO=4&transport=abc",
        WEBSOCKET + "&sid=unknown",
    ],
)
def test_refused_websockets(server, target):
    assert WireSocket(server, target).handshake.status == 400


# Messages


@pytest.mark.parametrize("payload", ["4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA==", "4€", "4"])
def test_polling_echo(server, payload):
    sid = open_polling(server)
    answer = post(server, sid, payload)
    assert (answer.status, answer.text) == (200, "ok")
    assert answer.fields["content-type"] == "text/html"
    answer = poll(server, sid)
    assert (answer.status, answer.text) == (200, payload)


def test_polling_echo_reaches_a_waiting_poll(server):
    sid = open_polling(server)
    waiting = in_background(lambda: poll(server, sid))
    time.sleep(0.05)
    assert post(server, sid, "4now").text == "ok"
    assert waiting().text == "4now"


@pytest.mark.parametrize("body", ["abc", "", "4a\x1e", "\x1e4a", "4a\x1e\x1e4b", "b!!!!", b"4\xff\xfe"])
def test_polling_invalid_packet_closes_the_session(server, body):
    sid = open_polling(server)
    assert post(server, sid, body).status == 400
    assert poll(server, sid).status == 400


def test_polling_duplicate_poll_closes_the_session(server):
    sid = open_polling(server)
    first = in_background(lambda: poll(server, sid))
    time.sleep(0.05)
    second = poll(server, sid, "&t=burst")
    assert second.status == 400
    answer = first()
    assert (answer.status, answer.text) == (200, "1")
    assert poll(server, sid).status == 400


def test_polling_body_beyond_max_payload(server):
    sid = open_polling(server)
    assert post(server, sid, "4" + "a" * 999_999).text == "ok"
    assert len(poll(server, sid).body) == 1_000_000
    assert post(server, sid, "4" + "a" * 1_000_000).status == 413
    assert poll(server, sid).status == 400


def test_polling_binary_body_was_given_up(server):
    sid = open_polling(server)
    assert post(server, sid, "4hello", **{"Content-Type": "application/octet-stream"}).status == 400


def test_at_most_16_packets_in_an_answer(server):
    sid = open_polling(server)
    packets = [f"4{number}" for number in range(40)]
    assert post(server, sid, "\x1e".join(packets)).text == "ok"
    received = []
    while len(received) < 40:
        batch = [packet for packet in poll(server, sid).text.split("\x1e") if packet != "2"]
        assert len(batch) <= 16
        received += batch
    assert received == packets


def test_an_abandoned_poll_ends_the_session(server):
    sid = open_polling(server)
    with HTTPStream(server) as stream:
        stream.send(f"GET {POLLING}&sid={sid} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(0.05)
    time.sleep(0.05)
    assert poll(server, sid).status == 400


def test_websocket_text_and_binary(server):
    with WireSocket(server, WEBSOCKET) as socket:
        socket.receive()
        socket.text("4hello")
        assert receive(socket) == Frame(TEXT, b"4hello")
        socket.binary(b"\x01\x02\x03\x04")
        assert receive(socket) == Frame(BINARY, b"\x01\x02\x03\x04")


@pytest.mark.parametrize("packet", ["abc", "", "7", "2"])
def test_websocket_invalid_packet_closes_the_session(server, packet):
    with WireSocket(server, WEBSOCKET) as socket:
        socket.receive()
        socket.text(packet)
        socket.receive_close()


# Heartbeat


def test_polling_pings(server):
    sid = open_polling(server)
    for _ in range(3):
        started = time.monotonic()
        answer = poll(server, sid)
        assert (answer.status, answer.text) == (200, "2")
        assert 0.2 < time.monotonic() - started < 0.6
        assert post(server, sid, "3").status == 200


def test_polling_ping_timeout(server):
    sid = open_polling(server)
    time.sleep(PING_INTERVAL + PING_TIMEOUT + 0.1)
    assert poll(server, sid).status == 400


def test_polling_ping_without_a_pong(server):
    sid = open_polling(server)
    assert poll(server, sid).text == "2"
    answer = poll(server, sid)
    assert (answer.status, answer.text) == (200, "1")
    assert poll(server, sid).status == 400


def test_websocket_pings(server):
    with WireSocket(server, WEBSOCKET) as socket:
        socket.receive()
        for _ in range(3):
            assert socket.receive_text() == "2"
            socket.text("3")


def test_websocket_ping_timeout(server):
    started = time.monotonic()
    with WireSocket(server, WEBSOCKET) as socket:
        socket.receive_close()
    assert 0.4 < time.monotonic() - started < 1.5


# Close


def test_polling_close(server):
    sid = open_polling(server)
    waiting = in_background(lambda: poll(server, sid))
    time.sleep(0.05)
    assert post(server, sid, "1").status == 200
    answer = waiting()
    assert (answer.status, answer.text) == (200, "6")
    assert poll(server, sid).status == 400


def test_websocket_close(server):
    with WireSocket(server, WEBSOCKET) as socket:
        socket.receive()
        socket.text("1")
        socket.receive_close()


# Upgrade


def probed(server, sid):
    socket = WireSocket(server, f"{WEBSOCKET}&sid={sid}").__enter__()
    socket.text("2probe")
    assert socket.receive_text() == "3probe"
    return socket


def test_upgrade(server):
    sid = open_polling(server)
    socket = probed(server, sid)
    answer = poll(server, sid)
    assert (answer.status, answer.text) == (200, "6")
    socket.text("5")
    socket.text("4hello")
    assert receive(socket) == Frame(TEXT, b"4hello")
    socket.stream.socket.close()


def test_upgrade_releases_a_waiting_poll(server):
    sid = open_polling(server)
    waiting = in_background(lambda: poll(server, sid))
    time.sleep(0.05)
    socket = probed(server, sid)
    assert waiting().text == "6"
    socket.text("5")
    socket.text("4hello")
    assert receive(socket) == Frame(TEXT, b"4hello")
    socket.stream.socket.close()


def test_requests_are_refused_after_the_upgrade(server):
    sid = open_polling(server)
    socket = probed(server, sid)
    socket.text("5")
    socket.text("4ready")
    assert receive(socket) == Frame(TEXT, b"4ready")
    assert poll(server, sid).status == 400
    assert post(server, sid, "4no").status == 400
    socket.text("4hello")
    assert receive(socket) == Frame(TEXT, b"4hello")
    socket.stream.socket.close()


def test_a_second_websocket_is_closed_after_the_upgrade(server):
    sid = open_polling(server)
    socket = probed(server, sid)
    socket.text("5")
    with WireSocket(server, f"{WEBSOCKET}&sid={sid}") as second:
        second.receive_close()
    socket.text("4hello")
    assert receive(socket) == Frame(TEXT, b"4hello")
    socket.stream.socket.close()


def test_polling_goes_on_when_the_probe_fails(server):
    sid = open_polling(server)
    with WireSocket(server, f"{WEBSOCKET}&sid={sid}") as socket:
        socket.text("4not a probe")
        socket.receive_close()
    assert post(server, sid, "4still here").text == "ok"
    assert poll(server, sid).text == "4still here"


def test_what_waits_travels_over_the_new_transport(server):
    sid = open_polling(server)
    socket = probed(server, sid)
    assert post(server, sid, "4one\x1e4two").text == "ok"
    socket.text("5")
    assert [receive(socket).payload, receive(socket).payload] == [b"4one", b"4two"]
    socket.stream.socket.close()


# Real clients


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], ["polling", "websocket"]])
def test_the_python_client(server, transports):
    engineio = pytest.importorskip("engineio")
    if "websocket" in transports:
        pytest.importorskip("websocket")
    pytest.importorskip("requests")
    client = engineio.Client()
    received = []
    arrived = threading.Semaphore(0)

    def on_message(data):
        received.append(data)
        arrived.release()

    client.on("message", on_message)
    client.connect(f"http://{server.host}:{server.port}", transports=transports)
    sent = ["hello", b"\x00\x01\xff"] + [f"number {number}" for number in range(50)]
    for message in sent:
        client.send(message)
    for _ in sent:
        assert arrived.acquire(timeout=5), received
    assert received == sent
    time.sleep(0.7)  # two heartbeats
    client.send("alive")
    assert arrived.acquire(timeout=5)
    client.disconnect()


def test_base64_in_answers_is_padded(server):
    sid = open_polling(server)
    for data in (b"", b"a", b"ab", b"abc"):
        packet = "b" + base64.b64encode(data).decode()
        assert post(server, sid, packet).text == "ok"
        assert poll(server, sid).text == packet
        assert post(server, sid, "3").status == 200
