"""The support card and the help lines: the practice's own words, whom to call, and whether somebody is on duty."""

from __future__ import annotations

import re
from typing import Any

from accounts.models import Person, Practice
from accounts.queries import get_practice
from community.models import Membership
from hearthside.wire import stamp
from moderation.care_data import care_data
from moderation.help_lines import HelpLine, help_lines
from moderation.models import SafetyPlan
from moderation.queries.duty import OnDuty, on_duty


def read_help_lines() -> dict[str, Any]:
    """The help lines of the practice's region, for everybody, signed in or not."""
    practice = get_practice()
    region = help_lines().of(practice.region)
    return {
        "region": region.code,
        "emergency": region.emergency,
        "lines": [describe_line(line) for line in region.lines],
        **signature(practice),
    }


def read_support(person: Person) -> dict[str, Any]:
    """All of the support card: words, help lines, duty in each of the person's groups, whether they have a plan."""
    memberships = Membership.objects.select_related("group").filter(
        person=person, state=Membership.State.ACTIVE, group__closed_at=None
    )
    return {
        **read_help_lines(),
        "words": card_words(get_practice()),
        "duty": [
            {
                "group": str(member.group_id),
                "name": member.group.name,
                **duty_for_members(on_duty(member.group)),
            }
            for member in memberships.order_by("joined_at", "id")
        ],
        "plan": SafetyPlan.objects.filter(person=person).exists(),
    }


def card_words(practice: Practice) -> list[str]:
    """The card's paragraphs: the practice's own words, else those of moderation/data/care.toml."""
    own = [" ".join(part.split()) for part in re.split(r"\n\s*\n", practice.care_words or "") if part.strip()]
    return own or list(care_data().card)


def signature(practice: Practice) -> dict[str, str | None]:
    """Who answers for the words and the lines, and since when: the practice's clinical lead, once they signed."""
    if practice.care_signed_by and practice.care_signed_on:
        return {"signed_by": practice.care_signed_by, "signed_on": practice.care_signed_on.isoformat()}
    if practice.care_words:
        return {"signed_by": None, "signed_on": None}
    return {"signed_by": care_data().signed_by, "signed_on": care_data().signed_on.isoformat()}


def describe_line(line: HelpLine) -> dict[str, Any]:
    """A help line as screens show it."""
    return {
        "name": line.name,
        "number": line.number,
        "text_number": line.text_number,
        "url": line.url,
        "hours": line.hours,
        "free": line.free,
        "verified_on": line.verified_on.isoformat(),
    }


def duty_for_members(duty: OnDuty) -> dict[str, Any]:
    """Whether somebody is on duty and until when, or when they are back; never who."""
    return {
        "state": duty.state,
        "until": stamp(duty.until) if duty.until else None,
        "back_at": stamp(duty.back_at) if duty.back_at else None,
    }
