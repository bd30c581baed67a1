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


FACTOR_CHANGES = {
    "added.totp": "An authenticator app was added to how you sign in",
    "added.passkey": "A passkey was added to how you sign in",
    "removed.totp": "The authenticator app was removed from how you sign in",
    "removed.passkey": "A passkey was removed from how you sign in",
    "renewed.recovery": "New recovery codes were made, and the old ones no longer work",
    "used.recovery": "One of your recovery codes was used",
    "reset.admin": "An admin has reset your second step, and you were signed out everywhere",
    "reset.operator": "Your second step was reset by whoever runs the server, and you were signed out everywhere",
}


def write_factor_change(practice: Practice, what: str) -> Letter:
    """The letter after a second factor was changed or a recovery code used; nothing in it is needed to go on."""
    text = (
        f"Hello,\n\n{FACTOR_CHANGES[what]} at {practice.name}.\n\n"
        "If this was you, or you asked for it, all is well and there is nothing to do.\n"
        "If it was not, choose a new password and tell your practice soon.\n"
    )
    return Letter(f"How you sign in at {practice.name}", text + _closing(practice))


def _closing(practice: Practice) -> str:
    """Where to ask, when the practice has said so."""
    return f"\nQuestions? Write to {practice.mail_from}.\n" if practice.mail_from else ""
