"""A pinned folder: whole or refused, and the list is the one that sha256sum writes."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hearthside.pinned import SUMS, BadFolder, check_folder, read_pinned, write_sums


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files."""
    (tmp_path / "one.bin").write_bytes(b"one")
    (tmp_path / "two words.txt").write_bytes(b"two")
    return tmp_path


def test_a_whole_folder_is_taken(folder: Path) -> None:
    digests = check_folder(folder, write_sums(folder))
    assert digests == {
        "one.bin": hashlib.sha256(b"one").hexdigest(),
        "two words.txt": hashlib.sha256(b"two").hexdigest(),
    }
    assert read_pinned(folder, "one.bin", digests) == b"one"


@pytest.mark.parametrize("mode", ["--text", "--binary"])
def test_sha256sum_writes_such_a_list(folder: Path, mode: str) -> None:
    listed = subprocess.run(
        ["sha256sum", mode, "one.bin", "two words.txt"], cwd=folder, capture_output=True, check=True
    ).stdout
    (folder / SUMS).write_bytes(listed)
    assert len(check_folder(folder, hashlib.sha256(listed).hexdigest())) == 2


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte": (lambda folder: (folder / "one.bin").write_bytes(b"onf"), "one.bin is not the file"),
    "a file more": (lambda folder: (folder / "three").write_bytes(b""), "three is not listed"),
    "a hidden file more": (lambda folder: (folder / ".three").write_bytes(b""), r"\.three is not listed"),
    "a folder in it": (lambda folder: (folder / "inner").mkdir(), "inner is not listed"),
    "a file less": (lambda folder: (folder / "one.bin").unlink(), "one.bin is listed in SHA256SUMS but"),
    "the list": (lambda folder: (folder / SUMS).write_bytes(b""), "SHA256SUMS is not the pinned one"),
    "no list": (lambda folder: (folder / SUMS).unlink(), "no readable SHA256SUMS"),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
def test_anything_else_is_refused(folder: Path, spoil: Callable[[Path], object], said: str) -> None:
    pin = write_sums(folder)
    check_folder(folder, pin)
    spoil(folder)
    with pytest.raises(BadFolder, match=said):
        check_folder(folder, pin)


@pytest.mark.parametrize(
    "line", ["x", f"{'0' * 64}  inner/file", f"{'0' * 64} one.bin", f"{'0' * 63}  one.bin"]
)
def test_a_list_of_another_form_is_refused(folder: Path, line: str) -> None:
    (folder / SUMS).write_text(line)
    with pytest.raises(BadFolder, match="a line that is not a digest and a name"):
        check_folder(folder, hashlib.sha256(line.encode()).hexdigest())


def test_a_folder_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(BadFolder, match="There is no folder"):
        check_folder(folder / "not there", "0" * 64)


def test_a_file_that_changed_after_the_check_is_refused(folder: Path) -> None:
    digests = check_folder(folder, write_sums(folder))
    (folder / "one.bin").write_bytes(b"other")
    with pytest.raises(BadFolder, match="is not the file"):
        read_pinned(folder, "one.bin", digests)
