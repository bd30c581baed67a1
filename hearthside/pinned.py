"""A folder in which every byte is pinned: SHA256SUMS lists the files, and the operator's setting pins SHA256SUMS.

`sha256sum * > SHA256SUMS` in the folder writes such a list, and `sha256sum SHA256SUMS` prints the pin.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

SUMS = "SHA256SUMS"
LINE = re.compile(r"([0-9a-f]{64}) [ *]([^/\\]+)")
DIGEST = re.compile(r"[0-9a-f]{64}")


class BadFolder(ValueError):
    """A folder that is not the pinned one; the message says to an operator what is wrong."""


def check_folder(folder: Path, pin: str) -> dict[str, str]:
    """Check all files of a folder; answers the digest of each by its name.

    `pin` is the SHA-256 of the folder's SHA256SUMS in hexadecimal. Raises BadFolder when the folder or its list is
    missing, the list is not the pinned one, or a file is missing, changed, or not listed.
    """
    if not folder.is_dir():
        raise BadFolder(f"There is no folder {folder}.")
    digests = read_sums(folder, pin)
    present = {path.name for path in folder.iterdir()} - {SUMS}
    for name in sorted(present - set(digests)):
        raise BadFolder(
            f"{folder / name} is not listed in {SUMS}. Take it away, or list it and pin {SUMS} anew."
        )
    for name in digests:
        read_pinned(folder, name, digests)
    return digests


def read_sums(folder: Path, pin: str) -> dict[str, str]:
    """What SHA256SUMS lists; raises BadFolder unless it is the pinned one and a list of digests and names."""
    try:
        listed = (folder / SUMS).read_bytes()
    except OSError:
        raise BadFolder(f"{folder} has no readable {SUMS}.") from None
    if hashlib.sha256(listed).hexdigest() != pin:
        raise BadFolder(
            f"{folder / SUMS} is not the pinned one. Find out who changed it before you pin it anew."
        )
    digests = {}
    for line in listed.decode(errors="replace").splitlines():
        match = LINE.fullmatch(line)
        if match is None:
            raise BadFolder(
                f"{folder / SUMS} has a line that is not a digest and a name of a file beside it."
            )
        digests[match[2]] = match[1]
    return digests


def read_pinned(folder: Path, name: str, digests: Mapping[str, str]) -> bytes:
    """The content of a listed file, read once, so that nobody can change it between check and use.

    Raises BadFolder when it is missing, unreadable or not the file that was listed.
    """
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise BadFolder(f"{folder / name} is listed in {SUMS} but cannot be read.") from None
    if hashlib.sha256(content).hexdigest() != digests[name]:
        raise BadFolder(f"{folder / name} is not the file that {SUMS} lists.")
    return content


def write_sums(folder: Path) -> str:
    """List all files of a folder in its SHA256SUMS; answers the digest that pins it."""
    names = sorted(path.name for path in folder.iterdir() if path.name != SUMS)
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / SUMS).write_bytes("".join(lines).encode())
    return hashlib.sha256("".join(lines).encode()).hexdigest()
