"""Files in LocalPro: uploading, sending, refusing, downloading."""

import os
import time
from urllib.parse import urlsplit

import pytest

from harness import Form, eventually
from images import GIF, JPEG, OLE, PDF, TEXT, WEBP, png, zipped
from localpro import ADMIN, SUPPORT, LocalPro, assert_error, tenant, unique

TENANTS = {
    "compat": tenant("compat"),
    "strict": tenant("strict", mode="strict"),
    "brief": tenant("brief", extra="uploads: { url_lifetime: 1s }"),
    "small": tenant("small", extra="sizes: { file: 1KiB, files_per_message: 2 }"),
    "expiring": tenant("expiring", extra="uploads: { expire: 1s }"),
}

MIB = 1 << 20
KINDS = [
    ("a.png", "image/png", png()), ("a.jpg", "image/jpeg", JPEG), ("a.jpeg", "image/jpeg", JPEG), ("A.PNG", "image/png", png()),
    ("a.gif", "image/gif", GIF), ("a.webp", "image/webp", WEBP), ("a.pdf", "application/pdf", PDF),
    ("a.doc", "application/msword", OLE), ("a.xls", "application/vnd.ms-excel", OLE),
    ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", zipped()),
    ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zipped()),
    ("a.txt", "text/plain", TEXT),
]  # fmt: skip


def upload(chat, session, *files, **more):
    form = Form().text("sessionId", session)
    for name, kind, data in files:
        form.file("files", name, kind, data)
    return chat.guest("POST", "/upload", form, **more)


def attachment(chat, session, name="a.png", kind="image/png", data=None):
    answer = upload(chat, session, (name, kind, png() if data is None else data))
    assert answer.status == 200, answer
    return answer.json()["data"]["attachments"][0]


def fetch(chat, url, method="GET", **more):
    parts = urlsplit(url)
    assert parts.netloc == chat.host
    return chat.call(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, **more)


@pytest.fixture(scope="module")
def session(daemon):
    return LocalPro(daemon, "compat").create()


# Uploading


@pytest.mark.parametrize("name,kind,data", KINDS)
@pytest.mark.parametrize("declared", [True, False, "application/octet-stream"])
def test_types(compat, session, name, kind, data, declared):
    said = kind if declared is True else declared or None
    got = attachment(compat, session, name, said, data)
    assert (got["name"], got["type"], got["size"]) == (name, kind, len(data))
    assert ("previewUrl" in got) == kind.startswith("image/")
    answer = fetch(compat, got["url"])
    assert answer.status == 200 and answer.body == data
    assert answer.header("Content-Type").split(";")[0] == kind
    assert answer.header("X-Content-Type-Options") == "nosniff"
    disposition = answer.header("Content-Disposition") or "inline"
    assert disposition.startswith("inline" if kind.startswith("image/") else "attachment")


@pytest.mark.parametrize(
    "name,kind,data",
    [
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.html", "text/html", b"<html></html>"),
        ("a.exe", "application/octet-stream", b"MZ" + bytes(100)), ("a.sh", "text/plain", b"#!/bin/sh\n"),
        ("a.zip", "application/zip", zipped()), ("a.mp3", "audio/mpeg", b"ID3" + bytes(50)),
        ("a.png.exe", "image/png", png()), ("a.jpg", "image/jpeg", png()), ("a.png", "image/jpeg", png()),
        ("a.png", "image/png", b"<html><script>"), ("a.png", "text/html", png()), ("a.pdf", "application/pdf", png()),
        ("a.png", "image/png", b""), ("a.docx", None, OLE), ("a.doc", None, PDF), ("a.txt", "text/plain", b"\x00\x01\x02" * 50),
    ],
)  # fmt: skip
def test_refused_types(compat, session, name, kind, data):
    assert_error(upload(compat, session, (name, kind, data)), 400)


@pytest.mark.parametrize("name,kind", [("blob", None), ("blob", "image/png"), ("", "image/png")])
def test_a_name_without_extension_claims_nothing(compat, session, name, kind):
    assert attachment(compat, session, name, kind)["type"] == "image/png"
    assert_error(upload(compat, session, (name, kind, b"MZ" + bytes(100))), 400)


