"""The words of mail about the care lane and the queue: no names and nothing of what was written, only where to look."""

from __future__ import annotations

from django.conf import settings

from accounts.letters import Letter
from accounts.models import Practice

CALLS = (
    "Somebody at {practice} needs an answer now, and you are the first who is called.",
    "Somebody at {practice} needs an answer now. The first who was called has not answered yet.",
    "Somebody at {practice} needs an answer now. Nobody has answered yet, so everybody is called.",
    "Nobody has answered in time at {practice}. It is still open: please look now, even if it is late.",
)
NEXT = (
    'Opening it and pressing "I am on it" stops the calls. In {minutes} minutes the next people are called.',
    'Opening it and pressing "I am on it" stops the calls. In {minutes} minutes everybody is called.',
    'Opening it and pressing "I am on it" stops the calls. In {minutes} minutes it counts as unanswered.',
    "No further call will come by itself.",
)


def write_page(practice: Practice, item: str, level: int, minutes: int) -> Letter:
    """The letter that calls somebody to an item; `minutes` until the next level."""
    call, then = CALLS[level].format(practice=practice.name), NEXT[level].format(minutes=minutes)
    text = f"Hello,\n\n{call} Please open this now:\n\n{link_of(item)}\n\n{then}\n"
    subject = "Unanswered" if level == len(CALLS) - 1 else "Please look now"
    return Letter(f"{subject}: {practice.name}", text)


def write_nobody_there(practice: Practice) -> Letter:
    """The letter to the admins when a cry for help found no facilitator and no clinical lead."""
    text = (
        f"Hello,\n\nsomebody at {practice.name} needs an answer now, and there is nobody to give it: "
        "their group has no facilitator, and the practice has no clinical lead.\n\n"
        "Please name a clinical lead under Practice. They can then see what waits:\n\n"
        f"{settings.HEARTHSIDE.public_url}/practice\n"
    )
    return Letter(f"Unanswered: {practice.name}", text)


def write_nobody_reviews(practice: Practice) -> Letter:
    """The letter to the admins when a report is about the only facilitator, and there is no clinical lead."""
    text = (
        f"Hello,\n\nsomething at {practice.name} waits to be looked at, and nobody can: it is about the only "
        "facilitator of a group, and the practice has no clinical lead.\n\n"
        "Please name a clinical lead under Practice. They can then see what waits:\n\n"
        f"{settings.HEARTHSIDE.public_url}/practice\n"
    )
    return Letter(f"Nobody can look at this: {practice.name}", text)


def write_sealed_report(practice: Practice, item: str) -> Letter:
    """The letter to who looks for the practice: somebody reported a private message. Neither who nor what."""
    text = (
        f"Hello,\n\nsomebody at {practice.name} has reported a private message, and asks that somebody looks at "
        f"it who is not part of that conversation. That is you:\n\n{link_of(item)}\n\n"
        "Nobody in the conversation has this letter.\n"
    )
    return Letter(f"A report waits for you: {practice.name}", text)


def write_account_closed(practice: Practice) -> Letter:
    """The letter to somebody whose account was closed over a message: there is nowhere else they could read it."""
    text = (
        f"Hello,\n\nsomebody at {practice.name} has looked at a message that you sent, and your account there is "
        "closed for now.\n\nIf you think that this is not right, please write or call the practice, and ask that "
        "somebody else looks at it again. If you are in danger, call your local emergency number.\n"
    )
    return Letter(f"Your account at {practice.name}", text)


def write_overdue(practice: Practice, item: str) -> Letter:
    """The letter about something that waits for longer than was promised."""
    text = (
        f"Hello,\n\nsomething at {practice.name} has waited for a facilitator longer than it should. "
        f"What is held back is not shown before somebody looks:\n\n{link_of(item)}\n"
    )
    return Letter(f"Something waits for you at {practice.name}", text)


def link_of(item: str) -> str:
    """Where an item of the queue is looked at."""
    return f"{settings.HEARTHSIDE.public_url}/review/{item}"
