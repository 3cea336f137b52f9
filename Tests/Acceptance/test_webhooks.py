"""Webhooks: signed as Standard Webhooks has it, in order, again until taken, lost by nothing."""

import http.client
import shutil
import sqlite3
import threading
import time
from contextlib import contextmanager

import pytest

from brands import CLIENT, LIVE, LOCALPRO, MILLISECONDS, PLUGINS, Brand, brand, command
from harness import Daemon, eventually
from receivers import OK, Receiver, answer, secret, self_signed

KEY, OLD_KEY = secret("a secret of thirty-two bytes, yes"), secret("the one before, thirty-two bytes")
EVENTS = ["conversation.created", "message.created", "conversation.updated", "conversation.closed", "message.read", "rating.created"]


def webhook(url: str, *, events: list[str] | None = ("message.created",), secrets=(KEY,), private=True) -> str:
    keys = f"secret: {secrets[0]}" if len(secrets) == 1 else f"secrets: [{', '.join(secrets)}]"
    wanted = "" if events is None else f", events: [{', '.join(events)}]"
    allowed = ", allow_private: true" if private else ""
    return f"{{ url: '{url}', {keys}{wanted}{allowed} }}"


def hooked(*hooks: str, name="zen") -> str:
    return brand(name, LIVE, CLIENT, LOCALPRO, extra=f"webhooks: [ {', '.join(hooks)} ]")


@contextmanager
def running(*hooks: str):
    with Daemon({"zen": hooked(*hooks)}, plugins=PLUGINS) as daemon:
        yield daemon, Brand(daemon, "zen")


def test_the_signature_and_the_payload():
    with Receiver() as receiver, running(webhook(receiver.url, secrets=(KEY, OLD_KEY))) as (daemon, zen):
        chat = zen.live_create("Hello", email="hook@example.com", uuid="hook-uuid")
        delivery = receiver.wait(1)[0]
        assert delivery.path == "/hook"
        assert delivery.headers["content-type"].startswith("application/json")
        assert delivery.headers["host"] == f"127.0.0.1:{receiver.port}"
        assert abs(int(delivery.headers["webhook-timestamp"]) - time.time()) < 60
        assert len(delivery.headers["webhook-signature"].split(" ")) == 2
        assert delivery.is_signed_with(KEY) and delivery.is_signed_with(OLD_KEY)
        assert not delivery.is_signed_with(secret("another"))
        session = zen.agents_session("hook@example.com")["sessionId"]
        zen.reply(session, "Hi")
        delivery = receiver.wait(2)[1]
        assert delivery.is_signed_with(KEY)
        event = delivery.event
        assert list(event) == ["type", "timestamp", "data"] and event["type"] == "message.created"
        assert MILLISECONDS == event["timestamp"]
        assert {"tenant", "conversation", "message"} <= set(event["data"])
        assert event["data"]["tenant"] == "zen"
        assert event["data"]["conversation"]["externalId"] == chat
        assert event["data"]["conversation"]["dialect"] == "supportzen-live"
        assert event["data"]["conversation"]["customer"]["email"] == "hook@example.com"
        message = event["data"]["message"]
        assert message["content"] == "Hi" and message["sender"]["type"] == "agent" and message["sender"]["name"] == "Jane Smith"
        # The document's id of a message is there.
        read = zen.live_read(chat, email="hook@example.com").json()["data"]["messages"]
        assert "msg-" + message["id"] == read[1]["messageId"]


def test_every_event():
    with Receiver() as receiver, running(webhook(receiver.url, events=None)) as (daemon, zen):
        session = zen.create()
        zen.send(session, "Question")
        zen.reply(session, "Answer")
        zen.admin("PATCH", f"/sessions/{session}/status", {"priority": "high"})
        zen.guest("POST", f"/sessions/{session}/rate", {"score": 5, "feedback": "Good"})
        zen.send(session, "Thanks")
        zen.admin("GET", f"/sessions/{session}")
        assert zen.guest("PATCH", f"/sessions/{session}/end", {}).status == 200
        eventually(lambda: set(EVENTS) <= {delivery.event["type"] for delivery in receiver.accepted})
        events = [delivery.event for delivery in receiver.accepted]
        by_type = {event["type"]: event for event in events}
        assert by_type["rating.created"]["data"]["conversation"]["rating"]["score"] == 5
        assert by_type["conversation.closed"]["data"]["conversation"]["endedAt"]
        assert by_type["message.read"]["data"]["message"]
        assert by_type["conversation.updated"]["data"]["conversation"]["priority"] == "high" or any(
            event["data"]["conversation"]["priority"] == "high" for event in events if event["type"] == "conversation.updated"
        )
        assert events[0]["type"] == "conversation.created"
        assert len({delivery.id for delivery in receiver.accepted}) == len(receiver.accepted)


