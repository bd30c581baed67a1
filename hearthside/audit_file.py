"""The checkpoint file: how far the chain reaches, signed, in a file outside the database that is only ever added to.

Each line is one JSON object in one exact spelling: kind, sequence and HMAC of the newest seal, the moment, the SHA-256
of the line before, and an Ed25519 signature over all of it. A line that a power cut left unfinished is vouched for by
the next one (`torn`). Kinds: `begin` once, before the first seal; `seals`; `restored`, said by the operator
after a backup was put back: checkpoints above `kept` no longer count.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey

from hearthside import clock
from hearthside.audit_codes import START, key
from hearthside.wire import stamp

TAIL_BYTES = 4096


@dataclass(frozen=True)
class Checkpoint:
    """What one signed line says."""

    kind: str
    sequence: int
    mac: str
    at: str
    previous: str
    torn: str = ""
    kept: int = 0


@dataclass(frozen=True)
class Line:
    """One line of the file: its number from 1, its bytes, and what it says if it is one of ours."""

    number: int
    data: bytes
    says: Checkpoint | None
    whole: bool = True  # False for the last one while it has no end


@functools.cache
def signing_key() -> SigningKey:
    """This installation's key for checkpoints, from its keyring."""
    return SigningKey(key("checkpoint"))


def public_key() -> str:
    """What others check the signatures with, in hexadecimal digits."""
    return bytes(signing_key().verify_key).hex()


def digest(data: bytes) -> str:
    """What the next line calls this one."""
    return hashlib.sha256(data).hexdigest()


def write_line(says: Checkpoint) -> bytes:
    """A signed line, with its end."""
    body = {name: value for name, value in vars(says).items() if value or name in ("sequence", "mac")}
    signature = signing_key().sign(_spelt(body)).signature.hex()
    return _spelt({**body, "signature": signature}) + b"\n"


def read_line(data: bytes) -> Checkpoint | None:
    """What a line says; None when it is not exactly one that this installation signed."""
    try:
        body = json.loads(data)
        if _spelt(body) != data:
            return None
        signature = bytes.fromhex(body.pop("signature"))
        signing_key().verify_key.verify(_spelt(body), signature)
        return Checkpoint(**body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, BadSignatureError):
        return None


def _spelt(body: Any) -> bytes:
    """JSON in the one spelling that is signed."""
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def read_lines(path: Path) -> Iterator[Line]:
    """Every line of the file in order; raises OSError when it cannot be read."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            whole = raw.endswith(b"\n")
            data = raw[:-1] if whole else raw
            yield Line(number, data, read_line(data) if whole else None, whole)


def last_lines(file: Any) -> tuple[bytes, bytes]:
    """The last whole line and the unfinished rest behind it, both possibly empty."""
    end = file.seek(0, os.SEEK_END)
    reach = TAIL_BYTES
    while True:
        start = max(0, end - reach)
        file.seek(start)
        before, found, rest = file.read(end - start).rpartition(b"\n")
        if start == 0 or b"\n" in before:
            return (before.rpartition(b"\n")[2] if found else b""), rest
        reach *= 4


def last_checkpoint(path: Path) -> Checkpoint | None:
    """What the last whole line says; None without a file, a line, or one of ours."""
    try:
        with path.open("rb") as file:
            line, rest = last_lines(file)
    except FileNotFoundError:
        return None
    return None if rest else read_line(line)


def add_checkpoint(path: Path, kind: str, sequence: int, mac: str, *, kept: int = 0) -> None:
    """Add a line and see it on the disk; raises OSError when the file cannot be written."""
    fresh = not path.exists()
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        line, rest = last_lines(file)
        says = Checkpoint(
            kind=kind,
            sequence=sequence,
            mac=mac,
            at=stamp(clock.now()),
            previous=digest(line) if line else START,
            torn=digest(rest) if rest else "",
            kept=kept,
        )
        file.write((b"\n" if rest else b"") + write_line(says))
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
