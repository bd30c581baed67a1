"""The kinds of notices, a closed list: what each may use to reach somebody, and whether quiet hours hold it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

AT_ONCE = timedelta(0)
READING_ALONG = timedelta(seconds=20)  # who has the conversation open reads it before anything is pushed
UNREAD_MAIL = timedelta(minutes=15)
STALE = timedelta(days=3)  # what could not leave for so long is read in the product, or not at all
COOL_DOWN = timedelta(minutes=15)  # between two pushes, or two mails, of one kind about one thing


@dataclass(frozen=True)
class Kind:
    """One kind. `push` and `mail` say what is on unless the person chose otherwise.

    `push_after` and `mail_after` are how long it stays unread before it is sent; `urgent` ignores quiet hours and every
    choice; `staff` kinds come to staff only; of `by_sender` all that one person causes is one thing; `words` is the
    sentence that a push and a mail say, and all they say.
    """

    name: str
    push: bool = True
    mail: bool = True
    push_after: timedelta = AT_ONCE
    mail_after: timedelta = AT_ONCE
    urgent: bool = False
    staff: bool = False
    by_sender: bool = False
    words: str = "There is something new for you."


REMINDER = "A reminder for you."
WAITING = "Something is waiting for you."
NOW = "Somebody needs an answer now. Please open this."

KINDS = {
    kind.name: kind
    for kind in (
        Kind("session.reminder", words=REMINDER),
        Kind("session.changed"),  # planned anew, moved or cancelled
        Kind("appointment.asked", words=WAITING),  # somebody asks for another time
        Kind("appointment.answered"),
        Kind("summary.published"),
        Kind("summary.corrected"),
        Kind("summary.waiting", words=WAITING),  # the one gentle reminder
        Kind("quote.asked", words=WAITING),  # may we quote you?
        Kind("draft.ready", mail=False, staff=True, words=WAITING),
        Kind("quote.withdrawn", mail=False, staff=True, words=WAITING),  # what is out lost a sentence
        Kind("assignment.given"),
        Kind("assignment.due", mail=False, words=REMINDER),
        Kind("assignment.handed_in", mail=False, staff=True),
        Kind("assignment.answered"),
        Kind("resource.shared", mail=False),
        Kind(  # in a sealed conversation
            "message.waiting",
            push_after=READING_ALONG,
            mail_after=UNREAD_MAIL,
            by_sender=True,
            words=WAITING,
        ),
        Kind("post.decided"),
        Kind("care.called", urgent=True, staff=True, words=NOW),
    )
}
