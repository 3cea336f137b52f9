"""One conversation in all five dialects: born and written in one, answered in another, seen live in both."""

import json
import random
import threading
import time

import pytest

from brands import CHAT_MODULE, CLIENT, LIVE, LOCALPRO, PLUGINS, ROOMS, SECRET, TOKENS, Brand, brand, command, digest
from harness import Form as Multipart
from harness import ROOT, Daemon, Refused, eventually, together
from images import png
from localpro import ADMIN, SUPPORT, agent_jwt, unique
from socket_io import Polling

MOUNTED = ROOMS + "  mount: /rooms\n"
EVERYTHING = (LOCALPRO, LIVE, CLIENT, CHAT_MODULE, MOUNTED)
TENANTS = {
    "acme": brand("acme", *EVERYTHING),
    "strict": brand("strict", *EVERYTHING, mode="strict"),
    "model": brand("model", *EVERYTHING),
    "crowd": brand("crowd", *EVERYTHING),
    "twin": brand("twin", *EVERYTHING),
}
BORN = ["localpro", "supportzen-live", "supportzen-client", "ticket", "chat-module", "rooms"]
AGENTS = ["localpro", "chat-module", "rooms"]


@pytest.fixture(scope="module")
def acme(daemon):
    return Brand(daemon, "acme")


