"""What can go wrong for a person, in one form: problem+json (RFC 9457) on HTTP, `data.error` on the socket.

Each `type` slug has a heading in docs/errors.md and never changes its meaning.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """An answer that says what happened, what was kept and what to do next; raises cleanly out of any action."""

    slug: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "That did not work"
    default: ClassVar[str] = "Nothing was changed. Please try again."

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(self.slug)
        self.detail = detail or self.default
        self.extra = extra

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON data."""
        return {
            "type": self.slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


class BadRequest(Problem):
    """The request could not be read at all."""

    slug, status, title = "bad_request", 400, "This could not be read"
    default = "The request was not in a form we understand. Nothing was changed."


class BadKeys(Problem):
    """Public keys or signatures that do not check; nothing of the whole request was kept."""

    slug, status, title = "bad_keys", 400, "These keys do not check"
    default = "A key or a signature is not what it says it is. Nothing was changed."


class SignedOut(Problem):
    """No living sign-in stands behind the request."""

    slug, status, title = "signed_out", 401, "Please sign in"
    default = "You are signed out. Sign in and carry on: what you wrote is kept on this device."


class Denied(Problem):
    """The thing is there, but this act is not theirs."""

    slug, status, title = "denied", 403, "Not yours to do"
    default = "Your role does not allow this. Your facilitator can help."


class FactorNeeded(Problem):
    """A sign-in of staff who have no second factor yet: setting one up is all it opens."""

    slug, status, title = "factor_needed", 403, "A second step comes first"
    default = "People on the staff sign in with a second step. Set it up, then everything is open to you."


class ReauthenticationNeeded(Problem):
    """The act asks that it is surely they; `ways` lists how they can show it."""

    slug, status, title = "reauthentication_needed", 403, "Please confirm that it is you"
    default = "This needs a fresh confirmation. Nothing was changed yet."


class CsrfFailed(Problem):
    """An unsafe call without the cookie and header that belong together."""

    slug, status, title = "csrf_failed", 403, "Please reload the page"
    default = "This page is out of date. Reload it and try again: what you wrote is kept on this device."


class Unproven(Problem):
    """What somebody reported is not what was sent, or nothing of ours says that it was."""

    slug, status, title = "unproven", 422, "This does not check"
    default = "What came here is not what was sent, so it cannot be reported. Nothing was kept."


class NotFound(Problem):
    """Absent, or not theirs to see: the same answer for both."""

    slug, status, title = "not_found", 404, "Not found"
    default = "This is not here, or not open to you."


class WrongMethod(Problem):
    """An address that takes other methods; the Allow header lists them."""

    slug, status, title = "wrong_method", 405, "Not done this way"
    default = "This address does not take that kind of request. Nothing was changed."


class Stale(Problem):
    """Somebody changed the thing since it was read; `current` holds what it is now."""

    slug, status, title = "stale", 409, "This has changed"
    default = "Somebody changed this in the meantime. Look at it as it is now, then decide again."


class Closed(Problem):
    """The room does not take this any more: a closed group, a locked topic, a move the state does not allow."""

    slug, status, title = "closed", 409, "Closed for this"
    default = "This is closed. What you wrote is kept on this device."


class AgreementNeeded(Problem):
    """The group agreement, or its newest version, is not accepted yet."""

    slug, status, title = "agreement_needed", 409, "The group agreement comes first"
    default = "Please read and accept the group agreement, then you can go on."


class Paused(Problem):
    """The member's writing rests until `until`; reading goes on."""

    slug, status, title = "paused", 409, "Your writing here is paused"
    default = "Your facilitators have paused your writing here for a while. You can read, and you can write to them."


class RoomClosed(Problem):
    """A live room that takes no words of members now; `opens_at` says from when, where that is known."""

    slug, status, title = "room_closed", 409, "This room is closed for now"
    default = "Nobody writes here outside the session. What you wrote is kept on this device."


class NotYourTurn(Problem):
    """A round is going on in a live room; `turn` is the membership that speaks now."""

    slug, status, title = "not_your_turn", 409, "It is somebody else's turn"
    default = (
        "A round is going on: one speaks, the others listen. What you wrote is kept until it is your turn."
    )


class Taken(Problem):
    """Another reviewer holds the item until `until`; `by` is their membership."""

    slug, status, title = "taken", 409, "Somebody is looking at this"
    default = "Another facilitator has this open just now."


class WrongBackupVersion(Problem):
    """Room keys for a backup that is not the one in use; `current_version` names that, if there is one."""

    slug, status, title = "wrong_backup_version", 409, "Another backup is in use"
    default = "Your message backup was made anew on another device. Look at it as it is now."


class TooManyDevices(Problem):
    """The person has as many devices as one may have."""

    slug, status, title = "too_many_devices", 409, "That is all the devices there is room for"
    default = "Remove a device you no longer use, then this one can be added."


class NonceReused(Problem):
    """A nonce that already stands for another act."""

    slug, status, title = "nonce_reused", 409, "Already used"
    default = "This request's nonce belongs to another act. Use a new one."


class TooLarge(Problem):
    """A body over the limit."""

    slug, status, title = "too_large", 413, "Too large"
    default = "This is larger than we can take. Nothing was changed."


class Invalid(Problem):
    """Words or values that do not fit; `fields` says which and why."""

    slug, status, title = "invalid", 422, "Please look at this again"
    default = "Something does not fit yet. Nothing was lost."


class RateLimited(Problem):
    """Too many at once; `retry_after_ms` says when the next is welcome."""

    slug, status, title = "rate_limited", 429, "A little slower, please"
    default = "That was a lot at once. It will be sent in a moment."


class SlowMode(Problem):
    """The topic is in slow mode; `retry_after_ms` says when this member's next post is welcome."""

    slug, status, title = "slow_mode", 429, "This topic goes slowly"
    default = "In this topic there is some time between two posts. Yours is kept and will be sent then."


class Busy(Problem):
    """The database did not take the write in time; nothing was written, the same nonce may come again."""

    slug, status, title = "busy", 503, "Busy for a moment"
    default = "This could not be saved just now. It is kept and will be tried again."


PROBLEMS: tuple[type[Problem], ...] = (
    BadRequest,
    BadKeys,
    SignedOut,
    Denied,
    FactorNeeded,
    ReauthenticationNeeded,
    CsrfFailed,
    NotFound,
    Unproven,
    WrongMethod,
    Stale,
    Closed,
    AgreementNeeded,
    Paused,
    RoomClosed,
    NotYourTurn,
    Taken,
    WrongBackupVersion,
    TooManyDevices,
    NonceReused,
    TooLarge,
    Invalid,
    RateLimited,
    SlowMode,
    Busy,
)
