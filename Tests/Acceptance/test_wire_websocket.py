"""WebSocket as the public Autobahn suite asks of servers, group by group, in frames written byte by byte."""

import random
import struct

import pytest

from wire_support import (
    ACCEPT,
    BINARY,
    CLOSE,
    CONTINUATION,
    KEY,
    PING,
    PONG,
    TEXT,
    Frame,
    HTTPStream,
    WireSocket,
    masked,
    server,  # noqa: F401
)


def close_frame(code=None, reason=b""):
    return Frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def handshake(server, **changes):
    fields = {
        "Host": "a",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    method = changes.pop("method", "GET")
    version = changes.pop("version", "HTTP/1.1")
    for name, value in changes.items():
        name = name.replace("_", "-")
        fields.pop(name, None)
        if value is not None:
            fields[name] = value
    with HTTPStream(server) as stream:
        lines = [f"{method} /ws-echo {version}"] + [f"{name}: {value}" for name, value in fields.items()]
        stream.send("\r\n".join(lines).encode() + b"\r\n\r\n")
        return stream.answer()


# The opening handshake (RFC 6455 4.2)


@pytest.mark.parametrize(
    "status, changes",
    [
        (101, {}),
        (101, {"Connection": "keep-alive, Upgrade"}),
        (101, {"Connection": "keep-alive, upgrade", "Upgrade": "WebSocket"}),
        (101, {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"}),
        (426, {"Sec_WebSocket_Version": "8"}),
        (426, {"Sec_WebSocket_Version": None}),
        (426, {"Upgrade": None}),
        (400, {"Connection": "keep-alive"}),
        (400, {"Sec_WebSocket_Key": None}),
        (400, {"Sec_WebSocket_Key": "c2hvcnQ="}),
        (405, {"method": "POST", "Content_Length": "0"}),
    ],
)
def test_handshake(server, status, changes):
    answer = handshake(server, **changes)
    assert answer.status == status
    if status == 101:
        assert answer.fields["sec-websocket-accept"] == ACCEPT
        assert "sec-websocket-extensions" not in answer.fields
    if status == 426:
        assert answer.fields["sec-websocket-version"] == "13"


# Group 1: framing


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("size", [0, 125, 126, 127, 128, 65535, 65536])
def test_1_echo(server, opcode, size):
    payload = (b"*" if opcode == TEXT else b"\xfe") * size
    with WireSocket(server) as socket:
        socket.send(Frame(opcode, payload))
        assert socket.receive() == Frame(opcode, payload)
        socket.send(close_frame(1000))
        assert socket.receive_close() == 1000
        assert socket.receive() is None


@pytest.mark.parametrize("chop", [1, 7, 997])
def test_1_echo_in_pieces(server, chop):
    payload = b"*" * (300 if chop == 1 else 65536)
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, payload), chop=chop)
        assert socket.receive() == Frame(TEXT, payload)


# Group 2: pings and pongs


@pytest.mark.parametrize("payload", [b"", b"Hello, world!", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125])
def test_2_ping_is_answered(server, payload):
    with WireSocket(server) as socket:
        socket.send(Frame(PING, payload))
        assert socket.receive() == Frame(PONG, payload)


def test_2_ping_too_long(server):
    with WireSocket(server) as socket:
        socket.send_bytes(masked(Frame(PING, b"\xfe" * 126)))
        assert socket.receive_close() == 1002


def test_2_ping_octet_by_octet(server):
    with WireSocket(server) as socket:
        socket.send(Frame(PING, b"\xfe" * 125), chop=1)
        assert socket.receive() == Frame(PONG, b"\xfe" * 125)


def test_2_unasked_pong_is_ignored(server):
    with WireSocket(server) as socket:
        socket.send(Frame(PONG, b"unsolicited pong payload"), Frame(PING, b"ping payload"))
        assert socket.receive() == Frame(PONG, b"ping payload")


@pytest.mark.parametrize("chop", [None, 1])
def test_2_ten_pings(server, chop):
    pings = [b"payload-%d" % number for number in range(10)]
    with WireSocket(server) as socket:
        socket.send(*(Frame(PING, payload) for payload in pings), chop=chop)
        assert [socket.receive() for _ in pings] == [Frame(PONG, payload) for payload in pings]


# Group 3: reserved bits, group 4: reserved opcodes


@pytest.mark.parametrize("reserved", range(1, 8))
@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
def test_3_reserved_bits(server, reserved, opcode):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"before"))
        assert socket.receive() == Frame(TEXT, b"before")
        socket.send(Frame(opcode, b"", reserved=reserved))
        assert socket.receive_close() == 1002


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("payload", [b"", b"reserved opcode payload"])
def test_4_reserved_opcodes(server, opcode, payload):
    with WireSocket(server) as socket:
        socket.send(Frame(opcode, payload), Frame(PING, b"after"))
        assert socket.receive_close() == 1002