class Conversation:
    """One customer's conversation, by its dialect's own means."""

    def __init__(self, brand: Brand, dialect: str, first: str = "begin"):
        self.brand, self.dialect = brand, dialect
        self.name = unique(dialect)
        self.email = f"{self.name}@example.com"
        self.polling: Polling | None = None
        match dialect:
            case "localpro":
                self.id = brand.create(self.name, name=self.name, email=self.email)
                self.send(first)
            case "supportzen-live":
                self.id = brand.live_create(first, uuid=self.name, email=self.email)
            case "supportzen-client":
                self.id = brand.client_create(self.email, first)
            case "ticket":
                self.id = brand.client_create(self.email, first, kind="ticket")
            case "chat-module":
                self.token = agent_jwt(self.name, "user", name=self.name, email=self.email)
                self.id = brand.module("POST", "/sessions", {}, token=self.token).json()["id"]
                self.send(first)
            case "rooms":
                self.id = self.name
                answer = brand.call("POST", "/rooms/api/chat/initialize", {"clientId": self.id})
                assert answer.status == 200
                self.send(first)
        # How the agents' sides name it.
        self.localpro = self.listed_by_agents(brand)
        self.core = self.find_core(brand)

    def listed_by_agents(self, brand: Brand) -> str:
        """LocalPro's session id."""
        for page in range(1, 20):
            rows = brand.admin("GET", f"/sessions?limit=100&page={page}").json()["data"]
            for row in rows:
                if self.name in json.dumps(row):
                    return row["sessionId"]
            if not rows:
                break
        raise AssertionError(f"{self.name} is not in LocalPro's list")

    def find_core(self, brand: Brand) -> str:
        """The Chat module's session id."""
        if self.dialect == "chat-module":
            return self.id
        with brand.daemon.database(brand.name) as database:
            found = database.execute("SELECT hex(id) FROM conversation WHERE external_id = ?", (self.id,)).fetchall()
        assert len(found) == 1, found
        return found[0][0].lower()

    def send(self, text: str) -> None:
        brand = self.brand
        match self.dialect:
            case "localpro":
                brand.send(self.id, text)
            case "supportzen-live":
                brand.live_send(self.id, text, email=self.email)
            case "supportzen-client" | "ticket":
                brand.client_send(self.email, self.id, text)
            case "chat-module":
                brand.module_send(self.id, text, token=self.token)
            case "rooms":
                answer = self.socket().ask("send-message", {"clientId": self.id, "message": text, "sender": "client"})
                assert answer["ok"], answer

    def socket(self) -> Polling:
        if self.polling is None:
            self.polling = Polling(self.brand)
            assert self.polling.ask("join", self.id)["ok"]
        return self.polling

    def seen(self) -> list[tuple[str, str]]:
        """What the customer sees: (side, text)."""
        brand = self.brand
        sides = {"user": "customer", "client": "customer", "agent": "agent", "support": "agent", "admin": "agent", "system": "system"}
        match self.dialect:
            case "localpro":
                rows = [(row["type"], row["content"]) for row in pages(lambda page: brand.messages(self.id, f"?limit=100&page={page}")["data"])]
            case "supportzen-live":
                rows = [(row["sender"], row["message"]) for row in brand.live_read(self.id, email=self.email).json()["data"]["messages"]]
            case "supportzen-client" | "ticket":
                rows = [(row["sender"], row["message"]) for row in brand.client_read(self.email, self.id).json()["data"]["messages"]]
            case "chat-module":
                rows = [(row["sender"], row["content"]) for row in module_messages(brand, self.id, self.token)]
            case "rooms":
                path = f"/rooms/api/chat/history/{self.id}?limit=100&page="
                rows = [(row["sender"], row["message"]) for row in pages(lambda page: brand.call("GET", path + str(page)).json()["messages"])]
        return [(sides[side], text) for side, text in rows if side != "system"]

    def listen(self):
        """Opens the live path of the customer's dialect; returns what waits there for a text."""
        brand = self.brand
        match self.dialect:
            case "localpro":
                socket = brand.guest_socket(self.id).established()
                return lambda text: wait_frame(socket, "agent_message", lambda frame: frame["message"]["content"] == text)
            case "chat-module":
                socket = brand.daemon.websocket(f"/ws/chat/{self.id}?token={self.token}", host=brand.host)
                return lambda text: wait_frame(socket, "message", lambda frame: frame["data"]["content"] == text)
            case "rooms":
                polling = self.socket()
                return lambda text: next(True for _ in range(200) if polling.next("new-message")[1]["message"] == text)
            case "supportzen-live":
                last = brand.live_read(self.id, email=self.email).json()["data"]["messages"][-1]["messageId"]
                read = lambda: brand.live_read(self.id, f"&after={last}&wait=10s", email=self.email, timeout=20)  # noqa: E731
            case _:
                last = brand.client_read(self.email, self.id).json()["data"]["messages"][-1]["messageId"]
                read = lambda: brand.client_read(self.email, self.id, f"&after={last}&wait=10s", timeout=20)  # noqa: E731
        answers: list = []
        thread = threading.Thread(target=lambda: answers.append(read()))
        thread.start()

        def wait(text):
            thread.join(12)
            assert text in [message["message"] for message in answers[0].json()["data"]["messages"]]

        return wait

    # The agents' sides

    def reply(self, side: str, text: str) -> None:
        match side:
            case "localpro":
                self.brand.reply(self.localpro, text)
            case "chat-module":
                self.brand.module_send(self.core, text, token=SUPPORT)
            case "rooms":
                with Polling(self.brand, token=SUPPORT) as agent:
                    answer = agent.ask("send-message", {"clientId": self.room, "message": text, "sender": "admin"})
                    assert answer["ok"], answer

    @property
    def room(self) -> str:
        return self.id if self.dialect == "rooms" else self.core

    def agents_listen(self, side: str):
        brand = self.brand
        match side:
            case "localpro":
                socket = brand.admin_socket().established()
                socket.send({"type": "subscribe_session", "sessionId": self.localpro})
                assert socket.until("subscribed")
                return lambda text: wait_frame(
                    socket, None, lambda frame: frame["type"] in ("user_message", "agent_message") and frame["message"]["content"] == text
                )
            case "chat-module":
                socket = brand.daemon.websocket(f"/ws/chat/{self.core}?token={SUPPORT}", host=brand.host)
                return lambda text: wait_frame(socket, "message", lambda frame: frame["data"]["content"] == text)
            case "rooms":
                polling = Polling(brand, token=ADMIN)
                assert polling.ask("join", self.room)["ok"]
                return lambda text: next(True for _ in range(200) if polling.next("new-message")[1]["message"] == text)

    def seen_by(self, side: str) -> list[tuple[str, str]]:
        brand = self.brand
        match side:
            case "localpro":
                rows = [(row["type"], row["content"]) for row in brand.admin("GET", f"/sessions/{self.localpro}").json()["data"]["messages"]]
            case "chat-module":
                rows = [(row["sender"], row["content"]) for row in module_messages(brand, self.core, ADMIN)]
            case "rooms":
                path = f"/rooms/api/chat/history/{self.room}?limit=100&page="
                rows = [(row["sender"], row["message"]) for row in pages(lambda page: brand.call("GET", path + str(page), token=ADMIN).json()["messages"])]
        sides = {"user": "customer", "client": "customer", "agent": "agent", "support": "agent", "admin": "agent", "system": "system"}
        return [(sides[name], text) for name, text in rows if name != "system"]


def pages(read) -> list:
    rows, number = [], 1
    while page := read(number):
        rows += page
        number += 1
    return rows


def module_messages(brand: Brand, id: str, token: str) -> list[dict]:
    body = brand.module("GET", f"/sessions/{id}/messages?limit=100", token=token).json()
    found = body["messages"]
    while body["hasMore"]:
        body = brand.module("GET", f"/sessions/{id}/messages?limit=100&before={found[0]['id']}", token=token).json()
        found = body["messages"] + found
    return found


def wait_frame(socket, kind: str | None, condition, timeout: float = 5) -> None:
    deadline = time.monotonic() + timeout
    while True:
        frame = socket.next(max(0.01, deadline - time.monotonic()))
        if (kind is None or frame["type"] == kind) and condition(frame):
            return