def test_only_the_events_that_are_wanted():
    with Receiver() as one, Receiver() as two:
        hooks = webhook(one.url, events=["conversation.closed"]), webhook(two.url, events=["message.created", "rating.created"])
        with running(*hooks) as (daemon, zen):
            session = zen.create()
            zen.send(session, "x")
            assert zen.guest("PATCH", f"/sessions/{session}/end", {"rating": 4}).status == 200
            eventually(lambda: one.accepted and len(two.accepted) >= 2)
            assert {delivery.event["type"] for delivery in one.accepted} == {"conversation.closed"}
            assert {delivery.event["type"] for delivery in two.accepted} == {"message.created", "rating.created"}


def test_an_answer_counts_as_delivered_once_taken():
    with Receiver(default=answer(500)) as receiver, running(webhook(receiver.url)) as (daemon, zen):
        zen.live_create("Hello", email="hook@example.com")
        session = zen.agents_session("hook@example.com")["sessionId"]
        reply = zen.reply(session, "Hi")

        def delivery():
            messages = zen.admin("GET", f"/sessions/{session}").json()["data"]["messages"]
            return next(message for message in messages if message["_id"] == reply["_id"])["delivery"]

        eventually(lambda: receiver.deliveries)
        assert delivery() == "pending"
        receiver.default = OK
        receiver.wait_for("Hi")
        eventually(lambda: delivery() == "delivered")


@pytest.mark.parametrize(
    "failure",
    [
        answer(500), answer(404), answer(429, "Retry-After: 1\r\n"), answer(302, "Location: http://127.0.0.1:1/x\r\n"),
        answer(308, "Location: /elsewhere\r\n"), answer(304), "reset", "silence", "cut", "garbage",
    ],
    ids=["500", "404", "429", "302", "308", "304", "reset", "silence", "cut", "garbage"],
)  # fmt: skip
def test_failures_are_tried_again_in_order(failure):
    with Receiver(script=[failure, failure]) as receiver, running(webhook(receiver.url)) as (daemon, zen):
        chat = zen.live_create("one")
        for text in ("two", "three"):
            zen.live_send(chat, text)
        accepted = receiver.wait_for("one", "two", "three")
        assert [delivery.text for delivery in accepted] == ["one", "two", "three"]  # once each, in order
        attempts = receiver.attempts("one")
        assert len(attempts) == 3 and len({delivery.id for delivery in attempts}) == 1
        assert len({delivery.body for delivery in attempts}) == 1
        assert all(delivery.is_signed_with(KEY) for delivery in attempts)
        # 1 s, 2 s, a fifth more or less.
        first, second = attempts[1].at - attempts[0].at, attempts[2].at - attempts[1].at
        assert 0.7 < first < 4 and 1.4 < second < 8, (first, second)
        assert {delivery.path for delivery in receiver.deliveries} == {"/hook"}  # redirects are not followed


def test_an_assignment_that_moves_the_status_is_told_once():
    with Receiver() as receiver, running(webhook(receiver.url, events=None)) as (daemon, zen):
        session = zen.create()
        body = {"agentId": "agent123", "agentName": "Jane Smith"}
        assert zen.admin("PATCH", f"/sessions/{session}/assign", body, token="sue-token").status == 200
        assert zen.guest("PATCH", f"/sessions/{session}/end", {}).status == 200
        eventually(lambda: "conversation.closed" in {delivery.event["type"] for delivery in receiver.accepted})
        told = [delivery.event["type"] for delivery in receiver.accepted]
        assert told == ["conversation.created", "conversation.updated", "conversation.closed"]


def test_what_is_deleted_is_not_posted_any_more():
    with Receiver(script=[answer(500)]) as receiver, running(webhook(receiver.url)) as (daemon, zen):
        session = zen.create()
        zen.send(session, "to be forgotten")
        eventually(lambda: receiver.attempts("to be forgotten"))
        assert zen.admin("DELETE", f"/sessions/{session}", token="sue-token").status == 200
        zen.live_create("goes on")
        assert [delivery.text for delivery in receiver.wait_for("goes on")] == ["goes on"]
        assert len(receiver.attempts("to be forgotten")) == 1


def test_slow_answers_are_waited_for():
    with Receiver(default="slow") as receiver, running(webhook(receiver.url)) as (daemon, zen):
        chat = zen.live_create("one")
        zen.live_send(chat, "two")
        receiver.wait_for("one", "two")
        time.sleep(1.5)
        assert len(receiver.deliveries) == 2