# Group 5: fragmentation


@pytest.mark.parametrize("opcode", [PING, PONG])
def test_5_fragmented_control(server, opcode):
    with WireSocket(server) as socket:
        socket.send(Frame(opcode, b"fragment1", final=False), Frame(CONTINUATION, b"fragment2"))
        assert socket.receive_close() == 1002


@pytest.mark.parametrize("chop", [None, 1])
def test_5_text_in_two_fragments(server, chop):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"fragment1", final=False), Frame(CONTINUATION, b"fragment2"), chop=chop)
        assert socket.receive() == Frame(TEXT, b"fragment1fragment2")


@pytest.mark.parametrize("chop", [None, 1])
def test_5_ping_between_fragments(server, chop):
    with WireSocket(server) as socket:
        socket.send(
            Frame(TEXT, b"fragment1", final=False),
            Frame(PING, b"ping payload"),
            Frame(CONTINUATION, b"fragment2"),
            chop=chop,
        )
        assert socket.receive() == Frame(PONG, b"ping payload")
        assert socket.receive() == Frame(TEXT, b"fragment1fragment2")


@pytest.mark.parametrize("final", [True, False])
def test_5_continuation_of_nothing(server, final):
    with WireSocket(server) as socket:
        socket.send(Frame(CONTINUATION, b"non-continuation payload", final=final), Frame(TEXT, b"Hello, world!"))
        assert socket.receive_close() == 1002


def test_5_continuation_after_the_end(server):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"a", final=False), Frame(CONTINUATION, b"b"), Frame(CONTINUATION, b"c"))
        assert socket.receive() == Frame(TEXT, b"ab")
        assert socket.receive_close() == 1002


def test_5_new_message_inside_a_message(server):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"fragment1", final=False), Frame(TEXT, b"fragment2"))
        assert socket.receive_close() == 1002


def test_5_five_fragments_with_pings_between(server):
    with WireSocket(server) as socket:
        socket.send(
            Frame(TEXT, b"fragment1", final=False),
            Frame(CONTINUATION, b"fragment2", final=False),
            Frame(PING, b"pongme 1!"),
            Frame(CONTINUATION, b"fragment3", final=False),
            Frame(CONTINUATION, b"fragment4", final=False),
            Frame(PING, b"pongme 2!"),
            Frame(CONTINUATION, b"fragment5"),
        )
        assert socket.receive() == Frame(PONG, b"pongme 1!")
        assert socket.receive() == Frame(PONG, b"pongme 2!")
        assert socket.receive() == Frame(TEXT, b"fragment1fragment2fragment3fragment4fragment5")


def test_5_empty_fragments(server):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"", final=False), Frame(CONTINUATION, b"", final=False), Frame(CONTINUATION, b""))
        assert socket.receive() == Frame(TEXT, b"")
        socket.send(Frame(TEXT, b"", final=False), Frame(CONTINUATION, b"x", final=False), Frame(CONTINUATION, b""))
        assert socket.receive() == Frame(TEXT, b"x")


# Group 6: UTF-8

