"""When somebody last touched something, kept in this process so that it costs one write a minute at most."""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.models import SignIn

WRITE_EVERY = timedelta(minutes=1)
FORGET_AFTER = timedelta(hours=2)
NOT_INPUT = frozenset({"push.renew", "live.ticket", "topic.read"})  # a page left open sends these by itself
PRESENCE = frozenset({"session.arrive", "session.here", "session.leave"})  # and a live room's page these
KEYS_AT_WORK = "messaging."  # as does the encryption of conversations

_seen: dict[str, datetime] = {}
_written: dict[str, datetime] = {}


def nobody_meets(signin_id: str) -> bool:
    """No live room keeps a sign-in alive until wiring says which."""
    return False


_meets: Callable[[str], bool] = nobody_meets


def ask_who_meets(check: Callable[[str], bool]) -> None:
    """Have `check(signin_id)` say whether its person is in a live room that is open; wiring only."""
    global _meets
    _meets = check


def counts_as_input(command: str, signin_id: str) -> bool:
    """True for a command (a name, or "" for any other input) that a person's own hand causes.

    While somebody is in a live room they may listen for long, so there the page's signs of life count too.
    """
    if command in PRESENCE:
        return _meets(signin_id)
    return command not in NOT_INPUT and not command.startswith(KEYS_AT_WORK)


def note(signin_id: str, at: datetime) -> bool:
    """Remember input at the moment `at`; True when it is time to write it down."""
    _seen[signin_id] = at
    written = _written.get(signin_id)
    if written is not None and abs(at - written) < WRITE_EVERY:
        return False
    _written[signin_id] = at
    return True


def last_input(signin: SignIn) -> datetime:
    """The sign-in's last input, as exactly as this process knows it.

    What was only remembered counts within a minute of what was written: so input that came after the time-out
    and was never written revives nothing.
    """
    seen = _seen.get(signin.id)
    if seen is not None and signin.active_at <= seen <= signin.active_at + WRITE_EVERY:
        return seen
    return signin.active_at


def is_live(signin: SignIn, at: datetime) -> bool:
    """True while the sign-in has neither ended nor gone without input too long at the moment `at`."""
    if signin.ended_at is not None or not signin.person.is_active:
        return False
    return last_input(signin) + signin.person.idle_limit > at


def forget_old(at: datetime) -> None:
    """Drop what was remembered of sign-ins that have long been over at the moment `at`."""
    for signin_id, seen in list(_seen.items()):
        if abs(at - seen) > FORGET_AFTER:
            _seen.pop(signin_id, None)
            _written.pop(signin_id, None)
