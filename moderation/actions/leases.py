"""Opening an item, which is asked for, counted and written down; and who has which item open just now."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Taken
from hearthside.live import Answer
from hearthside.wire import stamp
from moderation.access import access_item, access_queue, reviewer_in
from moderation.actions.items import announce_item
from moderation.models import LookedAt, ReviewItem
from moderation.models.review import TargetKind
from moderation.queries.choices import Role, role_of
from moderation.queries.order import next_for
from moderation.queries.people import today
from moderation.queries.sample import is_only_drawn
from moderation.queries.second_looks import others_can_answer, others_can_look
from moderation.review_data import review_data
from moderation.sampling import REASON


def look_at(person: Person, *, item_id: UUID, anyway: bool = False) -> Answer:
    """Open an item: its words are shown to this person for the rest of the day, and nobody else is handed it.

    Raises NotFound, or Taken while another facilitator has it open, unless `anyway` is true.
    """
    item = access_item(person, item_id)
    member = reviewer_in(person, item)
    if item.leased and item.lease_by_id != (member.id if member else None) and not anyway:
        assert item.lease_by is not None
        assert item.lease_until is not None
        until = stamp(item.lease_until)
        raise Taken(by=str(item.lease_by_id), by_name=item.lease_by.name, until=until)
    if item.state == ReviewItem.State.PENDING:
        if member is not None:
            _lease(item, member.id)
        item.first_look_at = item.first_look_at or now()
    if role_of(person, item) is Role.FIRST and not others_can_answer_for(item, person):
        item.with_lead = True  # the other reviewers have left since it was asked for
    item.save()
    LookedAt.objects.get_or_create(item=item, person_id=person.pk, day=today(), defaults={"at": now()})
    note_look(person, item)
    announce_item(item)
    return {
        "item": str(item.id),
        "version": item.version,
        "lease_until": stamp(item.lease_until) if item.lease_until else None,
    }


def others_can_answer_for(item: ReviewItem, first: Person) -> bool:
    """Whether somebody besides the first reviewer can answer a second look."""
    if item.target_kind == TargetKind.SEALED:
        return others_can_look(item, first.pk)
    author = item.author.person_id if item.author else None
    return others_can_answer(item.own_group.id, first.pk, author)


def note_look(person: Person, item: ReviewItem) -> None:
    """Write down that a person read an item's words, and with them what its author lately wrote in the group.

    A sealed message is looked at only because somebody reported it. So that stays out of its sender's access log, which
    names the decision when one is made; and what they wrote elsewhere is not shown with it.
    """
    if item.target_kind == TargetKind.SEALED:
        audit.record(
            person, "review.opened", f"sealed:{item.target_id}", group=item.group_id, reason=item.lane
        )
        return
    about = item.author.person_id if item.author else None
    thing = f"{item.target_kind}:{item.target_id}"
    reason = REASON if is_only_drawn(item) else item.lane
    audit.record(person, "review.opened", thing, group=item.group_id, about=about, reason=reason)
    if item.author is not None:
        author = f"member:{item.author_id}"
        audit.record(person, "history.read", author, group=item.group_id, about=about, reason="review")


def let_go(person: Person, *, item_id: UUID) -> Answer:
    """Stop holding an item, so that others are handed it; does nothing to somebody else's hold."""
    item = access_item(person, item_id)
    member = reviewer_in(person, item)
    if member is not None and item.lease_by_id == member.id:
        item.lease_by, item.lease_until = None, None
        item.save(update_fields=["lease_by", "lease_until"])
        announce_item(item)
    return {"item": str(item.id)}


def take_next(person: Person, *, group_id: UUID, lane: str | None = None) -> Answer:
    """Hand the person the next item of the group's queue, and to nobody else for ten minutes; null when none waits."""
    member = access_queue(person, group_id)
    item = next_for(member, lane)
    if item is None:
        return {"item": None}
    item.group = member.group
    _lease(item, member.id)
    item.save(update_fields=["lease_by", "lease_until"])
    announce_item(item)
    return {"item": str(item.id)}


def _lease(item: ReviewItem, member_id: UUID) -> None:
    """Give the item to a facilitator for a while that ends by itself."""
    item.lease_by_id, item.lease_until = member_id, now() + review_data().lease
