"""Codes that people type: of an authenticator app, and recovery codes. Nothing here reads or writes a row.

The app's secret is sealed for its person. Of recovery codes only keyed tags are kept, so that nobody, not even with the
database and its keys in hand, can show them again.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import qrcode
from allauth.core.internal.cryptokit import compare_user_code, generate_user_code, normalize_user_code
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value

from hearthside import crypto

PERIOD = 30  # seconds that a code is shown
TOLERANCE = 1  # periods before and after: clocks of phones are seldom exact
RECOVERY_CODES = 10
RECOVERY_LETTERS = 10  # of 20 consonants each: 43 bits


def make_secret() -> str:
    """A new secret for an authenticator app, in base 32."""
    return str(generate_totp_secret())


def seal_secret(person: UUID, secret: str) -> str:
    """The secret as it is kept: a box that opens for this person only."""
    return base64.b64encode(crypto.seal(secret, _place(person))).decode()


def open_secret(person: UUID, kept: str) -> str:
    """The secret from what `seal_secret` made; raises crypto.BoxDamaged for anybody else's."""
    return crypto.open_box(base64.b64decode(kept), _place(person))


def _place(person: UUID) -> str:
    return f"mfa_authenticator.secret.{person}"


def find_counter(secret: str, code: str, at: datetime, *, after: int = -1) -> int | None:
    """Which period's code it is, at the moment `at`; None for a wrong code, and for one not later than `after`.

    A code that was used, and every earlier one, is over: who looked over a shoulder cannot use it again.
    """
    now = int(at.timestamp()) // PERIOD
    for counter in range(now - TOLERANCE, now + TOLERANCE + 1):
        wanted = format_hotp_value(hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=wanted) and counter > after:
            return counter
    return None


def make_recovery_codes() -> list[str]:
    """New recovery codes, as they are shown."""
    return [str(generate_user_code(length=RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES)]


def tag_recovery_code(person: UUID, code: str) -> str:
    """What is kept of a recovery code; case, blanks and dashes do not matter."""
    return crypto.mac("recovery code", str(person), normalize_user_code(code)).hex()


def find_recovery_code(person: UUID, code: str, kept: Sequence[str]) -> str | None:
    """The kept tag that the code fits, or None."""
    try:
        wanted = tag_recovery_code(person, code)
    except UnicodeEncodeError:
        return None
    return next((tag for tag in kept if hmac.compare_digest(tag, wanted)), None)


def app_link(secret: str, *, issuer: str, account: str) -> str:
    """The otpauth address that an authenticator app reads."""
    label = quote(f"{issuer.replace(':', ' ')}:{account}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def draw_qr(text: str) -> dict[str, Any]:
    """A QR code as one SVG path in squares of one unit: `{size, path}`, with the quiet border round it."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    parts = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return {"size": len(rows), "path": "".join(parts)}
