"""Which words of a text weighed most with what spoke up: for who looks after an item, and for the author of a flag.

A hint for people, worked out when they ask: nothing of it is stored, and nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Any
from uuid import UUID

import structlog

from accounts.models import Person
from accounts.queries import has_consent
from hearthside.errors import NotFound
from moderation import explaining, scoring
from moderation.access import access_flag, access_item
from moderation.classifiers.outputs import OUTPUTS
from moderation.explaining import Explained, Weighed, explain
from moderation.flag_words import is_rule
from moderation.group_rules import RULE_SECONDS, make_ready
from moderation.judging import names_in
from moderation.models import GroupRule, ReviewItem, ReviewSignal, Screening
from moderation.queries.around import Target, read_target
from moderation.queries.own_words import OwnWords, own_words
from moderation.queries.review_item import is_opened, snapshot_of
from moderation.review_data import label_of
from moderation.rule_shapes import KeywordTrigger, PatternTrigger, PlainTrigger
from moderation.triggers import Room, Seen
from moderation.words import RULES_VERSION
from moderation.words.places import Span, rule_spans, shortest

Source = ReviewSignal.Source
MACHINES = (Source.RULE, Source.GROUP_RULE, Source.MODEL)
MODEL = "model_"  # before an output in the reason that it gives

log = structlog.get_logger("hearthside.weighed")


@dataclass(frozen=True)
class Spoke:
    """Something that spoke up about a text: a code and its version, the signals that say so, and a group's own rule."""

    reason: str
    version: str
    signals: tuple[str, ...] = ()
    rule: GroupRule | None = None

    @property
    def output(self) -> str | None:
        """The model's output, when it is a model that spoke."""
        name = self.reason.removeprefix(MODEL)
        return name if self.reason.startswith(MODEL) and name in OUTPUTS else None


def read_weighed(person: Person, item_id: UUID) -> dict[str, Any]:
    """The words that weighed most in an item which the person has opened today.

    Raises NotFound for an item that is not theirs, one whose words they have not asked for, and one without words.
    """
    item = access_item(person, item_id)
    text = text_of(item) if is_opened(person, item) else ""
    if not text:
        raise NotFound
    author = item.author.person_id if item.author else None
    return weigh(text, spoke_about(item), names_in(item.own_group), author)


def read_own_weighed(person: Person, screening_id: UUID) -> dict[str, Any]:
    """The same for a flag of the person's own; a group's own rules are left out, their words are its facilitators'.

    Raises NotFound for another's, for words that were taken back, and for those that other words came after.
    """
    row = access_flag(person, screening_id)
    later = Screening.objects.filter(target_id=row.target_id, author__person=person, at__gt=row.at)
    target = (row.target_kind, row.target_id)
    text = own_words([target], {row.author_id}).get(target, OwnWords()).words
    if not text or later.exists():
        raise NotFound
    spoke = [
        Spoke(code, row.model_version if code.startswith(MODEL) else row.rules_version)
        for code in dict.fromkeys(row.rules)
        if not is_rule(code)
    ]
    if not spoke:
        spoke = [
            Spoke(row.kind, row.rules_version)
        ]  # what is only a way of speaking has no reason of its own
    return weigh(text, spoke, names_in(row.group), person.pk)


def text_of(item: ReviewItem) -> str:
    """The words of an item as its page shows them: as they were when it was opened, else as they are now."""
    target = read_target(item)
    kept = snapshot_of(item, target) or {}
    shown = kept.get("body") or (kept.get("title") if not kept.get("html") else None)
    return str(shown or text_now(target) or "")


def text_now(target: Target) -> str | None:
    """The words of what an item is about, as they are now."""
    words = target.revision or target.post
    if words is not None:
        return str(words.body)
    return target.step.message if target.step is not None else target.name


def spoke_about(item: ReviewItem) -> list[Spoke]:
    """What rules and models said of an item, each once, by its newest version."""
    rows = ReviewSignal.objects.select_related("group_rule").filter(item=item, source__in=MACHINES)
    found: dict[tuple[str, UUID | None], Spoke] = {}
    for row in rows.order_by("at", "id"):
        key = (row.reason, row.group_rule_id)
        before = found[key].signals if key in found else ()
        found[key] = Spoke(row.reason, row.by_version, (*before, str(row.id)), row.group_rule)
    return list(found.values())


def weigh(text: str, spoke: Sequence[Spoke], names: tuple[str, ...], author: UUID | None) -> dict[str, Any]:
    """The spans of each thing that spoke up. Without the author's consent no model reads."""
    asked = [one for one in spoke if one.output]
    scorer = scorer_now() if asked and author is not None and has_consent(author, "models") else None
    wanted = [one.output for one in asked if one.output]
    explained = explain(text, scorer, wanted, seconds=explaining.SECONDS) if scorer else Explained()
    by = scorer.version if scorer else ""
    outputs = [one for one in asked if one.output in explained.spans]
    rules = spans_of_rules(text, [one for one in spoke if not one.output], names)
    now = [one.version == by for one in outputs]
    now += [one.version == (str(one.rule.version) if one.rule else RULES_VERSION) for one, _ in rules]
    return {
        "by": by,
        "current": all(now),
        "whole": explained.whole,
        "outputs": [row(text, one, one.output or "", explained.spans[one.output or ""]) for one in outputs],
        "rules": [
            row(text, one, one.reason, [Weighed(*span, 1.0) for span in spans]) for one, spans in rules
        ],
    }


def row(text: str, spoke: Spoke, label: str, spans: Iterable[Weighed]) -> dict[str, Any]:
    """One thing that spoke up, with its words."""
    return {
        "label": label,
        "what": label_of(spoke.reason),
        "signals": list(spoke.signals),
        "spans": [
            {"start": one.start, "end": one.end, "weight": one.weight, "words": text[one.start : one.end]}
            for one in spans
        ],
    }


def scorer_now() -> scoring.Scorer | None:
    """What scores at present; none when rules alone decide or the model cannot be loaded."""
    try:
        return scoring.current_scorer()
    except Exception as problem:  # whatever a model lacks, the rules are explained without it
        log.warning("explaining_without_model", problem=type(problem).__name__)
        return None


def spans_of_rules(
    text: str, spoke: Sequence[Spoke], names: tuple[str, ...]
) -> list[tuple[Spoke, list[Span]]]:
    """The words that the rules found, for each that finds some in this text."""
    built_in = rule_spans(text, {one.reason for one in spoke if one.rule is None}, names)
    found = [
        (one, spans_of_rule(text, one.rule, names) if one.rule else built_in[one.reason]) for one in spoke
    ]
    return [(one, spans) for one, spans in found if spans]


def spans_of_rule(text: str, rule: GroupRule, names: tuple[str, ...]) -> list[Span]:
    """The words at which a group's own rule speaks up; none for one that asks for more than words."""
    try:
        ready = make_ready(rule)
        trigger = ready.definition.trigger
        if not isinstance(trigger, KeywordTrigger | PatternTrigger | PlainTrigger):
            return []
        room = Room(posts_within=lambda _: 0, hour=lambda: 0, unattended=lambda: False)

        def speaks(part: str) -> bool:
            return ready.asks(Seen(part, "edit", room, names=names, until=thread_time() + RULE_SECONDS))

        return shortest(text, speaks)
    except Exception as problem:
        log.warning("group_rule_unexplained", rule=str(rule.id), problem=type(problem).__name__)
        return []
