"""Every example of LocalPro's document: the request as printed there, the answer as printed there.

In `strict` keys and their order are the document's; what differs between two runs (ids, times, URLs) is substituted
by `golden`. Where the document uses one id in many examples, each test has an id of its own in its place.
"""

import json
from datetime import datetime, timedelta, timezone

import pytest

from golden import assert_golden, assert_recent, parse_time
from harness import Form
from images import PDF, png
from localpro import ADMIN, SUPPORT, LocalPro, tenant, unique

TENANTS = {
    "strict": tenant("strict", mode="strict"),
    "compat": tenant("compat"),
    "shortwelcome": tenant(
        "shortwelcome", mode="strict", dialect='welcome: "Welcome! A support agent will be with you shortly."'
    ),
    "welcome": tenant("welcome", mode="strict", dialect='welcome: "Welcome!"'),
    "listing": tenant("listing", mode="strict"),
    "analytics": tenant("analytics", mode="strict"),
}

CREATE_REQUEST = """
{
  "sessionId": "session-1701691234567-abc123",
  "user": {
    "name": "John Doe",
    "email": "john@example.com",
    "phone": "+1234567890"
  },
  "pageUrl": "https://example.com/pricing"
}
"""
CREATE_RESPONSE = """
{
  "success": true,
  "message": "Chat session created successfully",
  "data": {
    "session": {
      "sessionId": "session-1701691234567-abc123",
      "user": {
        "name": "John Doe",
        "email": "john@example.com",
        "metadata": {
          "userAgent": "Mozilla/5.0...",
          "ipAddress": "::1",
          "pageUrl": "https://example.com/pricing"
        }
      },
      "status": "pending",
      "priority": "medium",
      "department": "general",
      "messageCount": 1,
      "unreadCount": 0,
      "startedAt": "2024-12-04T12:00:00.000Z"
    },
    "welcomeMessage": {
      "sessionId": "session-1701691234567-abc123",
      "type": "system",
      "content": "Welcome John Doe! A support agent will be with you shortly.",
      "agentName": "System"
    }
  }
}
"""


def named(document: str, session: str) -> dict:
    """The example, about this session."""
    for id in ("session-1701691234567-abc123", "session-123"):
        document = document.replace(f'"{id}"', f'"{session}"')
    return json.loads(document)


@pytest.fixture(params=["strict", "compat"])
def chat(request, daemon):
    return LocalPro(daemon, request.param)


def exact(chat: LocalPro) -> bool:
    return chat.name != "compat"


def test_create_session(chat):
    session = "session-1701691234567-abc123"
    answer = chat.guest(
        "POST",
        "/sessions",
        CREATE_REQUEST.encode(),
        headers={"User-Agent": "Mozilla/5.0...", "X-Forwarded-For": "::1"},
    )
    assert answer.status == 201
    assert answer.header("Content-Type").startswith("application/json")
    assert_golden(answer.json(), named(CREATE_RESPONSE, session), exact=exact(chat))


