"""The words of a notice's mail: a sentence, a link that says nothing, and how to have no more of them."""

from __future__ import annotations

from django.conf import settings

from accounts.letters import Letter
from accounts.models import Practice
from notify.kinds import KINDS, REMINDER
from notify.models import Notice
from notify.tokens import make_token


def write_letter(notice: Notice, practice: Practice) -> Letter:
    """The letter of one notice, without a name, a group or a word about health."""
    rule = KINDS[notice.kind]
    subject = "A reminder from" if rule.words == REMINDER else "Something new at"
    text = f"Hello,\n\n{rule.words} Open it at {practice.name}:\n\n{link_of(notice)}\n\n"
    text += "This mail says so little because others may see it.\n"
    if not rule.urgent:
        text += f"\nNo more mail like this:\n{unsubscribe_link(notice)}\n"
    return Letter(f"{subject} {practice.name}", text)


def headers_of(notice: Notice) -> dict[str, str]:
    """What a mail program reads: that no person wrote it, which delivery it is, and how to stop it (RFC 8058)."""
    head = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if not KINDS[notice.kind].urgent:
        head["List-Unsubscribe"] = f"<{unsubscribe_link(notice)}>"
        head["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return head


def link_of(notice: Notice) -> str:
    """Where the notice is opened; the address does not say what it is."""
    return f"{settings.HEARTHSIDE.public_url}/n/{notice.id}"


def unsubscribe_link(notice: Notice) -> str:
    """Where this kind's mail ends for this person."""
    return f"{settings.HEARTHSIDE.public_url}/unsubscribe/{make_token(notice.person_id, notice.kind)}"
