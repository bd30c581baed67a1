"""Whom an alert calls at which level: never the author, and nobody is skipped silently."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Person
from accounts.queries import get_practice
from community.models import Group, Membership
from moderation.models import ReviewItem
from moderation.queries.duty import on_duty

ON_DUTY, BACKUP, EVERYBODY, FAILED = range(4)


def people_for(item: ReviewItem, level: int) -> list[Person]:
    """Whom a level calls: those on duty, the backup, then all facilitators and the clinical lead.

    Where there is no roster, or nobody is on duty now, the first level calls all facilitators at once. The second
    falls back to the facilitators who were not called first, and to those who were when there is nobody else. Without
    any facilitator it is the clinical lead from the start; an empty list means that there is nobody at all.
    """
    leaders = leaders_of(item.own_group)
    duty = on_duty(item.own_group)
    on_call = duty.first or duty.backup or tuple(leaders)
    first = _but_author(item, (member.person for member in on_call))
    everybody = _but_author(item, (member.person for member in leaders))
    if level == ON_DUTY and (first or everybody):
        return first or everybody
    if level == BACKUP and everybody:
        backup = _but_author(item, (member.person for member in duty.backup if duty.first))
        others = [person for person in everybody if person not in first]
        return backup or others or everybody
    return _but_author(item, (*everybody, *lead_of_practice()))


def facilitators_for(item: ReviewItem) -> list[Person]:
    """Every facilitator of the item's group who can be called, its author left out."""
    return _but_author(item, (member.person for member in leaders_of(item.own_group)))


def leaders_of(group: Group) -> list[Membership]:
    """The group's active facilitators who can sign in, with their people, the longest there first."""
    return list(
        Membership.objects.select_related("person")
        .filter(
            group=group,
            state=Membership.State.ACTIVE,
            role=Membership.Role.FACILITATOR,
            person__is_active=True,
        )
        .order_by("joined_at", "id")
    )


def lead_of_practice() -> list[Person]:
    """The practice's clinical lead, when one is named and can sign in."""
    lead = get_practice().clinical_lead_id
    return list(Person.objects.filter(pk=lead, is_active=True)) if lead else []


def reachable(item: ReviewItem) -> list[Person]:
    """Everybody whom any level of the item may call."""
    return people_for(item, EVERYBODY)


def _but_author(item: ReviewItem, people: Iterable[Person]) -> list[Person]:
    """The people, each once, without the one it is about: nobody answers their own cry for help."""
    author = item.author.person_id if item.author else None
    return list({person.pk: person for person in people if person.pk != author}.values())