def test_get_session(chat):
    session = chat.create()
    chat.send(session)
    chat.send(session)
    chat.reply(session, token=SUPPORT)
    chat.send(session)
    answer = chat.guest("GET", f"/sessions/{session}")
    assert answer.status == 200
    document = """
    {
      "success": true,
      "data": {
        "sessionId": "session-1701691234567-abc123",
        "user": {
          "name": "John Doe",
          "email": "john@example.com"
        },
        "status": "active",
        "assignedAgent": {
          "_id": "agent123",
          "firstName": "Jane",
          "lastName": "Smith"
        },
        "messageCount": 5,
        "startedAt": "2024-12-04T12:00:00.000Z"
      }
    }
    """
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_send_message(chat):
    session = chat.create()
    request = b'{\n  "content": "Hello, I need help with my order"\n}'
    answer = chat.guest("POST", f"/sessions/{session}/messages", request)
    assert answer.status == 201
    document = """
    {
      "success": true,
      "message": "Message sent successfully",
      "data": {
        "_id": "msg123",
        "sessionId": "session-1701691234567-abc123",
        "type": "user",
        "content": "Hello, I need help with my order",
        "attachments": [],
        "isRead": false,
        "createdAt": "2024-12-04T12:05:00.000Z"
      }
    }
    """
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_send_message_with_attachments(chat):
    session = chat.create()
    form = (
        Form()
        .text("content", "Please see the attached screenshot")
        .file("files", "file1.png", "image/png", png())
        .file("files", "file2.pdf", "application/pdf", PDF)
    )
    answer = chat.guest("POST", f"/sessions/{session}/messages", form)
    assert answer.status == 201, answer
    document = """
    {
      "success": true,
      "message": "Message sent successfully",
      "data": {
        "_id": "msg123",
        "sessionId": "session-1701691234567-abc123",
        "type": "user",
        "content": "Please see the attached screenshot",
        "attachments": [
          {
            "id": "attachment123",
            "name": "file1.png",
            "type": "image/png",
            "size": %d,
            "url": "https://res.cloudinary.com/...",
            "previewUrl": "https://res.cloudinary.com/..."
          },
          {
            "id": "attachment124",
            "name": "file2.pdf",
            "type": "application/pdf",
            "size": %d,
            "url": "https://res.cloudinary.com/..."
          }
        ],
        "isRead": false,
        "createdAt": "2024-12-04T12:05:00.000Z"
      }
    }
    """ % (len(png()), len(PDF))
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_get_messages(daemon):
    chat = LocalPro(daemon, "shortwelcome")
    session = chat.create()
    chat.send(session, "Hello, I need help")
    chat.reply(session, "Hi! How can I assist you today?", token=SUPPORT)
    chat.send(session, "four")
    chat.send(session, "five")
    answer = chat.guest("GET", f"/sessions/{session}/messages")
    assert answer.status == 200
    body = answer.json()
    body["data"] = body["data"][:3]
    document = """
    {
      "success": true,
      "count": 5,
      "total": 5,
      "page": 1,
      "pages": 1,
      "data": [
        {
          "_id": "msg1",
          "sessionId": "session-123",
          "type": "system",
          "content": "Welcome! A support agent will be with you shortly.",
          "createdAt": "2024-12-04T12:00:00.000Z"
        },
        {
          "_id": "msg2",
          "sessionId": "session-123",
          "type": "user",
          "content": "Hello, I need help",
          "createdAt": "2024-12-04T12:01:00.000Z"
        },
        {
          "_id": "msg3",
          "sessionId": "session-123",
          "type": "agent",
          "content": "Hi! How can I assist you today?",
          "agentName": "Jane Smith",
          "createdAt": "2024-12-04T12:02:00.000Z"
        }
      ]
    }
    """
    assert_golden(body, named(document, session))


def test_upload(chat):
    session = chat.create()
    form = Form().text("sessionId", session).file("files", "screenshot.png", "image/png", png(size=245678))
    answer = chat.guest("POST", "/upload", form)
    assert answer.status == 200, answer
    document = """
    {
      "success": true,
      "message": "Files uploaded successfully",
      "data": {
        "attachments": [
          {
            "id": "attachment123",
            "name": "screenshot.png",
            "type": "image/png",
            "size": 245678,
            "url": "https://res.cloudinary.com/...",
            "previewUrl": "https://res.cloudinary.com/..."
          }
        ]
      }
    }
    """
    assert_golden(answer.json(), document, exact=exact(chat))


@pytest.mark.parametrize(
    "request_body", [b'{\n  "rating": 5,\n  "feedback": "Great support, very helpful!"\n}', None, b""]
)
def test_end_session(chat, request_body):
    session = chat.create()
    answer = chat.guest("PATCH", f"/sessions/{session}/end", request_body)
    assert answer.status == 200, answer
    document = """
    {
      "success": true,
      "message": "Chat session ended",
      "data": {
        "sessionId": "session-123",
        "status": "closed",
        "endedAt": "2024-12-04T12:30:00.000Z"
      }
    }
    """
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_rate_session(chat):
    session = chat.create()
    request = b'{\n  "score": 5,\n  "feedback": "Excellent service!"\n}'
    answer = chat.guest("POST", f"/sessions/{session}/rate", request)
    assert answer.status == 200
    document = """
    {
      "success": true,
      "message": "Thank you for your feedback!",
      "data": {
        "rating": {
          "score": 5,
          "feedback": "Excellent service!",
          "ratedAt": "2024-12-04T12:35:00.000Z"
        }
      }
    }
    """
    assert_golden(answer.json(), document, exact=exact(chat))


