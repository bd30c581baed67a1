"""Boxes open where they were made and nowhere else; the keyring is made once and read with care."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearthside import crypto
from hearthside.config import BadConfiguration
from hearthside.crypto import BoxDamaged, make_keyring, open_box, read_keyring, seal

PLACE = "community_post.body.7"


@given(st.text(), st.text(min_size=1))
def test_round_trip(text: str, place: str) -> None:
    box = seal(text, place)
    assert open_box(box, place) == text
    assert len(text) < 4 or text.encode() not in box


def test_the_same_words_never_make_the_same_box() -> None:
    assert len({seal("words", PLACE) for _ in range(100)}) == 100


@pytest.mark.parametrize("place", ["community_post.body.8", "community_post.html.7", "other.body.7", ""])
def test_a_box_in_another_place_does_not_open(place: str) -> None:
    with pytest.raises(BoxDamaged):
        open_box(seal("words", PLACE), place)


def test_a_changed_box_does_not_open() -> None:
    box = seal("words", PLACE)
    for index in range(len(box)):
        for bit in (1, 128):
            changed = bytearray(box)
            changed[index] ^= bit
            with pytest.raises(BoxDamaged):
                open_box(bytes(changed), PLACE)
    for length in range(len(box)):
        with pytest.raises(BoxDamaged):
            open_box(box[:length], PLACE)
    with pytest.raises(BoxDamaged):
        open_box(box + b"\0", PLACE)


@given(st.binary(max_size=80))
def test_no_bytes_break_opening(box: bytes) -> None:
    with pytest.raises(BoxDamaged, match=PLACE):
        open_box(box, PLACE)


@pytest.fixture
def installed(tmp_path: Path, settings: Any) -> Any:
    """Another installation's keyring, in place of this one's."""
    path = tmp_path / "keyring.json"
    make_keyring(path)
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, secret_file=path)
    crypto.keyring.cache_clear()
    yield path
    crypto.keyring.cache_clear()


def change(path: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the keyring's JSON and forget the one in memory."""
    raw = json.loads(path.read_text())
    edit(raw)
    path.write_text(json.dumps(raw))
    crypto.keyring.cache_clear()


def fresh_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_a_new_key_seals_and_old_boxes_open(installed: Path) -> None:
    old = seal("old words", PLACE)
    change(installed, lambda raw: raw.update(active="k2", keys={**raw["keys"], "k2": fresh_key()}))
    new = seal("new words", PLACE)
    assert (old[1:3], new[1:3]) == (b"k1", b"k2")
    assert (open_box(old, PLACE), open_box(new, PLACE)) == ("old words", "new words")
    change(installed, lambda raw: raw["keys"].pop("k1"))
    assert open_box(new, PLACE) == "new words"
    with pytest.raises(BoxDamaged):
        open_box(old, PLACE)


def test_another_installation_opens_nothing(installed: Path) -> None:
    box, tag = seal("words", PLACE), crypto.mac("purpose", "a")
    installed.unlink()
    crypto.keyring.cache_clear()
    with pytest.raises(BoxDamaged):
        open_box(box, PLACE)
    assert crypto.mac("purpose", "a") != tag


def test_the_keyring_is_its_owner_s(installed: Path) -> None:
    assert installed.stat().st_mode & 0o777 == 0o600
    for mode in (0o644, 0o640, 0o604, 0o660):
        installed.chmod(mode)
        with pytest.raises(BadConfiguration, match="chmod 600"):
            read_keyring(installed)
    installed.chmod(0o400)
    assert read_keyring(installed).active == "k1"


def test_a_keyring_prints_no_key(installed: Path) -> None:
    ring = read_keyring(installed)
    shown = f"{ring} {ring!r} {[ring]}"
    assert shown.count("<Keyring active=k1 keys=1>") == 3
    assert str(ring.root) not in shown


@pytest.mark.parametrize(
    "edit",
    [
        lambda raw: raw.pop("root"),
        lambda raw: raw.pop("keys"),
        lambda raw: raw.update(active="k9"),
        lambda raw: raw.update(active=["k1"]),
        lambda raw: raw.update(keys={}),
        lambda raw: raw.update(keys=["k1"]),
        lambda raw: raw.update(keys={"k1": "no base64!"}),
        lambda raw: raw.update(keys={"k1": base64.b64encode(b"short").decode()}),
        lambda raw: raw.update(keys={"k1": 7}),
        lambda raw: raw.update(root=""),
        lambda raw: raw.update(active="k" * 300, keys={"k" * 300: raw["keys"]["k1"]}),
    ],
)
def test_a_damaged_keyring_is_refused(installed: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    change(installed, edit)
    with pytest.raises(BadConfiguration, match="damaged"):
        read_keyring(installed)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", "\ufeff{}"])
def test_a_file_that_is_no_keyring_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BadConfiguration, match="damaged"):
        read_keyring(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfiguration, match="damaged"):
        read_keyring(path)


def test_a_missing_keyring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="cannot be read"):
        read_keyring(tmp_path / "none.json")
    with pytest.raises(BadConfiguration, match="cannot be read"):
        read_keyring(tmp_path)


MAKE = "import sys, pathlib, hearthside.crypto as c; sys.stdin.readline(); c.make_keyring(pathlib.Path(sys.argv[1]))"


def test_several_starts_at_once_make_one_keyring(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keyring.json"
    command = [sys.executable, "-c", MAKE, str(path)]
    starts = [subprocess.Popen(command, stdin=subprocess.PIPE, cwd=Path.cwd()) for _ in range(4)]
    for start in starts:
        start.communicate(b"go\n", timeout=60)
        assert start.returncode == 0
    assert [found.name for found in path.parent.iterdir()] == ["keyring.json"]
    first = path.read_text()
    make_keyring(path)
    assert path.read_text() == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_macs_tell_lists_apart() -> None:
    lists = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ()]
    assert len({crypto.mac("p", *parts) for parts in lists}) == len(lists)
    assert crypto.mac("p", "a") == crypto.mac("p", "a") != crypto.mac("q", "a")
    assert crypto.derive("a") != crypto.derive("b")
    assert len(crypto.derive("a")) == 32