@pytest.mark.parametrize("side", AGENTS)
@pytest.mark.parametrize("dialect", BORN)
def test_born_in_one_answered_in_another(acme, dialect, side, record_property):
    """Created and written in A, answered in B, seen live in A and B."""
    conversation = Conversation(acme, dialect, "first")
    record_property("born", dialect)
    record_property("answered", side)
    customer, agents = conversation.listen(), conversation.agents_listen(side)
    conversation.reply(side, "an answer")
    customer("an answer")
    conversation.send("a question")
    agents("a question")
    expected = [("customer", "first"), ("agent", "an answer"), ("customer", "a question")]
    assert conversation.seen() == expected
    for other in AGENTS:
        assert conversation.seen_by(other) == expected, other


# What customers must not reach


def test_customers_stay_in_their_dialect(acme):
    """No customer reaches, by any dialect, what was born in another."""
    everything = {dialect: Conversation(acme, dialect, f"secret of {dialect}") for dialect in BORN}
    user = agent_jwt("a customer", "user")
    for dialect, conversation in everything.items():
        for id in {conversation.id, conversation.core, conversation.localpro}:
            if dialect != "localpro":
                assert acme.guest("GET", f"/sessions/{id}").status in (400, 404), (dialect, id)
                assert acme.guest("GET", f"/sessions/{id}/messages").status in (400, 404)
                assert acme.guest("POST", f"/sessions/{id}/messages", {"content": "x"}).status in (400, 404)
                with acme.guest_socket(id) as socket:
                    assert socket.closed() == 4404
            if dialect != "supportzen-live":
                assert acme.live("/chat", {"chat_id": id, "email": conversation.email, "message": "x"}).status == 404
                assert acme.live_read(id, email=conversation.email).status == 404
            if dialect not in ("supportzen-client", "ticket"):
                email = conversation.email
                acme.client_create(email)
                assert acme.client("/live/chat", {"chat_id": id, "email": email, "message": "x"}).status == 404
                assert acme.client("/ticket/append", {"ticket_id": id, "email": email, "message": "x"}).status == 404
            for token in {user, agent_jwt(conversation.name, "user", email=conversation.email)}:
                if dialect == "chat-module" and token != user:
                    continue
                assert acme.module("GET", f"/sessions/{id}", token=token).status in (403, 404)
                assert acme.module("GET", f"/sessions/{id}/messages", token=token).status in (403, 404)
                assert acme.module("POST", f"/sessions/{id}/messages", {"content": "x"}, token=token).status in (403, 404)
                with pytest.raises(Refused):
                    acme.daemon.websocket(f"/ws/chat/{id}?token={token}", host=acme.host)
            if dialect != "rooms":
                assert acme.call("GET", f"/rooms/api/chat/history/{id}").json()["total"] == 0
                assert acme.call("PUT", f"/rooms/api/chat/close/{id}").status == 404
                with Polling(acme) as anybody:
                    for sender in ("client", "admin"):
                        assert not anybody.ask("send-message", {"clientId": id, "message": "x", "sender": sender})["ok"]
                    anybody.ask("join", id)
                    conversation.reply("localpro", "for its own eyes")
                    time.sleep(0.05)
                    packets = anybody.request("POST", "", b'42999["join","flush"]', headers={"Content-Type": "text/plain"})
                    assert packets.status == 200
                    while 999 not in anybody.acks:
                        anybody.poll()
                    assert not anybody.events, anybody.events
    listed = acme.call("GET", "/rooms/api/chat/sessions").json()
    assert "secret of rooms" in str(listed)
    for dialect in BORN:
        if dialect != "rooms":
            assert f"secret of {dialect}" not in str(listed)
    assert acme.module("GET", "/sessions", token=user).json()["totalCount"] == 0


def test_files_stay_where_they_belong(acme):
    live = acme.live_create(uuid=unique(), email="files@example.com", image=("a.png", "image/png", png()))
    url = acme.live_read(live, email="files@example.com").json()["data"]["messages"][0]["image_url"]
    id = url.split("/files/")[1].split("?")[0].split("/")[0]
    user = agent_jwt("a customer", "user")
    for path in (f"/api/chat/attachments/{id}", f"/api/client/files/{id}"):
        assert acme.call("GET", path, token=user).status in (400, 401, 403, 404)
    session = acme.create()
    for path in (f"/api/live-chat/sessions/{session}/attachments/{id}", f"/api/live-chat/attachments/{id}", f"/api/live-chat/files/{id}"):
        assert acme.call("GET", path).status in (401, 403, 404)
    # A signature for one path opens no other.
    query = url.partition("?")[2]
    assert acme.call("GET", f"/api/chat/attachments/{id}?{query}").status in (401, 403, 404)


