"""An acknowledged write is on disk: SIGKILL under load loses none."""

import http.client
import itertools
import threading
from urllib.parse import urlsplit

import kill9
from harness import Daemon, Form, Response, eventually
from images import png
from localpro import LocalPro, tenant


def test_kill9(capsys):
    with capsys.disabled():
        print()
        rounds = kill9.main(3)
    assert len(rounds) == 3
    for acknowledged, *wrong in rounds:
        assert acknowledged > 0 and wrong == [0, 0, 0]


def picture(number: int) -> bytes:
    """Small ones share a pack, large ones are files of their own; every other one is the same for all."""
    size = (3_000, 90_000, 200_000)[number % 3]
    start = png(size=size)
    if number % 2:
        return start
    middle = size // 2
    mark = b"%016d" % number
    return start[:middle] + mark + start[middle + len(mark) :]


def test_files_that_were_acknowledged_are_whole():
    kept: list[tuple[str, int]] = []
    refused: list[Response] = []
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        numbers = itertools.count()
        for _ in range(3):
            sessions = [chat.create() for _ in range(8)]
            is_killed = threading.Event()

            def upload(session: str) -> None:
                while not is_killed.is_set():
                    number = next(numbers)
                    form = Form().text("content", "look").file("files", "a.png", "image/png", picture(number))
                    try:
                        sent = chat.guest("POST", f"/sessions/{session}/messages", form)
                    except (OSError, http.client.HTTPException):
                        # Killed before it answered: nothing is promised.
                        return
                    if sent.status != 201:
                        refused.append(sent)
                        return
                    kept.append((sent.json()["data"]["attachments"][0]["url"], number))

            threads = [threading.Thread(target=upload, args=(session,)) for session in sessions]
            for thread in threads:
                thread.start()
            before = len(kept)
            eventually(lambda: refused or len(kept) >= before + 60)
            daemon.kill()
            is_killed.set()
            for thread in threads:
                thread.join()
            assert not refused
            daemon.start()
            for url, number in kept:
                parts = urlsplit(url)
                answer = chat.call("GET", f"{parts.path}?{parts.query}")
                assert answer.status == 200 and answer.body == picture(number), (number, answer.status)
        database = daemon.database("one")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
