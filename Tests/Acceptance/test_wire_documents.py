"""JSON and multipart bodies, handed to the program on standard input."""

import hashlib
import json
import subprocess

import pytest

from wire_support import program

ACCEPTED = [
    b"{}",
    b"[]",
    b" \t\r\n[1, -0, 0.1, 1e1, 1E+2, -1.5e-3] \n",
    b'"\\u0041\\n\\/\\"\\\\\\b\\f\\r\\t"',
    b'"\\ud83d\\ude00"',
    '"€ 😀 \x7f"'.encode(),
    b'{"a":1,"a":2,"":[{}]}',
    b"true",
    b"null",
    b"123456789012345678901234567890",
    b"[" * 64 + b"]" * 64,
]
REFUSED = [
    b"",
    b" ",
    b"{",
    b"[1,]",
    b"[,1]",
    b'{"a":1,}',
    b"{'a':1}",
    b"{a:1}",
    b"[1 2]",
    b"01",
    b"-",
    b"1.",
    b".1",
    b"+1",
    b"1e",
    b"0x1",
    b"NaN",
    b"Infinity",
    b"tru",
    b"True",
    b'"\\x"',
    b'"\\u12"',
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"a\nb"',
    b'"\x00"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"open',
    b"[] []",
    b"\xef\xbb\xbf{}",
    b"// comment\n{}",
    b"[" * 65 + b"]" * 65,
    b"[" * 100_000,
]


def run(arguments, data):
    return subprocess.run([program(), *arguments], input=data, capture_output=True, timeout=60)


@pytest.mark.parametrize("text", ACCEPTED, ids=lambda text: text[:20].hex())
def test_json_accepted(text):
    assert run(["json"], text).returncode == 0


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20].hex())
def test_json_refused(text):
    result = run(["json"], text)
    assert result.returncode == 1 and result.stderr


def part(headers, content, boundary=b"x"):
    return b"--" + boundary + b"\r\n" + b"".join(line + b"\r\n" for line in headers) + b"\r\n" + content + b"\r\n"


def described(name, content, filename=None, kind=None):
    value = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if filename is not None:
        value["filename"] = filename
    if kind is not None:
        value["type"] = kind
    return value


def test_multipart_parts_in_order():
    image = bytes(range(256)) * 1000
    tricky = b"\r\n--x\r--x-\r\n--y\r\n--xx"
    body = (
        b"preamble\r\n"
        + part([b'Content-Disposition: form-data; name="message"'], "héllo".encode())
        + part([b'content-disposition: form-data; name="file"; filename="a \\"b\\".png"', b"Content-Type: image/png"], image)
        + part([b'Content-Disposition: form-data; name="tricky"'], tricky)
        + part([b'Content-Disposition: form-data; name="none"; filename=""'], b"")
        + b"--x--\r\nepilogue"
    )
    result = run(["multipart", "x"], body)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [
        described("message", "héllo".encode()),
        described("file", image, 'a "b".png', "image/png"),
        described("tricky", tricky),
        described("none", b"", ""),
    ]


def test_multipart_as_browsers_and_clients_make_it():
    boundary = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
    body = (
        part([b'Content-Disposition: form-data; name="attachments[0]"; filename="\xe2\x82\xac.txt"'], b"1\n2\r\n", boundary)
        + b"--" + boundary + b"--\r\n"
    )
    result = run(["multipart", boundary.decode()], body)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [described("attachments[0]", b"1\n2\r\n", "€.txt")]


def test_multipart_of_no_parts():
    result = run(["multipart", "x"], b"--x--\r\n")
    assert (result.returncode, json.loads(result.stdout or b"null")) in ((0, []), (1, None))


FIELD = b'Content-Disposition: form-data; name="a"'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary at all",
        part([FIELD], b"never closed"),
        b"--x\r\n" + FIELD + b"\r\n",
        part([b"Content-Type: text/plain"], b"no disposition") + b"--x--",
        part([b"Content-Disposition: attachment; name=a"], b"") + b"--x--",
        part([b"Content-Disposition: form-data"], b"no name") + b"--x--",
        part([FIELD, FIELD], b"twice") + b"--x--",
        part([FIELD, b"Content-Transfer-Encoding: base64"], b"YQ==") + b"--x--",
        part([FIELD, b" folded"], b"") + b"--x--",
        part([b"no colon"], b"") + b"--x--",
        part([FIELD, b"X: " + b"y" * 10_000], b"") + b"--x--",
        part([FIELD], b"") * 101 + b"--x--",
        b"p" * 5000 + b"\r\n" + part([FIELD], b"") + b"--x--",
    ],
    ids=range(14),
)
def test_multipart_refused(body):
    result = run(["multipart", "x"], body)
    assert result.returncode == 1 and result.stderr and not result.stdout


def test_multipart_boundary_that_is_none():
    for boundary in ("", "y" * 71, "bad\rboundary", "ends with space "):
        assert run(["multipart", boundary], b"").returncode == 1


def test_wrong_calls():
    for arguments in ([], ["nonsense"], ["json", "extra"], ["multipart"]):
        result = run(arguments, b"")
        assert result.returncode == 2 and b"Usage" in result.stderr
    assert run(["--help"], b"").returncode == 0