def test_twins_share_nothing(daemon, acme):
    twin = Brand(daemon, "twin")
    for dialect in BORN:
        conversation = Conversation(acme, dialect, "acme's")
        for id in {conversation.id, conversation.core, conversation.localpro}:
            if not id.startswith("TKT-"):
                assert twin.admin("GET", f"/sessions/{id}").status in (400, 404)
                assert twin.module("GET", f"/sessions/{id}", token=ADMIN).status == 404
                assert twin.call("GET", f"/rooms/api/chat/history/{id}", token=ADMIN).json()["total"] == 0


# What travels


def test_status_and_priority_render_down_and_write_through(acme):
    conversation = Conversation(acme, "localpro")
    core, session = conversation.core, conversation.localpro

    def module():
        return acme.module("GET", f"/sessions/{core}", token=ADMIN).json()

    def localpro():
        return acme.listed(session)

    assert localpro()["status"] == "pending" and module()["status"] == "active"
    acme.status(session, priority="urgent")
    assert module()["priority"] == "high" and localpro()["priority"] == "urgent"
    acme.module_send(core, "An agent's answer", token=SUPPORT)
    assert localpro()["status"] == "active"
    assert "agentId" not in module()  # assigning on first reply is LocalPro's alone
    assert acme.module("PUT", f"/sessions/{core}/assign", {"agentId": "agent456"}, token=ADMIN).status == 200
    assert acme.listed(session)["assignedAgent"]["_id"] == "agent456"
    assert acme.module("PUT", f"/sessions/{core}/close", token=SUPPORT).status == 200
    assert localpro()["status"] == "closed"
    acme.status(session, status="archived")
    assert module()["status"] == "closed"  # rendered down
    assert acme.module("PUT", f"/sessions/{core}/close", token=SUPPORT).status == 409
    assert localpro()["status"] == "archived"  # what is stored is not lost
    assert acme.guest("POST", f"/sessions/{conversation.id}/messages", {"content": "x"}).status == 400


@pytest.mark.parametrize("dialect", BORN)
def test_closing_travels(acme, dialect):
    conversation = Conversation(acme, dialect)
    acme.status(conversation.localpro, status="closed")
    match dialect:
        case "localpro":
            assert acme.guest("POST", f"/sessions/{conversation.id}/messages", {"content": "x"}).status == 400
        case "supportzen-live":
            assert acme.live("/chat", {"chat_id": conversation.id, "email": conversation.email, "message": "x"}).status == 409
        case "supportzen-client":
            assert acme.client("/live/chat", {"chat_id": conversation.id, "email": conversation.email, "message": "x"}).status == 409
        case "ticket":
            conversation.send("reopens")
            assert acme.listed(conversation.localpro)["status"] in ("pending", "active")
        case "chat-module":
            assert acme.module("POST", f"/sessions/{conversation.id}/messages", {"content": "x"}, token=conversation.token).status == 409
        case "rooms":
            assert conversation.id not in str(acme.call("GET", "/rooms/api/chat/sessions").json())
            conversation.send("reopens")
            assert acme.listed(conversation.localpro)["status"] in ("pending", "active")


@pytest.mark.parametrize("dialect", BORN)
def test_read_state_travels(acme, dialect):
    conversation = Conversation(acme, dialect, "one")
    conversation.send("two")
    assert acme.listed(conversation.localpro)["unreadCount"] == 2
    states = [row["status"] for row in module_messages(acme, conversation.core, ADMIN)]
    assert set(states) <= {"sent", "delivered"}
    conversation.reply("chat-module", "read by answering")
    assert acme.listed(conversation.localpro)["unreadCount"] == 0
    conversation.send("three")  # the customer has read the answer by it
    rows = module_messages(acme, conversation.core, ADMIN)
    assert [row["read"] for row in rows] == [True, True, True, False]
    assert acme.listed(conversation.localpro)["unreadCount"] == 1
    acme.call("PUT", f"/rooms/api/chat/read/{conversation.room}", {"sender": "admin"}, token=SUPPORT)
    assert acme.listed(conversation.localpro)["unreadCount"] == 0
    assert all(row["read"] for row in module_messages(acme, conversation.core, ADMIN))


def test_typing_travels(acme):
    conversation = Conversation(acme, "localpro")
    guest = acme.guest_socket(conversation.id).established()
    module = acme.daemon.websocket(f"/ws/chat/{conversation.core}?token={SUPPORT}", host=acme.host)
    with Polling(acme, token=ADMIN) as rooms:
        rooms.ask("join", conversation.core)
        guest.send({"type": "typing", "sessionId": conversation.id, "isTyping": True})
        wait_frame(module, "typing", lambda frame: frame["data"]["isTyping"] is True)
        assert rooms.next("typing")[1] == {"clientId": conversation.core, "isTyping": True, "sender": "client"}
        acme.module("POST", f"/sessions/{conversation.core}/typing", {"isTyping": True}, token=SUPPORT)
        wait_frame(guest, None, lambda frame: "typing" in frame["type"] and frame.get("isTyping") is True)
        assert rooms.next("typing")[1]["sender"] == "admin"
        rooms.emit("typing", {"clientId": conversation.core, "isTyping": True, "sender": "admin"})
        wait_frame(module, "typing", lambda frame: frame["data"]["isTyping"] is True)


