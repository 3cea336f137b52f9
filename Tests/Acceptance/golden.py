"""Compares answers with the document's examples, literally, but for what no two runs share."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
GENERATED_ID = re.compile(r"^[0-9a-f]{24}$")


def parse_time(text: str) -> datetime:
    assert TIME.match(text), f"not a time as the document writes them: {text!r}"
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def assert_recent(text: str) -> None:
    distance = abs(datetime.now(timezone.utc) - parse_time(text))
    assert distance < timedelta(minutes=10), f"{text} is not now"


# Keys of the document's Data Models that a thing may or may not have. In strict an object has the keys of its example,
# and of these what has a value (a message its files, a session its agent); nothing that every such object has.
SESSION = {"assignedAgent", "agentName", "tags", "endedAt", "firstResponseAt", "rating", "notes"}
MESSAGE = {"agentName", "agentAvatar", "agentId", "attachments", "metadata", "readAt"}
USER = {"phone", "metadata"}
RATING = {"feedback"}


def model(example: dict) -> set[str]:
    """What an object like the example's may have besides; nothing when it is no Data Model's."""
    keys = set(example)
    if {"sessionId", "user"} <= keys or {"sessionId", "messageCount"} <= keys:
        return SESSION
    if {"type", "content"} <= keys and "timestamp" not in keys:
        return MESSAGE
    if "score" in keys:
        return RATING
    return USER if {"name", "email"} <= keys else set()


def assert_golden(actual, document: str | dict, *, exact: bool = True) -> None:
    """`document` is the example as the document prints it. In its place stand: any time of now for a time, any
    generated id for `msg…` and `attachment…`, any URL of this server for a URL. With `exact` the keys are
    the example's and its model's, in the example's order; else there may be more."""
    expected = json.loads(document) if isinstance(document, str) else document
    _compare(actual, expected, "$", exact)


def _compare(actual, expected, path: str, exact: bool) -> None:
    if isinstance(expected, dict):
        assert isinstance(actual, dict), f"{path}: {actual!r} is not an object"
        shared = [key for key in actual if key in expected]
        assert shared == list(expected), f"{path}: has {list(actual)}, the document {list(expected)}"
        more = [key for key in actual if key not in expected and key not in model(expected)]
        assert not (exact and more), f"{path}: strict has {more}, which the document does not know"
        for key, value in expected.items():
            _compare(actual[key], value, f"{path}.{key}", exact)
    elif isinstance(expected, list):
        assert isinstance(actual, list), f"{path}: {actual!r} is not a list"
        assert len(actual) == len(expected), f"{path}: {len(actual)} elements, expected {len(expected)}: {actual!r}"
        for index, value in enumerate(expected):
            _compare(actual[index], value, f"{path}[{index}]", exact)
    elif isinstance(expected, str) and TIME.match(expected):
        assert isinstance(actual, str), f"{path}: {actual!r} is not a time"
        assert_recent(actual)
    elif isinstance(expected, str) and re.fullmatch(r"(msg|attachment)\d+", expected):
        assert isinstance(actual, str) and GENERATED_ID.match(actual), f"{path}: {actual!r} is not a generated id"
    elif isinstance(expected, str) and expected.startswith("https://res.cloudinary.com/"):
        assert isinstance(actual, str) and actual.startswith("http"), f"{path}: {actual!r} is not a URL"
    else:
        assert type(actual) is type(expected) and actual == expected, f"{path}: {actual!r}, expected {expected!r}"