def test_a_hanging_receiver_slows_nothing_and_others_get_theirs():
    with Receiver(default="hang") as hanging, Receiver() as good:
        with running(webhook(hanging.url), webhook(good.url)) as (daemon, zen):
            chat = zen.live_create("first")
            eventually(lambda: hanging.deliveries)
            began = time.monotonic()
            for index in range(100):
                zen.live_send(chat, f"message {index}")
            assert time.monotonic() - began < 5
            good.wait(101)
            assert [delivery.text for delivery in good.accepted] == ["first"] + [f"message {index}" for index in range(100)]
            assert len(hanging.deliveries) == 1  # the next waits for the fate of the one before
            hanging.default = OK
            hanging.released.set()
            hanging.wait(101, timeout=30)
            assert [delivery.text for delivery in hanging.accepted] == [delivery.text for delivery in good.accepted]


def test_hanging_receivers_of_one_brand_do_not_keep_another_waiting():
    hanging = [Receiver(default="hang") for _ in range(20)]
    try:
        with Receiver() as good:
            tenants = {"zen": hooked(*[webhook(receiver.url) for receiver in hanging]), "good": hooked(webhook(good.url), name="good")}
            with Daemon(tenants, plugins=PLUGINS) as daemon:
                Brand(daemon, "zen").live_create("x")
                eventually(lambda: all(receiver.deliveries for receiver in hanging))
                began = time.monotonic()
                Brand(daemon, "good").live_create("y")
                good.wait_for("y")
                assert time.monotonic() - began < 3
    finally:
        for receiver in hanging:
            receiver.close()


def test_a_receiver_that_is_down():
    with Receiver() as probe:
        port = probe.port
    with running(webhook(f"http://127.0.0.1:{port}/hook")) as (daemon, zen):
        chat = zen.live_create("one")
        for text in ("two", "three"):
            zen.live_send(chat, text)
        time.sleep(0.5)
        with Receiver(port=port) as receiver:
            accepted = receiver.wait_for("one", "two", "three")
            assert [delivery.text for delivery in accepted] == ["one", "two", "three"]


def test_kill_between_commit_and_delivery_loses_nothing():
    with Receiver(default="hang") as receiver, running(webhook(receiver.url)) as (daemon, zen):
        chat = zen.live_create("m0")
        texts = ["m0"] + [f"m{index}" for index in range(1, 50)]
        for text in texts[1:]:
            zen.live_send(chat, text)
        eventually(lambda: receiver.deliveries)
        first = receiver.deliveries[0].id
        daemon.kill()
        receiver.default = OK
        receiver.released.set()
        daemon.start()
        accepted = receiver.wait_for(*texts)
        assert [delivery.text for delivery in accepted] == texts
        assert accepted[0].id == first  # the same at every attempt, of every process


def test_kills_under_load():
    """Every acknowledged message's event arrives, whenever the daemon was killed; none under two ids."""
    with Receiver() as receiver, running(webhook(receiver.url)) as (daemon, zen):
        acknowledged, serial = set(), 0
        chat = zen.live_create("begin")
        for _ in range(3):
            stopped = threading.Event()

            def send():
                nonlocal serial
                while not stopped.is_set():
                    serial += 1
                    text = f"load {serial}"
                    try:
                        zen.live_send(chat, text)
                        acknowledged.add(text)
                    except (OSError, http.client.HTTPException, AssertionError):
                        return

            thread = threading.Thread(target=send)
            thread.start()
            time.sleep(0.4)
            daemon.kill()
            stopped.set()
            thread.join(10)
            daemon.start()
        receiver.wait_for(*acknowledged, timeout=30)
        ids: dict[str, set[str]] = {}
        for delivery in receiver.deliveries:
            ids.setdefault(delivery.text, set()).add(delivery.id)
        assert all(len(found) == 1 for found in ids.values())
        texts = dict.fromkeys(delivery.text for delivery in receiver.accepted)
        order = [int(text.split()[1]) for text in texts if text.startswith("load")]
        assert order == sorted(order)