@pytest.mark.parametrize("dialect", ["localpro", "supportzen-live", "ticket", "chat-module"])
def test_attachments_travel(acme, dialect):
    conversation = Conversation(acme, dialect)
    image = ("photo.png", "image/png", png(30, 20))
    match dialect:
        case "localpro":
            sent = acme.guest("POST", f"/sessions/{conversation.id}/messages", Multipart().text("content", "see").file("files", *image))
        case "supportzen-live":
            sent = acme.live("/chat", {"chat_id": conversation.id, "email": conversation.email, "message": "see"}, image=image)
        case "ticket":
            form = Multipart().text("ticket_id", conversation.id).text("email", conversation.email).text("message", "see").file("image", *image)
            sent = acme.call("POST", "/api/client/ticket/append", form, token=digest(conversation.email))
        case "chat-module":
            form = Multipart().text("content", "see").file("attachments[0]", *image)
            sent = acme.module("POST", f"/sessions/{conversation.id}/messages", form, token=conversation.token)
    assert sent.status in (200, 201), sent
    row = module_messages(acme, conversation.core, ADMIN)[-1]
    assert row["attachments"][0]["metadata"] == {"width": 30, "height": 20} and row["attachments"][0]["type"] == "image/png"
    url = row["attachments"][0]["url"].removeprefix(f"http://{acme.host}")
    assert acme.call("GET", url).body == png(30, 20)
    detail = acme.admin("GET", f"/sessions/{conversation.localpro}").json()["data"]["messages"][-1]
    url = detail["attachments"][0]["url"].removeprefix(f"http://{acme.host}")
    assert acme.call("GET", url).body == png(30, 20)


def test_links_travel(acme):
    email = unique("link") + "@example.com"
    body = {"email": email, "created_at": 1, "message": "look", "image_url": "https://example.com/a.png"}
    chat = acme.client("/live/create", body).json()["data"]["chatId"]
    session = acme.agents_session(email)["sessionId"]
    assert "https://example.com/a.png" in str(acme.admin("GET", f"/sessions/{session}").json())
    core = chat.removeprefix("chat-")
    assert module_messages(acme, core, ADMIN)[0]["attachments"][0]["url"] == "https://example.com/a.png"


def test_names_of_people(acme):
    """A person known in one dialect only is shown in the others with what is known."""
    conversation = Conversation(acme, "rooms")
    row = acme.listed(conversation.localpro)
    assert row["user"]["name"] == conversation.id and row["user"].get("email", "") == ""
    session = acme.module("GET", f"/sessions/{Conversation(acme, 'localpro').core}", token=ADMIN).json()
    assert session["userId"] and len(session["userId"]) == 32


def test_system_texts_are_hidden_in_poorer_dialects(acme):
    conversation = Conversation(acme, "localpro", "first")
    acme.admin("PATCH", f"/sessions/{conversation.localpro}/assign", {"agentId": "agent123"})
    rows = module_messages(acme, conversation.core, ADMIN)
    assert [row["content"] for row in rows] == ["first"]
    body = acme.call("GET", f"/rooms/api/chat/history/{conversation.core}", token=ADMIN).json()
    assert body["total"] == 1


def test_deleting_travels(acme):
    for dialect in BORN:
        conversation = Conversation(acme, dialect)
        assert acme.admin("DELETE", f"/sessions/{conversation.localpro}").status == 200
        assert acme.module("GET", f"/sessions/{conversation.core}", token=ADMIN).status == 404
        if dialect == "localpro":
            again = acme.guest("POST", "/sessions", {"sessionId": conversation.id, "user": {"name": "x", "email": conversation.email}})
            assert again.status == 400
        if dialect == "rooms":
            assert acme.call("POST", "/rooms/api/chat/initialize", {"clientId": conversation.id}).status == 400
        if dialect == "supportzen-live":
            assert acme.live_read(conversation.id, email=conversation.email).status == 404


# A naive model


class Model:
    """What a conversation is, without any of the server's means."""

    def __init__(self):
        self.messages: list[tuple[str, str]] = []
        self.status = "pending"
        self.agents_read = 0  # how many of `messages` the agents have read
        self.customer_read = 0

    def say(self, side: str, text: str) -> None:
        self.messages.append((side, text))
        if side == "agent":
            self.agents_read = len(self.messages)
            if self.status == "pending":
                self.status = "active"
        else:
            self.customer_read = len(self.messages)

    @property
    def unread(self) -> int:
        return sum(1 for side, _ in self.messages[self.agents_read :] if side == "customer")

    def is_read(self, index: int) -> bool:
        side = self.messages[index][0]
        return index < (self.agents_read if side == "customer" else self.customer_read)