def test_typing(chat):
    session = chat.create()
    answer = chat.guest("POST", f"/sessions/{session}/typing", b'{\n  "isTyping": true\n}')
    assert answer.status == 200
    assert_golden(answer.json(), '{ "success": true, "message": "Typing indicator sent" }', exact=exact(chat))


def test_list_sessions(daemon):
    chat = LocalPro(daemon, "listing")
    for count, status in [(18, "closed"), (20, "active"), (2, "archived"), (5, None)]:
        for _ in range(count):
            session = chat.create()
            if status:
                assert chat.status(session, status=status).status == 200
    chat.send(session, "Hello, I need help")
    answer = chat.admin("GET", "/sessions?limit=10")
    assert answer.status == 200
    body = answer.json()
    assert [row["status"] for row in body["data"]] == ["pending"] * 5 + ["archived"] * 2 + ["active"] * 3
    body["data"] = body["data"][:1]
    document = """
    {
      "success": true,
      "count": 10,
      "total": 45,
      "page": 1,
      "pages": 5,
      "statusCounts": {
        "pending": 5,
        "active": 20,
        "closed": 18,
        "archived": 2
      },
      "data": [
        {
          "sessionId": "session-123",
          "user": {
            "name": "John Doe",
            "email": "john@example.com"
          },
          "status": "pending",
          "priority": "medium",
          "lastMessage": {
            "content": "Hello, I need help",
            "type": "user",
            "timestamp": "2024-12-04T12:05:00.000Z"
          },
          "messageCount": 2,
          "unreadCount": 1,
          "createdAt": "2024-12-04T12:00:00.000Z"
        }
      ]
    }
    """
    assert_golden(body, named(document, session))


def test_get_session_as_admin(daemon):
    chat = LocalPro(daemon, "welcome")
    session = unique()
    request = {
        "sessionId": session,
        "user": {"name": "John Doe", "email": "john@example.com"},
        "pageUrl": "https://example.com",
    }
    headers = {"User-Agent": "Mozilla/5.0...", "X-Forwarded-For": "192.168.1.1"}
    assert chat.guest("POST", "/sessions", request, headers=headers).status == 201
    chat.send(session, "I need help")
    assert chat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "agent123"}).status == 200
    assert chat.status(session, department="support").status == 200
    note = {"content": "Customer has premium subscription"}
    assert chat.admin("POST", f"/sessions/{session}/notes", note, token=SUPPORT).status == 201
    chat.guest("POST", f"/sessions/{session}/rate", {"score": 5, "feedback": "Great help!"})
    answer = chat.admin("GET", f"/sessions/{session}")
    assert answer.status == 200
    document = """
    {
      "success": true,
      "data": {
        "session": {
          "sessionId": "session-123",
          "user": {
            "name": "John Doe",
            "email": "john@example.com",
            "metadata": {
              "userAgent": "Mozilla/5.0...",
              "ipAddress": "192.168.1.1",
              "pageUrl": "https://example.com"
            }
          },
          "status": "active",
          "priority": "medium",
          "department": "support",
          "assignedAgent": {
            "_id": "agent123",
            "firstName": "Jane",
            "lastName": "Smith",
            "email": "jane@company.com"
          },
          "notes": [
            {
              "content": "Customer has premium subscription",
              "addedBy": { "firstName": "Jane", "lastName": "Smith" },
              "addedAt": "2024-12-04T12:10:00.000Z"
            }
          ],
          "rating": {
            "score": 5,
            "feedback": "Great help!",
            "ratedAt": "2024-12-04T12:30:00.000Z"
          }
        },
        "messages": [
          {
            "_id": "msg1",
            "type": "system",
            "content": "Welcome!",
            "createdAt": "2024-12-04T12:00:00.000Z"
          },
          {
            "_id": "msg2",
            "type": "user",
            "content": "I need help",
            "createdAt": "2024-12-04T12:01:00.000Z"
          }
        ]
      }
    }
    """
    assert_golden(answer.json(), named(document, session))


