"""Second factors for tests: an authenticator app, and a passkey in software (P-256, as a phone makes it)."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData

from accounts.factors.codes import PERIOD
from hearthside import clock
from tests.accounts.conftest import PASSWORD, Browser

ROOT = "/_allauth/browser/v1"
FACTORS = f"{ROOT}/account/authenticators"
ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def code_of(secret: str, periods: int = 0) -> str:
    """What an authenticator app shows now, or some periods later."""
    counter = int(clock.now().timestamp()) // PERIOD + periods
    return str(format_hotp_value(hotp_value(secret, counter)))


@dataclass
class Passkey:
    """A passkey in software: makes itself known, and signs."""

    origin: str = ORIGIN
    verifies: bool = True
    counts: bool = True
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    holder: str = ""
    count: int = 0

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to options for a new passkey."""
        self.holder = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        made = cbor.encode(
            {"fmt": "none", "attStmt": {}, "authData": self._data(options["rp"]["id"], ATTESTED) + credential}
        )
        client = self._client("webauthn.create", options["challenge"])
        response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(made)}
        return self._answer(response)

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to options that ask for a passkey."""
        data = self._data(options["rpId"])
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.holder,
            }
        )

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        shown = websafe_encode(self.id)
        return {"id": shown, "rawId": shown, "type": "public-key", "response": response}

    def _data(self, domain: str, more: int = 0) -> bytes:
        self.count += self.counts
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(domain.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()


def confirm(browser: Browser, password: str = PASSWORD) -> Any:
    """Confirm by password."""
    return browser.send(f"{ROOT}/auth/reauthenticate", {"password": password})


def given_app(browser: Browser) -> tuple[str, list[str]]:
    """Set an authenticator app up, just after signing in; answers its secret and the recovery codes.

    Its code of the period before is used up, so that the present one is good.
    """
    secret = browser.get(f"{FACTORS}/totp").json()["data"]["secret"]
    answer = browser.send(f"{FACTORS}/totp", {"code": code_of(secret, -1)})
    assert answer.status_code == 200, answer.content
    return secret, answer.json()["data"]["recovery_codes"]


def given_passkey(browser: Browser, name: str = "My phone", **kind: Any) -> Passkey:
    """Add a passkey, just after signing in or confirming."""
    passkey = Passkey(**kind)
    options = browser.get(f"{FACTORS}/webauthn").json()["data"]["options"]
    answer = browser.send(f"{FACTORS}/webauthn", {"name": name, "credential": passkey.make(options)})
    assert answer.status_code == 200, answer.content
    return passkey


def show(browser: Browser, passkey: Passkey, step: str) -> Any:
    """Show a passkey at `authenticate`, `login` or `reauthenticate`."""
    options = browser.get(f"{ROOT}/auth/webauthn/{step}").json()["data"]["options"]
    return browser.send(f"{ROOT}/auth/webauthn/{step}", {"credential": passkey.show(options)})


def type_code(browser: Browser, code: str, step: str = "authenticate") -> Any:
    """Type a code at `authenticate` or `reauthenticate`."""
    return browser.send(f"{ROOT}/auth/2fa/{step}", {"code": code})
