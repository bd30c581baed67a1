"""Encryption at rest: the keyring, and boxes that open only in the row they were made for.

A box is key id (1 byte length + ascii) + 24-byte nonce + XChaCha20-Poly1305 ciphertext (RFC 8439 construction with the
extended nonce of draft-irtf-cfrg-xchacha), made by PyNaCl. The associated data is table.column.row id, so a box moved
to another row does not open.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as aead_seal,
)
from nacl.exceptions import CryptoError

from hearthside.config import BadConfiguration

KEY_BYTES = 32
NONCE_BYTES = 24
NAME_BYTES = 255  # a box tells its key id's length in one byte


class BoxDamaged(Exception):
    """A box that does not open: wrong row, wrong key, or changed bytes."""


@dataclass(frozen=True, repr=False)
class Keyring:
    """The keys of one installation: `active` seals, all open; `root` derives purposes' keys."""

    active: str
    keys: dict[str, bytes]
    root: bytes

    def __repr__(self) -> str:
        return f"<Keyring active={self.active} keys={len(self.keys)}>"


def make_keyring(path: Path) -> None:
    """Write a new keyring with mode 0600, unless one is there already (two starts at once make one)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def fresh() -> str:
        return base64.b64encode(os.urandom(KEY_BYTES)).decode()

    text = json.dumps({"active": "k1", "keys": {"k1": fresh()}, "root": fresh()}, indent=1)
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keyring")
    try:
        with os.fdopen(fd, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def read_keyring(path: Path) -> Keyring:
    """Read the keyring; raises BadConfiguration when it is missing, readable by others, or broken."""
    try:
        mode = path.stat().st_mode & 0o077
        raw = json.loads(path.read_text())
        keys = {name: base64.b64decode(text) for name, text in raw["keys"].items()}
        ring = Keyring(active=raw["active"], keys=keys, root=base64.b64decode(raw["root"]))
    except OSError as error:
        raise BadConfiguration(f"The keyring {path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadConfiguration(f"The keyring {path} is damaged. Restore it from your safe copy.") from error
    if mode:
        raise BadConfiguration(f"The keyring {path} can be read by others. Run: chmod 600 {path}")
    lengths = {len(key) for key in (*keys.values(), ring.root)}
    names_fit = all(1 <= len(name.encode()) <= NAME_BYTES for name in keys)
    if ring.active not in list(keys) or lengths != {KEY_BYTES} or not names_fit:
        raise BadConfiguration(f"The keyring {path} is damaged. Restore it from your safe copy.")
    return ring


@functools.cache
def keyring() -> Keyring:
    """This installation's keyring, made at first use unless HEARTHSIDE_SECRET_FILE names one."""
    path = settings.HEARTHSIDE.secret_file
    if not path.exists():
        make_keyring(path)
    return read_keyring(path)


def seal(text: str, aad: str) -> bytes:
    """Encrypt `text` for the place `aad` names (table.column.row)."""
    return seal_bytes(text.encode(), aad)


def seal_bytes(data: bytes, aad: str) -> bytes:
    """The same for bytes."""
    ring = keyring()
    name = ring.active.encode()
    nonce = os.urandom(NONCE_BYTES)
    return bytes((len(name),)) + name + nonce + aead_seal(data, aad.encode(), nonce, ring.keys[ring.active])


def open_box(box: bytes, aad: str) -> str:
    """Decrypt what `seal` made for the same place; raises BoxDamaged when it does not open."""
    try:
        return open_bytes(box, aad).decode()
    except UnicodeDecodeError as error:
        raise BoxDamaged(f"a box does not open at {aad}") from error


def open_bytes(box: bytes, aad: str) -> bytes:
    """Decrypt what `seal_bytes` made for the same place; raises BoxDamaged when it does not open."""
    try:
        split = 1 + box[0]
        key = keyring().keys[box[1:split].decode()]
        nonce = box[split : split + NONCE_BYTES]
        return aead_open(box[split + NONCE_BYTES :], aad.encode(), nonce, key)
    except (CryptoError, KeyError, IndexError, ValueError, TypeError) as error:
        raise BoxDamaged(f"a box does not open at {aad}") from error


def derive(purpose: str) -> bytes:
    """A 32-byte key for one purpose (keyed BLAKE2b of the root key)."""
    return hashlib.blake2b(
        purpose.encode(), key=keyring().root, digest_size=32, person=b"hearthside.key"
    ).digest()


def mac(purpose: str, *parts: str) -> bytes:
    """A 32-byte keyed BLAKE2b tag over `parts`, each with its length so that no two lists look alike."""
    state = hashlib.blake2b(key=derive(purpose), digest_size=32)
    for part in parts:
        data = part.encode()
        state.update(len(data).to_bytes(8, "big") + data)
    return state.digest()