def test_reply(chat):
    session = chat.create()
    request = b'{\n  "content": "Hello! I\'d be happy to help you with that."\n}'
    answer = chat.admin("POST", f"/sessions/{session}/reply", request, token=SUPPORT)
    assert answer.status == 201
    document = """
    {
      "success": true,
      "message": "Reply sent successfully",
      "data": {
        "_id": "msg123",
        "sessionId": "session-123",
        "type": "agent",
        "content": "Hello! I'd be happy to help you with that.",
        "agentName": "Jane Smith",
        "agentId": "agent123",
        "createdAt": "2024-12-04T12:05:00.000Z"
      }
    }
    """
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_reply_with_attachments(chat):
    session = chat.create()
    form = (
        Form()
        .text("content", "Here's the document you requested")
        .file("files", "document.pdf", "application/pdf", PDF)
    )
    answer = chat.admin("POST", f"/sessions/{session}/reply", form, token=SUPPORT)
    assert answer.status == 201, answer
    data = answer.json()["data"]
    assert data["content"] == "Here's the document you requested"
    assert [(file["name"], file["type"], file["size"]) for file in data["attachments"]] == [
        ("document.pdf", "application/pdf", len(PDF))
    ]


def test_assign(chat):
    session = chat.create()
    request = b'{\n  "agentId": "agent123",\n  "agentName": "Jane Smith"\n}'
    answer = chat.admin("PATCH", f"/sessions/{session}/assign", request)
    assert answer.status == 200
    document = """
    {
      "success": true,
      "message": "Session assigned successfully",
      "data": {
        "sessionId": "session-123",
        "assignedAgent": "agent123",
        "agentName": "Jane Smith",
        "status": "active"
      }
    }
    """
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_status(chat):
    session = chat.create()
    request = b"""{
      "status": "closed",
      "priority": "high",
      "department": "billing",
      "tags": ["refund", "urgent"]
    }"""
    answer = chat.admin("PATCH", f"/sessions/{session}/status", request)
    assert answer.status == 200
    document = """
    {
      "success": true,
      "message": "Session updated successfully",
      "data": {
        "sessionId": "session-123",
        "status": "closed",
        "priority": "high",
        "department": "billing",
        "tags": ["refund", "urgent"]
      }
    }
    """
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_note(chat):
    session = chat.create()
    request = b'{\n  "content": "Customer mentioned they have a premium subscription"\n}'
    answer = chat.admin("POST", f"/sessions/{session}/notes", request, token=SUPPORT)
    assert answer.status == 201
    document = """
    {
      "success": true,
      "message": "Note added successfully",
      "data": {
        "content": "Customer mentioned they have a premium subscription",
        "addedBy": "agent123",
        "addedAt": "2024-12-04T12:10:00.000Z"
      }
    }
    """
    assert_golden(answer.json(), document, exact=exact(chat))


def test_transfer(chat):
    session = chat.create()
    chat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "agent123"})
    request = b"""{
      "toAgentId": "agent456",
      "toAgentName": "Bob Wilson",
      "reason": "Billing expertise needed"
    }"""
    answer = chat.admin("POST", f"/sessions/{session}/transfer", request)
    assert answer.status == 200
    document = """
    {
      "success": true,
      "message": "Session transferred successfully",
      "data": {
        "sessionId": "session-123",
        "assignedAgent": "agent456",
        "agentName": "Bob Wilson"
      }
    }
    """
    assert_golden(answer.json(), named(document, session), exact=exact(chat))


