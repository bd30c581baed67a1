"""A staff device and the practice key: a copy only after the right code, and only to that key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.messaging.doors import HttpDoor
from tests.messaging.given_rows import confirm_signin, run_inside
from tests.messaging.given_workers import pair, set_up
from tests.messaging.sealing import Json, b64, unb64
from tests.messaging.worker_bot import WorkerBot
from tests.server import Server

pytestmark = pytest.mark.slow
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COPIES = "from messaging.models import KeyCopy\nprint(KeyCopy.objects.count())"


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public part, uncompressed."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def code_of(key: ec.EllipticCurvePrivateKey) -> str:
    """The check code as the practice gives it to its staff (frontend/src/crypto/practice_key.ts)."""
    number = int.from_bytes(hashlib.sha256(b"hs.practice.code.1\0" + point_of(key)).digest()[:10], "big")
    return "".join(ALPHABET[number >> place & 31] for place in range(75, -1, -5))


def open_copy(key: ec.EllipticCurvePrivateKey, taken: Json, user: str) -> str:
    """The recovery key in a copy."""
    ephemeral = taken["box"]["ephemeral"]
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(ephemeral))
    info = "\0".join(["hs.practice.copy.1", taken["key_id"], user, str(taken["version"]), ephemeral])
    secret = key.exchange(ec.ECDH(), theirs)
    box_key = HKDF(algorithm=SHA256(), length=32, salt=b"", info=info.encode()).derive(secret)
    iv, ciphertext = unb64(taken["box"]["iv"]), unb64(taken["box"]["ciphertext"])
    return AESGCM(box_key).decrypt(iv, ciphertext, b"hs.practice.copy.1").decode()


def stands(bot: WorkerBot) -> str:
    """How the practice key stands, after a fresh look."""
    bot.comeBack()
    return str(bot.snapshot["practice"]["state"])


def test_a_copy_is_sealed_only_to_the_key_whose_code_was_given(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    admin = server.sign_in("judith")
    devices.callback(admin.http.close)
    boss = str(admin.get("/api/me").json()["person"]["id"])
    hannah, _ = set_up(devices, server, "hannah")
    member, _ = set_up(devices, server, next(names))
    talk = pair(hannah, member, server)
    assert stands(hannah) == "none"
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def announce(made: ec.EllipticCurvePrivateKey) -> None:
        confirm_signin(server, boss)
        body = {"public_key": b64(point_of(made))}
        assert HttpDoor(admin).ask("put", "practice_key", body).slug == "ok"

    announce(key)
    assert stands(hannah) == "offered"
    assert hannah.acceptPractice(code_of(other)) is False
    assert hannah.acceptPractice(code_of(key).lower()) is True
    confirm_signin(server, hannah.person)
    written = hannah.renewRecoveryKey()
    assert hannah.confirmRecoveryKey(written)
    assert stands(hannah) == "sealed"
    member.comeBack()
    shown = {row["person"]: row["copyMadeAt"] for row in member.conversation(talk)["members"]}
    assert shown[hannah.person]
    assert shown[member.person] is None
    member.comeBack()
    assert member.snapshot["practice"] is None, "a client's key never goes to anybody"

    reason = {"reason": "an emergency at night"}
    taken = HttpDoor(admin).ask("post", f"key_copies/{hannah.person}/open", reason).data
    assert open_copy(key, taken, f"@{hannah.person}:hearthside") == written

    announce(other)
    assert stands(hannah) == "changed"
    confirm_signin(server, hannah.person)
    assert hannah.confirmRecoveryKey(hannah.renewRecoveryKey())
    assert stands(hannah) == "changed"
    assert run_inside(server, COPIES) == "0"
    confirm_signin(server, boss)
    assert HttpDoor(admin).ask("delete", "practice_key").slug == "ok"
