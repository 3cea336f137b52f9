"""The daemon as a program: commands and exit codes, configuration errors, signals, its data folder."""

import os
import re
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from harness import ALL_PLUGINS, Daemon, Refused, binary, eventually, together
from localpro import SUPPORT, LocalPro, tenant, unique

DEFAULT_SECRET = """
tenant: bare
name: Bare
hosts: [bare.test]
agents:
  - { id: agent123, first_name: Jane, last_name: Smith, email: j@x.example, role: support, token: "${BARE_TOKEN:-jane-token}" }
dialects:
  localpro: { auth: [{ policy: agent-token }] }
"""


def run(*arguments, environment=None, cwd=None):
    return subprocess.run(
        [binary(), *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, **(environment or {})},
        cwd=cwd,
    )


def configuration(folder, tenants, plugins=ALL_PLUGINS):
    (folder / "tenants").mkdir(parents=True, exist_ok=True)
    (folder / "plugins.yaml").write_text(plugins)
    for name, text in tenants.items():
        (folder / "tenants" / f"{name}.yaml").write_text(text)
    return str(folder)


# Commands


def test_version():
    result = run("version")
    assert result.returncode == 0 and re.match(r"^gatewayd \d+\.\d+\.\d+\n$", result.stdout)
    assert run("--version").stdout == result.stdout


def test_help():
    result = run("--help")
    assert result.returncode == 0
    for command in ("serve", "check", "version"):
        assert command in result.stdout
        help_page = run(command, "--help")
        assert help_page.returncode == 0 and help_page.stdout.startswith(f"Usage: gatewayd {command}")
        assert help_page.stderr == ""
    for flag in ("--config", "--listen", "--admin", "--data", "--drain", "--log", "--durability"):
        assert flag in run("serve", "--help").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["serv"], ["serve", "--lisen", "x"], ["serve", "--listen"], ["serve", "--listen", "nonsense"], ["serve", "word"],
        ["serve", "--drain", "soon"], ["serve", "--durability", "half"], ["serve", "--log", "xml"], ["serve", "--lanes", "0"],
        ["serve", "--tls-listen", "127.0.0.1:0"], ["check", "--strickt"], ["version", "x"],
    ],
)  # fmt: skip
def test_wrong_calls_exit_2(arguments, tmp_path):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2, result
    assert "gatewayd" in result.stderr + result.stdout


def test_suggestions():
    assert "serve" in run("serv").stderr
    assert "--listen" in run("serve", "--lisen", "x").stderr


def test_flags_from_the_environment(tmp_path):
    config = configuration(tmp_path / "config", {"one": tenant("one")})
    assert run("check", environment={"GATEWAYD_CONFIG": config}).returncode == 0
    with Daemon({"one": tenant("one")}, environment={"GATEWAYD_LOG_LEVEL": "nonsense"}, flags=("--log-level", "error")):
        pass


def test_check(tmp_path):
    good = run("check", "--config", configuration(tmp_path / "good", {"one": tenant("one"), "two": tenant("two")}))
    assert good.returncode == 0 and "2 tenants" in good.stdout
    assert "error" not in good.stderr
    missing = run("check", "--config", str(tmp_path / "nowhere"))
    assert missing.returncode == 1 and missing.stderr


def test_check_strict(tmp_path):
    config = configuration(tmp_path, {"bare": DEFAULT_SECRET})
    assert run("check", "--config", config).returncode == 0
    strict = run("check", "--strict", "--config", config)
    assert strict.returncode == 1 and "BARE_TOKEN" in strict.stderr
    assert run("check", "--strict", "--config", config, environment={"BARE_TOKEN": "a" * 40}).returncode == 0
    opened = configuration(tmp_path / "open", {"one": tenant("one", dialect="websocket_admin: open")})
    assert run("check", "--config", opened).returncode == 0
    strict = run("check", "--strict", "--config", opened)
    assert strict.returncode == 1 and "websocket_admin" in strict.stderr


