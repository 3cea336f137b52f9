"""What script/bench measures. Server and load share the machine; what is compared is measured in turns.

healthz    GET /healthz at 64 keep-alive connections against nginx with one worker and the same bytes
start      from the start of the process to its ready line, with the four demo tenants
memory     resident memory of the daemon with the four demo tenants and nothing to do
idle       resident memory of 10,000 guest WebSockets and of 1,000 Socket.IO clients that do nothing
fanout     one LocalPro session with 1,000 guest sockets, 200 agent replies a second
rooms      one room with 1,000 Socket.IO clients, 100 messages a second
lists      the agents' session list and search over 100,000 sessions, and what they do to other requests
yardstick  a run.py given by YARDSTICK, with its go and nginx peers
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GATEWAYD = os.environ["GATEWAYD"]
CHATLOAD = os.environ["CHATLOAD"]
TICKS = os.sysconf("SC_CLK_TCK")
READY = re.compile(r"^ready http=\S+:(\d+) admin=\S+:(\d+) tenants=(\d+)$")

# One tenant with everything that is measured, and without limits.
TENANT = """
tenant: bench
name: Bench
hosts: [127.0.0.1]
agents:
  - { id: agent1, first_name: Jane, last_name: Smith, email: jane@bench.example, role: admin, token: bench-agent-token }
dialects:
  localpro:
    auth: [{ policy: agent-token }]
    session_auth: open
  supportzen-live:
    auth: [{ policy: shared-secret, secrets: { app: bench-zen-secret } }]
  rooms:
    mount: /rooms
    auth: [{ policy: none }]
