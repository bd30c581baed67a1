"""Words that people write are in no file and no log, whatever the server was doing when it ended."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tests.client import LiveClient
from tests.consumers.given import copied_server, email_of, joined, load_member, open_room
from tests.server import Server

PLACES = (
    "group", "about", "agreement", "pseudonym", "other_name", "title", "new_title", "post", "note", "edited",
    "withdrawn", "long", "refused", "not_json", "nonce_answer",
)  # fmt: skip


def canaries() -> dict[str, str]:
    """A word of its own for each place."""
    return {place: f"canary{secrets.token_hex(8)}" for place in PLACES}


def found_in(folder: Path, words: dict[str, str]) -> list[str]:
    """Where any of the words lies in any file of the folder, whole or in another usual form."""
    found = []
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        data = path.read_bytes()
        for place, word in words.items():
            forms = (
                word.encode(),
                word.encode("utf-16-le"),
                word.encode().hex().encode(),
                word.upper().encode(),
            )
            if any(form in data for form in forms):
                found.append(f"{place} in {path.name}")
    return found


async def say_all(server: Server, words: dict[str, str]) -> None:
    """Put each word where it belongs, through the doors that people use."""
    with server.sign_in("hannah") as host:
        room = open_room(server, host, name=words["group"], description=words["about"])
        room.join(load_member(server, 0), email_of(server, 0), words["pseudonym"])
        text = f"{words['agreement']} and more words than twenty"
        host.command("agreement.publish", group=room.group, text=text)
        async with joined(server, load_member(server, 0), stream=room.stream) as (client,):
            await client.rpc("agreement.accept", group=room.group, version=2)
            await client.rpc("member.rename", group=room.group, name=words["other_name"])
            topic = await client.rpc("topic.create", group=room.group, title=words["title"])
            await client.rpc(
                "topic.update", topic=topic["id"], version=topic["version"], title=words["new_title"]
            )
            post = await client.post(topic["id"], words["post"], content_note=words["note"])
            await client.rpc("post.edit", post=post["id"], version=post["version"], body=words["edited"])
            gone = await client.post(topic["id"], words["withdrawn"])
            await client.rpc("post.withdraw", post=gone["id"])
            await client.post(topic["id"], words["long"] * 1000)
            await client.post(topic["id"], words["nonce_answer"])
            refused = await client.rpc(
                "post.submit", topic=topic["id"], body=words["refused"], mood=words["refused"]
            )
            assert refused["error"]["type"] == "invalid"
            assert words["refused"] not in str(refused)
        bad = LiveClient(server.socket_url, load_member(server, 0).ticket)
        await bad.connect()
        await bad.send_text('{"id": "' + words["not_json"] + '"}')
        await bad.until(lambda: bad.closed)
        await bad.close()
        assert words["group"] in host.get("/api/groups").text, "the words were really there to be found"


async def test_words_are_nowhere_in_the_clear() -> None:
    words = canaries()
    with copied_server() as server:
        await say_all(server, words)
        wal = server.data / "hearthside.sqlite3-wal"
        assert wal.stat().st_size > 0, "the newest words are still in the write-ahead log"
        assert found_in(server.data.parent, words) == [], "while serving"
        server.kill()
        assert found_in(server.data.parent, words) == [], "after a kill"
        server.start()
        assert server.stop() == 0
        assert found_in(server.data.parent, words) == [], "after a clean end"


def test_the_search_can_find(tmp_path: Path) -> None:
    words = canaries()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log").write_bytes(os.urandom(64) + words["post"].encode() + os.urandom(64))
    assert found_in(tmp_path, words) == ["post in log"]
