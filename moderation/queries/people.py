"""What people are called in the queue: the name they go by in the group, else their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Person
from accounts.queries import get_practice
from hearthside.clock import now
from moderation.models import ReviewItem
from moderation.queries.lines import names_in_groups


def names_for(item: ReviewItem, people: Iterable[Person | None]) -> Mapping[UUID, str]:
    """The names of people by their ids, as who looks at the item knows them."""
    if item.group_id is not None:
        return names_of(item.group_id, people)
    return {person.pk: person.name for person in people if person is not None}


def names_of(group_id: UUID, people: Iterable[Person | None]) -> Mapping[UUID, str]:
    """The names of people by their ids, in one query."""
    found = {person.pk: person for person in people if person is not None}
    names = names_in_groups((group_id, pk) for pk in found)
    return {pk: names.get((group_id, pk), person.name) for pk, person in found.items()}


def name_for(item: ReviewItem, person: Person | None) -> str | None:
    """The name of one person; None for nobody, or for one who is gone."""
    return None if person is None else names_for(item, [person])[person.pk]


def today() -> date:
    """The day it is for the practice."""
    return now().astimezone(ZoneInfo(get_practice().time_zone)).date()
