"""Backups as the README tells them: copied while the daemon writes, put back, and served again."""

import shutil
import sqlite3
import threading

from harness import Daemon, Form
from images import png
from localpro import LocalPro, tenant


def test_a_copy_made_under_load_comes_back_whole(tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    with Daemon({"one": tenant("one")}) as daemon:
        chat = LocalPro(daemon, "one")
        session = chat.create()
        pictures = []
        for size in (5_000, 400_000):
            form = Form().text("content", "look").file("files", "a.png", "image/png", png(size=size))
            sent = chat.guest("POST", f"/sessions/{session}/messages", form)
            assert sent.status == 201
            pictures.append(png(size=size))
        before = [chat.send(session, f"before {index}")["_id"] for index in range(100)]
        stop = threading.Event()
        lost: list[str] = []

        def writing() -> None:
            while not stop.is_set():
                lost.append(chat.send(session, "during")["_id"])

        thread = threading.Thread(target=writing)
        thread.start()
        try:
            source = sqlite3.connect(daemon.data / "one" / "chat.db")
            target = sqlite3.connect(copy / "chat.db")
            source.backup(target)
            source.close()
            target.close()
            shutil.copytree(daemon.data / "one" / "blobs", copy / "blobs")
        finally:
            stop.set()
            thread.join()
        lost.append(chat.send(session, "after")["_id"])
        assert daemon.stop() == 0

        # Disaster: the folder is gone. The copy takes its place.
        shutil.rmtree(daemon.data / "one")
        shutil.copytree(copy, daemon.data / "one")
        daemon.start()
        messages = []
        page = 1
        while True:
            answer = chat.messages(session, f"?page={page}&limit=100")["data"]
            messages += answer
            if len(answer) < 100:
                break
            page += 1
        ids = [message["_id"] for message in messages]
        assert [id for id in ids if id in set(before)] == before
        lost = [id for id in lost if id not in ids]
        assert lost
        files = [file for message in messages for file in message.get("attachments", [])]
        for file, picture in zip(files, pictures, strict=True):
            path = "/" + file["url"].split("/", 3)[3]
            assert chat.call("GET", path).body == picture
        # It goes on where the copy ended, with ids that nobody has seen.
        sent = chat.send(session, "again")
        last = chat.messages(session, f"?page={page}&limit=100")["data"][-1]
        assert last["_id"] == sent["_id"] and sent["_id"] not in ids + lost
        database = sqlite3.connect(daemon.data / "one" / "chat.db")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