@pytest.mark.parametrize("seed", range(3))
def test_random_operations_against_a_naive_model(daemon, seed):
    brand = Brand(daemon, "model")
    chance = random.Random(seed)
    conversations: list[tuple[Conversation, Model]] = []
    for step in range(90):
        if len(conversations) < 3 or chance.random() < 0.05:
            dialect = chance.choice(BORN)
            conversation, model = Conversation(brand, dialect, f"begin {step}"), Model()
            if dialect in ("chat-module", "rooms"):
                model.status = "active"
            model.say("customer", f"begin {step}")
            conversations.append((conversation, model))
        conversation, model = chance.choice(conversations)
        act = chance.choice(["send", "send", "reply", "reply", "read", "close", "status"])
        if act == "send":
            if model.status in ("closed", "archived") and conversation.dialect not in ("ticket", "rooms"):
                continue
            conversation.send(f"c{step}")
            if model.status in ("closed", "archived"):
                model.status = "reopened"
            model.say("customer", f"c{step}")
        elif act == "reply":
            if model.status in ("closed", "archived"):
                continue
            side = chance.choice(AGENTS)
            conversation.reply(side, f"a{step} by {side}")
            if model.status == "reopened":
                model.status = "active"
            model.say("agent", f"a{step} by {side}")
        elif act == "read":
            if chance.random() < 0.5:
                brand.admin("GET", f"/sessions/{conversation.localpro}")
            else:
                brand.call("PUT", f"/rooms/api/chat/read/{conversation.room}", {"sender": "admin"}, token=SUPPORT)
            model.agents_read = len(model.messages)
        elif act == "close" and model.status not in ("closed", "archived"):
            if chance.random() < 0.5:
                assert brand.module("PUT", f"/sessions/{conversation.core}/close", token=SUPPORT).status == 200
            else:
                brand.status(conversation.localpro, status="closed")
            model.status = "closed"
        elif act == "status":
            brand.status(conversation.localpro, priority=chance.choice(["low", "medium", "high", "urgent"]))
        compare(brand, conversation, model)
    for conversation, model in conversations:
        compare(brand, conversation, model, whole=True)


def compare(brand: Brand, conversation: Conversation, model: Model, *, whole: bool = False) -> None:
    row = brand.listed(conversation.localpro)
    assert row["unreadCount"] == model.unread, (conversation.dialect, model.messages)
    session = brand.module("GET", f"/sessions/{conversation.core}", token=ADMIN).json()
    is_open = model.status not in ("closed", "archived")
    assert (session["status"] == "active") is is_open
    if model.status == "reopened":
        assert row["status"] in ("pending", "active")
    else:
        assert row["status"] == model.status
    rows = module_messages(brand, conversation.core, ADMIN)
    assert [row["content"] for row in rows] == [text for _, text in model.messages]
    assert [row["sender"] == "user" for row in rows] == [side == "customer" for side, _ in model.messages]
    assert [row["read"] for row in rows] == [model.is_read(index) for index in range(len(rows))], (conversation.dialect, model.messages)
    history = brand.call("GET", f"/rooms/api/chat/history/{conversation.room}?limit=100", token=ADMIN).json()
    assert history["total"] == len(model.messages)
    assert [message["read"] for message in history["messages"]] == [row["read"] for row in rows]
    if whole:
        assert conversation.seen() == model.messages
        assert conversation.seen_by("rooms") == model.messages
        assert conversation.seen_by("localpro") == model.messages


# One total order


