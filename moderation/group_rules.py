"""What a group's own rules say of a text.

A rule that cannot be worked out, or takes too long, does what its fail mode says: never nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import thread_time
from uuid import UUID

import structlog

from accounts.queries import get_practice
from community.models import Group, Membership, Post
from hearthside.clock import now
from hearthside.rows import columns, read_row
from moderation.models import GroupRule
from moderation.queries.duty import on_duty
from moderation.rule_shapes import Definition
from moderation.screening import Context, Verdict
from moderation.triggers import Asks, Room, Seen, hour_in, ready

RULE_SECONDS = 0.1  # of this thread's own work, that one rule may take
LOOK_SECONDS = 0.25  # and all of a group's rules together
MOST_KEPT = 1_000  # rules made ready that this process remembers
HELD = "Your group has a rule about this, so a facilitator will look at it first."
NUDGE = "Your facilitators ask you to read this once more before you send it."
UNCHECKED = "One of your group's rules could not be checked just now, so a facilitator will look at it first."
COVERS = {"send": frozenset({"send", "edit", "title"})}  # which events of a text a rule's event stands for
ON_FAILURE = {GroupRule.FailMode.HOLD: ("hold",), GroupRule.FailMode.FLAG: ("queue",)}

log = structlog.get_logger("hearthside.group_rules")


@dataclass(frozen=True)
class Hit:
    """One rule that spoke up: what it does, unless it is in shadow.

    `actions` are of: log, nudge, content_note, hold, queue, support_card, page_on_call, slow_topic.
    """

    rule: UUID
    version: int
    name: str
    actions: tuple[str, ...] = ()
    shadow: bool = False
    sentence: str = ""  # for the author, when it holds or nudges
    failed: bool = False
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ready:
    """A version of a rule, read and made ready to be asked."""

    definition: Definition
    asks: Asks

    def covers(self, event: str) -> bool:
        """Whether the rule looks at texts of this event: what is sent means posts, new words and titles."""
        own = self.definition.event
        return event in COVERS.get(own, {own})


_ready: OrderedDict[tuple[UUID, int], Ready] = OrderedDict()
_lock = threading.Lock()
_WHICH = "WHERE r.group_id = %s AND r.archived_at IS NULL AND r.mode <> %s LIMIT 1"
_ANY = f"SELECT {columns(GroupRule, 'r')} FROM moderation_grouprule r {_WHICH}"  # nosec B608


def look(text: str, context: Context, verdict: Verdict) -> tuple[Hit, ...]:
    """What the group's rules say of the text; rules in shadow answer too, marked as such.

    A rule about a model's label says nothing when `verdict` has no scores. No rule makes it raise; only a database
    that does not answer does, and then nothing can be written either.
    """
    rules = acting_rules(context.group)
    if not rules:
        return ()
    author = Membership.objects.filter(id=context.member).first() if context.member else None
    seen = Seen(
        text=text,
        event=context.event,
        room=room_now(context),
        own_name=author.name if author is not None else "",
        names=context.names,
        scores=verdict.scores,
    )
    return tuple(hits(rules, seen, leads=author is not None and author.is_facilitator))


def acting_rules(group_id: str | UUID) -> list[GroupRule]:
    """The group's rules that are on or in shadow, the oldest first; their words are read only when needed.

    Most groups have none, and every post asks: that answer is one hand-written statement.
    """
    if read_row(_ANY, (UUID(str(group_id)), GroupRule.Mode.OFF.value), GroupRule) is None:
        return []
    rows = GroupRule.objects.filter(group_id=group_id, archived_at=None).exclude(mode=GroupRule.Mode.OFF)
    return list(rows.defer("definition").order_by("created_at", "id"))


def hits(rules: Iterable[GroupRule], seen: Seen, *, leads: bool = False) -> Iterator[Hit]:
    """What each of the rules says; `leads` for a facilitator's text, which some rules leave alone."""
    end = thread_time() + LOOK_SECONDS
    for rule in rules:
        began = thread_time()
        try:
            made = make_ready(rule)
            end += thread_time() - began  # making ready comes once: no text is held because of it
            seen.until = min(end, thread_time() + RULE_SECONDS)
            if not made.covers(seen.event) or (leads and "facilitator" in made.definition.exempt):
                continue
            if made.asks(seen):
                yield hit_of(rule, made.definition)
        except Exception:
            log.exception("group_rule_failed", rule=str(rule.id), version=rule.version)
            yield failure_of(rule)


def make_ready(rule: GroupRule) -> Ready:
    """The rule ready to be asked, remembered until its version changes; raises for one that cannot be read."""
    key = (rule.id, rule.version)
    with _lock:
        known = _ready.get(key)
        if known is not None:
            _ready.move_to_end(key)
            return known
    definition = Definition.model_validate_json(rule.definition)
    made = Ready(definition, ready(definition))
    with _lock:
        _ready[key] = made
        while len(_ready) > MOST_KEPT:
            _ready.popitem(last=False)
    return made


def hit_of(rule: GroupRule, definition: Definition) -> Hit:
    """What a rule that speaks up does."""
    extra: dict[str, str] = {}
    if "content_note" in definition.actions:
        extra["content_note"] = definition.name
    return Hit(
        rule=rule.id,
        version=rule.version,
        name=definition.name,
        actions=tuple(definition.actions),
        shadow=rule.mode == GroupRule.Mode.SHADOW,
        sentence=sentence_of(definition),
        extra=extra,
    )


def sentence_of(definition: Definition) -> str:
    """What the author is told: when it holds, why it waits; when it only nudges, the rule's own words."""
    if "hold" in definition.actions:
        return HELD
    return (definition.nudge or NUDGE) if "nudge" in definition.actions else ""


def failure_of(rule: GroupRule) -> Hit:
    """What a rule that could not be worked out does."""
    return Hit(
        rule=rule.id,
        version=rule.version,
        name="",
        actions=ON_FAILURE[GroupRule.FailMode(rule.fail_mode)],
        shadow=rule.mode == GroupRule.Mode.SHADOW,
        sentence=UNCHECKED if rule.fail_mode == GroupRule.FailMode.HOLD else "",
        failed=True,
    )


def room_now(context: Context) -> Room:
    """The room as it is at this moment, asked only as far as a rule needs it."""
    moment = now()

    def posts_within(minutes: int) -> int:
        if not context.member:
            return 1
        since = moment - timedelta(minutes=minutes)
        return Post.objects.filter(author__id=UUID(context.member), written_at__gt=since).count() + 1

    return Room(
        posts_within=posts_within,
        hour=lambda: hour_in(get_practice().time_zone, moment),
        unattended=lambda: on_duty(Group.objects.get(id=context.group), moment).state == "off",
    )