def test_dead_letters_are_listed_and_replayed():
    with Receiver(default=answer(500)) as receiver, running(webhook(receiver.url)) as (daemon, zen):
        chat = zen.live_create("dead")
        eventually(lambda: receiver.deliveries)
        assert daemon.stop() == 0
        database = sqlite3.connect(daemon.data / "zen" / "chat.db")
        with database:  # as after a day of attempts
            database.execute("UPDATE webhook SET attempts = 1000, next_at = 0")
        database.close()
        daemon.start()
        listed = eventually(lambda: (text := command(daemon, "webhook", "list", "--tenant", "zen")).count("\n") > 1 and text)
        assert receiver.url in listed and "500" in listed
        zen.live_send(chat, "alive")  # what comes after a dead letter is not held up
        eventually(lambda: receiver.attempts("alive"))
        receiver.default = OK
        receiver.wait_for("alive")
        assert not [delivery for delivery in receiver.accepted if delivery.text == "dead"]
        id = receiver.attempts("dead")[0].id
        assert daemon.stop() == 0
        assert receiver.url in command(daemon, "webhook", "list", "--tenant", "zen")  # without a daemon as well
        daemon.start()
        for wrong in (["--row", "999"], ["--endpoint", "http://nope.example/"]):
            assert "no such dead letter" in command(daemon, "webhook", "replay", "--tenant", "zen", *wrong, fails=True)
        replay = command(daemon, "webhook", "replay", "--tenant", "zen", "--endpoint", receiver.url)
        assert replay == "1 to be sent again\n"
        replayed = receiver.wait_for("dead")
        assert [delivery.id for delivery in replayed] == [id] and replayed[0].is_signed_with(KEY)
        eventually(lambda: command(daemon, "webhook", "list", "--tenant", "zen").count("\n") == 1)


def test_private_addresses_are_refused():
    with Receiver() as receiver:
        name = f"http://localhost:{receiver.port}/hook"
        hooks = [webhook(receiver.url, private=False), webhook(name, private=False)]
        with running(*hooks) as (daemon, zen):
            zen.live_create("secret")
            time.sleep(1.5)
            assert not receiver.deliveries
            with daemon.database("zen") as database:
                errors = [error or "" for (error,) in database.execute("SELECT error FROM webhook")]
            assert len(errors) == 2 and all("private" in error or "loopback" in error or "refused" in error for error in errors), errors
            daemon.write_tenant("zen", hooked(webhook(receiver.url)))
            daemon.reload()
            receiver.wait_for("secret")  # what waited goes out once it may


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_certificates_are_verified(tmp_path):
    with Receiver(certificate=self_signed(tmp_path)) as receiver, running(webhook(receiver.url)) as (daemon, zen):
        zen.live_create("secret")

        def error():
            with daemon.database("zen") as database:
                return database.execute("SELECT error FROM webhook WHERE attempts > 0").fetchone()

        found = eventually(error)[0]
        assert "certificate" in found.lower() or "self" in found.lower(), found
        assert not receiver.deliveries


def test_secrets_rotate_on_reload():
    with Receiver() as receiver, running(webhook(receiver.url, secrets=(OLD_KEY,))) as (daemon, zen):
        chat = zen.live_create("one")
        assert receiver.wait_for("one")[0].is_signed_with(OLD_KEY)
        daemon.write_tenant("zen", hooked(webhook(receiver.url, secrets=(KEY, OLD_KEY))))
        daemon.reload()
        zen.live_send(chat, "two")
        delivery = receiver.wait_for("two")[0]
        assert delivery.is_signed_with(KEY) and delivery.is_signed_with(OLD_KEY)
        daemon.write_tenant("zen", hooked(webhook(receiver.url, secrets=(KEY,))))
        daemon.reload()
        zen.live_send(chat, "three")
        delivery = receiver.wait_for("three")[0]
        assert delivery.is_signed_with(KEY) and not delivery.is_signed_with(OLD_KEY)


def test_plain_secrets_work_too():
    """A secret without the prefix, or whose rest is no base64, is taken as it is written."""
    import hashlib
    import hmac
    from base64 import b64encode

    with Receiver() as receiver, running(webhook(receiver.url, secrets=("whsec_dev",))) as (daemon, zen):
        zen.live_create("one")
        delivery = receiver.wait_for("one")[0]
        content = f"{delivery.id}.{delivery.headers['webhook-timestamp']}.".encode() + delivery.body
        signatures = {
            "v1," + b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
            for key in (b"whsec_dev", b"dev", __import__("base64").b64decode("dev="))
        }
        assert delivery.headers["webhook-signature"] in signatures


def test_memory_is_flat_while_a_receiver_is_down():
    with Receiver(default=answer(503)) as receiver, running(webhook(receiver.url)) as (daemon, zen):
        chat = zen.live_create("begin")

        def resident() -> int:
            with open(f"/proc/{daemon.process.pid}/status") as status:
                return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

        def send(count):
            text = "x" * 8000
            for _ in range(count):
                zen.live_send(chat, text)

        send(200)
        before = resident()
        send(1000)  # eight megabytes of messages
        assert resident() - before < 8000
