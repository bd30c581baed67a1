"""Pictures and PDFs on a real server: nothing of them lies in the clear, and a kill leaves no half of one."""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
from io import BytesIO
from pathlib import Path

import httpx
import pikepdf
import pytest
from PIL import Image

from hearthside.limits import FILE_BYTES, FILE_FORM_BYTES
from tests.consumers.given import copied_server, open_room
from tests.faults.test_canary import found_in
from tests.server import Server, SignedIn

PART = 512 * 1024


def send(person: SignedIn, data: bytes, name: str = "photo.png") -> httpx.Response:
    """Send a file."""
    return person.http.post("/api/files", files={"file": (name, data)}, headers={"X-CSRFToken": person.csrf})


def pages_saying(word: str, pad: int = 0) -> bytes:
    """A PDF whose page says a word, not packed, and a good deal of noise."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.pages[0].obj.Contents = pikepdf.Stream(
        pdf, f"BT ({word}) Tj ET %".encode() + os.urandom(pad).hex().encode()
    )
    out = BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def pieces_in(folder: Path, data: bytes) -> list[str]:
    """The files of a folder in which a piece of these bytes lies as it is."""
    pieces = [data[at : at + 32] for at in range(1000, len(data) - 32, len(data) // 20)]
    assert len(pieces) > 10
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(piece in path.read_bytes() for piece in pieces)]


def noise() -> bytes:
    """A picture of several megabytes."""
    out = BytesIO()
    Image.frombytes("RGB", (1400, 1400), os.urandom(1400 * 1400 * 3)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.slow
def test_a_file_is_nowhere_in_the_clear(tmp_path: Path) -> None:
    words = {name: f"canary{secrets.token_hex(8)}" for name in ("content", "name", "alt", "refused")}
    with copied_server(TMPDIR=str(tmp_path)) as server, server.sign_in("hannah") as host:
        room = open_room(server, host)
        (member,) = room.join_load(0)
        data = pages_saying(words["content"], pad=1_500_000)
        answer = send(member, data, f"{words['name']}.pdf").raise_for_status().json()
        assert words["name"] in answer["name"]
        kept = member.get(f"/api/files/{answer['id']}").content
        with pikepdf.open(BytesIO(kept)) as pdf:
            assert words["content"].encode() in pdf.pages[0].obj.Contents.read_bytes()
        post = member.command(
            "post.submit", topic=room.topic, body="", files=[answer["id"]], alts={answer["id"]: words["alt"]}
        )
        assert post["state"] == "held"
        assert host.get(f"/api/files/{answer['id']}").status_code == 404
        assert send(member, words["refused"].encode() * 1000).json()["type"] == "file_kind"
        for most in (FILE_BYTES + 1, FILE_FORM_BYTES + 1, 2 * FILE_BYTES):
            refused = send(member, words["refused"].encode().ljust(most, b"x"))
            assert (refused.status_code, refused.json()["type"]) == (413, "file_too_large")
        assert found_in(server.data.parent, words) == [], "while serving"
        assert pieces_in(server.data.parent, kept) == [], "packed as it is"
        assert list(tmp_path.rglob("*")) == [], "nothing lies in the folder of temporary files"
        open_files = Path(f"/proc/{server.process.pid}/fd")  # type: ignore[union-attr]
        assert [
            link for link in map(os.readlink, open_files.iterdir()) if link.startswith(str(tmp_path))
        ] == []
        server.kill()
        assert found_in(server.data.parent, words) == [], "after a kill"
        assert pieces_in(server.data.parent, kept) == []


@pytest.mark.slow
def test_a_kill_leaves_a_whole_file_or_none() -> None:
    data = noise()
    with copied_server() as server, server.sign_in("hannah") as host:
        room = open_room(server, host)
        (member,) = room.join_load(1)
        kept: list[str] = []
        for after in (0.4, 0.9, 1.3, 1.8):
            sending = threading.Thread(target=send_quietly, args=(member, data, kept))
            sending.start()
            time.sleep(after)
            server.restart(kill=True)
            sending.join(30)
        host.close()
        check_whole(server)
        member = SignedIn(server.base, session=member.session)
        for file in kept:
            assert len(member.get(f"/api/files/{file}").raise_for_status().content) > 0
        send(member, data).raise_for_status()
        member.close()


def send_quietly(member: SignedIn, data: bytes, kept: list[str]) -> None:
    """Send a file to a server that is about to end; remember what it acknowledged."""
    try:
        kept.append(str(send(member, data).raise_for_status().json()["id"]))
    except httpx.HTTPError:
        return


def check_whole(server: Server) -> None:
    """Every file that is there has all its parts, and no part is without a file."""
    with sqlite3.connect(server.data / "hearthside.sqlite3") as rows:
        count = "SELECT count(*) FROM community_filepart p WHERE p.file_id = f.id AND NOT p.small"
        found = rows.execute(f"SELECT f.size, ({count}) FROM community_storedfile f WHERE f.done").fetchall()
        for size, parts in found:
            assert parts == -(-size // PART)
        stray = "SELECT count(*) FROM community_filepart WHERE file_id NOT IN (SELECT id FROM community_storedfile)"
        assert rows.execute(stray).fetchone()[0] == 0
    rows.close()


def test_the_parts_are_as_long_as_this_test_thinks() -> None:
    from community.actions import files

    assert files.PART == PART
