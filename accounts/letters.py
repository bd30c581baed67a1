"""The words of our mail: short and plain, and nothing in it says what kind of practice it is."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Practice


@dataclass(frozen=True)
class Letter:
    """Subject and text of one message."""

    subject: str
    text: str


def write_invitation(practice: Practice, link: str, until: datetime) -> Letter:
    """The letter that brings an invitation's link, good until `until`."""
    local = until.astimezone(ZoneInfo(practice.time_zone))
    day = f"{local.day} {local:%B %Y}"
    text = (
        f"Hello,\n\n{practice.name} invites you to join. Open this link to begin:\n\n{link}\n\n"
        f"It works until {day}, for this address only.\n"
        "If you did not expect this, you can ignore it: nothing happens.\n"
    )
    return Letter(f"Invitation from {practice.name}", text + _closing(practice))


def write_password_reset(practice: Practice, link: str) -> Letter:
    """The letter that brings the link for a new password."""
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    text = (
        f"Hello,\n\nsomebody, probably you, asked for a new password at {practice.name}. "
        f"Choose one here:\n\n{link}\n\nThe link works once, for {hours} hours.\n"
        "If it was not you, you can ignore this: your password stays as it is.\n"
    )
    return Letter(f"New password for {practice.name}", text + _closing(practice))


def _closing(practice: Practice) -> str:
    """Where to ask, when the practice has said so."""
    return f"\nQuestions? Write to {practice.mail_from}.\n" if practice.mail_from else ""
