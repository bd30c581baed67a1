"""The secret part of an invitation's link: derived from its row with a server key, stored nowhere."""

import base64
import binascii
import hmac
import uuid

from accounts.models import Invitation
from hearthside import crypto

ID_BYTES = 16
MAC_BYTES = 32


def seal_of(invitation_id: uuid.UUID, generation: int) -> bytes:
    """The tag that only this server can make for one sending of an invitation."""
    return crypto.mac("invitation", str(invitation_id), str(generation))


def make_token(invitation: Invitation) -> str:
    """The token of the invitation's latest sending."""
    parts = (invitation.id.bytes, seal_of(invitation.id, invitation.generation))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def read_token(token: str) -> tuple[uuid.UUID, bytes] | None:
    """The id and the tag in a token; None for text that is no token."""
    first, dot, second = token.partition(".")
    try:
        name, tag = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (first, second))
    except (ValueError, binascii.Error):
        return None
    if not dot or len(name) != ID_BYTES or len(tag) != MAC_BYTES:
        return None
    return uuid.UUID(bytes=name), tag


def generation_of(invitation: Invitation, tag: bytes) -> int | None:
    """Which sending of the invitation the tag belongs to; None for a forged one."""
    for generation in range(invitation.generation, 0, -1):
        if hmac.compare_digest(tag, seal_of(invitation.id, generation)):
            return generation
    return None
