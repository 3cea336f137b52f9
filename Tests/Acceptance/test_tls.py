"""The TLS listener: the same requests, files and sockets as in the clear, and what is refused."""

import http.client
import json
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from urllib.parse import urlsplit

import pytest
import websockets
from websockets.sync.client import connect

from harness import Daemon, Form, binary, eventually
from images import png
from localpro import SUPPORT, tenant, unique
from receivers import self_signed
from test_daemon import configuration

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Secure:
    """A daemon that listens with TLS as well, and a client that trusts its certificate."""

    def __init__(self, folder):
        self.certificate = self_signed(folder)
        self.port = free_port()
        flags = ("--tls-listen", f"127.0.0.1:{self.port}", "--tls-cert", self.certificate, "--tls-key", self.certificate)
        self.daemon = Daemon({"safe": tenant("safe")}, flags=tuple(map(str, flags)))
        self.context = ssl.create_default_context(cafile=str(self.certificate))

    def connection(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=10)

    def call(self, method, path, body=None, headers=None, connection=None):
        connection = connection or self.connection()
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            headers = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, body, {"Host": "safe.test", **(headers or {})})
        answer = connection.getresponse()
        return answer, answer.read()

    def create(self) -> str:
        session = unique()
        user = {"name": "John Doe", "email": "john@example.com"}
        answer, _ = self.call("POST", "/api/live-chat/sessions", {"sessionId": session, "user": user})
        assert answer.status == 201
        return session

    def socket(self, target):
        return connect(
            f"wss://safe.test:{self.port}{target}",
            sock=socket.create_connection(("127.0.0.1", self.port), timeout=10),
            ssl=self.context,
            server_hostname="127.0.0.1",
            compression=None,
            proxy=None,
        )


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    secure = Secure(tmp_path_factory.mktemp("tls"))
    with secure.daemon:
        yield secure


def test_requests_share_a_connection(secure):
    session = secure.create()
    connection = secure.connection()
    for index in range(5):
        content = {"content": f"over TLS {index}"}
        answer, _ = secure.call("POST", f"/api/live-chat/sessions/{session}/messages", content, connection=connection)
        assert answer.status == 201
    answer, body = secure.call("GET", f"/api/live-chat/sessions/{session}/messages", connection=connection)
    assert answer.status == 200
    texts = [message["content"] for message in json.loads(body)["data"]]
    assert texts[-5:] == [f"over TLS {index}" for index in range(5)]


def test_pipelined_requests_in_any_pieces(secure):
    request = b"GET /healthz HTTP/1.1\r\nHost: safe.test\r\n\r\n" * 20
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as plain:
        with secure.context.wrap_socket(plain, server_hostname="127.0.0.1") as stream:
            for start in range(0, len(request), 7):
                stream.sendall(request[start : start + 7])
            received = b""
            while received.count(b"HTTP/1.1 200") < 20:
                piece = stream.recv(65536)
                assert piece
                received += piece


@pytest.mark.parametrize("size", [2_000, 100_000, 3_000_000])
def test_files_up_and_down(secure, size):
    session = secure.create()
    picture = png(size=size)
    form = Form().text("content", "look").file("files", "a.png", "image/png", picture)
    answer, body = secure.call(
        "POST", f"/api/live-chat/sessions/{session}/messages", form.encode(), {"Content-Type": form.content_type}
    )
    assert answer.status == 201, body
    link = json.loads(body)["data"]["attachments"][0]["url"]
    parts = urlsplit(link)
    assert parts.scheme == "https"
    path = f"{parts.path}?{parts.query}"
    answer, body = secure.call("GET", path)
    assert answer.status == 200 and body == picture
    answer, body = secure.call("GET", path, headers={"Range": f"bytes={size // 2}-{size // 2 + 99}"})
    assert answer.status == 206 and body == picture[size // 2 : size // 2 + 100]


def test_sockets(secure):
    session = secure.create()
    with secure.socket(f"/ws/live-chat?sessionId={session}") as guest:
        assert json.loads(guest.recv(timeout=5))["type"] == "connection_established"
        answer, _ = secure.call(
            "POST",
            f"/api/admin/live-chat/sessions/{session}/reply",
            {"content": "Hi " * 5_000},
            {"Authorization": f"Bearer {SUPPORT}"},
        )
        assert answer.status == 201
        deadline = time.monotonic() + 5
        while True:
            frame = json.loads(guest.recv(timeout=max(0.01, deadline - time.monotonic())))
            if "Hi Hi" in json.dumps(frame):
                break


def test_plain_text_is_not_served(secure):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: safe.test\r\n\r\n")
        received = b""
        try:
            while piece := plain.recv(4096):
                received += piece
        except ConnectionResetError:
            pass
    assert b"HTTP/1.1" not in received
    assert secure.call("GET", "/healthz")[0].status == 200


@pytest.mark.parametrize(
    "request_text",
    [
        "GET /healthz HTTP/1.1\r\nHost: safe.test\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost : safe.test\r\n\r\n",
    ],
    ids=["asked for", "old", "refused"],
)
def test_an_end_is_announced(secure, request_text):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as plain:
        with secure.context.wrap_socket(
            plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False
        ) as stream:  # a cut would be an error
            stream.sendall(request_text.encode())
            received = b""
            while piece := stream.recv(4096):
                received += piece
    assert received.startswith(b"HTTP/1.1 ")


def test_a_client_that_ends_is_answered(secure):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as plain:
        stream = secure.context.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False)
        stream.sendall(b"GET /healthz HTTP/1.1\r\nHost: safe.test\r\n\r\n")
        assert stream.recv(4096).startswith(b"HTTP/1.1 200")
        stream.unwrap()  # waits for the daemon's own announcement


