"""The kinds of notices, a closed list: what each may use to reach somebody, and whether quiet hours hold it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Kind:
    """One kind. `push` and `mail` say what is on unless the person chose otherwise.

    `mail_after` is how long it stays unread before the mail goes; `urgent` ignores quiet hours and every choice.
    """

    name: str
    push: bool = True
    mail: bool = True
    mail_after: timedelta = timedelta(0)
    urgent: bool = False


UNREAD_MAIL = timedelta(minutes=15)
KINDS = {
    kind.name: kind
    for kind in (
        Kind("session.reminder"),
        Kind("session.changed"),  # planned anew, moved or cancelled
        Kind("appointment.asked"),  # a client asks for another time
        Kind("appointment.answered"),
        Kind("summary.published"),
        Kind("summary.corrected"),
        Kind("summary.waiting"),  # the one gentle reminder
        Kind("quote.asked"),  # may we quote you?
        Kind("draft.ready", mail=False),  # for facilitators
        Kind("quote.withdrawn", mail=False),  # for facilitators: a summary that is out lost a sentence
        Kind("assignment.given"),
        Kind("assignment.due", mail=False),
        Kind("assignment.handed_in", mail=False),  # for staff
        Kind("assignment.answered"),
        Kind("resource.shared", mail=False),
        Kind("message.waiting", mail_after=UNREAD_MAIL),  # in a sealed conversation
        Kind("post.decided"),
        Kind("care.called", urgent=True),
    )
}