def test_every_error_of_every_file_at_once(tmp_path):
    broken = {
        "a": "tenant: a\nname: A\nhots: [a.test]\ndialects:\n  localpro:\n    mode: lenient\n    sesion_auth: guard\n    auth: [{ policy: agent-token }]\n",
        "b": "tenant: b\nname: [not a text]\nhosts: [b.test]\nlimits: { guest_write: often }\n",
        "c": "tenant: c\n  bad: indentation\n:",
        "d": tenant("d").replace("d.test", "same.test"),
        "e": tenant("e").replace("e.test", "same.test"),
        "f": "tenant: f\nhosts: [f.test]\ndialects:\n  localpr: {}\n",
        "g": 'tenant: g\nhosts: [g.test]\nagents: [{ id: x, token: "${NOT_SET_ANYWHERE}" }]\n',
    }
    result = run("check", "--config", configuration(tmp_path, broken))
    assert result.returncode == 1
    lines = result.stderr.splitlines()
    for file, line, text in [
        ("a", 3, "hosts"), ("a", 6, "lenient"), ("a", 7, "session_auth"), ("b", 2, "name"), ("b", 4, "guest_write"), ("c", None, ""),
        ("e", None, "same.test"), ("f", 4, "localpro"), ("g", 3, "NOT_SET_ANYWHERE"),
    ]:  # fmt: skip
        place = rf"tenants/{file}\.yaml:{line or r'[0-9]+'}:[0-9]+: error: "
        assert any(re.match(place, found) and text in found for found in lines), (
            f"{file}:{line} {text}\n{result.stderr}"
        )
    served = run(
        "serve",
        "--config",
        str(tmp_path),
        "--data",
        str(tmp_path / "data"),
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
    )
    assert served.returncode == 1 and "tenants/a.yaml:3:" in served.stderr


# Serving


def test_ready_and_health():
    with Daemon({"one": tenant("one"), "two": tenant("two")}) as daemon:
        assert daemon.ready_tenants == 2
        for port in (daemon.port, daemon.admin_port):
            answer = daemon.request("GET", "/healthz", port=port)
            assert answer.status == 200 and answer.json() == {"status": "ok"}
            assert daemon.request("HEAD", "/healthz", port=port).status == 200
            asked = daemon.request("OPTIONS", "/healthz", port=port)
            assert asked.status == 204 and asked.header("Allow") == "GET, HEAD, OPTIONS"
            wrong = daemon.request("POST", "/healthz", body=b"{}", port=port)
            assert wrong.status == 405 and wrong.header("Allow") == "GET, HEAD, OPTIONS"
        assert daemon.request("OPTIONS", "/readyz", port=daemon.admin_port).status == 204
        assert daemon.request("OPTIONS", "/commands", port=daemon.admin_port).header("Allow") == "OPTIONS, POST"
        assert daemon.request("GET", "/readyz", port=daemon.admin_port).status == 200
        assert daemon.request("GET", "/readyz").status == 421
        assert daemon.request("GET", "/nothing", port=daemon.admin_port).status == 404
        assert daemon.request("GET", "/").status == 421
        assert daemon.stop() == 0


def test_quick_start():
    with Daemon({name: tenant(name) for name in ("one", "two", "three", "four")}) as daemon:
        daemon.stop()
        daemon.start()  # on databases that exist
        assert daemon.started_in < 1  # generous: the machine may be busy, and the benchmark measures it


def test_secrets_that_are_still_their_defaults(tmp_path):
    config = configuration(tmp_path / "config", {"bare": DEFAULT_SECRET})
    arguments = ["serve", "--config", config, "--data", str(tmp_path / "data"), "--admin", "127.0.0.1:0"]
    for listen in ("0.0.0.0:0", "[::]:0"):
        result = run(*arguments, "--listen", listen)
        assert result.returncode == 1 and "default" in result.stderr
    result = run(*arguments[:-1], "0.0.0.0:0", "--listen", "127.0.0.1:0")
    assert result.returncode == 1  # the admin listener counts too
    # Who insists is served; the later of two flags counts.
    with Daemon({"bare": DEFAULT_SECRET}, flags=("--listen", "0.0.0.0:0", "--allow-default-secrets")) as daemon:
        daemon.host = "127.0.0.1"
        assert LocalPro(daemon, "bare").admin("GET", "/sessions", token="jane-token").status == 200
    with Daemon({"bare": DEFAULT_SECRET}) as daemon:
        assert LocalPro(daemon, "bare").admin("GET", "/sessions", token="jane-token").status == 200
    with Daemon({"bare": DEFAULT_SECRET}, environment={"BARE_TOKEN": "changed"}) as daemon:
        assert LocalPro(daemon, "bare").admin("GET", "/sessions", token="jane-token").status == 401
        assert LocalPro(daemon, "bare").admin("GET", "/sessions", token="changed").status == 200


