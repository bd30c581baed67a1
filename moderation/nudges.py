"""A kind word before sending: what the composer may say of words that nobody else has seen.

It never blocks, never writes and counts nothing. Whatever goes wrong, there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from uuid import UUID

import structlog

from accounts.models import Person
from community.access import access_topic_to_write
from community.models import Membership
from hearthside.errors import NotFound, Problem
from hearthside.limits import POST_CHARACTERS, limiter
from moderation.group_rules import NUDGE, acting_rules, hits, make_ready, room_now
from moderation.judging import names_in
from moderation.models import GroupRule
from moderation.screening import Context
from moderation.triggers import Seen

SECONDS = 0.3  # after which nothing more is looked at
RATE = "post.check"  # what it is counted as, beside the commands
BUILT_IN = {
    "attack": "This may hurt somebody. Is it what you want them to hear?",
    "contact_details": "This seems to hold a way to reach somebody. Do you want everybody in the group to have it?",
}
Nudge = dict[str, str]

log = structlog.get_logger("hearthside.nudges")


def find_nudges(person: Person, *, topic_id: UUID, body: str, content_note: str) -> list[Nudge]:
    """What may be said of a post before it is sent: `{rule, words}`, where `rule` is a group rule's id or a code.

    Raises NotFound for a topic that is not the person's to see, and nothing else.
    """
    end = perf_counter() + SECONDS
    found: list[Nudge] = []
    try:
        limiter().take(str(person.pk), RATE)
        topic, member = access_topic_to_write(person, topic_id)
        text = f"{content_note}\n{body}"[: POST_CHARACTERS + len(content_note) + 1]
        for nudge in _nudges(member, str(topic.id), text, end):
            found.append(nudge)
            if perf_counter() > end:
                break
    except NotFound:
        raise
    except Problem:
        return []  # a closed room, a pause, too many at once: sending says it, in its own words
    except Exception:
        log.exception("nudge_failed", topic=str(topic_id))
        return []
    return found


def _nudges(member: Membership, topic: str, text: str, end: float) -> Iterator[Nudge]:
    """The nudges of the built-in words, then those of the group's rules that are on."""
    context = Context(
        person=str(member.person_id),
        group=str(member.group_id),
        topic=topic,
        member=str(member.id),
        names=names_in(member.group),
    )
    seen = Seen(text=text, event="send", room=room_now(context), own_name=member.name, names=context.names)
    if seen.found.attack and not seen.found.risk:  # a disclosure is never taken for an attack
        yield {"rule": "attack", "words": BUILT_IN["attack"]}
    if seen.has_contact:
        yield {"rule": "contact_details", "words": BUILT_IN["contact_details"]}
    for rule in acting_rules(member.group_id):
        if perf_counter() > end:
            return
        if rule.mode != GroupRule.Mode.ON:
            continue
        for hit in hits((rule,), seen, leads=member.is_facilitator):
            if "nudge" in hit.actions and not hit.failed:
                yield {"rule": str(hit.rule), "words": make_ready(rule).definition.nudge or NUDGE}