VALID = [
    "Hello-µ@ßöäüàá-UTF-8!!",
    "κόσμε",
    "\u0000",
    "\u0080",
    "\u0800",
    "\U00010000",
    "\u007f",
    "\u07ff",
    "\uffff",
    "\U0010ffff",
    "\ud7ff",
    "\ue000",
    "\ufffd",
    "\ufffe",
    "\U0001fffe",
    "\U0008ffff",
]
INVALID = [
    b"\x80",
    b"\xbf",
    b"\x80\xbf\x80",
    b"\xc0 \xc1 ",
    b"\xe0 \xe1 ",
    b"\xf0 \xf1 ",
    b"\xf8 \xf9 ",
    b"\xfc \xfd ",
    b"\xc0",
    b"\xe0\x80",
    b"\xf0\x80\x80",
    b"\xf8\x80\x80\x80",
    b"\xdf",
    b"\xef\xbf",
    b"\xf7\xbf\xbf",
    b"\xfe",
    b"\xff",
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\xf0\x80\x80\xaf",
    b"\xc1\xbf",
    b"\xe0\x9f\xbf",
    b"\xf0\x8f\xbf\xbf",
    b"\xc0\x80",
    b"\xe0\x80\x80",
    b"\xf4\x90\x80\x80",
    b"\xed\xa0\x80",
    b"\xed\xaf\xbf",
    b"\xed\xb0\x80",
    b"\xed\xa0\x80\xed\xb0\x80",
    b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited",
]


@pytest.mark.parametrize("text", VALID)
def test_6_valid(server, text):
    data = text.encode()
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, data))
        assert socket.receive() == Frame(TEXT, data)
        fragments = [Frame(TEXT, data[:1], final=False)]
        fragments += [Frame(CONTINUATION, data[index : index + 1], final=False) for index in range(1, len(data))]
        socket.send(*fragments, Frame(CONTINUATION, b""))
        assert socket.receive() == Frame(TEXT, data)


@pytest.mark.parametrize("data", INVALID)
def test_6_invalid(server, data):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, data))
        assert socket.receive_close() == 1007
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, data, final=False), Frame(CONTINUATION, b""), chop=1)
        assert socket.receive_close() == 1007


def test_6_fails_before_the_message_is_whole(server):
    # Neither the rest of the frame nor another fragment is waited for.
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"\xce\xba\xe1\xbd\xb9\xf4\x90", final=False))
        assert socket.receive_close() == 1007
    with WireSocket(server) as socket:
        whole = masked(Frame(TEXT, b"\xce\xba\xf4\x90\x80\x80edited"))
        socket.send_bytes(whole[: 2 + 4 + 4])
        assert socket.receive_close() == 1007


def test_6_binary_is_not_looked_at(server):
    with WireSocket(server) as socket:
        socket.send(Frame(BINARY, b"\xff\xfe\x80"))
        assert socket.receive() == Frame(BINARY, b"\xff\xfe\x80")


# Group 7: closing


def test_7_nothing_after_close(server):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"Hello World!"), close_frame(1000), Frame(TEXT, b"late"), Frame(PING, b""))
        assert socket.receive() == Frame(TEXT, b"Hello World!")
        assert socket.receive() == close_frame(1000)
        assert socket.receive() is None


def test_7_close_inside_a_message(server):
    with WireSocket(server) as socket:
        socket.send(Frame(TEXT, b"fragment1", final=False), close_frame(1000), Frame(CONTINUATION, b"fragment2"))
        assert socket.receive() == close_frame(1000)
        assert socket.receive() is None


@pytest.mark.parametrize(
    "payload, code",
    [
        (b"", None),
        (b"\x03", 1002),
        (struct.pack("!H", 1000) + b"Hello World!", 1000),
        (struct.pack("!H", 1000) + b"*" * 123, 1000),
        (struct.pack("!H", 1000) + b"\xce\xba\xed\xa0\x80", 1007),
    ],
)
def test_7_close_payload(server, payload, code):
    with WireSocket(server) as socket:
        socket.send(Frame(CLOSE, payload))
        assert socket.receive_close() == code
        assert socket.receive() is None


