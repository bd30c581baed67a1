"""The queue as its screens read it: everybody's overview on Home, and one group's queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from accounts.models import Person
from community.models import Group
from hearthside.errors import NotFound
from hearthside.live import epoch
from hearthside.models import Stream
from hearthside.wire import stamp
from moderation.access import (
    access_practice_queue,
    access_queue,
    is_admin,
    is_clinical_lead,
    list_queues,
)
from moderation.looking import of_own_conversations, practice_items
from moderation.models import HandOver, LookedAt, ReviewItem
from moderation.queries.duty import on_duty
from moderation.queries.order import MOST, as_lines, decided_page, in_order, place_of, visible
from moderation.queries.people import today
from moderation.queries.roster import duty_for_staff
from moderation.review_data import review_data

Lane, State = ReviewItem.Lane, ReviewItem.State


def read_overview(person: Person) -> dict[str, Any]:
    """What waits in each group the person leads, with its care lane; and what is shared with the clinical lead."""
    members = list_queues(person)
    ids = {member.id for member in members}
    items = (
        ReviewItem.objects.filter(group__in=[member.group_id for member in members], state=State.PENDING)
        .exclude(author__in=ids)
        .exclude(of_own_conversations(person.pk))
    )
    counts: dict[UUID, dict[str, int]] = {}
    oldest: dict[UUID, Any] = {}
    for row in items.values("group", "lane").annotate(count=Count("id"), oldest=Min("opened_at")):
        counts.setdefault(row["group"], {})[row["lane"]] = row["count"]
        oldest[row["group"]] = min(oldest.get(row["group"], row["oldest"]), row["oldest"])
    care = lines_by_group(list(items.filter(lane=Lane.CARE).select_related("group", "author")[:MOST]))
    groups = [
        {
            "group": str(member.group_id),
            "name": member.group.name,
            "counts": {lane: counts.get(member.group_id, {}).get(lane, 0) for lane in Lane.values},
            "oldest_at": stamp(oldest[member.group_id]) if member.group_id in oldest else None,
            "care": care.get(str(member.group_id), []),
        }
        for member in members
    ]
    return {
        "groups": sorted(groups, key=lambda row: row["name"].casefold()),
        "lead": shared_with_lead(person) if is_clinical_lead(person) else [],
        "practice": practice_overview(person) if is_admin(person) else None,
    }


def practice_overview(admin: Person) -> dict[str, Any] | None:
    """How much waits for the practice's admins, and since when; None as long as nothing ever did."""
    items = practice_items(admin)
    if not items.exists():
        return None
    oldest = items.filter(state=State.PENDING).aggregate(at=Min("opened_at"))["at"]
    return {"counts": count_lanes(items), "oldest_at": stamp(oldest) if oldest else None}


def lines_by_group(items: Sequence[ReviewItem]) -> dict[str, list[dict[str, Any]]]:
    """The items as lines, in order, by the id of their group."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in as_lines(sorted(items, key=place_of)):
        found.setdefault(line["group"], []).append(line)
    return found


def shared_with_lead(person: Person) -> list[dict[str, Any]]:
    """What waits and is shared with the clinical lead, in order, with the names of the groups."""
    items = (
        ReviewItem.objects.filter(with_lead=True, state=State.PENDING)
        .exclude(author__person_id=person.pk)
        .exclude(of_own_conversations(person.pk))
    )
    rows = sorted(items.select_related("group", "author").defer("snapshot"), key=place_of)[:MOST]
    return [
        {**line, "group_name": item.group.name if item.group else ""}
        for line, item in zip(as_lines(rows), rows, strict=True)
    ]


def read_queue(
    person: Person,
    group_id: UUID,
    *,
    state: str = "pending",
    lane: str | None = None,
    source: str | None = None,
    before: UUID | None = None,
) -> dict[str, Any]:
    """A page of a group's queue: what waits in its order, or what was decided, newest first.

    `before` is the id of the last line that is known. The stream's offset is read first, so that events after it can
    only repeat. Raises NotFound, also for a `before` of another group.
    """
    member = access_queue(person, group_id)
    group = member.group
    offset = Stream.objects.filter(name=group.review_stream).values_list("seq", flat=True).first() or 0
    page = page_of(visible(member), person, state=state, lane=lane, source=source, before=before)
    return {
        **page,
        "hand_over": newest_hand_over(group),
        "duty": duty_for_staff(on_duty(group)),
        "stream": {"name": group.review_stream, "offset": offset, "epoch": epoch()},
    }


def read_practice_queue(
    person: Person, *, state: str = "pending", lane: str | None = None, before: UUID | None = None
) -> dict[str, Any]:
    """A page of what the practice's admins look at; raises NotFound, also for a `before` that is not in it.

    It has no stream of its own: who may look hears `review.sealed` on their own.
    """
    admin = access_practice_queue(person)
    page = page_of(practice_items(admin), person, state=state, lane=lane, source=None, before=before)
    groups = Group.objects.in_bulk([line["group"] for line in page["lines"] if line["group"]])
    names = {str(group.id): group.name for group in groups.values()}
    return {**page, "lines": [{**line, "group_name": names.get(line["group"], "")} for line in page["lines"]]}


def page_of(
    every: QuerySet[ReviewItem],
    person: Person,
    *,
    state: str,
    lane: str | None,
    source: str | None,
    before: UUID | None,
) -> dict[str, Any]:
    """A page of these items, with everything that a queue has beside it; raises NotFound for another's `before`."""
    known = known_item(every, before) if before else None
    data = review_data()
    if state == "decided":
        items, more = decided_page(every, lane=lane, source=source, before=known, size=data.page)
    else:
        rows = in_order(every, lane=lane, source=source)
        rest = [row for row in rows if known is None or place_of(row) > place_of(known)]
        items, more = rest[: data.page], len(rest) > data.page
    return {
        "lines": as_lines(items),
        "more": more,
        "counts": count_lanes(every),
        "policies": [{"code": code, "words": words} for code, words in data.policies.items()],
        "outcomes": [{"code": code, "words": words} for code, words in data.outcomes.items()],
        "exposure_today": exposure_today(person),
        "exposure_limit": data.exposure_limit,
    }


def known_item(every: QuerySet[ReviewItem], item_id: UUID) -> ReviewItem:
    """The line after which a page begins; raises NotFound."""
    item = every.filter(id=item_id).first()
    if item is None:
        raise NotFound
    return item


def count_lanes(every: QuerySet[ReviewItem]) -> dict[str, int]:
    """How many of the items wait in each lane."""
    rows = every.filter(state=State.PENDING).values("lane").annotate(count=Count("id"))
    found = {row["lane"]: row["count"] for row in rows}
    return {lane: found.get(lane, 0) for lane in Lane.values}


def exposure_today(person: Person) -> int:
    """How many items the person opened today, in all their groups."""
    return LookedAt.objects.filter(person_id=person.pk, day=today()).count()


def newest_hand_over(group: Group) -> dict[str, Any] | None:
    """The note that was left last."""
    note = HandOver.objects.select_related("by").filter(group=group).order_by("-at", "-id").first()
    return {"text": note.text, "by_name": note.by.name, "at": stamp(note.at)} if note else None