def test_html_and_svg_inside_a_text_file_never_run(compat, session):
    answer = upload(compat, session, ("a.txt", "text/plain", b"<html><script>alert(1)</script></html>"))
    if answer.status == 200:
        got = fetch(compat, answer.json()["data"]["attachments"][0]["url"])
        assert got.header("Content-Type").startswith("text/plain")
        assert got.header("Content-Disposition").startswith("attachment")
        assert got.header("X-Content-Type-Options") == "nosniff"
    else:
        assert_error(answer, 400)


def test_sizes_and_counts(compat, session):
    assert upload(compat, session, ("a.png", "image/png", png(size=10 * MIB))).status == 200
    assert_error(upload(compat, session, ("big.png", "image/png", png(size=10 * MIB + 1))), 400, names="big.png")
    five = [(f"{index}.png", "image/png", png(width=index + 1)) for index in range(5)]
    answer = upload(compat, session, *five)
    assert [file["name"] for file in answer.json()["data"]["attachments"]] == [file[0] for file in five]
    assert_error(upload(compat, session, *five, ("6.png", "image/png", png())), 400)
    assert_error(upload(compat, session), 400, names="files")


def test_sizes_of_the_configuration(daemon):
    chat = LocalPro(daemon, "small")
    session = chat.create()
    assert upload(chat, session, ("a.png", "image/png", png(size=1024))).status == 200
    assert_error(upload(chat, session, ("a.png", "image/png", png(size=1025))), 400)
    assert_error(upload(chat, session, *[("a.png", "image/png", png())] * 3), 400)
    # So large that the whole form is too large: a file that is too large nevertheless.
    huge = ("a.png", "image/png", png(size=2 * MIB))
    assert_error(upload(chat, session, huge), 400)
    form = Form().text("content", "x").file("files", *huge)
    assert_error(chat.guest("POST", f"/sessions/{session}/messages", form), 400)
    text = Form().text("content", "x" * 3 * MIB)
    assert_error(chat.guest("POST", f"/sessions/{session}/messages", text), 400)
    assert chat.messages(session)["total"] == 1


def test_forms_drop_nothing(compat, strict):
    import json

    for chat in (compat, strict):
        session = chat.create()
        path = f"/sessions/{session}/messages"
        one, two = attachment(chat, session), attachment(chat, session)
        for wrong in ("x", "[1]", "{}", json.dumps([{"id": "0" * 32}])):
            assert_error(chat.guest("POST", path, Form().text("content", "x").text("attachments", wrong)), 400, names="attachments")
        form = Form().text("content", "x").text("attachments", json.dumps([{"id": one["id"]}, two]))
        sent = chat.guest("POST", path, form)
        assert sent.status == 201, sent
        assert [file["id"] for file in chat.messages(session)["data"][-1]["attachments"]] == [one["id"], two["id"]]
        assert_error(chat.guest("POST", path, Form().text("content", "x").text("files", "no file")), 400, names="files")


def test_whose(compat):
    file = ("a.png", "image/png", png())
    assert_error(compat.guest("POST", "/upload", Form().file("files", *file)), 400, names="sessionId")
    assert_error(upload(compat, unique(), file), 404, "Session not found")
    guarded = compat.create()
    token = compat.token(guarded)
    compat.guest("GET", f"/sessions/{guarded}", token=token)
    assert_error(upload(compat, guarded, file), 401)
    assert upload(compat, guarded, file, token=token).status == 200


def test_a_bearer_opens_what_a_bad_link_does_not(compat):
    session = compat.create()
    token = compat.token(session)
    parts = urlsplit(attachment(compat, session)["url"])
    for query in ("exp=1&sig=x", parts.query[:-1], "sig=", "exp=1"):
        assert compat.call("GET", f"{parts.path}?{query}").status in (401, 403)
        assert compat.call("GET", f"{parts.path}?{query}", token=SUPPORT).status == 200
        assert compat.call("GET", f"{parts.path}?{query}", token=token).status == 200
        assert compat.call("GET", f"{parts.path}?{query}", token="wrong").status in (401, 403)
        assert compat.call("GET", f"{parts.path}?{query}", token=compat.token(compat.create())).status in (401, 404)


