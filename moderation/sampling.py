"""Which posts are looked at by chance although nothing spoke up: without them nobody could know what is missed.

Only words that a model read, so only of authors who said yes to that, and only where there is a facilitator to look.
They are shown like any others; the look orders nothing and holds nothing.
"""

from __future__ import annotations

from random import Random, SystemRandom

from django.conf import settings

from community.models import Membership
from moderation.flagging_data import flagging_data
from moderation.queries.paging import leaders_of
from moderation.verdicts import Action, Context, Kind, Lane, Verdict

REASON = "sample"
EVENTS = ("send", "edit")
CALM = (Kind.NONE, Kind.RECOVERY, Kind.SPOKEN)

lots: Random = SystemRandom()


def is_drawn(member: Membership, context: Context, verdict: Verdict) -> bool:
    """Whether this text is drawn; for one that nothing spoke up about. The lot is cast before anything is read."""
    if (
        settings.HEARTHSIDE.rates == "off"
    ):  # so a server is measured or tried out: nothing happens by chance there
        return False
    if not may_be_drawn(member, context, verdict):
        return False
    if lots.random() >= flagging_data().sample.share:
        return False
    return bool(leaders_of(member.group))


def may_be_drawn(member: Membership, context: Context, verdict: Verdict) -> bool:
    """Whether a text is of those that are drawn from: a member's post or new words, read by a model, calm, shown."""
    return (
        context.models
        and context.event in EVENTS
        and not member.is_facilitator
        and verdict.model_version != ""
        and verdict.action is Action.CLEAR
        and verdict.lane is Lane.NONE
        and verdict.kind in CALM
    )