def test_certificates_are_read_again(tmp_path):
    secure = Secure(tmp_path)
    with secure.daemon:
        session = secure.create()
        (tmp_path / "next").mkdir()
        fresh = self_signed(tmp_path / "next")
        trusting_fresh = ssl.create_default_context(cafile=str(fresh))

        def meets(context) -> bool:
            try:
                with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as plain:
                    context.wrap_socket(plain, server_hostname="127.0.0.1").close()
                return True
            except ssl.SSLCertVerificationError:
                return False

        with secure.socket(f"/ws/live-chat?sessionId={session}") as guest:
            assert json.loads(guest.recv(timeout=5))["type"] == "connection_established"
            assert meets(secure.context) and not meets(trusting_fresh)
            good = secure.certificate.read_text()
            secure.certificate.write_text("broken")
            secure.daemon.signal(signal.SIGHUP)
            eventually(lambda: "the TLS certificate stays as it was" in secure.daemon.log())
            assert meets(secure.context)
            secure.certificate.write_text(fresh.read_text())
            secure.daemon.signal(signal.SIGHUP)
            eventually(lambda: meets(trusting_fresh))
            secure.certificate.write_text(good)  # what the first context trusts
            guest.send(json.dumps({"type": "ping"}))
            assert json.loads(guest.recv(timeout=5))["type"] == "pong"


def test_the_log_tells_the_port(tmp_path):
    certificate = self_signed(tmp_path)
    config = configuration(tmp_path / "config", {"safe": tenant("safe")})
    serving = subprocess.Popen(
        [
            binary(), "serve", "--config", config, "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0",
            "--admin", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--tls-cert", str(certificate),
            "--tls-key", str(certificate),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        line = next(line for line in serving.stderr if "serving TLS" in line)
        port = int(json.loads(line)["address"].rsplit(":", 1)[1])
        context = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
    finally:
        serving.terminate()
        assert serving.wait(timeout=20) == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_protocols_are_refused(secure):
    context = ssl.create_default_context(cafile=str(secure.certificate))
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as plain:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_torn_handshakes_and_records_disturb_nobody(secure):
    def torn(index: int) -> None:
        with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as plain:
            if index % 3 == 0:
                plain.sendall(b"\x16\x03\x01\x02\x00\x01")
            elif index % 3 == 1:
                plain.sendall(bytes(range(256)) * 8)
            else:
                stream = secure.context.wrap_socket(plain, server_hostname="127.0.0.1")
                stream.sendall(b"GET /healthz HTTP/1.1\r\n")
                stream.detach()

    threads = [threading.Thread(target=torn, args=(index,)) for index in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert secure.call("GET", "/healthz")[0].status == 200
    assert secure.daemon.process.poll() is None


def test_a_drain_closes_sockets_properly(tmp_path):
    secure = Secure(tmp_path)
    with secure.daemon:
        session = secure.create()
        with secure.socket(f"/ws/live-chat?sessionId={session}") as guest:
            assert json.loads(guest.recv(timeout=5))["type"] == "connection_established"
            secure.daemon.signal(signal.SIGTERM)
            with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
                while True:
                    guest.recv(timeout=5)
        assert closed.value.rcvd.code == 1001
        assert secure.daemon.wait() == 0


@pytest.mark.parametrize("broken", ["missing", "not PEM", "another key"])
def test_certificates_that_do_not_serve(tmp_path, broken):
    certificate = key = self_signed(tmp_path)
    if broken == "missing":
        certificate = tmp_path / "gone.pem"
    elif broken == "not PEM":
        certificate = tmp_path / "text.pem"
        certificate.write_text("hello")
    else:
        (tmp_path / "other").mkdir()
        key = self_signed(tmp_path / "other")
    config = configuration(tmp_path / "config", {"safe": tenant("safe")})
    result = subprocess.run(
        [
            binary(), "serve", "--config", config, "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0",
            "--admin", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--tls-cert", str(certificate), "--tls-key", str(key),
        ],
        capture_output=True,
        text=True,
        timeout=30,
    )  # fmt: skip
    assert result.returncode == 1, result
    assert "tls" in result.stderr.lower() or ".pem" in result.stderr, result.stderr
