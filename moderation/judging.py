"""What becomes of a text, all told: screening, the group's own rules, and the state of the room.

Nothing here writes. `judge` gathers what spoke up; moderation/actions/followup.py carries it out inside the write.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from uuid import UUID

from accounts.queries import has_consent
from community.models import Group, Membership, Post, Topic
from moderation import sampling
from moderation.actions.items import Signal
from moderation.group_rules import Hit, look
from moderation.models import GroupRule
from moderation.queries.duty import on_duty
from moderation.screening import Action, Context, Kind, Lane, Reason, Verdict, screen
from moderation.sentences import held_sentence
from moderation.shifting import shifts_in

NAMES_KEPT_SECONDS = 20.0
MOST_NAMES = 60  # beyond it a group is no circle, and reading every name for every post costs too much
FROM_SEVERITY = 2  # at which somebody is paged

_asked: ContextVar[bool] = ContextVar("models_are_asked", default=True)
_names: dict[UUID, tuple[float, tuple[str, ...]]] = {}


@dataclass(frozen=True)
class Judgement:
    """A verdict with everything that follows from it.

    `signals` has what each lane of the queue is told; `support` is the severity for the support card (0: none);
    `page` whether somebody is called now; `slow` whether the topic goes slowly from here; `sampled` whether nothing
    spoke up and chance drew it for a look.
    """

    verdict: Verdict
    hits: tuple[Hit, ...] = ()
    signals: dict[Lane, tuple[Signal, ...]] = field(default_factory=dict)
    support: int = 0
    page: bool = False
    slow: bool = False
    sampled: bool = False

    @property
    def quiet(self) -> bool:
        """Whether nothing at all spoke up, so that only the group's own stream is told."""
        return self.verdict.action is Action.CLEAR and not (self.signals or self.support or self.hits)

    @property
    def sentence(self) -> str | None:
        """Why a text waits or is refused, in a kind sentence; None for one that is clear."""
        if self.verdict.action is Action.CLEAR:
            return None
        return next((reason.sentence for reason in self.verdict.reasons if reason.holds), None) or next(
            (reason.sentence for reason in self.verdict.reasons), None
        )


def judge(
    member: Membership,
    topic: Topic | None,
    text: str,
    *,
    event: str,
    act: str = "",
    ask_first: bool = False,
    has_files: bool = False,
) -> Judgement:
    """Judge what a member wrote; `event` is send, edit, title or profile, `act` the client's nonce.

    `has_files`: pictures or PDFs that nobody has looked at go with it, and no rule or model can.
    """
    group, models = member.group, _asked.get() and has_consent(member.person_id, "models")
    context = Context(
        person=str(member.person_id),
        group=str(group.id),
        topic=str(topic.id) if topic else "",
        act=act,
        member=str(member.id),
        models=models,
        names=names_in(group),
        event=event,
        shifts=shifts_in(group.id) if models else {},
    )
    verdict = screen(text, context)
    if verdict.action is Action.REFUSE:
        return Judgement(verdict)
    if member.is_facilitator:
        verdict = leave_to_facilitator(verdict)
    hits = look(text, context, verdict)
    verdict = with_rules(verdict, tuple(hit for hit in hits if not hit.shadow))
    if event in ("send", "edit") and not member.is_facilitator:
        verdict = with_room(verdict, tuple(room_reasons(member, ask_first=ask_first, has_files=has_files)))
    acting = {name for hit in hits if not hit.shadow for name in hit.actions}
    support = verdict.severity if may_be_in_need(verdict) else 0
    return with_lot(
        Judgement(
            verdict=verdict,
            hits=hits,
            signals=signals_of(verdict, hits),
            support=max(support, int("support_card" in acting)),
            page=support >= FROM_SEVERITY or "page_on_call" in acting,
            slow="slow_topic" in acting,
        ),
        member,
        context,
    )


def with_lot(judgement: Judgement, member: Membership, context: Context) -> Judgement:
    """The judgement, with a look by chance where nobody would look and the lot falls on it.

    A rule in shadow has told nobody, so it does not count as speaking up.
    """
    verdict = judgement.verdict
    if judgement.signals or judgement.support or not sampling.is_drawn(member, context, verdict):
        return judgement
    signal = Signal("system", sampling.REASON, by_version=verdict.model_version)
    return replace(judgement, sampled=True, signals={Lane.CONDUCT: (signal,)})


@contextlib.contextmanager
def without_models() -> Iterator[None]:
    """Ask no model meanwhile, and so draw nothing: the demo's story is the same each time it is told."""
    token = _asked.set(False)
    try:
        yield
    finally:
        _asked.reset(token)


def may_be_in_need(verdict: Verdict) -> bool:
    """Whether the author may need help, also where their words are held as an attack."""
    own = any(reason.rule == "model_self_harm" for reason in verdict.reasons)
    return own or verdict.kind in (Kind.RISK, Kind.METHOD)