def test_concurrent_sends_have_one_total_order(daemon):
    """500 sends at once, from a customer and agents of every agents' side."""
    brand = Brand(daemon, "crowd")
    conversation = Conversation(brand, "localpro", "first")
    streams: dict[str, list[str]] = {"localpro": [], "chat-module": [], "rooms": [], "guest": []}
    total = 500
    stopped = threading.Event()

    def gather(name, socket, pick):
        while not stopped.is_set():
            try:
                text = pick(socket.next(0.5))
            except TimeoutError:
                continue
            if text is not None:
                streams[name].append(text)

    def texts(frame):
        if frame["type"] in ("user_message", "agent_message") and frame["message"]["type"] != "system":
            return frame["message"]["content"]
        return None

    admin = brand.admin_socket().established()
    admin.send({"type": "subscribe_session", "sessionId": conversation.localpro})
    admin.until("subscribed")
    guest = brand.guest_socket(conversation.id).established()
    module = brand.daemon.websocket(f"/ws/chat/{conversation.core}?token={SUPPORT}", host=brand.host)
    rooms = Polling(brand, token=ADMIN)
    rooms.ask("join", conversation.core)

    def gather_rooms():
        while not stopped.is_set():
            answer = rooms.request("GET", "")
            if answer.status != 200:
                return
            for packet in answer.body.decode().split("\x1e"):
                rooms.take(packet)
            streams["rooms"] = [event[1]["message"] for event in rooms.events if event[0] == "new-message"]

    threads = [
        threading.Thread(target=gather, args=("localpro", admin, texts)), threading.Thread(target=gather, args=("guest", guest, texts)),
        threading.Thread(target=gather, args=("chat-module", module, lambda frame: frame["data"]["content"] if frame["type"] == "message" else None)),
        threading.Thread(target=gather_rooms, daemon=True),
    ]  # fmt: skip
    for thread in threads:
        thread.start()

    def send(index):
        with Polling(brand, token=SUPPORT) as agent:
            for step in range(total // 20):
                text = f"{index}-{step}"
                match index % 4:
                    case 0:
                        brand.send(conversation.id, text)
                    case 1:
                        brand.reply(conversation.localpro, text)
                    case 2:
                        brand.module_send(conversation.core, text, token=SUPPORT)
                    case 3:
                        assert agent.ask("send-message", {"clientId": conversation.core, "message": text, "sender": "admin"})["ok"]

    together(20, send)
    order = [row["content"] for row in module_messages(brand, conversation.core, ADMIN)]
    assert len(order) == total + 1 and len(set(order)) == total + 1
    eventually(lambda: all(len(streams[name]) >= total for name in ("localpro", "chat-module", "rooms")), 20)
    stopped.set()
    for thread in threads[:3]:
        thread.join(10)
    with daemon.database("crowd") as database:
        numbers = [number for (number,) in database.execute("SELECT number FROM message ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))  # no gap, no double
    assert [text for _, text in conversation.seen()] == order
    assert [text for _, text in conversation.seen_by("rooms")] == order
    assert streams["localpro"] == order[1:]
    assert streams["chat-module"] == order[1:]
    assert streams["rooms"] == order[1:]
    agents = [text for text in order[1:] if int(text.split("-")[0]) % 4]
    assert [text for text in streams["guest"] if int(text.split("-")[0]) % 4] == agents


# Commands


def test_dialects_routes_and_matrix(daemon):
    listed = command_text("dialects")
    for name in ("supportzen-live", "supportzen-client", "localpro", "rooms", "chat-module"):
        assert name in listed
    matrix = command_text("dialects", "matrix")
    assert matrix.startswith("| fact |")
    readme = (ROOT / "Sources" / "Adapters" / "README.md").read_text()
    if readme.strip():
        assert matrix.strip() in readme
    routes = command(daemon, "routes", "--tenant", "acme", needs_data=False)
    for path in ("/api/client/live/create", "/api/client/ticket/append", "/api/live-chat/sessions", "/rooms/api/chat/sessions", "/api/chat/stats", "/ws/chat/", "/socket.io/"):
        assert path in routes, path


@pytest.mark.parametrize("dialect", [dialect for dialect in BORN if dialect != "rooms"])
def test_head_delivers_nothing(acme, dialect):
    conversation = Conversation(acme, dialect)
    reply = acme.reply(conversation.localpro, "an answer")
    path, token = {
        "localpro": lambda: (f"/api/live-chat/sessions/{conversation.id}/messages", None),
        "supportzen-live": lambda: (f"/api/client/live/chat/{conversation.id}?email={conversation.email}", SECRET),
        "supportzen-client": lambda: (f"/api/client/live/chat/{conversation.id}?email={conversation.email}", digest(conversation.email)),
        "ticket": lambda: (f"/api/client/ticket/{conversation.id}?email={conversation.email}", digest(conversation.email)),
        "chat-module": lambda: (f"/api/chat/sessions/{conversation.id}/messages", conversation.token),
    }[dialect]()

    def delivery() -> str:
        messages = acme.admin("GET", f"/sessions/{conversation.localpro}").json()["data"]["messages"]
        return next(message["delivery"] for message in messages if message["_id"] == reply["_id"])

    head = acme.call("HEAD", path, token=token)
    assert head.status == 200 and head.body == b"" and delivery() == "pending"
    assert acme.call("GET", path, token=token).status == 200 and delivery() == "delivered"


def test_head_of_a_history_delivers_nothing():
    secured = "rooms:\n  " + TOKENS.replace("[", "[{ policy: secured }, ", 1) + "\n"
    with Daemon({"safe": brand("safe", secured, LOCALPRO)}, plugins=PLUGINS) as daemon:
        safe = Brand(daemon, "safe")
        client = unique()
        token = agent_jwt(client, "user", name=client, email=f"{client}@example.com")
        assert safe.call("POST", "/api/chat/initialize", {"clientId": client}, token=token).status == 200
        session = safe.agents_session(client)["sessionId"]
        safe.reply(session, "an answer")

        def delivery() -> str:
            return safe.admin("GET", f"/sessions/{session}").json()["data"]["messages"][-1]["delivery"]

        assert safe.call("HEAD", f"/api/chat/history/{client}", token=token).status == 200 and delivery() == "pending"
        assert safe.call("GET", f"/api/chat/history/{client}", token=token).status == 200 and delivery() == "delivered"


def test_what_a_client_says_of_itself_is_cut(acme):
    client = unique("long")
    headers = {"User-Agent": "u" * 3000, "Referer": "https://shop.example/" + "r" * 4000}
    assert acme.call("POST", "/rooms/api/chat/initialize", {"clientId": client}, headers=headers).status == 200
    shown = acme.admin("GET", f"/sessions/{acme.agents_session(client)['sessionId']}").json()["data"]["session"]
    metadata = shown["user"]["metadata"]
    assert metadata["userAgent"] == "u" * 512 and len(metadata["referrer"]) == 2048


def test_commands_refuse_what_means_nothing(daemon):
    place = ("--tenant", "acme", "--config", str(daemon.config))
    assert "--expires" in command(daemon, "token", "mint", "--agent", "agent123", "--expires", "0s", *place, fails=True)
    with Daemon({"one": brand("one", LOCALPRO + "  hosts: [one.test]\n")}, plugins=PLUGINS) as other:
        place = ("--tenant", "one", "--config", str(other.config))
        user = ("user", "provision", "--email", "a@example.com", "--auth-token", "x")
        assert "supportzen-client" in command(other, *user, *place, fails=True)
        assert "on one.test" in command(other, "routes", "--tenant", "one", needs_data=False)


def test_a_tenant_takes_a_plugins_mount_away():
    plugins = PLUGINS.replace("  rooms: {}", "  rooms: { mount: /elsewhere }")
    assert plugins != PLUGINS
    tenants = {"away": brand("away", ROOMS), "here": brand("here", ROOMS + "  mount: /\n")}
    with Daemon(tenants, plugins=plugins) as daemon:
        for name, path in [("away", "/elsewhere/api/chat/initialize"), ("here", "/api/chat/initialize")]:
            assert Brand(daemon, name).call("POST", path, {"clientId": unique()}).status == 200
        assert Brand(daemon, "away").call("POST", "/api/chat/initialize", {"clientId": unique()}).status == 404


def test_minted_tokens_serve_every_agents_side(daemon, acme):
    token = command(daemon, "token", "mint", "--tenant", "acme", "--agent", "agent123", "--config", str(daemon.config)).strip()
    conversation = Conversation(acme, "localpro")

    def statuses():
        return [
            acme.admin("GET", "/sessions", token=token).status,
            acme.module("GET", f"/sessions/{conversation.core}", token=token).status,
        ]

    def reads_rooms() -> bool:
        return acme.call("GET", f"/rooms/api/chat/history/{conversation.core}", token=token).json().get("total") == 1

    assert statuses() == [200, 200] and reads_rooms()
    opened = [
        acme.admin_socket(token, "agent123").established(),
        daemon.websocket(f"/ws/chat/{conversation.core}?token={token}", host=acme.host),
    ]
    other = acme.admin_socket(ADMIN, "agent456").established()
    assert "agent123" in command(daemon, "token", "list", "--tenant", "acme")
    assert token not in command(daemon, "token", "list", "--tenant", "acme")
    command(daemon, "token", "revoke", "--tenant", "acme", "--token", token)
    assert statuses() == [401, 401] and not reads_rooms()
    # What it had opened ends with it.
    assert [socket.closed() for socket in opened] == [4401, 4401]
    assert other.pending() == []
    other.close()


def test_long_polls_and_sockets_end_with_the_daemon():
    with Daemon({"acme": brand("acme", *EVERYTHING)}, plugins=PLUGINS) as daemon:
        acme = Brand(daemon, "acme")
        conversation = Conversation(acme, "chat-module")
        live = Conversation(acme, "supportzen-live")
        socket = daemon.websocket(f"/ws/chat/{conversation.id}?token={conversation.token}", host=acme.host)
        polling = Polling(acme)
        last = acme.live_read(live.id, email=live.email).json()["data"]["messages"][-1]["messageId"]
        answers: dict = {}

        def wait(name, work):
            try:
                answers[name] = work().status
            except OSError as error:
                answers[name] = error

        threads = [
            threading.Thread(target=wait, args=("read", lambda: acme.live_read(live.id, f"&after={last}&wait=25s", email=live.email, timeout=30))),
            threading.Thread(target=wait, args=("poll", lambda: polling.request("GET", ""))),
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        began = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - began < 5
        assert socket.closed() == 1001
        for thread in threads:
            thread.join(5)
        assert answers["read"] in (200, 304, 503), answers  # with what there is, or to be asked again
        assert answers["poll"] in (200, 400, 503), answers


def command_text(*words: str) -> str:
    import subprocess

    from harness import binary

    ran = subprocess.run([binary(), *words], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_demo_brands_are_in_order():
    import subprocess

    from harness import binary

    ran = subprocess.run([binary(), "check", "--config", str(ROOT)], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stdout + ran.stderr