def test_7_close_too_long(server):
    with WireSocket(server) as socket:
        socket.send_bytes(masked(Frame(CLOSE, struct.pack("!H", 1000) + b"*" * 124)))
        assert socket.receive_close() == 1002


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
def test_7_valid_codes(server, code):
    with WireSocket(server) as socket:
        socket.send(close_frame(code))
        assert socket.receive_close() == code


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535])
def test_7_invalid_codes(server, code):
    with WireSocket(server) as socket:
        socket.send(close_frame(code))
        assert socket.receive_close() == 1002


# Groups 9 and 10: size


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("size", [1 << 18, 1 << 20, 1 << 22, 1 << 24])
def test_9_large_messages(server, opcode, size):
    payload = b"*" * size
    with WireSocket(server) as socket:
        socket.send(Frame(opcode, payload))
        assert socket.receive() == Frame(opcode, payload)


@pytest.mark.parametrize("piece", [64, 4096, 1 << 18])
def test_9_large_messages_in_fragments(server, piece):
    size = 1 << (18 if piece == 64 else 22)
    data = random.Random(piece).randbytes(piece)
    frames = [Frame(BINARY, data, final=False)] + [Frame(CONTINUATION, data, final=False)] * (size // piece - 1)
    with WireSocket(server) as socket:
        socket.send(*frames, Frame(CONTINUATION, b""))
        assert socket.receive() == Frame(BINARY, data * (size // piece))


def test_9_beyond_the_limit(server):
    with WireSocket(server) as socket:
        socket.send_bytes(struct.pack("!BBQ", 0x82, 0xFF, (16 << 20) + 1) + b"\0\0\0\0")
        assert socket.receive_close() == 1009
    with WireSocket(server) as socket:
        socket.send(Frame(BINARY, b"*" * (16 << 20), final=False))
        socket.send_bytes(masked(Frame(CONTINUATION, b"*")))
        assert socket.receive_close() == 1009


def test_9_many_messages(server):
    with WireSocket(server) as socket:
        for _ in range(10):
            socket.send(*(Frame(TEXT, b"%d" % number) for number in range(100)))
            assert [socket.receive().payload for _ in range(100)] == [b"%d" % number for number in range(100)]


# What else a client must not do


def test_unmasked_frames_are_refused(server):
    with WireSocket(server) as socket:
        socket.send_bytes(masked(Frame(TEXT, b"hello"), mask=False))
        assert socket.receive_close() == 1002


@pytest.mark.parametrize("form, size", [(2, 125), (8, 125), (8, 65535)])
def test_length_not_in_its_shortest_form(server, form, size):
    with WireSocket(server) as socket:
        socket.send_bytes(masked(Frame(TEXT, b"*" * size), length_form=form))
        assert socket.receive_close() == 1002


def test_length_with_its_highest_bit_set(server):
    with WireSocket(server) as socket:
        socket.send_bytes(struct.pack("!BBQ", 0x82, 0xFF, 1 << 63) + b"\0\0\0\0")
        assert socket.receive_close() in (1002, 1009)


def test_frames_right_behind_the_handshake(server):
    with HTTPStream(server) as stream:
        stream.send(
            f"GET /ws-echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode() + masked(Frame(TEXT, b"early"))
        )
        assert stream.answer().status == 101
        while len(stream.held) < 7:
            assert stream.more()
        assert stream.held == b"\x81\x05early"


def test_a_real_client(server):
    client = pytest.importorskip("websockets.sync.client")
    url = f"ws://{server.host}:{server.port}/ws-echo"
    with client.connect(url, max_size=None) as socket:
        for message in ["", "text", "κόσμε" * 1000, b"", b"\xff" * 100_000]:
            socket.send(message)
            assert socket.recv(timeout=5) == message
        socket.send(["frag", "men", "ted"])
        assert socket.recv(timeout=5) == "fragmented"
        socket.ping().wait(5)
    assert socket.close_code == 1000