def test_what_is_no_form(compat, session):
    for kind in ["application/json", "text/plain", "multipart/mixed; boundary=x"]:
        answer = compat.guest("POST", "/upload", b"{}", headers={"Content-Type": kind})
        assert answer.status in (400, 415) and answer.json()["success"] is False
    for kind in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 80]:
        assert_error(compat.guest("POST", "/upload", b"--x--\r\n", headers={"Content-Type": kind}), 400)
    form = Form().text("sessionId", session).file("files", "a.png", "image/png", png())
    headers = {"Content-Type": form.content_type}
    whole = form.encode()
    for body in [
        b"",
        whole[:-5],
        whole[: len(whole) // 2],
        b"no boundary at all",
        whole.replace(b"Content-Disposition", b"X"),
    ]:
        assert_error(compat.guest("POST", "/upload", body, headers=headers), 400)


def test_chunked_upload(compat, session):
    form = Form().text("sessionId", session).file("files", "a.png", "image/png", png(size=300_000))
    body = form.encode()
    with compat.daemon.raw() as raw:
        raw.send(
            "POST /api/live-chat/upload HTTP/1.1\r\nHost: compat.test\r\nTransfer-Encoding: chunked\r\n"
            f"Content-Type: {form.content_type}\r\n\r\n"
        )
        for start in range(0, len(body), 7001):
            piece = body[start : start + 7001]
            raw.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        raw.send("0\r\n\r\n")
        answer = raw.response()
    assert answer.status == 200 and answer.json()["data"]["attachments"][0]["size"] == 300_000


def test_large_uploads_stay_out_of_memory(daemon, compat, session):
    def resident() -> int:
        status = open(f"/proc/{daemon.process.pid}/status").read()
        return int(status.split("VmRSS:")[1].split()[0])

    data = png(size=10 * MIB)
    upload(compat, session, ("a.png", "image/png", data))
    before = resident()
    for _ in range(5):
        assert upload(compat, session, ("a.png", "image/png", data)).status == 200
    assert resident() - before <= 1024


def test_same_bytes_are_stored_once(daemon, compat, session):
    """Small files share a pack, each after a header; a large one is a file of its own."""
    for size in (123_457, 234_567):
        data = png(size=size) + os.urandom(16)
        first, second = (attachment(compat, session, data=data) for _ in range(2))
        assert first["id"] != second["id"]
        places = [
            os.path.join(folder, file)
            for folder, _, files in os.walk(daemon.data / "compat" / "blobs")
            for file in files
        ]
        assert sum(open(place, "rb").read().count(data[-16:]) for place in places) == 1
        for file in (first, second):
            assert fetch(compat, file["url"]).body == data


# Sending


def test_message_names_uploads(compat):
    session = compat.create()
    first, second = attachment(compat, session), attachment(compat, session, "b.pdf", "application/pdf", PDF)
    request = {"content": "see these", "attachments": [{"id": first["id"]}, {"id": second["id"]}]}
    answer = compat.guest("POST", f"/sessions/{session}/messages", request)
    assert answer.status == 201, answer
    assert [file["id"] for file in answer.json()["data"]["attachments"]] == [first["id"], second["id"]]
    listed = compat.messages(session)["data"][1]["attachments"]
    assert [(file["name"], file["type"], file["size"]) for file in listed] == [
        ("a.png", "image/png", len(png())), ("b.pdf", "application/pdf", len(PDF)),
    ]  # fmt: skip
    detail = compat.admin("GET", f"/sessions/{session}").json()["data"]["messages"][1]
    assert [file["id"] for file in detail["attachments"]] == [first["id"], second["id"]]
    # An upload serves one message.
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", request), 400, names="attachments")


def test_uploads_of_others_cannot_be_named(compat):
    mine, other = compat.create(), compat.create()
    theirs = attachment(compat, other)
    for files in [[{"id": theirs["id"]}], [{"id": "f" * 24}], [{"id": 5}], [{}], "x", [theirs["id"]] * 6, [None]]:
        request = {"content": "x", "attachments": files}
        assert_error(compat.guest("POST", f"/sessions/{mine}/messages", request), 400, names="attachments")
    assert compat.messages(mine)["total"] == 1


def test_message_with_files_in_strict(strict):
    session = strict.create()
    form = Form().text("content", "look").file("files", "a.png", "image/png", png())
    assert strict.guest("POST", f"/sessions/{session}/messages", form).status == 201
    (file,) = strict.messages(session)["data"][1]["attachments"]
    assert set(file) == {"id", "name", "type", "size", "url", "previewUrl"}
    assert fetch(strict, file["previewUrl"]).body == png()


def test_reply_with_files_reaches_the_guest(compat):
    session = compat.create()
    with compat.guest_socket(session) as guest:
        guest.established()
        form = Form().text("content", "the document").file("files", "d.pdf", "application/pdf", PDF)
        assert compat.admin("POST", f"/sessions/{session}/reply", form, token=SUPPORT).status == 201
        (file,) = guest.until("agent_message")["message"]["attachments"]
    url = urlsplit(file["url"])
    assert compat.call("GET", f"{url.path}?{url.query}").body == PDF


def test_refused_message_stores_nothing(compat):
    session = compat.create()
    form = Form().text("content", "x").file("files", "a.exe", None, b"MZ")
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", form), 400)
    form = Form().text("content", "x" * 16385).file("files", "a.png", "image/png", png())
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", form), 400, names="content")
    form = Form().text("content", "x")
    for index in range(6):
        form.file("files", f"{index}.png", "image/png", png())
    assert_error(compat.guest("POST", f"/sessions/{session}/messages", form), 400)
    assert compat.messages(session)["total"] == 1


def test_multipart_without_files_is_a_message(compat):
    session = compat.create()
    answer = compat.guest("POST", f"/sessions/{session}/messages", Form().text("content", "just text"))
    assert answer.status == 201 and answer.json()["data"]["attachments"] == []


@pytest.mark.parametrize(
    "name",
    [
        "ünïcode.png",
        'quote".png',
        "semi;colon.png",
        "sp ace.png",
        "../../etc/passwd.png",
        "C:\\dir\\a.png",
        "a\r\nX: y.png",
    ],
)
def test_names(compat, session, name):
    form = Form().text("sessionId", session)
    body = form.file("files", "NAME", "image/png", png()).encode()
    encoded = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")  # as browsers do
    answer = compat.guest(
        "POST", "/upload", body.replace(b"NAME", encoded.encode()), headers={"Content-Type": form.content_type}
    )
    assert answer.status == 200, answer
    got = answer.json()["data"]["attachments"][0]
    assert "/" not in got["name"] and "\\" not in got["name"]
    assert "\r" not in got["name"] and "\n" not in got["name"]
    assert got["name"].endswith(".png")
    assert fetch(compat, got["url"]).body == png()


# Downloading


def test_links_are_signed(compat, session):
    file = attachment(compat, session)
    url = file["url"]
    parts = urlsplit(url)
    query = dict(pair.split("=") for pair in parts.query.split("&"))
    assert set(query) == {"exp", "sig"} and int(query["exp"]) > time.time() + 3600
    assert fetch(compat, url).status == 200
    flipped = ("A" if query["sig"][0] != "A" else "B") + query["sig"][1:]
    for bad in [
        "", f"exp={query['exp']}", f"sig={query['sig']}", f"exp={int(query['exp']) + 1}&sig={query['sig']}",
        f"exp={query['exp']}&sig={flipped}", f"exp={query['exp']}&sig=", f"exp=x&sig={query['sig']}",
    ]:  # fmt: skip
        answer = compat.call("GET", parts.path + ("?" + bad if bad else ""))
        assert answer.status in (401, 403), (bad, answer)
        assert answer.json()["success"] is False
    other = urlsplit(attachment(compat, session)["url"])
    assert compat.call("GET", f"{other.path}?{parts.query}").status in (401, 403)
    assert compat.call("GET", f"{parts.path}x?{parts.query}").status in (401, 403, 404)


def test_a_bearer_opens_as_well(compat):
    session = compat.create()
    token = compat.token(session)
    path = urlsplit(attachment(compat, session)["url"]).path
    compat.guest("GET", f"/sessions/{session}", token=token)
    assert compat.call("GET", path, token=SUPPORT).status == 200
    assert compat.call("GET", path, token="wrong").status in (401, 403)


def test_links_expire(daemon):
    chat = LocalPro(daemon, "brief")
    session = chat.create()
    file = attachment(chat, session)
    assert fetch(chat, file["url"]).status == 200
    eventually(lambda: fetch(chat, file["url"]).status in (401, 403, 410), 5)


def test_ranges(compat, session):
    data = png(size=5000)
    url = attachment(compat, session, data=data)["url"]
    whole = fetch(compat, url)
    assert whole.header("Accept-Ranges") == "bytes" and whole.header("Content-Length") == "5000"
    for text, first, last in [
        ("0-0", 0, 0),
        ("10-19", 10, 19),
        ("4990-", 4990, 4999),
        ("-10", 4990, 4999),
        ("0-99999", 0, 4999),
        ("-99999", 0, 4999),
    ]:
        answer = fetch(compat, url, headers={"Range": f"bytes={text}"})
        assert answer.status == 206, answer
        assert answer.header("Content-Range") == f"bytes {first}-{last}/5000"
        assert answer.body == data[first : last + 1]
    for text in ["5000-", "9999-10000", "-0"]:
        answer = fetch(compat, url, headers={"Range": f"bytes={text}"})
        assert answer.status == 416 and answer.header("Content-Range") == "bytes */5000"
    for text in ["bytes=x-y", "bytes=5-1", "lines=1-2", "bytes"]:  # to be ignored
        assert fetch(compat, url, headers={"Range": text}).status == 200
    # A range whose condition does not hold is a plain request.
    assert fetch(compat, url, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status == 200
    assert fetch(compat, url, headers={"Range": "bytes=0-1", "If-Range": whole.header("ETag")}).status == 206


def test_entity_tags(compat, session):
    url = attachment(compat, session)["url"]
    tag = fetch(compat, url).header("ETag")
    assert tag.startswith('"')
    for value in [tag, f'"x", {tag}', "*", f"W/{tag}"]:
        answer = fetch(compat, url, headers={"If-None-Match": value})
        assert answer.status == 304 and answer.body == b"" and answer.header("ETag") == tag
    assert fetch(compat, url, headers={"If-None-Match": '"other"'}).status == 200


def test_head(compat, session):
    data = png(size=5000)
    url = attachment(compat, session, data=data)["url"]
    answer = fetch(compat, url, "HEAD")
    assert answer.status == 200 and answer.body == b"" and answer.header("Content-Length") == "5000"
    assert answer.header("Content-Type") == "image/png"
    for method in ["POST", "DELETE", "PUT"]:
        answer = fetch(compat, url, method)
        assert answer.status == 405 and set(answer.header("Allow").split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_links_go_through_the_prefix_when_the_request_did(daemon):
    chat = LocalPro(daemon, "compat")
    session = chat.create()
    form = Form().text("sessionId", session).file("files", "a.png", "image/png", png())
    answer = daemon.request(
        "POST", "/compat/api/live-chat/upload", body=form.encode(), headers={"Content-Type": form.content_type}
    )
    url = answer.json()["data"]["attachments"][0]["url"]
    assert url.startswith(f"http://127.0.0.1:{daemon.port}/compat/api/")
    parts = urlsplit(url)
    assert daemon.request("GET", f"{parts.path}?{parts.query}").body == png()


def test_two_downloads_on_one_connection(compat, session):
    data = png(size=3 * MIB)
    parts = urlsplit(attachment(compat, session, data=data)["url"])
    with compat.daemon.raw() as raw:
        request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: compat.test\r\n\r\n"
        raw.send(request * 2)
        assert raw.response().body == data
        assert raw.response().body == data


def test_deleted_with_the_session(daemon, compat):
    session = compat.create()
    file = attachment(compat, session, data=png(size=77_777))
    request = {"content": "x", "attachments": [{"id": file["id"]}]}
    assert compat.guest("POST", f"/sessions/{session}/messages", request).status == 201
    assert compat.admin("DELETE", f"/sessions/{session}", token=ADMIN).status == 200
    assert fetch(compat, file["url"]).status == 404

    def is_gone():
        return not any(
            os.path.getsize(os.path.join(folder, file)) == 77_777
            for folder, _, files in os.walk(daemon.data / "compat")
            for file in files
        )

    eventually(is_gone)


def test_uploads_that_nobody_names_expire(daemon):
    chat = LocalPro(daemon, "expiring")
    session = chat.create()
    file = attachment(chat, session)
    time.sleep(1.5)
    request = {"content": "x", "attachments": [{"id": file["id"]}]}
    answer = chat.guest("POST", f"/sessions/{session}/messages", request)
    # Whether the sweep has passed or not, the file never vanishes from a message that was accepted.
    assert answer.status in (201, 400)
    if answer.status == 201:
        assert fetch(chat, answer.json()["data"]["attachments"][0]["url"]).status == 200