def test_an_address_in_use(tmp_path):
    with Daemon({"one": tenant("one")}) as daemon:
        config = configuration(tmp_path / "config", {"one": tenant("one")})
        result = run(
            "serve",
            "--config",
            config,
            "--data",
            str(tmp_path / "data"),
            "--listen",
            f"127.0.0.1:{daemon.port}",
            "--admin",
            "127.0.0.1:0",
        )
        assert result.returncode == 1 and str(daemon.port) in result.stderr
        assert len(result.stderr.strip().splitlines()[-1]) < 300


def test_connections_per_address():
    limits = "{ max_connections_per_address: 5 }"
    untrusting = tenant("one", limits=limits).replace("trusted_proxies: [127.0.0.0/8]\n", "")
    with Daemon({"one": untrusting}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        sockets = [chat.guest_socket(session).established() for _ in range(5)]
        with pytest.raises(Exception) as refusal:
            chat.guest_socket(session).established()
        assert not isinstance(refusal.value, Refused) or refusal.value.status in (429, 503)
        sockets.pop().close()
        eventually(lambda: _answers(chat, session))
        for socket in sockets:
            socket.close()


def test_connections_per_address_of_a_dialect():
    trusting = "trusted_proxies: [127.0.0.0/8]\n"
    narrow = tenant("one", limits="{}", dialect="limits: { max_connections_per_address: 2 }").replace(trusting, "")
    with Daemon({"one": narrow}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        sockets = [chat.guest_socket(session).established() for _ in range(2)]
        answer = chat.guest("GET", f"/sessions/{session}")
        assert answer.status == 429 and answer.header("Connection") == "close"
        assert answer.header("RateLimit-Limit") == "2" and answer.header("RateLimit-Reset") == "1"
        for socket in sockets:
            socket.close()
        eventually(lambda: _answers(chat, session))


def test_a_dialect_may_have_more_connections_than_the_tenant():
    trusting = "trusted_proxies: [127.0.0.0/8]\n"
    wide = tenant("one", limits="{ max_connections_per_address: 2 }", dialect="limits: { max_connections_per_address: 4 }")
    with Daemon({"one": wide.replace(trusting, "")}) as daemon:
        connections = [daemon.raw() for _ in range(4)]
        for raw in connections:
            raw.send("GET /api/live-chat/sessions/nothing-here HTTP/1.1\r\nHost: one.test\r\n\r\n")
            assert raw.response().status == 404
        for raw in connections:
            raw.close()


def test_ipv6_networks_are_one_address():
    with Daemon({"one": tenant("one", limits="{ max_connections_per_address: 2 }")}) as daemon:
        connections = []

        def ask(address) -> int:
            connections.append(daemon.raw())
            connections[-1].send(
                f"GET /api/live-chat/sessions/nothing-here HTTP/1.1\r\nHost: one.test\r\nX-Forwarded-For: {address}\r\n\r\n"
            )
            return connections[-1].response().status

        assert [ask(f"2001:db8::{last}") for last in (1, 2, 3)] == [404, 404, 429]
        assert ask("2001:db8:0:1::1") == 404
        for raw in connections:
            raw.close()


class Poor(Daemon):
    """A daemon that may open few descriptors."""

    def arguments(self) -> list[str]:
        return ["bash", "-c", 'ulimit -n 70; exec "$@"', "-", *super().arguments()]


def test_who_comes_when_descriptors_run_out_waits_and_is_answered():
    with Poor({name: tenant(name) for name in ("one", "two", "three")}) as daemon:
        connections = [daemon.raw(timeout=30) for _ in range(300)]
        for index, raw in enumerate(connections):
            name = ("one", "two", "three")[index % 3]  # some on each lane: half of them are handed over
            raw.send(f"GET /api/live-chat/sessions/nothing-here HTTP/1.1\r\nHost: {name}.test\r\nConnection: close\r\n\r\n")
        assert [raw.response().status for raw in connections] == [404] * 300
        assert "could not be handed over" not in daemon.log()


def test_connections_are_counted_where_they_ask():
    """Over one lane, so that no connection is handed over and counted afresh."""
    trusting = "trusted_proxies: [127.0.0.0/8]\n"
    tenants = {
        name: tenant(name, limits=f"{{ max_connections_per_address: {count} }}").replace(trusting, "")
        for name, count in (("wide", 100), ("narrow", 2))
    }
    with Daemon(tenants, flags=("--lanes", "1")) as daemon:
        connections = [daemon.raw() for _ in range(4)]

        def ask(raw, name):
            raw.send(f"GET /api/live-chat/sessions/none-{name} HTTP/1.1\r\nHost: {name}.test\r\n\r\n")
            return raw.response().status

        for raw in connections:
            assert ask(raw, "wide") == 404
        assert [ask(raw, "narrow") for raw in connections] == [404, 404, 429, 429]
        assert ask(connections[0], "wide") == 404  # it has left the narrow one
        with daemon.raw() as other:
            assert ask(other, "narrow") == 404
            assert ask(connections[1], "narrow") == 404
        for raw in connections:
            raw.close()


def _answers(chat, session):
    try:
        return chat.guest("GET", f"/sessions/{session}").status == 200
    except OSError:
        return False


# The data folder


def test_one_daemon_per_data_folder():
    with Daemon({"one": tenant("one")}) as daemon:
        result = run(
            "serve",
            "--config",
            str(daemon.config),
            "--data",
            str(daemon.data),
            "--listen",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
        )
        assert result.returncode == 1
        sentence = result.stderr.strip().splitlines()[-1]
        assert str(daemon.data) in sentence and "another" in sentence.lower(), sentence
        assert LocalPro(daemon, "one").create()
        daemon.kill()  # however it ends, the lock goes with it
        daemon.start()
        assert LocalPro(daemon, "one").create()


def test_everything_is_there_after_a_restart():
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        sent = [chat.send(session, f"message {index}") for index in range(10)]
        chat.reply(session)
        before = chat.messages(session)["data"]
        token = chat.token(session)
        assert daemon.stop() == 0
        assert (
            not (daemon.data / "one" / "chat.db-wal").exists()
            or (daemon.data / "one" / "chat.db-wal").stat().st_size == 0
        )
        daemon.start()
        assert chat.messages(session)["data"] == before and len(sent) == 10
        assert chat.guest("GET", f"/sessions/{session}", token=token).status == 200


@pytest.mark.parametrize("damage", ["newer", "garbage", "empty", "truncated", "foreign", "folder"])
def test_a_bad_database_stops_that_tenant_only(damage):
    with Daemon({"good": tenant("good"), "bad": tenant("bad")}) as daemon:
        for name in ("good", "bad"):
            chat = LocalPro(daemon, name)
            session = chat.create("session-of-both")
            for _ in range(50):
                chat.send(session, "x" * 2000)
        assert daemon.stop() == 0
        path = daemon.data / "bad" / "chat.db"
        if damage == "newer":
            with sqlite3.connect(path) as database:
                database.execute("PRAGMA user_version = 9999")
            database.close()
        elif damage == "garbage":
            path.write_bytes(os.urandom(100_000))
        elif damage == "empty":
            path.write_bytes(b"")
        elif damage == "truncated":
            os.truncate(path, path.stat().st_size // 2)
        elif damage == "foreign":
            path.unlink()
            with sqlite3.connect(path) as database:
                database.execute("CREATE TABLE other (a)")
            database.close()
        else:
            path.unlink()
            path.mkdir()
        content = path.read_bytes() if path.is_file() else None
        daemon.start()
        assert daemon.ready_tenants == 1
        line = next(line for line in daemon.log().splitlines()[::-1] if '"tenant":"bad"' in line)
        assert '"level":"error"' in line
        if damage == "newer":
            assert "newer" in line or "9999" in line, line
        assert LocalPro(daemon, "good").guest("GET", "/sessions/session-of-both").status == 200
        answer = LocalPro(daemon, "bad").guest("GET", "/sessions/session-of-both")
        assert answer.status == 503, answer
        if content is not None:
            assert path.read_bytes() == content, "a database that is not served was changed"
        assert daemon.stop() == 0


# The log


def test_a_log_that_nobody_reads_stops_nothing():
    with Daemon({"one": tenant("one")}) as daemon:
        daemon.stop()
        process = subprocess.Popen(daemon.arguments(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            ready = process.stdout.readline()
            daemon.port = int(re.search(r"http=\S+:(\d+)", ready)[1])
            chat = LocalPro(daemon, "one")
            session = chat.create()
            for _ in range(3_000):
                assert chat.guest("GET", "/sessions/no-such-session").status == 404
            chat.send(session)
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 0
        finally:
            process.kill()
            process.communicate()


def test_sizes_of_heads_are_the_tenants():
    wide = tenant("wide", extra="sizes: { request_line: 32KiB, headers: 64KiB, header_fields: 300 }")
    narrow = tenant("narrow", extra="sizes: { request_line: 1KiB, headers: 2KiB, header_fields: 16 }")
    with Daemon({"wide": wide, "narrow": narrow}) as daemon:
        def ask(host, query="", **fields):
            return daemon.request("GET", "/nothing?" + "q" * int(query) if query else "/nothing", host=host, headers=fields).status

        many = {f"x-{index}": "y" for index in range(200)}
        for host, expected in [("wide.test", 404), ("narrow.test", None)]:
            assert ask(host) == 404
            assert ask(host, 20_000) == (expected or 414)
            assert ask(host, **{"x-long": "y" * 30_000}) == (expected or 431)
            assert ask(host, **many) == (expected or 431)
        assert [ask("narrow.test", 900), ask("narrow.test", **{"x-long": "y" * 1500})] == [404, 404]
        assert ask("wide.test", 33_000) == 414


def test_what_is_stored_is_not_for_others():
    with Daemon({"one": tenant("one")}) as daemon:
        LocalPro(daemon, "one").create()
        for path in [daemon.data / "one", daemon.data / "one" / "chat.db", daemon.data / "one" / "chat.db-wal"]:
            assert path.stat().st_mode & 0o027 == 0, path


def test_retention_catches_up():
    """What has gathered goes at once, not a little each time."""
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        body = b'{"content":"old"}'
        request = (
            f"POST /api/live-chat/sessions/{session}/messages HTTP/1.1\r\nHost: one.test\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        with daemon.raw() as raw:
            for _ in range(30):
                raw.send(request * 100)
                assert [raw.response().status for _ in range(100)] == [201] * 100
        assert daemon.stop() == 0
        daemon.write_tenant("one", tenant("one", extra="retention: 4s"))
        time.sleep(4)  # until all of them are older
        daemon.start()
        began = time.monotonic()
        eventually(lambda: chat.messages(session)["total"] == 0)
        assert time.monotonic() - began < 4  # 500 a second would take six


# SIGTERM

EXPECTING = "Expect: 100-continue\r\n"  # the 100 tells that the request is in work


def test_drain_finishes_what_is_in_work():
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        socket = chat.guest_socket(session).established()
        admin = chat.admin_socket().established()
        idle = daemon.raw()
        body = b'{"content":"sent while draining"}'
        with daemon.raw() as half:
            half.send(
                f"POST /api/live-chat/sessions/{session}/messages HTTP/1.1\r\nHost: one.test\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{EXPECTING}\r\n".encode()
            )
            assert half.response().status == 100
            half.send(body[:10])
            daemon.signal(signal.SIGTERM)
            assert socket.closed() == 1001
            assert admin.closed() == 1001
            assert idle.is_closed()
            for port in [daemon.port, daemon.admin_port]:
                with pytest.raises(ConnectionRefusedError):
                    daemon.raw(port, timeout=1)
            half.send(body[10:])
            answer = half.response()
            assert answer.status == 201 and answer.header("Connection") == "close"
        assert daemon.wait(10) == 0
        assert '"level":"error"' not in daemon.log() and "accepting is paused" not in daemon.log()
        daemon.start()
        assert chat.messages(session)["data"][-1]["content"] == "sent while draining"


def test_drain_ends_in_time():
    with Daemon({"one": tenant("one")}, flags=("--drain", "1s")) as daemon:
        with daemon.raw() as half:
            half.send(f"POST /api/live-chat/sessions HTTP/1.1\r\nHost: one.test\r\nContent-Length: 100\r\n{EXPECTING}\r\n")
            assert half.response().status == 100
            began = time.monotonic()
            assert daemon.stop() == 0
            assert 0.5 < time.monotonic() - began < 5


def test_a_second_signal_ends_at_once():
    with Daemon({"one": tenant("one")}, flags=("--drain", "60s")) as daemon:
        with daemon.raw() as half:
            half.send(f"POST /api/live-chat/sessions HTTP/1.1\r\nHost: one.test\r\nContent-Length: 100\r\n{EXPECTING}\r\n")
            assert half.response().status == 100
            daemon.signal(signal.SIGTERM)
            time.sleep(0.5)
            assert daemon.process.poll() is None
            began = time.monotonic()
            daemon.signal(signal.SIGTERM)
            assert daemon.wait(5) != 0 and time.monotonic() - began < 2


def test_interrupt_drains_as_well():
    with Daemon({"one": tenant("one")}) as daemon:
        daemon.signal(signal.SIGINT)
        assert daemon.wait() == 0


def test_sends_during_a_drain_are_answered_or_refused_but_never_lost():
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        acknowledged, stop = [], threading.Event()

        def load(index):
            serial = 0
            while not stop.is_set():
                serial += 1
                try:
                    answer = chat.guest("POST", f"/sessions/{session}/messages", {"content": f"{index}-{serial}"})
                except OSError:
                    return
                if answer.status == 201:
                    acknowledged.append(f"{index}-{serial}")

        threads = [threading.Thread(target=load, args=(index,)) for index in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert daemon.stop() == 0
        stop.set()
        for thread in threads:
            thread.join()
        daemon.start()
        stored = all_contents(chat, session)
        assert set(acknowledged) <= set(stored) and len(stored) == len(set(stored))


def all_contents(chat, session):
    contents, page = [], 1
    while True:
        got = chat.messages(session, f"?limit=100&page={page}")
        contents += [message["content"] for message in got["data"] if message["type"] == "user"]
        if page >= got["pages"]:
            return contents
        page += 1


# SIGHUP


def test_reload_adds_and_removes_tenants():
    with Daemon({"one": tenant("one"), "two": tenant("two")}) as daemon:
        one, two, three = (LocalPro(daemon, name) for name in ("one", "two", "three"))
        session, other = one.create(), two.create()
        staying, leaving = one.guest_socket(session).established(), two.guest_socket(other).established()
        assert daemon.request("GET", "/", host="three.test").status == 421
        daemon.write_tenant("three", tenant("three"))
        daemon.remove_tenant("two")
        daemon.reload()
        eventually(lambda: daemon.request("GET", "/nothing", host="three.test").status == 404)
        assert three.create()
        assert leaving.closed() == 1001
        eventually(lambda: two.guest("GET", f"/sessions/{other}").status == 421)
        assert staying.pending() == []  # what did not change keeps its sockets
        one.reply(session)
        assert staying.next()["type"] in ("agent_message", "agent_assigned", "session_status_changed")
        staying.close()
        # It comes back with everything it had.
        daemon.write_tenant("two", tenant("two"))
        daemon.reload()
        eventually(lambda: two.guest("GET", f"/sessions/{other}").status == 200)
        assert daemon.stop() == 0


def test_reload_changes_tenants():
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        socket = chat.guest_socket(session).established()
        daemon.write_tenant("one", tenant("one", limits="{ guest_write: 2/1h }"))
        daemon.reload()
        statuses = [chat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}).status for _ in range(4)]
        assert statuses == [201, 201, 429, 429]
        # Neither dialect nor auth nor hosts changed: the socket stays.
        assert [frame["type"] for frame in socket.pending()] == ["user_message", "user_message"]
        daemon.write_tenant("one", tenant("one", dialect="session_auth: required"))
        daemon.reload()
        assert socket.closed() == 1012
        eventually(lambda: chat.guest("GET", f"/sessions/{session}").status == 401)
        daemon.write_tenant("one", tenant("one").replace("hosts: [one.test]", "hosts: [uno.test]"))
        daemon.reload()
        eventually(lambda: daemon.request("GET", f"/api/live-chat/sessions/{session}", host="uno.test").status == 200)
        assert chat.guest("GET", f"/sessions/{session}").status == 421


@pytest.mark.parametrize(
    "broken",
    [
        "tenant: one\nhots: [one.test]\n",
        "\t: not yaml [",
        "",
        "tenant: one\nhosts: [one.test]\ndialects: { telepathy: {} }\n",
    ],
)
def test_a_broken_file_keeps_the_last_good_state(broken):
    with Daemon({"one": tenant("one"), "two": tenant("two")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        socket = chat.guest_socket(session).established()
        daemon.write_tenant("one", broken)
        daemon.write_tenant("three", tenant("three"))
        daemon.reload()
        assert "one.yaml" in daemon.log()
        assert LocalPro(daemon, "three").create()  # the rest is taken over
        assert chat.send(session)["type"] == "user"
        assert [frame["type"] for frame in socket.pending()] == ["user_message"]
        daemon.write_tenant("one", tenant("one", dialect="session_auth: required"))
        daemon.reload()
        eventually(lambda: chat.guest("GET", f"/sessions/{session}").status == 401)
        socket.close()


@pytest.mark.parametrize("file", ["aaa", "zzz"])
@pytest.mark.parametrize(
    "wrong,host",
    [
        (tenant("one").replace("[one.test]", "[other.test]").replace("path_prefix: /one", "path_prefix: /other"), "other.test"),
        (tenant("three").replace("hosts: [three.test]", "hosts: [one.test]"), "one.test"),
        (tenant("three").replace("path_prefix: /three", "path_prefix: /one"), "three.test"),
    ],
)
@pytest.mark.parametrize("is_broken", [False, True])
def test_a_new_file_takes_nothing_from_a_running_tenant(file, wrong, host, is_broken):
    """Whatever its name, and whether or not the other's own file is in order at the moment."""
    with Daemon({"one": tenant("one"), "two": tenant("two")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        socket = chat.guest_socket(session).established()
        daemon.write_tenant(file, wrong)
        if is_broken:
            daemon.write_tenant("one", "tenant: one\nhots: [one.test]\n" if file == "aaa" else "tenant: [")
        daemon.reload()
        assert f"tenants/{file}.yaml:" in daemon.log() and "is already that of tenants/one.yaml" in daemon.log()
        chat.send(session)
        assert [frame["type"] for frame in socket.pending()] == ["user_message"]
        assert daemon.request("GET", "/one/api/live-chat/sessions/" + session, host="127.0.0.1").status == 200
        for strange in ("other.test", "three.test"):
            assert daemon.request("GET", "/", host=strange).status == 421
        # Once its owner gives it up it can be had.
        daemon.remove_tenant("one")
        daemon.reload()
        assert socket.closed() in (1001, 1012)
        eventually(lambda: daemon.request("GET", "/nothing", host=host).status == 404)


def test_a_changed_roster_closes_the_sockets_of_those_it_concerns():
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        guest = chat.guest_socket(chat.create()).established()
        jane, bob = chat.admin_socket(SUPPORT, "agent123").established(), chat.admin_socket().established()
        newcomer = "  - { id: new, first_name: New, last_name: One, email: new@company.com, role: support, token: new-token }\n"
        daemon.write_tenant("one", tenant("one").replace("agents:\n", "agents:\n" + newcomer))
        daemon.reload()
        chat.admin_socket("new-token", "new").established().close()
        assert [socket.pending() for socket in (guest, jane, bob)] == [[], [], []]
        # A token that is no longer hers ends what it has opened.
        daemon.write_tenant("one", tenant("one").replace("jane-token", "another-token"))
        daemon.reload()
        assert jane.closed() == 1012
        assert [socket.pending() for socket in (guest, bob)] == [[], []]
        assert chat.admin("GET", "/sessions", token="jane-token").status == 401
        assert chat.admin("GET", "/sessions", token="another-token").status == 200
        chat.admin_socket("new-token", "new").close()
        guest.close(), bob.close()


def test_a_broken_plugins_file_changes_nothing():
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        (daemon.config / "plugins.yaml").write_text("plugins: [")
        daemon.remove_tenant("one")
        daemon.reload()
        assert chat.guest("GET", f"/sessions/{session}").status == 200


def test_reloads_during_traffic():
    with Daemon({"one": tenant("one"), "two": tenant("two")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        done = threading.Event()

        def load(_):
            count = 0
            while not done.is_set():
                assert chat.guest("POST", f"/sessions/{session}/messages", {"content": "x"}).status == 201
                count += 1
            return count

        def reload(_):
            for index in range(20):
                if index % 2:
                    daemon.write_tenant("two", tenant("two"))
                else:
                    daemon.remove_tenant("two")
                daemon.write_tenant("one", tenant("one", limits="off" if index % 3 else "{ guest_write: off }"))
                daemon.reload()
            done.set()
            return 0

        counts = together(5, lambda index: reload(index) if index == 0 else load(index))
        assert chat.messages(session)["total"] == 1 + sum(counts)
        assert daemon.stop() == 0


def test_signals_while_starting_and_again():
    with Daemon({"one": tenant("one")}) as daemon:
        for _ in range(5):
            daemon.signal(signal.SIGHUP)
        chat = LocalPro(daemon, "one")
        assert chat.create(unique())
        assert daemon.stop() == 0