def test_analytics(daemon):
    chat = LocalPro(daemon, "analytics")
    first, second = chat.create(), chat.create(email="mary@example.com")
    chat.send(first)
    chat.reply(first, token=SUPPORT)
    chat.guest("PATCH", f"/sessions/{first}/end", {"rating": 4})
    chat.guest("POST", f"/sessions/{second}/rate", {"score": 5})
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = today.strftime("%Y-%m-%d"), (today + timedelta(days=2)).strftime("%Y-%m-%d")
    answer = chat.admin("GET", f"/analytics?startDate={start}&endDate={end}")
    assert answer.status == 200
    data = answer.json()["data"]
    assert list(answer.json()) == ["success", "data"]
    assert list(data) == ["period", "overview", "responseTime", "sessionsByDay", "topAgents"]
    assert data["period"] == {"start": f"{start}T00:00:00.000Z", "end": f"{end}T00:00:00.000Z"}
    assert list(data["period"]) == ["start", "end"]
    assert data["overview"] == {"totalSessions": 2, "avgMessages": 2, "closedSessions": 1, "avgRating": 4.5}
    assert list(data["overview"]) == ["totalSessions", "avgMessages", "closedSessions", "avgRating"]
    times = data["responseTime"]
    assert list(times) == ["avgResponseTime", "minResponseTime", "maxResponseTime"]
    assert 0 <= times["minResponseTime"] == times["avgResponseTime"] == times["maxResponseTime"] < 60_000
    assert sum(day["count"] for day in data["sessionsByDay"]) == 2
    assert all(list(day) == ["_id", "count"] for day in data["sessionsByDay"])
    assert data["sessionsByDay"][0]["_id"] in (start, (today + timedelta(days=1)).strftime("%Y-%m-%d"))
    assert data["topAgents"] == [{"_id": "agent123", "sessionsHandled": 1, "avgRating": 4}]
    assert list(data["topAgents"][0]) == ["_id", "sessionsHandled", "avgRating"]


def test_history(chat):
    email = f"{unique('john')}@example.com"
    # The documented answer begins with the newest.
    older, newer, open_one = (chat.create(email=email) for _ in range(3))
    for session, count, score in [(older, 8, 4), (newer, 12, 5)]:
        for index in range(count - 1):
            chat.send(session, f"message {index}")
        chat.guest("PATCH", f"/sessions/{session}/end")
        chat.guest("POST", f"/sessions/{session}/rate", {"score": score})
    answer = chat.admin("GET", f"/customers/{email}/history")
    assert answer.status == 200
    body = answer.json()
    assert body["data"].pop(0)["sessionId"] == open_one
    document = """
    {
      "success": true,
      "count": 3,
      "total": 3,
      "page": 1,
      "pages": 1,
      "data": [
        {
          "sessionId": "session-123",
          "status": "closed",
          "messageCount": 12,
          "rating": { "score": 5 },
          "createdAt": "2024-12-04T12:00:00.000Z",
          "endedAt": "2024-12-04T12:30:00.000Z"
        },
        {
          "sessionId": "session-100",
          "status": "closed",
          "messageCount": 8,
          "rating": { "score": 4 },
          "createdAt": "2024-11-15T10:00:00.000Z",
          "endedAt": "2024-11-15T10:45:00.000Z"
        }
      ]
    }
    """
    expected = named(document, newer)
    expected["data"][1]["sessionId"] = older
    assert_golden(body, expected, exact=exact(chat))


def test_delete(chat):
    session = chat.create()
    answer = chat.admin("DELETE", f"/sessions/{session}", token=ADMIN)
    assert answer.status == 200
    document = '{ "success": true, "message": "Session and all messages deleted successfully" }'
    assert_golden(answer.json(), document, exact=exact(chat))


def test_session_not_found(chat):
    answer = chat.guest("GET", "/sessions/session-that-is-not")
    assert answer.status == 404
    assert_golden(answer.json(), '{ "success": false, "message": "Session not found" }', exact=exact(chat))


def test_unauthorized(chat):
    answer = chat.admin("GET", "/sessions", token=None)
    assert answer.status == 401
    document = '{ "success": false, "message": "No token, authorization denied" }'
    assert_golden(answer.json(), document, exact=exact(chat))


@pytest.mark.parametrize("user", [None, {}, {"name": "John"}, {"email": "john@example.com"}, {"name": "", "email": ""}])
def test_validation_error(chat, user):
    body = {"sessionId": unique()} | ({"user": user} if user is not None else {})
    answer = chat.guest("POST", "/sessions", body)
    assert answer.status == 400
    document = '{ "success": false, "message": "User name and email are required" }'
    assert_golden(answer.json(), document, exact=exact(chat))


# The tables of events