limits: off
"""
PLUGINS = "plugins:\n  localpro: {}\n  supportzen-live: {}\n  rooms: {}\n"
TOKEN = "bench-agent-token"
SESSION = "session-bench-1"
ROOM = "bench-room"
SOCKET = f"/ws/live-chat?sessionId={SESSION}"
SOCKET_IO = "/socket.io/?EIO=4&transport=websocket"


class Results:
    def __init__(self):
        self.failed = 0

    def say(self, text: str) -> None:
        print(f"          {text}", flush=True)

    def goal(self, what: str, value: str, goal: str, passed: bool) -> None:
        self.failed += not passed
        print(f"{'PASS' if passed else 'FAIL'}      {what}: {value} (goal: {goal})", flush=True)


results = Results()


class Process:
    """A server in a folder of its own; what the kernel knows about it."""

    def __init__(self, command: list[str], folder: Path):
        self.log = (folder / "log").open("ab")
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=self.log, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def family(self) -> list[int]:
        pids = [self.process.pid]
        for pid in pids:
            try:
                pids += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
            except OSError:
                continue
        return pids

    def cpu_seconds(self) -> float:
        total = 0
        for pid in self.family():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def resident_bytes(self) -> int:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) * 1024


class Daemon(Process):
    def __init__(self, folder: Path, config: Path, *flags: str):
        (folder / "data").mkdir(parents=True, exist_ok=True)
        super().__init__(
            [GATEWAYD, "serve", "--config", str(config), "--data", str(folder / "data"), "--listen", "127.0.0.1:0",
             "--admin", "127.0.0.1:0", "--log", "json", *flags],
            folder,
        )
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        line = self.process.stdout.readline() if ready else ""
        self.milliseconds_to_ready = (time.monotonic() - self.started) * 1000
        match = READY.match(line)
        if not match:
            self.__exit__()
            sys.exit(f"the daemon did not become ready: {line!r}\n{(folder / 'log').read_text()[-2000:]}")
        self.port, self.admin, self.tenants = (int(group) for group in match.groups())

    def request(self, method: str, path: str, body: object = None, token: str | None = None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read(300)!r}")

    def create_session(self) -> None:
        user = {"name": "John Doe", "email": "john@example.com"}
        self.request("POST", "/api/live-chat/sessions", {"sessionId": SESSION, "user": user})


class Bench:
    def __init__(self, work: Path):
        self.work = work
        self.config = work / "config"
        (self.config / "tenants").mkdir(parents=True)
        (self.config / "plugins.yaml").write_text(PLUGINS)
        (self.config / "tenants" / "bench.yaml").write_text(TENANT)

    def folder(self, name: str) -> Path:
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def daemon(self, name: str, *flags: str) -> Daemon:
        return Daemon(self.folder(name), self.config, *flags)

    def load(self, mode: str, port: int, **options) -> dict:
        return json.loads(subprocess.run(load_command(mode, port, options), capture_output=True, text=True, check=True, timeout=300).stdout)

    # healthz

    def nginx(self) -> tuple[Process, int]:
        folder = self.folder("nginx")
        port = free_port()
        temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log crit;\n"
            "events { worker_connections 1000; }\n"
            f"http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 300; {temporary}\n"
            f"  server {{ listen 127.0.0.1:{port} backlog=4096; location = /healthz {{\n"
            "    default_type application/json; return 200 '{\"status\":\"ok\"}'; } } }\n"
        )
        return Process(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], folder), port

    def healthz(self) -> None:
        nginx, nginx_port = self.nginx()
        with nginx, self.daemon("healthz") as daemon:
            wait_for(nginx_port)
            servers = {"gatewayd": (daemon, daemon.port), "nginx": (nginx, nginx_port)}
            rates: dict[str, list[float]] = {name: [] for name in servers}
            costs: dict[str, list[float]] = {name: [] for name in servers}
            for round_number in range(5):
                for name, (process, port) in servers.items():
                    wrk(port, "/healthz", seconds=1)
                    before = process.cpu_seconds()
                    rate, count = wrk(port, "/healthz", seconds=4)
                    rates[name].append(rate)
                    costs[name].append((process.cpu_seconds() - before) * 1e6 / max(count, 1))
                results.say(f"healthz round {round_number + 1}: " + ", ".join(
                    f"{name} {rates[name][-1]:,.0f}/s at {costs[name][-1]:.2f} us CPU" for name in servers
                ))
        rate = {name: statistics.median(values) for name, values in rates.items()}
        cost = {name: statistics.median(values) for name, values in costs.items()}
        ratio, cost_ratio = rate["gatewayd"] / rate["nginx"], cost["gatewayd"] / cost["nginx"]
        results.goal(
            "healthz against nginx",
            f"{ratio:.2f} x its requests ({rate['gatewayd']:,.0f}/s, {rate['nginx']:,.0f}/s), "
            f"{cost_ratio:.2f} x its CPU for each ({cost['gatewayd']:.2f} us, {cost['nginx']:.2f} us)",
            "0.9 x its requests, or 1.1 x its CPU",
            ratio >= 0.9 or cost_ratio <= 1.1,
        )

    # start, memory

    def start(self) -> None:
        folder = self.folder("start")
        times = []
        for _ in range(6):
            with Daemon(folder, ROOT) as daemon:
                times.append(daemon.milliseconds_to_ready)
                tenants = daemon.tenants
        median = statistics.median(times[1:])
        results.goal(
            f"start to ready with {tenants} tenants",
            f"{median:.0f} ms, the first time with new databases {times[0]:.0f} ms",
            "under 150 ms",
            median < 150,
        )

    def memory(self) -> None:
        with Daemon(self.folder("memory"), ROOT) as daemon:
            time.sleep(1)
            resident = daemon.resident_bytes()
        results.goal(f"idle daemon with {daemon.tenants} tenants", f"{resident / 2**20:.1f} MiB resident", "under 20 MiB", resident < 20 << 20)

    # sockets

    def hold(self, name: str, count: int, path: str, goal: int, *hellos: str) -> None:
        with self.daemon(name) as daemon:
            daemon.create_session()
            time.sleep(1)
            empty = daemon.resident_bytes()
            command = load_command("idle", daemon.port, {"path": path, "sockets": count})
            for hello in hellos:
                command += ["--send", hello]
            client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            opened = json.loads(client.stdout.readline())
            time.sleep(3)
            each = (daemon.resident_bytes() - empty) / max(opened["open"], 1)
            client.stdin.close()
            left = json.loads(client.stdout.readline())
            client.wait(timeout=30)
        results.goal(
            f"{count:,} idle sockets on {path.partition('?')[0]}",
            f"{each:,.0f} bytes resident each ({opened['open']:,} open after {opened['seconds']:.2f} s, {left['dropped']} lost)",
            f"all open, at most {goal:,} bytes each",
            opened["open"] == count and left["dropped"] == 0 and each <= goal,
        )

    def idle(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        count = min(10_000, hard - 200)
        if count < 10_000:
            results.say(f"only {hard} open files are allowed, so {count:,} sockets")
        self.hold("idle", count, SOCKET, 1536)
        self.hold("idle-rooms", 1000, SOCKET_IO, 4096, "40", f'42["join","{ROOM}"]')

    def fan(self, daemon: Daemon, what: str, **options) -> None:
        before = daemon.cpu_seconds()
        report = self.load("fan", daemon.port, **options)
        cost = (daemon.cpu_seconds() - before) * 1e6 / max(report["delivered"], 1)
        complete = report["delivered"] == report["expected"] and not any(
            report[name] for name in ("repeated", "disordered", "dropped", "failed", "refused")
        )
        results.goal(
            what,
            f"{report['delivered']:,} of {report['expected']:,} delivered, {report['repeated']} twice, "
            f"{report['disordered']} sockets with another order, "
            f"p50 {report['p50_us'] / 1000:.1f} ms, p99 {report['p99_us'] / 1000:.1f} ms, longest {report['max_us'] / 1000:.1f} ms, {cost:.1f} us server CPU for each",
            "all, once, in one order; p99 under 50 ms",
            complete and report["p99_us"] < 50_000,
        )

    def fanout(self) -> None:
        with self.daemon("fanout") as daemon:
            daemon.create_session()
            self.fan(
                daemon, "1,000 guest sockets of one session, 200 replies a second",
                path=SOCKET, sockets=1000, rate=200, seconds=5, publishers=8,
                post=f"/api/admin/live-chat/sessions/{SESSION}/reply", token=TOKEN, body='{"content":"{stamp}"}',
            )

    def rooms(self) -> None:
        message = json.dumps(["send-message", {"clientId": ROOM, "message": "{stamp}", "sender": "client"}])
        with self.daemon("rooms") as daemon:
            daemon.request("POST", "/rooms/api/chat/initialize", {"clientId": ROOM})
            self.fan(
                daemon, "1,000 Socket.IO clients in one room, 100 messages a second",
                path=SOCKET_IO, sockets=1000, rate=100, seconds=5,
                send=["40", f'42["join","{ROOM}"]'], publish=SOCKET_IO, text="42" + message,
            )

    # lists

    def lists(self) -> None:
        count = int(os.environ.get("BENCH_SESSIONS", "100000"))
        user = {"name": "Customer {n}", "email": "customer{n}@example.com"}
        with self.daemon("lists") as daemon:
            report = self.load(
                "http", daemon.port, connections=64, count=count, method="POST", path="/api/live-chat/sessions",
                body=json.dumps({"sessionId": "session-{n}-list", "user": user}),
            )
            results.say(f"{count:,} sessions made at {report['rate']:,.0f} a second, {report['refused']} refused")
            base = "/api/admin/live-chat/sessions"
            for what, query, goal in (
                ("a filtered list", "?status=pending&priority=medium&page=3", 20),
                ("a filtered list with nothing in it", "?status=active&department=billing", 20),
                ("a search that finds few", f"?search=customer{count - 7}@", 20),
                ("a search that finds a tenth", "?search=Customer%209", 20),
                ("a search that finds all", "?search=example", 100),
                ("a search of two letters", "?search=zq", 100),
            ):
                report = self.load("http", daemon.port, count=40, path=base + query, token=TOKEN)
                results.goal(
                    f"{what} of {count:,} sessions",
                    f"p50 {report['p50_us'] / 1000:.1f} ms, p99 {report['p99_us'] / 1000:.1f} ms",
                    f"under {goal} ms",
                    report["p99_us"] < goal * 1000 and not report["refused"],
                )
            others = {"path": f"/api/live-chat/sessions/session-7-list", "connections": 1, "count": 3000}
            alone = self.load("http", daemon.port, **others)
            searching = subprocess.Popen(
                load_command("http", daemon.port, {"path": base + "?search=example", "token": TOKEN, "connections": 4, "count": 1_000_000}),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            time.sleep(0.5)
            beside = self.load("http", daemon.port, **others)
            searching.kill()
            searching.wait()
        results.goal(
            "another request beside four endless searches",
            f"p50 {beside['p50_us']} us, p99 {beside['p99_us'] / 1000:.1f} ms (alone {alone['p50_us']} us, {alone['p99_us'] / 1000:.1f} ms)",
            "p99 under 20 ms",
            beside["p99_us"] < 20_000,
        )

    # yardstick

    def yardstick(self) -> None:
        script = os.environ.get("YARDSTICK")
        if not script:
            results.say("yardstick: YARDSTICK names no run.py, left out")
            return
        workloads = os.environ.get("YARDSTICK_WORKLOADS", "w1,w2f,w3,w3d,w4,w4c,w6")
        out = self.work / "yardstick.jsonl"
        ours = (
            f"ours={GATEWAYD} serve --config {self.config} --listen 127.0.0.1:{{port}} --admin 127.0.0.1:0 --data {{db}}.d "
            f"--durability {{durability}} --log-level error,{free_port()},seed=http,health=/healthz,"
            f"lptoken={TOKEN},zentoken=bench-zen-secret,rm=/rooms/api/chat"
        )
        command = [sys.executable, script, "--server", ours, "--servers", "go,nginx", "--baseline", "go", "--workloads", workloads,
                   "--rounds", os.environ.get("YARDSTICK_ROUNDS", "3"), "--secs", "4", "--idle", "1000,10000", "--out", str(out)]
        finished = subprocess.run(command)
        results.goal("the yardstick runs", f"exit code {finished.returncode}", "0", finished.returncode == 0)
        if not out.exists():
            return
        samples: dict[tuple[str, str], list[float]] = {}
        errors = 0
        for line in out.read_text().splitlines():
            sample = json.loads(line)
            samples.setdefault((sample["wl"], sample["server"]), []).append(sample["rate"])
            errors += sample.get("errors", 0) if sample["server"] == "ours" else 0
        medians = {key: statistics.median(values) for key, values in samples.items()}
        results.goal("our errors in the yardstick", str(errors), "none", errors == 0)
        asked = workloads.split(",")
        goals = [
            ("w2f", "w2f", "go", 5.0, "sends on disk"),
            ("w3", "w3", "go", 3.0, "pages of 50"),
            ("w3d", "w3", "ours", 0.5, "deep pages against first ones"),
            ("w4", "w4", "go", 1.1, "chats with an image"),
            ("w4c", "w4c", "go", 1.1, "new chats with an image"),
        ]
        for workload, other_workload, other, goal, what in goals:
            if workload not in asked or other_workload not in asked:
                continue
            ours_rate, other_rate = medians.get((workload, "ours"), 0.0), medians.get((other_workload, other), 0.0)
            ratio = ours_rate / other_rate if other_rate else 0.0
            results.goal(
                f"{workload}, {what}",
                f"{ratio:.2f} x {other_workload} of {other} ({ours_rate:,.0f}/s, {other_rate:,.0f}/s)",
                f"{goal} x",
                ratio >= goal,
            )


def load_command(mode: str, port: int, options: dict) -> list[str]:
    command = [CHATLOAD, mode, "--port", str(port)]
    for name, value in options.items():
        for each in value if isinstance(value, list) else [value]:
            command += [f"--{name}", str(each)]
    return command


def wrk(port: int, path: str, seconds: int) -> tuple[float, int]:
    command = ["wrk", "-t1", "-c64", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text:
        sys.exit(f"wrk: {text}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), int(re.search(r"(\d+) requests in", text)[1])


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    import socket

    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"nobody listens on port {port}")


def main() -> int:
    parts = ["healthz", "start", "memory", "idle", "fanout", "rooms", "lists", "yardstick"]
    wanted = sys.argv[1:] or parts
    for name in wanted:
        if name not in parts:
            print(f"script/bench: '{name}' is none of {', '.join(parts)}", file=sys.stderr)
            return 2
    busy = os.getloadavg()[0]
    if busy > 0.5:
        results.say(f"the machine is busy (load {busy:.1f}): expect less than it can do")
    work = Path(tempfile.mkdtemp(prefix="gatewayd-bench-"))
    try:
        bench = Bench(work)
        for name in wanted:
            getattr(bench, name)()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"script/bench: {results.failed} goals missed" if results.failed else "script/bench: all goals met")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