def leave_to_facilitator(verdict: Verdict) -> Verdict:
    """A facilitator's own words are shown: what speaks against them goes to the queue, and an unchecked text waits."""
    unchecked = tuple(reason for reason in verdict.reasons if reason.source == "system")
    if unchecked:
        return verdict
    kept = tuple(replace(r, holds=False) for r in verdict.reasons if r.lane in (Lane.CARE, Lane.CONDUCT))
    lane = verdict.lane if verdict.lane in (Lane.CARE, Lane.CONDUCT) else Lane.NONE
    return replace(verdict, action=Action.CLEAR, reasons=kept, lane=lane)


def with_rules(verdict: Verdict, hits: tuple[Hit, ...]) -> Verdict:
    """The verdict with what the group's rules add: they hold, queue and note, and never clear."""
    for hit in hits:
        holds = "hold" in hit.actions
        if holds or "queue" in hit.actions or "page_on_call" in hit.actions:
            lane = Lane.CARE if "page_on_call" in hit.actions else Lane.CONDUCT
            reason = Reason(
                rule=str(hit.rule),
                sentence=hit.sentence or held_sentence("group_rule"),
                lane=lane,
                source="group_rule",
                by_version=str(hit.version),
                holds=holds,
            )
            verdict = replace(
                verdict,
                action=Action.HOLD if holds else verdict.action,
                lane=lane if verdict.lane is Lane.NONE else verdict.lane,
                reasons=(*verdict.reasons, reason),
            )
        if "content_note" in hit.actions and not verdict.content_note:
            verdict = replace(verdict, content_note=hit.extra.get("content_note", "May be hard to read"))
    return verdict


def with_room(verdict: Verdict, reasons: tuple[Reason, ...]) -> Verdict:
    """The verdict with what the room asks for.

    A disclosure is not kept back only because nobody is on duty: then the others in the group are who can answer.
    """
    if verdict.kind is Kind.RISK:
        reasons = tuple(reason for reason in reasons if reason.rule != "unattended")
    if not reasons:
        return verdict
    lane = Lane.ASKED if verdict.lane is Lane.NONE else verdict.lane
    return replace(verdict, action=Action.HOLD, lane=lane, reasons=(*verdict.reasons, *reasons))


def room_reasons(member: Membership, *, ask_first: bool, has_files: bool = False) -> list[Reason]:
    """Why this room keeps a member's post back, whatever it says."""
    group, found = member.group, []
    if ask_first:
        found.append("asked_first")
    if has_files:
        found.append("file")
    if member.posts_held:
        found.append("posts_held")
    if group.allows("premoderated"):
        found.append("premoderated")
    elif group.first_posts and is_new(member):
        found.append("first_posts")
    if group.allows("hold_unattended") and on_duty(group).state == "off":
        found.append("unattended")
    source = {"asked_first": "self"}
    return [
        Reason(name, held_sentence(name), lane=Lane.ASKED, source=source.get(name, "room"), holds=True)
        for name in found
    ]


def waits_for_somebody(member: Membership) -> bool:
    """Whether each of a member's posts waits here, by a step or in the whole group."""
    return not member.is_facilitator and (member.posts_held or member.group.allows("premoderated"))


def is_new(member: Membership) -> bool:
    """Whether fewer posts of the member were ever shown here than a newcomer's wait for."""
    shown = Post.objects.filter(author=member, seq__isnull=False)
    return shown[: member.group.first_posts].count() < member.group.first_posts


def signals_of(verdict: Verdict, hits: tuple[Hit, ...]) -> dict[Lane, tuple[Signal, ...]]:
    """What each lane's item is told."""
    found: dict[Lane, list[Signal]] = {}
    rules = {str(hit.rule) for hit in hits}
    for reason in verdict.reasons:
        if reason.lane is Lane.NONE:
            continue
        rule = GroupRule(id=UUID(reason.rule)) if reason.rule in rules else None
        signal = Signal(
            source=reason.source,
            reason="group_rule" if rule else reason.rule,
            score=reason.score,
            by_version=reason.by_version or verdict.version,
            group_rule=rule,
        )
        found.setdefault(reason.lane, []).append(signal)
    if verdict.lane is not Lane.NONE and verdict.lane not in found:
        found[verdict.lane] = [Signal(source="rule", reason=verdict.kind.value, by_version=verdict.version)]
    if verdict.action is Action.HOLD and not found.keys() - {Lane.CARE}:
        # The care lane looks after the person and decides about no words: what is held needs an item that does.
        found[Lane.ASKED] = list(found.get(Lane.CARE, ()))
    return {lane: tuple(signals) for lane, signals in found.items()}


def names_in(group: Group) -> tuple[str, ...]:
    """The names that the group's people go by, a few seconds old at most."""
    moment = time.monotonic()
    known = _names.get(group.id)
    if known is not None and moment - known[0] < NAMES_KEPT_SECONDS:
        return known[1]
    rows = Membership.objects.filter(group=group, state=Membership.State.ACTIVE)[: MOST_NAMES + 1]
    names = tuple(row.name for row in rows)
    names = names if len(names) <= MOST_NAMES else ()
    if len(_names) > 1000:
        _names.clear()
    _names[group.id] = (moment, names)
    return names