def test_events_of_a_guest(chat):
    session = chat.create()
    guest = chat.guest_socket(session)
    frame = guest.next()
    assert list(frame) == ["type", "timestamp"] and frame["type"] == "connection_established"
    assert_recent(frame["timestamp"])

    with chat.admin_socket() as admin:
        admin.established()
        admin.send({"type": "subscribe_session", "sessionId": session})
        admin.pending()

        assert chat.admin("PATCH", f"/sessions/{session}/assign", {"agentId": "agent123"}).status == 200
        assigned = guest.next()
        document = """{ "type": "agent_assigned", "sessionId": "session-123",
                        "agent": { "id": "agent123", "name": "Jane Smith" } }"""
        assert_golden(assigned, named(document, session), exact=exact(chat))
        # Assigning made it active, and a change of status is always told.
        assert guest.next() == {"type": "session_status_changed", "sessionId": session, "status": "active"}

        reply = chat.reply(session, "Hello!")
        message = guest.next()
        document = """{ "type": "agent_message", "sessionId": "session-123", "message": {
            "_id": "msg123", "sessionId": "session-123", "type": "agent", "content": "Hello!",
            "agentName": "Jane Smith", "createdAt": "2024-12-04T12:05:00.000Z" } }"""
        assert_golden(message, named(document, session), exact=exact(chat))
        assert message["message"]["_id"] == reply["_id"]

        admin.send({"type": "typing", "isTyping": True, "sessionId": session})
        document = '{ "type": "agent_typing", "sessionId": "session-123", "isTyping": true }'
        assert_golden(guest.next(), named(document, session), exact=exact(chat))

        mine = chat.send(session, "Thank you")
        # Sent over REST: every socket of the session gets it.
        document = """{ "type": "user_message", "sessionId": "session-123", "message": {
            "_id": "msg123", "sessionId": "session-123", "type": "user", "content": "Thank you",
            "createdAt": "2024-12-04T12:05:00.000Z" } }"""
        assert_golden(guest.next(), named(document, session), exact=exact(chat))

        admin.send({"type": "read_receipt", "messageId": mine["_id"], "sessionId": session})
        receipt = guest.next()
        assert list(receipt)[:4] == ["type", "sessionId", "messageId", "readBy"]
        assert (receipt["sessionId"], receipt["messageId"], receipt["readBy"]) == (session, mine["_id"], "agent")

    assert chat.status(session, status="closed").status == 200
    document = '{ "type": "session_status_changed", "sessionId": "session-123", "status": "closed" }'
    assert_golden(guest.next(), named(document, session), exact=exact(chat))
    assert guest.pending() == []
    guest.close()


def test_events_of_an_admin(chat):
    with chat.admin_socket() as admin:
        frame = admin.next()
        assert list(frame) == ["type", "timestamp"] and frame["type"] == "connection_established"

        session = chat.create()
        created = admin.next()
        assert created["type"] == "new_session"
        assert list(created)[:2] == ["type", "session"]
        row = created["session"]
        assert row["sessionId"] == session
        assert row["user"]["name"] == "John Doe" and row["user"]["email"] == "john@example.com"
        assert (row["status"], row["priority"]) == ("pending", "medium")
        assert (row["messageCount"], row["unreadCount"]) == (1, 0)
        parse_time(row["createdAt"])

        sent = chat.send(session, "Hello")
        document = """{ "type": "user_message", "sessionId": "session-123", "message": {
            "_id": "msg123", "sessionId": "session-123", "type": "user", "content": "Hello",
            "createdAt": "2024-12-04T12:05:00.000Z" } }"""
        message = admin.next()
        assert_golden(message, named(document, session), exact=exact(chat))
        assert message["message"]["_id"] == sent["_id"]

        with chat.guest_socket(session) as guest:
            guest.established()
            guest.send({"type": "typing", "isTyping": True})
            document = '{ "type": "user_typing", "sessionId": "session-123", "isTyping": true }'
            assert_golden(admin.next(), named(document, session), exact=exact(chat))
            guest.send({"type": "typing", "isTyping": False})
            assert admin.next() == {"type": "user_typing", "sessionId": session, "isTyping": False}

            reply = chat.reply(session)
            guest.send({"type": "read_receipt", "messageId": reply["_id"]})
            receipt = admin.next()
            assert receipt["type"] == "read_receipt"
            assert (receipt["sessionId"], receipt["messageId"], receipt["readBy"]) == (session, reply["_id"], "user")
